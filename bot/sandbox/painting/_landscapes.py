"""Scenes out of doors. Each takes the canvas, a palette and a seeded source of chance."""

import math
from itertools import pairwise
from random import Random

from PIL import Image, ImageOps

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

_WHITE: RGB = (255, 255, 255)


def mountains(canvas: Canvas, palette: Palette, rng: Random) -> None:
    """Ridges that fade into the haze, sometimes with pines in front."""
    heavens(canvas, palette, rng, horizon=0.7)
    layers = rng.randint(4, 6)
    for layer in range(layers):
        depth = layer / (layers - 1)
        height = canvas.height * (0.46 + 0.4 * depth) + canvas.unit * rng.uniform(-0.03, 0.03)
        crest = _crest(canvas, rng, height, canvas.unit * (0.2 - 0.11 * depth), roughness=0.56)
        colour = mix(palette.far, palette.near, depth**1.1)
        canvas.fill([_ground(canvas, crest)], Gradient(colour, mix(colour, palette.horizon, 0.55 * (1 - depth))))
    if likely(rng, 0.75):
        _pines(canvas, rng, palette.near, canvas.height * 1.02, canvas.unit * rng.uniform(0.2, 0.3))


def sea(canvas: Canvas, palette: Palette, rng: Random) -> None:
    """The sun over water, far islands, and a sail."""
    horizon = canvas.height * rng.uniform(0.5, 0.6)
    sun = heavens(canvas, palette, rng, horizon=horizon / canvas.height)
    for _ in range(rng.randint(1, 3)):
        _island(canvas, palette, rng, horizon)
    mirror(canvas, horizon, mix(palette.top, palette.near, 0.35))
    _glitter(canvas, rng, palette.light, sun[0], horizon)
    boat = canvas.unit * rng.uniform(0.05, 0.08)
    x, y = canvas.width * rng.uniform(0.2, 0.8), horizon + canvas.unit * rng.uniform(0.07, 0.14)
    _sail(canvas, palette, x, y, boat)


def dunes(canvas: Canvas, palette: Palette, rng: Random) -> None:
    """Long curves of sand, each with a lit and a shaded side."""
    heavens(canvas, palette, rng, horizon=0.62)
    layers = 5
    for layer in range(layers):
        depth = layer / (layers - 1)
        base = canvas.height * (0.52 + 0.38 * depth)
        crest = _swell(canvas, rng, base, canvas.unit * (0.05 + 0.07 * depth))
        lit = mix(mix(palette.horizon, palette.middle, 0.5), palette.near, 0.15 + 0.5 * depth)
        canvas.fill([_ground(canvas, crest)], Gradient(mix(lit, palette.light, 0.35), mix(lit, palette.near, 0.3)))
        slope = [(x + canvas.unit * 0.16, y + canvas.unit * (0.1 + 0.16 * depth)) for x, y in crest]
        canvas.fill([_ground(canvas, slope)], Gradient(mix(lit, palette.near, 0.42), mix(lit, palette.near, 0.6)), 0.5)


def forest(canvas: Canvas, palette: Palette, rng: Random) -> None:
    """Rows of pines that step back into the mist."""
    heavens(canvas, palette, rng, horizon=0.85)
    rows = 5
    for row in range(rows):
        depth = row / (rows - 1)
        colour = mix(mix(palette.horizon, palette.far, 0.75), palette.near, depth)
        base = canvas.height * (0.66 + 0.36 * depth)
        crest = _swell(canvas, rng, base, canvas.unit * 0.03)
        canvas.fill([_ground(canvas, crest)], Gradient(colour, mix(colour, palette.horizon, 0.45 * (1 - depth))))
        _pines(canvas, rng, colour, base + canvas.unit * 0.04, canvas.unit * (0.16 + 0.26 * depth))
        if row < rows - 1:
            _mist(canvas, rng, palette.horizon, base)


