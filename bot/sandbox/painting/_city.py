"""A skyline."""

from random import Random

from bot.sandbox.painting._canvas import Canvas, Gradient, Polygon, box, likely
from bot.sandbox.painting._colours import Palette, mix
from bot.sandbox.painting._landscapes import heavens, mirror


def city(canvas: Canvas, palette: Palette, rng: Random) -> None:
    """A skyline with lit windows, mirrored in a river."""
    river = canvas.height * rng.uniform(0.72, 0.8)
    heavens(canvas, palette, rng, horizon=river / canvas.height)
    for row in range(3):
        depth = row / 2
        colour = mix(mix(palette.middle, palette.far, 0.5), palette.near, 0.25 + 0.75 * depth)
        towers = _towers(canvas, rng, river, canvas.unit * (0.56 - 0.17 * row))
        canvas.fill(towers, Gradient(colour, mix(colour, palette.horizon, 0.35 * (1 - depth))))
        windows = [window for tower in towers for window in _windows(canvas, rng, tower, river)]
        halves = rng.random()
        for index, light in enumerate((palette.accent, palette.light)):
            lit = [w for w in windows if (rng.random() < halves) == bool(index)]
            canvas.fill(lit, light, 0.3 + 0.55 * depth)
    canvas.glow(canvas.width / 2, river, canvas.width * 0.5, palette.horizon, 0.4)
    mirror(canvas, river, palette.near)


def _towers(canvas: Canvas, rng: Random, ground: float, height: float) -> list[Polygon]:
    towers: list[Polygon] = []
    x = -canvas.unit * rng.uniform(0, 0.05)
    while x < canvas.width:
        wide = canvas.unit * rng.uniform(0.05, 0.13)
        top = ground - height * (0.35 + 0.65 * rng.random() ** 1.4)
        towers.append(box(x, top, x + wide, ground))
        if likely(rng, 0.2):
            towers[-1] = [(x, top), (x + wide / 2, top - wide * 0.6), (x + wide, top), (x + wide, ground), (x, ground)]
        elif likely(rng, 0.25):
            towers.append(box(x + wide * 0.47, top - wide * 0.8, x + wide * 0.53, top))
        x += wide * rng.uniform(0.86, 1.25)
    return towers


def _windows(canvas: Canvas, rng: Random, tower: Polygon, ground: float) -> list[Polygon]:
    left, right = min(x for x, _ in tower), max(x for x, _ in tower)
    top = max(y for _, y in tower if y < ground)  # the eaves, under a pointed roof
    pane = canvas.unit * 0.008
    columns = int((right - left) / (pane * 2.2)) - 1
    rows = int((ground - top) / (pane * 2.6)) - 1
    gap = (right - left) / (columns + 1) if columns > 0 else 0
    return [
        box(
            left + gap * (c + 1) - pane / 2,
            top + pane * 2.6 * (r + 0.8),
            left + gap * (c + 1) + pane / 2,
            top + pane * (2.6 * (r + 0.8) + 1.3),
        )
        for c in range(columns)
        for r in range(rows)
        if likely(rng, 0.42)
    ]
