"""Scenes that are no landscape: space, geometry, ribbons and a single thing on a table."""

import math
from random import Random

from PIL import Image

from bot.sandbox.painting._canvas import (
    Canvas,
    Gradient,
    Point,
    Polygon,
    box,
    curved,
    ellipse,
    gradient,
    likely,
    noise,
    scaled,
)
from bot.sandbox.painting._colours import RGB, Palette, mix
from bot.sandbox.painting._landscapes import stars

_WHITE: RGB = (255, 255, 255)
_BLACK: RGB = (6, 5, 16)


def space(canvas: Canvas, palette: Palette, rng: Random) -> None:
    """Nebulae and a planet, sometimes with a ring."""
    canvas.sky([_BLACK, mix(_BLACK, palette.top, 0.5), _BLACK])
    for colour in (palette.middle, palette.accent, palette.horizon):
        billows = noise(rng, canvas.image.size, (3, 3), octaves=5)
        billows = curved(billows, lambda level: min(165.0, (level - 118) * 1.5))
        canvas.image.paste(colour, (0, 0), billows)
    stars(canvas, rng, canvas.height)
    _planet(canvas, palette, rng)


def geometry(canvas: Canvas, palette: Palette, rng: Random) -> None:
    """Circles, quarters and bars on a grid, in the manner of a Bauhaus poster."""
    colours = [palette.top, palette.middle, palette.horizon, palette.accent, palette.near, palette.light]
    side = canvas.unit / rng.choice((3, 4, 5))
    columns, rows = math.ceil(canvas.width / side), math.ceil(canvas.height / side)
    canvas.sky([palette.horizon, mix(palette.horizon, palette.light, 0.5)])
    for column in range(columns):
        for row in range(rows):
            left, top = column * side, row * side
            ground, figure, inner = rng.sample(colours, 3)
            canvas.fill([box(left, top, left + side, top + side)], Gradient(ground, mix(ground, _WHITE, 0.08)))
            _tile(canvas, rng, (left, top, side), figure, inner)


def ribbons(canvas: Canvas, palette: Palette, rng: Random) -> None:
    """Translucent bands of light that flow across."""
    base = [mix(palette.top, _BLACK, 0.25), palette.top, mix(palette.middle, palette.top, 0.4)]
    canvas.sky(base, sideways=likely(rng, 0.5))
    colours = [palette.middle, palette.accent, palette.horizon, palette.light]
    phase, frequency = rng.uniform(0, math.tau), rng.uniform(0.5, 1.0)
    for band in range(14):
        share = band / 13
        upper = _flow(canvas, phase + share * 1.4, frequency, 0.2 + 0.6 * share, 0.17)
        lower = _flow(canvas, phase + share * 1.4 + rng.uniform(0.2, 0.7), frequency, 0.26 + 0.62 * share, 0.2)
        colour = colours[band % len(colours)]
        canvas.fill([[*upper, *reversed(lower)]], Gradient(colour, mix(colour, palette.top, 0.6)), 0.34)
    canvas.glow(canvas.width * rng.uniform(0.2, 0.8), canvas.height * 0.4, canvas.unit * 0.6, palette.light, 0.35)
    for _ in range(18):
        spot = ellipse(
            rng.uniform(0, canvas.width),
            rng.uniform(0, canvas.height),
            canvas.unit * rng.uniform(0.004, 0.03),
        )
        canvas.fill([spot], palette.light, rng.uniform(0.06, 0.3))


def still_life(canvas: Canvas, palette: Palette, rng: Random) -> None:
    """A vessel on a table in a soft light."""
    wall, table = mix(palette.horizon, palette.middle, 0.3), mix(palette.near, palette.accent, 0.25)
    canvas.sky([mix(wall, palette.top, 0.35), wall, mix(wall, palette.light, 0.4)], sideways=likely(rng, 0.5))
    canvas.glow(canvas.width * rng.uniform(0.15, 0.85), canvas.height * 0.25, canvas.unit * 0.8, palette.light, 0.7)
    edge = canvas.height * 0.7
    canvas.fill(
        [box(0, edge, canvas.width, canvas.height)],
        Gradient(mix(table, palette.light, 0.25), mix(table, _BLACK, 0.3)),
    )
    vessel(canvas, palette, rng)


def vessel(canvas: Canvas, palette: Palette, rng: Random) -> None:
    """A turned vessel with its shadow, in the middle of the canvas."""
    x, bottom = canvas.width / 2, canvas.height / 2 + canvas.unit * 0.34
    canvas.glow(x, bottom, canvas.unit * 0.36, _BLACK, 0.8, flatness=0.18)
    left, height = vessel_profile(rng, canvas.unit)
    outline = [(x - half, bottom - height * share) for share, half in left]
    outline += [(x + half, bottom - height * share) for share, half in reversed(left)]
    colour = mix(palette.accent, palette.middle, rng.uniform(0, 0.7))
    canvas.fill([outline], Gradient(mix(colour, _WHITE, 0.15), mix(colour, palette.near, 0.45)))
    for offset, width, shade, opacity in (
        (-0.62, 0.16, _WHITE, 0.34),
        (-0.3, 0.05, _WHITE, 0.22),
        (0.5, 0.5, _BLACK, 0.26),
    ):
        edge = [(x + half * offset, bottom - height * share) for share, half in left]
        edge += [(x + half * min(1.0, offset + width), bottom - height * share) for share, half in reversed(left)]
        canvas.fill([edge], shade, opacity)
    mouth = left[-1][1]
    canvas.fill([ellipse(x, bottom - height, mouth, mouth * 0.22)], mix(colour, _BLACK, 0.55))


