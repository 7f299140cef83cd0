"""Draws contact sheets and podiums in the child process of `_encode.py`; it imports nothing but Pillow."""

import math
from typing import Literal, TypedDict

from PIL import Image, ImageDraw, ImageFilter, ImageFont, ImageOps

# A contact sheet stands on its own ground, so that it reads the same on Discord's dark and light themes.
_TILE = 256
_GAP = 10
_COLUMNS = 3
_GROUND, _EMPTY, _FAINT = "#1e1f22", "#2f3136", "#5c6068"
_BADGE, _NUMBER, _NUMBER_SIZE = "#000000", "#ffffff", 30
_BLUR = 22
_MAX_IN_TILE = 4

# A podium: the first stands in the middle and highest, the second left of it, the third right.
_STANDS = (1, 0, 2)
_SIDES: dict[int, int] = {1: 380, 2: 300, 3: 300}
_STEPS: dict[int, int] = {1: 190, 2: 130, 3: 90}
_LOWEST_STEP = 90
_STEP_COLOURS: dict[int, str] = {1: "#d4a72c", 2: "#9aa4ad", 3: "#b0713c"}
_STEP_NUMBER_SIZE = 64


class Tile(TypedDict):
    """A tile of a contact sheet: its number, and the files of its pictures; without any it is shown empty.

    `hidden`: its pictures are blurred beyond recognition.
    """

    number: int
    sources: list[str]
    hidden: bool


class SheetJob(TypedDict):
    """A contact sheet to be made, a WebP; as a podium, whose tiles' numbers are their places."""

    task: Literal["sheet"]
    podium: bool
    source: str
    target: str
    tiles: list[Tile]


def draw_sheet(job: SheetJob) -> Image.Image:
    """Return a contact sheet: numbered tiles in rows of three."""
    columns = min(_COLUMNS, len(job["tiles"]))
    rows = math.ceil(len(job["tiles"]) / columns)
    sheet = Image.new("RGB", (columns * (_TILE + _GAP) + _GAP, rows * (_TILE + _GAP) + _GAP), _GROUND)
    for index, tile in enumerate(job["tiles"]):
        row, column = divmod(index, columns)
        sheet.paste(_tile(tile), (_GAP + column * (_TILE + _GAP), _GAP + row * (_TILE + _GAP)))
    return sheet


def draw_podium(job: SheetJob) -> Image.Image:
    """Return a podium: up to three pictures, each whole on the step of its place."""
    stands = [job["tiles"][index] for index in _STANDS if index < len(job["tiles"])]
    shown = [_standing(tile, _at_place(_SIDES, tile)) for tile in stands]
    sides = [_at_place(_SIDES, tile) for tile in stands]
    above = min(_at_place(_STEPS, tile) for tile in stands) - _LOWEST_STEP
    steps = [_at_place(_STEPS, tile) - above for tile in stands]
    width = sum(sides) + _GAP * (len(sides) + 1)
    height = max(image.height + step for image, step in zip(shown, steps, strict=True)) + 3 * _GAP
    podium = Image.new("RGB", (width, height), _GROUND)
    draw = ImageDraw.Draw(podium)
    font = ImageFont.load_default(_STEP_NUMBER_SIZE)
    left = _GAP
    for tile, image, side, step in zip(stands, shown, sides, steps, strict=True):
        top = height - _GAP - step
        shape = (left, top, left + side - 1, height - _GAP)
        draw.rounded_rectangle(shape, 12, fill=_STEP_COLOURS[min(tile["number"], 3)])
        draw.text((left + side / 2, top + step / 2), str(tile["number"]), fill=_NUMBER, font=font, anchor="mm")
        podium.paste(image, (left + (side - image.width) // 2, top - _GAP - image.height))
        left += side + _GAP
    return podium


def _standing(tile: Tile, side: int) -> Image.Image:
    """One picture whole, no side longer than `side`; else a square as on a sheet."""
    images = _images(tile)
    if len(images) != 1 or tile["hidden"]:
        return _square(tile, side)
    return ImageOps.contain(images[0], (side, side), Image.Resampling.LANCZOS)


def _at_place(sizes: dict[int, int], tile: Tile) -> int:
    return sizes[min(tile["number"], len(sizes))]


def _tile(tile: Tile) -> Image.Image:
    """A tile of a sheet, with its number in a corner."""
    square = _square(tile, _TILE)
    _draw_number(square, tile["number"])
    return square


def _square(tile: Tile, side: int) -> Image.Image:
    """A square with one picture whole, up to four each cut to its share, or none."""
    square = Image.new("RGB", (side, side), _EMPTY)
    images = _images(tile)
    if len(images) == 1:
        whole = ImageOps.contain(images[0], (side, side), Image.Resampling.LANCZOS)
        square.paste(whole, ((side - whole.width) // 2, (side - whole.height) // 2))
    elif images:
        half = side // 2
        share = (half - 1, side if len(images) == 2 else half - 1)
        for index, image in enumerate(images):
            cut = ImageOps.fit(image, share, Image.Resampling.LANCZOS)
            square.paste(cut, (index % 2 * (half + 1), index // 2 * (half + 1)))
    else:
        _draw_no_picture(square)
    if tile["hidden"]:
        square = square.filter(ImageFilter.GaussianBlur(_BLUR))
    return square


def _images(tile: Tile) -> list[Image.Image]:
    return [image for image in map(_opened, tile["sources"][:_MAX_IN_TILE]) if image is not None]


def _opened(source: str) -> Image.Image | None:
    """The picture of a thumbnail on the tile's own ground, or None where its file cannot be read."""
    try:
        with Image.open(source, formats=("WEBP", "PNG", "JPEG")) as opened:
            image = opened.convert("RGBA")
    except OSError:
        return None
    ground = Image.new("RGBA", image.size, _EMPTY)
    return Image.alpha_composite(ground, image).convert("RGB")


def _draw_no_picture(square: Image.Image) -> None:
    """A picture frame with a mountain, struck through."""
    draw = ImageDraw.Draw(square)
    left, top, right, bottom = (round(square.width * share) for share in (0.3, 0.34, 0.7, 0.66))
    draw.rounded_rectangle((left, top, right, bottom), 8, outline=_FAINT, width=5)
    draw.line([(left + 12, bottom - 14), (left + 38, top + 34), (left + 58, bottom - 14)], fill=_FAINT, width=5)
    draw.line([(left - 10, bottom + 12), (right + 10, top - 12)], fill=_EMPTY, width=15)
    draw.line([(left - 10, bottom + 12), (right + 10, top - 12)], fill=_FAINT, width=5)


def _draw_number(square: Image.Image, number: int) -> None:
    draw = ImageDraw.Draw(square)
    font = ImageFont.load_default(_NUMBER_SIZE)
    width = round(draw.textlength(str(number), font)) + 24
    draw.rounded_rectangle((6, 6, 6 + max(width, 44), 50), 12, fill=_BADGE, outline=_NUMBER, width=2)
    draw.text((6 + max(width, 44) / 2, 28), str(number), fill=_NUMBER, font=font, anchor="mm")