def heavens(canvas: Canvas, palette: Palette, rng: Random, horizon: float) -> Point:
    """Sky, stars, sun or moon, and clouds; answers with the middle of the sun."""
    bottom = canvas.height * horizon
    canvas.sky([palette.top, mix(palette.top, palette.middle, 0.7), palette.middle, palette.horizon, palette.horizon])
    if palette.dark:
        stars(canvas, rng, bottom)
    x, y = canvas.width * rng.uniform(0.2, 0.8), bottom * rng.uniform(0.3, 0.7)
    radius = canvas.unit * rng.uniform(0.055, 0.1)
    canvas.glow(x, y, radius * 7, palette.light, 0.6)
    canvas.glow(x, y, radius * 2.4, palette.light, 0.7)
    canvas.fill([ellipse(x, y, radius)], palette.light)
    clouds = mix(palette.middle, palette.horizon, 0.35) if palette.dark else mix(palette.horizon, _WHITE, 0.45)
    canvas.clouds(rng, clouds, bottom, cover=rng.uniform(0.15, 0.75))
    if not palette.dark and likely(rng, 0.6):
        _birds(canvas, rng, mix(palette.near, palette.top, 0.3), bottom)
    return x, y


def stars(canvas: Canvas, rng: Random, bottom: float) -> None:
    """Stars down to the height `bottom`, in three brightnesses."""
    for opacity, count, size in ((0.4, 160, 0.0009), (0.75, 70, 0.0014), (1.0, 16, 0.0024)):
        points = [(rng.uniform(0, canvas.width), rng.uniform(0, bottom)) for _ in range(count)]
        canvas.fill([ellipse(x, y, canvas.unit * size, corners=6) for x, y in points], _WHITE, opacity)


def _crest(canvas: Canvas, rng: Random, base: float, height: float, *, roughness: float) -> list[Point]:
    """A jagged line across the canvas, by midpoint displacement."""
    heights = [rng.uniform(-0.5, 0.5) for _ in range(4)]
    spread = 1.0
    for _ in range(6):
        spread *= roughness
        middles = [(a + b) / 2 + rng.uniform(-spread, spread) for a, b in pairwise(heights)]
        heights = [height for pair in zip(heights, middles, strict=False) for height in pair] + heights[-1:]
    step = canvas.width / (len(heights) - 1)
    return [(index * step, base - value * height) for index, value in enumerate(heights)]


def _swell(canvas: Canvas, rng: Random, base: float, height: float) -> list[Point]:
    """A smooth line across the canvas: three sines."""
    waves = [(rng.uniform(0.5, 1.1) * 2**n, rng.uniform(0, math.tau), 0.5**n) for n in range(3)]
    xs = [canvas.width * step / 120 for step in range(-24, 145)]
    return [
        (x, base - height * sum(a * math.sin(f * math.tau * x / canvas.width + p) for f, p, a in waves)) for x in xs
    ]


def _ground(canvas: Canvas, crest: list[Point]) -> Polygon:
    return [*crest, (crest[-1][0], float(canvas.height)), (crest[0][0], float(canvas.height))]


def _pines(canvas: Canvas, rng: Random, colour: RGB, base: float, height: float) -> None:
    trees: list[Polygon] = []
    x = -height * 0.2
    while x < canvas.width + height * 0.2:
        tall = height * rng.uniform(0.55, 1.1)
        trees.extend(_pine(rng, x, base, tall))
        x += tall * rng.uniform(0.16, 0.42)
    canvas.fill(trees, Gradient(mix(colour, (0, 0, 0), 0.08), colour))


def _pine(rng: Random, x: float, base: float, tall: float) -> list[Polygon]:
    tiers = 6
    shapes: list[Polygon] = []
    for tier in range(tiers):
        top = base - tall * (1 - tier / tiers * 0.86)
        half = tall * (0.05 + 0.155 * (tier + 1) / tiers) * rng.uniform(0.85, 1.1)
        low = top + tall * 0.3
        shapes.append([(x, top), (x + half, low), (x, low - tall * 0.05), (x - half, low)])
    return [*shapes, box(x - tall * 0.015, base - tall * 0.3, x + tall * 0.015, base)]


