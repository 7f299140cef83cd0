"""Edits: the source in another light, with everything in its place."""

from collections.abc import Sequence
from random import Random

from PIL import Image, ImageDraw, ImageEnhance, ImageOps

from bot.sandbox.painting._canvas import Canvas, ellipse
from bot.sandbox.painting._colours import RGB, mix, parse
from bot.sandbox.painting._words import mentions

# Shadows, middle tones and lights that a look steers towards, and how far (0 to 1).
_LOOKS: dict[str, tuple[str, str, str, float]] = {
    "sunset": ("#2a1038", "#d4603f", "#ffe2a0", 0.62),
    "moonlight": ("#040a22", "#31528f", "#d8e6ff", 0.66),
    "sepia": ("#24150b", "#9a6a3c", "#f7e6c4", 0.8),
    "silver": ("#0c0d10", "#7c8087", "#f8f8f6", 1.0),
    "orchard": ("#0d2a22", "#6a9b4f", "#fdf3c0", 0.55),
    "candy": ("#3a1650", "#ff6fa5", "#fff0d9", 0.55),
    "lagoon": ("#04222e", "#1f9e9a", "#eafff0", 0.58),
}
_WORDS = {
    "silver": ("black and white", "monochrome", "noir", "grey", "gray"),
    "moonlight": ("night", "moon", "cold", "winter", "snow", "blue"),
    "sunset": ("sunset", "warm", "autumn", "fire", "orange", "gold"),
    "sepia": ("vintage", "old", "sepia", "western"),
    "orchard": ("green", "spring", "forest", "garden"),
    "candy": ("pink", "cute", "candy", "neon", "purple"),
    "lagoon": ("sea", "water", "teal", "ocean"),
}
_SNOW = ("snow", "winter", "blizzard")


def retouch(
    size: tuple[int, int], sources: Sequence[Image.Image], prompt: str, chosen: Random, chance: Random
) -> Image.Image:
    """The first source, fitted to `size` and graded as the prompt asks; the others as small prints.

    `chosen` is what the prompt decides (the look), `chance` what differs between two edits with one prompt.
    """
    base = ImageOps.fit(sources[0].convert("RGB"), size, Image.Resampling.LANCZOS)
    canvas = Canvas(size)
    look = _choose_look(prompt, chosen)
    canvas.image = _graded(base, look, chance)
    light = parse(_LOOKS[look][2])
    canvas.glow(canvas.width * chance.choice((0.08, 0.92)), canvas.height * 0.08, canvas.unit * 0.9, light, 0.32)
    if mentions(prompt, _SNOW):
        _snow(canvas, chance)
    canvas.vignette(0.3)
    for index, source in enumerate(sources[1:]):
        _print(canvas, source, index, len(sources) - 1)
    _mount(canvas)
    return canvas.image


def cut_out(image: Image.Image) -> Image.Image:
    """The middle of a picture on a transparent ground, with a soft edge."""
    mask = Canvas(image.size)
    mask.fill([ellipse(image.width / 2, image.height / 2, image.width * 0.46, image.height * 0.46)], (255, 255, 255))
    whole = image.convert("RGBA")
    whole.putalpha(mask.image.convert("L"))
    return whole


def _choose_look(prompt: str, rng: Random) -> str:
    for look, words in _WORDS.items():
        if mentions(prompt, words):
            return look
    return rng.choice(sorted(_LOOKS))


def _graded(base: Image.Image, look: str, rng: Random) -> Image.Image:
    shadows, middle, lights, amount = _LOOKS[look]
    grey = ImageOps.autocontrast(base.convert("L"), cutoff=1)
    toned = ImageOps.colorize(grey, parse(shadows), parse(lights), mid=parse(middle))
    blended = Image.blend(base, toned, min(1.0, amount * rng.uniform(0.9, 1.1)))
    return ImageEnhance.Contrast(blended).enhance(rng.uniform(1.04, 1.14))


def _snow(canvas: Canvas, rng: Random) -> None:
    for size, count, opacity in ((0.0018, 90, 0.45), (0.004, 24, 0.28), (0.012, 10, 0.12)):
        flakes = [
            ellipse(rng.uniform(0, canvas.width), rng.uniform(0, canvas.height), canvas.unit * size, corners=12)
            for _ in range(count)
        ]
        canvas.fill(flakes, (255, 255, 255), opacity)


def _print(canvas: Canvas, source: Image.Image, index: int, count: int) -> None:
    """A further source as a small mounted print in the bottom row."""
    step = canvas.width * 0.92 / max(4, count)
    side = max(2, round(min(step * 0.86, canvas.unit * 0.24)))
    border = max(1, side // 16)
    mounted = ImageOps.expand(ImageOps.fit(source.convert("RGB"), (side, side)), border, (250, 248, 242))
    left = round(canvas.width * 0.96 - step * (index + 1))
    canvas.image.paste(mounted, (left, round(canvas.height * 0.95) - mounted.height))


def _mount(canvas: Canvas) -> None:
    """A fine light line just inside the edge."""
    inset, width = round(canvas.unit * 0.018), max(1, round(canvas.unit * 0.003))
    colour: RGB = mix((255, 255, 255), (230, 210, 170), 0.4)
    frame = Image.new("L", canvas.image.size)
    edge = (inset, inset, canvas.width - inset - 1, canvas.height - inset - 1)
    ImageDraw.Draw(frame).rectangle(edge, outline=110, width=width)
    canvas.image.paste(colour, (0, 0), frame)
