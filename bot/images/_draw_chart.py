"""Draws charts; a part of the child process of `_encode.py`, and like that it needs Pillow alone.

A chart stands on its own ground, so that it reads the same on Discord's dark and light themes.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import cycle
from typing import Literal, TypedDict

from PIL import Image, ImageDraw, ImageFont

_WIDTH = 1100
"""Twice the width at which Discord shows a picture in a panel, for screens with two pixels to one."""

_MARGIN, _GAP = 32, 30
_BROADEST = 60
"""How broad a column is at most."""
_PLOT_HEIGHT, _ROW_HEIGHT, _BAR_HEIGHT = 170, 54, 30
_LEAST_BAR = 3
"""How much is seen of what is very little."""

_TITLE_HEIGHT, _LABELS_HEIGHT = 44, 44
_TITLE, _TEXT, _LEAST_TEXT = 32, 25, 16
_LONGEST_LABEL = 340
_GROUND, _GRID, _FAINT, _BRIGHT = "#1e1f22", "#3c3e45", "#b5bac1", "#f2f3f5"
_COLOURS = ("#a394ff", "#4fc7a2", "#f0b255", "#62b0f0")
_PALER = 0.38
_TICKS = 3
"""Steps of an axis, at most."""


class Series(TypedDict):
    """One figure; see `Series` in `_chart.py`."""

    title: str
    values: list[float | None]
    behind: list[float | None]
    marks: list[str]
    prefix: str
    suffix: str
    top: float | None
    whole: bool


class ChartJob(TypedDict):
    """A chart to be drawn, a PNG."""

    task: Literal["chart"]
    source: str
    target: str
    kind: Literal["columns", "rows"]
    labels: list[str]
    series: list[Series]


def draw_chart(job: ChartJob) -> Image.Image:
    """Return the chart as a picture."""
    if job["kind"] == "columns":
        return _columns(job["labels"], job["series"])
    return _rows(job["labels"], job["series"])


@dataclass(frozen=True, slots=True)
class _Plot:
    """Where the columns of a series stand: `base` is the y of 0, `end` the value where its axis ends."""

    draw: ImageDraw.ImageDraw
    left: float
    slot: float
    base: int
    end: float

    def x(self, index: int) -> float:
        """The middle of a column."""
        return self.left + (index + 0.5) * self.slot

    def y(self, value: float) -> int:
        """How high up a value is."""
        return self.base - round(value / self.end * (_PLOT_HEIGHT - _TEXT))

    def draw_axis(self, ticks: Mapping[float, str]) -> None:
        for value, tick in ticks.items():
            y = self.y(value)
            self.draw.line((self.left, y, _WIDTH - _MARGIN, y), fill=_GRID, width=2)
            self.draw.text((self.left - 14, y), tick, fill=_FAINT, font=_font(_TEXT), anchor="rm")

    def draw_columns(self, values: Sequence[float | None], colour: str) -> None:
        half = min(max(1.0, self.slot * 0.36), _BROADEST / 2)
        for index, value in enumerate(values):
            if value:
                x, top = self.x(index), min(self.y(value), self.base - _LEAST_BAR)
                self.draw.rectangle((round(x - half), top, round(x + half), self.base - 1), fill=colour)

    def write_marks(self, series: Series) -> None:
        for index, mark in enumerate(series["marks"]):
            highest = max(values[index] or 0 for values in (series["values"], series["behind"]) if values)
            at = (self.x(index), self.y(highest) - 2)
            self.draw.text(at, mark, fill=_BRIGHT, font=_font(_TEXT), anchor="mb")


def _columns(labels: Sequence[str], series: Sequence[Series]) -> Image.Image:
    image, draw = _canvas(_MARGIN + len(series) * (_TITLE_HEIGHT + _PLOT_HEIGHT + _GAP) + _LABELS_HEIGHT)
    axes = [{value: _tick(each, value) for value in _axis(each)} for each in series]
    left = _MARGIN + math.ceil(max(_length(tick) for axis in axes for tick in axis.values())) + 14
    slot = (_WIDTH - _MARGIN - left) / len(labels)
    top = _MARGIN
    for each, ticks, colour in zip(series, axes, cycle(_COLOURS), strict=False):
        _write(draw, (_MARGIN, top), each["title"], _TITLE, width=_WIDTH - 2 * _MARGIN)
        top += _TITLE_HEIGHT + _PLOT_HEIGHT
        plot = _Plot(draw, left, slot, base=top, end=max(ticks))
        plot.draw_axis(ticks)
        plot.draw_columns(each["behind"], _paler(colour))
        plot.draw_columns(each["values"], colour)
        plot.write_marks(each)
        top += _GAP
    _write_labels(draw, labels, left, top + 2, slot)
    return image


def _write_labels(draw: ImageDraw.ImageDraw, labels: Sequence[str], left: float, top: int, slot: float) -> None:
    """Write as many labels as there is room for, the last of all among them."""
    longest = max(map(_length, labels))
    # The last one moves to the left where it would stick out.
    every = math.ceil((longest + 24 + max(0, longest - slot) / 2) / slot)
    for index in range(len(labels) - 1, -1, -every):
        half = _length(labels[index]) / 2
        x = min(left + (index + 0.5) * slot, _WIDTH - _MARGIN - half)
        if x >= left + half - slot:
            draw.text((x, top), labels[index], fill=_FAINT, font=_font(_TEXT), anchor="ma")


def _rows(labels: Sequence[str], series: Sequence[Series]) -> Image.Image:
    image, draw = _canvas(_MARGIN + _TITLE_HEIGHT + len(labels) * _ROW_HEIGHT + _MARGIN // 2)
    label_width = min(max(map(_length, labels)), _LONGEST_LABEL)
    for row, label in enumerate(labels):
        _write(draw, (_MARGIN, _middle(row)), label, _TEXT, width=label_width, anchor="lm")
    left = _MARGIN + label_width + _GAP
    share = (_WIDTH - _MARGIN - left + _GAP) / len(series)
    for each, colour in zip(series, cycle(_COLOURS), strict=False):
        _write(draw, (left, _MARGIN), each["title"], _TEXT, width=share - _GAP)
        top, bottom = _middle(0) - _ROW_HEIGHT // 2, _middle(len(labels)) - _ROW_HEIGHT // 2
        longest = share - _GAP - 10 - max(map(_length, each["marks"]))
        for row, mark in enumerate(each["marks"]):
            right = _draw_bar(draw, each, row, (left, longest), colour)
            draw.text((right + 10, _middle(row)), mark, fill=_BRIGHT, font=_font(_TEXT), anchor="lm")
        draw.line((left, top, left, bottom), fill=_GRID, width=2)
        left += share
    return image


def _middle(row: int) -> int:
    return _MARGIN + _TITLE_HEIGHT + row * _ROW_HEIGHT + _ROW_HEIGHT // 2


def _draw_bar(draw: ImageDraw.ImageDraw, series: Series, row: int, space: tuple[float, float], colour: str) -> float:
    """Draw a bar, and a paler one behind it, from where its space begins; return the x where it ends."""
    left, longest = space
    end, right = series["top"] or _most(series) or 1.0, left
    for values, paint in ((series["behind"], _paler(colour)), (series["values"], colour)):
        value = values[row] if values else None
        if value:
            reached = left + max(float(_LEAST_BAR), value / end * longest)
            half = _BAR_HEIGHT // 2
            draw.rectangle((left, _middle(row) - half, reached, _middle(row) + half), fill=paint)
            right = max(right, reached)
    return right


def _canvas(height: int) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    image = Image.new("RGB", (_WIDTH, height), _GROUND)
    return image, ImageDraw.Draw(image)


def _axis(series: Series) -> Sequence[float]:
    """The numbers at an axis, from 0 to where it ends."""
    most = series["top"] or _most(series)
    step = next(step for step in _steps(most or 1.0) if not series["whole"] or step.is_integer())
    return [step * number for number in range(max(1, math.ceil(round(most / step, 6))) + 1)]


def _most(series: Series) -> float:
    return max((value for value in (*series["values"], *series["behind"]) if value), default=0.0)


def _steps(most: float) -> Iterator[float]:
    """Round numbers, ascending, the first of which goes into `most` at most `_TICKS` times."""
    power = 10.0 ** math.floor(math.log10(most / _TICKS))
    while True:
        yield from (factor * power for factor in (1, 2, 2.5, 5) if factor * power * _TICKS >= most * 0.999999)
        power *= 10


def _tick(series: Series, value: float) -> str:
    number = f"{value:.6f}".rstrip("0").rstrip(".") if value % 1 else f"{value:,.0f}"
    if series["prefix"] and "." in number:
        number += "0" * (2 - len(number.partition(".")[2]))
    return f"{series['prefix']}{number}{series['suffix']}"


def _write(
    draw: ImageDraw.ImageDraw, at: tuple[float, float], said: str, size: int, *, width: float, anchor: str = "la"
) -> None:
    """Write a line of text, in smaller letters where it is too long, and cut off where even those are too large."""
    while size > _LEAST_TEXT and _length(said, size) > width:
        size -= 1
    while said and _length(said, size) > width:
        said = said.removesuffix("...")[:-1].rstrip() + "..." if len(said) > len("...") else ""
    draw.text(at, said, fill=_BRIGHT, font=_font(size), anchor=anchor)


def _length(said: str, size: int = _TEXT) -> float:
    return _font(size).getlength(said)


@cache
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Pillow's own font."""
    return ImageFont.load_default(size)


def _paler(colour: str) -> str:
    mixed = (
        round(int(colour[at : at + 2], 16) * _PALER + int(_GROUND[at : at + 2], 16) * (1 - _PALER)) for at in (1, 3, 5)
    )
    return "#" + "".join(f"{each:02x}" for each in mixed)
