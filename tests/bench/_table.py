"""The figures: what must be reached, what is aimed at, and what was measured."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

__all__ = ["Figure", "table"]


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value, in `unit`, that must be at most `must` and is best at most `aim` (None: only reported)."""

    name: str
    value: float
    unit: str
    must: float | None = None
    aim: float | None = None

    @property
    def missed(self) -> bool:
        """Whether it must be better."""
        return self.must is not None and self.value > self.must

    @property
    def verdict(self) -> str:
        """One word on it."""
        if self.must is None:
            return ""
        if self.missed:
            return "MISSED"
        return "aim" if self.aim is not None and self.value <= self.aim else "must"

    def to_json(self) -> dict[str, Any]:
        """Return it as a JSON object."""
        return {**asdict(self), "verdict": self.verdict}


def table(figures: Sequence[Figure]) -> str:
    """Return the figures as lines of text."""
    heads = ("figure", "measured", "must", "aim", "reached")
    rows = [
        (
            figure.name,
            f"{figure.value:.{_places(figure.value)}f} {figure.unit}".rstrip(),
            _limit(figure.must),
            _limit(figure.aim),
            figure.verdict,
        )
        for figure in figures
    ]
    widths = [max(len(row[column]) for row in (heads, *rows)) for column in range(len(heads))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in (heads, *rows)]
    return "\n".join(line.rstrip() for line in lines)


def _places(value: float) -> int:
    return 0 if value >= 100 else 1 if value >= 10 else 2


def _limit(value: float | None) -> str:
    return "" if value is None else f"<= {value:g}"
