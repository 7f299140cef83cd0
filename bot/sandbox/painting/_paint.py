"""From a prompt to the bytes of a PNG."""

import hashlib
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from PIL import Image, ImageChops, ImageOps

from bot.sandbox.painting import _abstracts, _city, _landscapes
from bot.sandbox.painting._canvas import Canvas
from bot.sandbox.painting._colours import Palette, choose_palette, mix
from bot.sandbox.painting._edits import cut_out, retouch
from bot.sandbox.painting._lettering import letter
from bot.sandbox.painting._words import mentions, words_to_letter

LONG_SIDES = {"1k": 1024, "2k": 2048, "4k": 4096}
"""The longer side of a picture in pixels, by its `output_resolution`."""

Scene = Callable[[Canvas, Palette, Random], None]

# A scene and the words that call for it; without any of them the prompt's hash picks one.
_SCENES: tuple[tuple[Scene, tuple[str, ...]], ...] = (
    (_city.city, ("city", "street", "tokyo", "skyline", "town", "building", "neon")),
    (_abstracts.space, ("space", "planet", "galaxy", "nebula", "astronaut", "cosmic", "rocket")),
    (_landscapes.dunes, ("desert", "dune", "sand", "camel")),
    (
        _landscapes.sea,
        ("sea", "ocean", "beach", "boat", "ship", "lighthouse", "wave", "lake", "harbour", "harbor"),
    ),
    (_landscapes.forest, ("forest", "tree", "wood", "fox", "bear", "jungle", "cabin")),
    (_landscapes.mountains, ("mountain", "hill", "valley", "landscape", "castle", "dragon")),
    (_abstracts.geometry, ("abstract", "geometric", "bauhaus", "pattern", "poster")),
    (_abstracts.ribbons, ("flow", "ribbon", "wallpaper", "aurora", "dream")),
    (_abstracts.still_life, ("mug", "cup", "bottle", "vase", "table", "product", "pot", "coffee")),
)


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be painted.

    Attributes:
        prompt: the whole prompt.
        aspect_ratio: "W:H"; None or "auto" is a square, and in an edit the source's own.
        resolution: a key of `LONG_SIDES`.
        seed: what chance grows from: the same order gives the same bytes.
        sources: encoded pictures to edit; empty for a new picture.
        transparent: whether the ground is left out (PNG with alpha).
        size: width and height in pixels, in place of ratio and resolution; for a new picture.
        mask: an encoded picture, clear (or white, without alpha) where an edit may paint; None is everywhere.
    """

    prompt: str
    aspect_ratio: str | None
    resolution: str
    seed: str
    sources: tuple[bytes, ...] = ()
    transparent: bool = False
    size: tuple[int, int] | None = None
    mask: bytes | None = None


def paint(order: Order) -> bytes:
    """The PNG that `order` describes. Blocks: about 0.1 s for 1k, so call it in a thread.

    Raises:
        OSError: a source is not a picture.
    """
    chosen = _rng(order.prompt)  # what the prompt alone decides
    chance = _rng(order.prompt, order.seed, order.aspect_ratio, order.resolution)
    if order.sources:
        image = _edit(order, chosen, chance)
    elif order.transparent:
        image = _object(order, chosen, chance)
    else:
        image = _scene(order, chosen, chance)
    answer = io.BytesIO()
    image.save(answer, "PNG", compress_level=3)
    return answer.getvalue()


def size_of(aspect_ratio: str, resolution: str) -> tuple[int, int]:
    """Width and height in pixels for a "W:H" ratio: the longer side is the resolution's."""
    width, height = (int(part) for part in aspect_ratio.split(":"))
    long_side = LONG_SIDES[resolution]
    if width >= height:
        return long_side, round(long_side * height / width)
    return round(long_side * width / height), long_side


def _rng(*parts: str | None) -> Random:
    return Random(hashlib.sha256(json.dumps(parts).encode()).digest())  # noqa: S311 -- pictures, not secrets


def _scene(order: Order, chosen: Random, chance: Random) -> Image.Image:
    palette = choose_palette(order.prompt, chosen).varied(chance)
    canvas = Canvas(_size(order))
    _choose_scene(order.prompt, chosen)(canvas, palette, chance)
    canvas.vignette()
    words = words_to_letter(order.prompt)
    if words is not None:
        letter(canvas.image, words, mix(palette.light, (255, 255, 255), 0.5))
    return canvas.image


def _object(order: Order, chosen: Random, chance: Random) -> Image.Image:
    """A single thing, cut out by painting it on black and on white and comparing."""
    palette = choose_palette(order.prompt, chosen).varied(chance)
    size = _size(order)
    state = chance.getstate()
    layers: list[Image.Image] = []
    for ground in ((0, 0, 0), (255, 255, 255)):
        chance.setstate(state)
        canvas = Canvas(size)
        canvas.sky([ground, ground])
        _abstracts.vessel(canvas, palette, chance)
        words = words_to_letter(order.prompt)
        if words is not None:
            letter(canvas.image, words, palette.light, height=0.62)
        layers.append(canvas.image)
    return _cut_from(*layers)


def _cut_from(on_black: Image.Image, on_white: Image.Image) -> Image.Image:
    """What covers the ground: where black and white grounds show through differently, it is transparent."""
    ground = ImageChops.subtract(on_white.getchannel("G"), on_black.getchannel("G"))
    whole = on_black.convert("RGBA")
    whole.putalpha(ImageChops.invert(ground))
    return whole


def _edit(order: Order, chosen: Random, chance: Random) -> Image.Image:
    sources = [ImageOps.exif_transpose(Image.open(io.BytesIO(data))) for data in order.sources]
    ratio = order.aspect_ratio
    if ratio in {None, "auto"}:
        ratio = _nearest_within_limits(sources[0])
    image = retouch(size_of(ratio or "1:1", order.resolution), sources, order.prompt, chosen, chance)
    words = words_to_letter(order.prompt)
    if words is not None:
        letter(image, words, (255, 248, 232))
    if order.mask is not None:
        image = _kept_outside(Image.open(io.BytesIO(order.mask)), sources[0], image)
    return cut_out(image) if order.transparent else image


def _kept_outside(mask: Image.Image, source: Image.Image, edited: Image.Image) -> Image.Image:
    """An edit where the mask lets it be, and its source elsewhere."""
    keep = mask.getchannel("A") if "A" in mask.getbands() else ImageOps.invert(mask.convert("L"))
    before = ImageOps.fit(source.convert("RGB"), edited.size, Image.Resampling.LANCZOS)
    return Image.composite(before, edited, ImageOps.fit(keep, edited.size))


def _nearest_within_limits(source: Image.Image) -> str:
    """The source's own ratio, but never longer than 3:1."""
    width, height = source.size
    return f"{min(width, 3 * height)}:{min(height, 3 * width)}"


def _size(order: Order) -> tuple[int, int]:
    return order.size or size_of(_ratio(order), order.resolution)


def _ratio(order: Order) -> str:
    return "1:1" if order.aspect_ratio in {None, "auto"} else str(order.aspect_ratio)


def _choose_scene(prompt: str, rng: Random) -> Scene:
    for scene, words in _SCENES:
        if mentions(prompt, words):
            return scene
    return rng.choice(_SCENES)[0]
