"""Sizes in pixels, such as 1024x768, and the ratios that they come near."""

import math
import re
from collections.abc import Iterable

_SIZE = re.compile(r"(\d{1,5})\s*[x\u00d7*]\s*(\d{1,5})", re.IGNORECASE)
_RATIO = re.compile(r"(\d{1,5}):(\d{1,5})")


def parse_size(typed: str) -> tuple[int, int] | None:
    """Return width and height in pixels, or None for text that is no size."""
    return _pair(_SIZE.fullmatch(typed.strip()))


def nearest_ratio(size: str, ratios: Iterable[str]) -> str | None:
    """Return the ratio (`W:H`) that comes nearest to a size, or None where either is none."""
    wanted = parse_size(size)
    known = {ratio: sides for ratio in ratios if (sides := _pair(_RATIO.fullmatch(ratio)))}
    if wanted is None or not known:
        return None
    return min(known, key=lambda ratio: abs(_slope(known[ratio]) - _slope(wanted)))


def _pair(match: re.Match[str] | None) -> tuple[int, int] | None:
    sides = (int(match[1]), int(match[2])) if match else (0, 0)
    return sides if all(sides) else None


def _slope(sides: tuple[int, int]) -> float:
    # The logarithm makes 2:1 as far from the square as 1:2.
    return math.log(sides[0] / sides[1])