def _mist(canvas: Canvas, rng: Random, colour: RGB, middle: float) -> None:
    height = max(2, round(canvas.height * 0.24))
    band = gradient((canvas.width, height), [(0, 0, 0), (150, 150, 150), (0, 0, 0)]).convert("L")
    wisps = noise(rng, (canvas.width, height), (3, 2), octaves=2)
    canvas.image.paste(
        colour, (0, round(middle - height * 0.4)), Image.composite(band, curved(band, lambda level: level / 3), wisps)
    )


def _island(canvas: Canvas, palette: Palette, rng: Random, horizon: float) -> None:
    middle, half = canvas.width * rng.uniform(0, 1), canvas.width * rng.uniform(0.12, 0.3)
    height = canvas.unit * rng.uniform(0.05, 0.16)
    crest = _crest(canvas, rng, 0.0, 1.0, roughness=0.5)
    points: list[Point] = []
    for x, y in crest:
        along = x / canvas.width * 2 - 1
        rise = max(0.0, 1 - along * along) * (0.7 - 0.5 * y)
        points.append((middle + along * half, horizon + 1 - max(0.0, rise) * height))
    colour = mix(palette.far, palette.near, rng.uniform(0.1, 0.6))
    canvas.fill([points], Gradient(colour, mix(colour, palette.horizon, 0.4)))


def mirror(canvas: Canvas, line: float, tint: RGB) -> None:
    """Turn what is below `line` into water that shows what is above it."""
    top = round(line)
    size = (canvas.width, canvas.height - top)
    source = canvas.image.crop((0, max(0, top - round(size[1] * 1.25)), canvas.width, top))
    upside_down = ImageOps.flip(source)
    smeared = scaled(scaled(upside_down, (canvas.width, max(2, size[1] // 10))), size)
    water = Image.blend(smeared, scaled(upside_down, size), 0.15)
    depth = gradient(size, [(50, 50, 50), (185, 185, 185)]).convert("L")
    water.paste(tint, (0, 0), depth)
    canvas.image.paste(water, (0, top))


def _glitter(canvas: Canvas, rng: Random, colour: RGB, x: float, line: float) -> None:
    strokes: list[Polygon] = []
    below = canvas.height - line
    for _ in range(150):
        depth = rng.random() ** 1.5
        y = line + below * (0.01 + 0.97 * depth)
        middle = x + rng.gauss(0, 1) * canvas.unit * (0.025 + 0.09 * depth)
        half = canvas.unit * rng.uniform(0.006, 0.03) * (0.4 + depth)
        strokes.append(ellipse(middle, y, half, canvas.unit * (0.0012 + 0.002 * depth), corners=12))
    canvas.fill(strokes, colour, 0.7)


def _sail(canvas: Canvas, palette: Palette, x: float, y: float, size: float) -> None:
    canvas.fill(
        [
            [
                (x - size * 0.5, y),
                (x + size * 0.6, y),
                (x + size * 0.4, y + size * 0.2),
                (x - size * 0.3, y + size * 0.2),
            ]
        ],
        palette.near,
    )
    canvas.fill([[(x, y - size * 1.5), (x, y - size * 0.06), (x + size * 0.62, y - size * 0.06)]], palette.light)
    canvas.fill(
        [
            [
                (x - size * 0.05, y - size * 1.2),
                (x - size * 0.05, y - size * 0.06),
                (x - size * 0.42, y - size * 0.06),
            ]
        ],
        palette.accent,
    )


def _birds(canvas: Canvas, rng: Random, colour: RGB, bottom: float) -> None:
    x, y = canvas.width * rng.uniform(0.2, 0.75), bottom * rng.uniform(0.15, 0.5)
    shapes: list[Polygon] = []
    for _ in range(rng.randint(4, 9)):
        span = canvas.unit * rng.uniform(0.009, 0.02)
        bx, by, lift = (
            x + rng.gauss(0, canvas.unit * 0.09),
            y + rng.gauss(0, canvas.unit * 0.04),
            span * rng.uniform(0.4, 0.8),
        )
        shapes.append([(bx - span, by - lift), (bx, by), (bx + span, by - lift), (bx, by + span * 0.22)])
    canvas.fill(shapes, colour, 0.85)
