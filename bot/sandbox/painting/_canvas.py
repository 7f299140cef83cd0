"""The surface that the sandbox paints on: smooth polygons, gradients, glows and clouds."""

import math
from collections.abc import Callable, Iterable, Sequence
from random import Random
from typing import NamedTuple

from PIL import Image, ImageChops, ImageDraw

from bot.sandbox.painting._colours import RGB

Point = tuple[float, float]
Polygon = Sequence[Point]


class Gradient(NamedTuple):
    """A paint that runs from one colour down to another."""

    top: RGB
    bottom: RGB


_SMOOTH_UP_TO = 2048  # above this long side, in pixels, edges are fine enough without oversampling
_RIM = 180  # what Pillow's radial gradient has reached in the middle of each edge; 255 is at the corners


def ellipse(x: float, y: float, rx: float, ry: float | None = None, *, corners: int = 64) -> Polygon:
    """A round polygon about (x, y)."""
    ry = rx if ry is None else ry
    angles = (2 * math.pi * corner / corners for corner in range(corners))
    return [(x + rx * math.cos(angle), y + ry * math.sin(angle)) for angle in angles]


def box(left: float, top: float, right: float, bottom: float) -> Polygon:
    """A rectangle."""
    return [(left, top), (right, top), (right, bottom), (left, bottom)]


def likely(rng: Random, share: float) -> bool:
    """True in `share` (0 to 1) of all cases."""
    return rng.random() < share


# Pillow's stubs name NumPy's types, which are not installed here: `resized` and `curved` keep that in one place.
def resized(image: Image.Image, size: tuple[int, int], area: tuple[float, float, float, float]) -> Image.Image:
    """The `area` of a picture, smoothly brought to `size`."""
    return image.resize(size, Image.Resampling.BICUBIC, area)  # pyright: ignore[reportUnknownMemberType]


def scaled(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """The whole picture, smoothly brought to `size`."""
    return resized(image, size, (0.0, 0.0, float(image.width), float(image.height)))


def curved(mask: Image.Image, curve: Callable[[int], float]) -> Image.Image:
    """A mode "L" picture with every level (0 to 255) put through `curve`, cut off at both ends."""
    levels = [round(min(255.0, max(0.0, curve(level)))) for level in range(256)]
    return mask.point(levels)  # pyright: ignore[reportUnknownMemberType]


def gradient(size: tuple[int, int], stops: Sequence[RGB], *, sideways: bool = False) -> Image.Image:
    """A picture of `size` that runs evenly through the colours, downwards or to the right."""
    strip = Image.new("RGB", (len(stops), 1) if sideways else (1, len(stops)))
    for index, colour in enumerate(stops):
        strip.putpixel((index, 0) if sideways else (0, index), colour)
    # Resizing holds the outer half pixel of a strip flat: the area starts and ends in mid-pixel.
    inner = (0.5, 0.0, len(stops) - 0.5, 1.0) if sideways else (0.0, 0.5, 1.0, len(stops) - 0.5)
    return resized(strip, size, inner)


def noise(rng: Random, size: tuple[int, int], cells: tuple[int, int], octaves: int = 4) -> Image.Image:
    """Soft seeded clouds, mode "L": `cells` blobs across and down, and `octaves` finer layers of them."""
    small = (256, 256)
    total = Image.new("L", small)
    weight = 1.0
    for octave in range(octaves):
        across, down = cells[0] << octave, cells[1] << octave
        layer = Image.frombytes("L", (across, down), rng.randbytes(across * down))
        total = Image.blend(total, scaled(layer, small), weight)
        weight = 0.42 * 0.62**octave
    return scaled(total, size)


class Canvas:
    """A picture of `size` pixels in progress. `unit` is its shorter side, the measure of things on it."""

    def __init__(self, size: tuple[int, int]) -> None:
        self.width, self.height = size
        self.unit = float(min(size))
        self.image = Image.new("RGB", size)
        self._oversampling = 2 if max(size) <= _SMOOTH_UP_TO else 1

    def sky(self, stops: Sequence[RGB], *, sideways: bool = False) -> None:
        """Cover everything with a gradient."""
        self.image.paste(gradient(self.image.size, stops, sideways=sideways))

    def fill(self, polygons: Iterable[Polygon], paint: RGB | Gradient, opacity: float = 1.0) -> None:
        """Fill polygons with one colour, or with a gradient from their common top to their bottom."""
        shapes = [polygon for polygon in polygons if polygon]
        area = self._area(shapes)
        if area is None:
            return
        left, top, right, bottom = area
        size = (right - left, bottom - top)
        mask = self._mask(shapes, (left, top), size)
        if opacity < 1:
            mask = curved(mask, lambda level: level * opacity)
        if isinstance(paint, Gradient):
            self.image.paste(gradient(size, (paint.top, paint.bottom)), area, mask)
        else:
            self.image.paste(paint, area, mask)

    def glow(self, x: float, y: float, radius: float, colour: RGB, strength: float, *, flatness: float = 1.0) -> None:
        """A soft light, as round as `flatness` says, that fades out at `radius`."""
        size = (max(2, round(radius * 2)), max(2, round(radius * 2 * flatness)))
        light = curved(Image.radial_gradient("L"), lambda level: strength * 255 * max(0.0, 1 - level / _RIM) ** 2)
        self.image.paste(colour, (round(x - size[0] / 2), round(y - size[1] / 2)), scaled(light, size))

    def clouds(
        self, rng: Random, colour: RGB, bottom: float, *, cells: tuple[int, int] = (3, 5), cover: float = 0.5
    ) -> None:
        """Clouds from the top down to `bottom`, thinning out at both ends; `cover` is from 0 to 1."""
        size = (self.width, max(2, round(bottom)))
        threshold = 255 * (0.78 - 0.45 * cover)
        billows = curved(noise(rng, size, cells), lambda level: min(200.0, (level - threshold) * 2.6))
        fade = gradient(size, [(70, 70, 70), (255, 255, 255), (255, 255, 255), (0, 0, 0)]).convert("L")
        self.image.paste(colour, (0, 0), ImageChops.multiply(billows, fade))

    def vignette(self, strength: float = 0.45) -> None:
        """Darken the corners."""
        shade = curved(Image.radial_gradient("L"), lambda level: strength * (level - 110) * 255 / 145)
        self.image.paste((8, 6, 16), (0, 0), scaled(shade, self.image.size))

    def _area(self, shapes: Sequence[Polygon]) -> tuple[int, int, int, int] | None:
        if not shapes:
            return None
        across = [x for shape in shapes for x, _ in shape]
        down = [y for shape in shapes for _, y in shape]
        left, top = max(0, math.floor(min(across))), max(0, math.floor(min(down)))
        right, bottom = (
            min(self.width, math.ceil(max(across)) + 1),
            min(self.height, math.ceil(max(down)) + 1),
        )
        return (left, top, right, bottom) if left < right and top < bottom else None

    def _mask(self, shapes: Sequence[Polygon], origin: Point, size: tuple[int, int]) -> Image.Image:
        factor = self._oversampling
        mask = Image.new("L", (size[0] * factor, size[1] * factor))
        pen = ImageDraw.Draw(mask)
        for shape in shapes:
            pen.polygon([((x - origin[0]) * factor, (y - origin[1]) * factor) for x, y in shape], fill=255)
        return mask.reduce(factor) if factor > 1 else mask