def vessel_profile(rng: Random, unit: float) -> tuple[list[tuple[float, float]], float]:
    """Half widths by share of the height, from foot to mouth, and the height, in pixels."""
    belly, waist, peak = rng.uniform(0.15, 0.24), rng.uniform(0.05, 0.1), rng.uniform(0.28, 0.45)
    shares = [step / 60 for step in range(61)]
    widths: list[tuple[float, float]] = []
    for share in shares:
        bulge = math.exp(-(((share - peak) / 0.26) ** 2))
        lip = max(0.0, share - 0.86) * 0.18
        foot = 0.03 * math.exp(-share * 14)
        widths.append((share, unit * (waist + (belly - waist) * bulge + lip + foot)))
    return widths, unit * rng.uniform(0.52, 0.64)


def _planet(canvas: Canvas, palette: Palette, rng: Random) -> None:
    x, y = canvas.width * rng.uniform(0.32, 0.68), canvas.height * rng.uniform(0.35, 0.65)
    radius = canvas.unit * rng.uniform(0.2, 0.3)
    canvas.glow(x, y, radius * 1.9, palette.middle, 0.75)
    tilt, ringed = rng.uniform(-0.35, 0.35), likely(rng, 0.65)
    ring = [_ring(x, y, radius * (1.35 + 0.13 * n), radius * (1.44 + 0.13 * n), tilt) for n in range(4)]
    side = round(radius * 2)
    bands = gradient(
        (side, side),
        [rng.choice((palette.horizon, palette.accent, palette.middle, palette.far)) for _ in range(7)],
    )
    swirl = curved(noise(rng, (side, side), (2, 8), octaves=3), lambda level: level / 3)
    bands.paste(palette.light, (0, 0), swirl)
    corner = round(side * 0.62)  # the light falls from the upper left
    shade = scaled(Image.radial_gradient("L"), (side * 2, side * 2))
    shade = shade.crop((corner, corner, corner + side, corner + side))
    shade = curved(shade, lambda level: min(240.0, (level - 25) * 2.5))
    bands.paste(_BLACK, (0, 0), shade)
    disc = Canvas((side, side))
    disc.fill([ellipse(side / 2, side / 2, side / 2 - 1)], _WHITE)
    if ringed:
        for upper, _ in ring:
            canvas.fill([upper], palette.light, 0.4)
    canvas.image.paste(bands, (round(x - radius), round(y - radius)), disc.image.convert("L"))
    if ringed:
        for _, lower in ring:
            canvas.fill([lower], palette.light, 0.55)


def _ring(x: float, y: float, inner: float, outer: float, tilt: float) -> tuple[Polygon, Polygon]:
    """The far and the near half of a flat ring."""

    def arc(radius: float, start: float) -> list[Point]:
        turned: list[Point] = []
        for step in range(49):
            angle = start + math.pi * step / 48
            along, across = radius * math.cos(angle), radius * 0.26 * math.sin(angle)
            turned.append(
                (
                    x + along * math.cos(tilt) - across * math.sin(tilt),
                    y + along * math.sin(tilt) + across * math.cos(tilt),
                )
            )
        return turned

    far = [*arc(inner, math.pi), *reversed(arc(outer, math.pi))]
    return far, [*arc(inner, 0.0), *reversed(arc(outer, 0.0))]


def _tile(canvas: Canvas, rng: Random, cell: tuple[float, float, float], figure: RGB, inner: RGB) -> None:
    left, top, side = cell
    middle = (left + side / 2, top + side / 2)
    match rng.randrange(5):
        case 0:
            canvas.fill([ellipse(*middle, side * 0.42)], figure)
            canvas.fill([ellipse(*middle, side * 0.2)], inner)
        case 1:
            corner = (left + side * rng.randrange(2), top + side * rng.randrange(2))
            canvas.fill([_quarter(corner, side, cell)], figure)
            canvas.fill([_quarter(corner, side * 0.55, cell)], inner)
        case 2:
            rows = [(top + side * (n + 0.25) / 4, top + side * (n + 0.7) / 4) for n in range(4)]
            canvas.fill([box(left, upper, left + side, lower) for upper, lower in rows], figure)
        case 3:
            canvas.fill([[(left, top), (left + side, top), (left, top + side)]], figure)
        case _:
            shares = [n / 40 for n in range(41)]
            rise = [(left + side * n, top + side * (0.5 - 0.28 * math.sin(n * math.tau))) for n in shares]
            canvas.fill([[*rise, (left + side, top + side), (left, top + side)]], figure)


def _quarter(corner: Point, radius: float, cell: tuple[float, float, float]) -> Polygon:
    left, top, side = cell
    return [
        (min(max(x, left), left + side), min(max(y, top), top + side)) for x, y in ellipse(corner[0], corner[1], radius)
    ]


def _flow(canvas: Canvas, phase: float, frequency: float, middle: float, swing: float) -> list[Point]:
    points: list[Point] = []
    for step in range(101):
        share = step / 100
        wave = math.sin(frequency * math.tau * share + phase) + 0.35 * math.sin(2.3 * math.tau * share + phase * 2)
        points.append((canvas.width * share, canvas.height * middle + canvas.unit * swing * wave))
    return points
