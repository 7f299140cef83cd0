"""Colours and palettes of the sandbox's pictures."""

import colorsys
from dataclasses import dataclass, fields
from random import Random

from bot.sandbox.painting._words import mentions

RGB = tuple[int, int, int]


def parse(code: str) -> RGB:
    """The colour of a "#rrggbb" code."""
    red, green, blue = bytes.fromhex(code.removeprefix("#"))
    return red, green, blue


def mix(first: RGB, second: RGB, amount: float) -> RGB:
    """The colour `amount` (0 to 1) of the way from `first` to `second`."""
    red, green, blue = (round(a + (b - a) * amount) for a, b in zip(first, second, strict=True))
    return red, green, blue


def shift(colour: RGB, *, hue: float = 0.0, saturation: float = 1.0, value: float = 1.0) -> RGB:
    """`colour` turned by `hue` (a fraction of the colour circle), with scaled saturation and value."""
    h, s, v = colorsys.rgb_to_hsv(*(part / 255 for part in colour))
    turned = colorsys.hsv_to_rgb((h + hue) % 1, min(1.0, s * saturation), min(1.0, v * value))
    red, green, blue = (round(part * 255) for part in turned)
    return red, green, blue


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of one mood, from the top of the sky to the ground under one's feet."""

    top: RGB
    middle: RGB
    horizon: RGB
    light: RGB
    far: RGB
    near: RGB
    accent: RGB
    dark: bool

    def varied(self, rng: Random) -> "Palette":
        """The same mood in slightly other colours, so that no two pictures share their pixels."""
        hue, saturation, value = rng.uniform(-0.035, 0.035), rng.uniform(0.86, 1.1), rng.uniform(0.93, 1.05)
        colours = {
            field.name: shift(getattr(self, field.name), hue=hue, saturation=saturation, value=value)
            for field in fields(self)
            if field.name != "dark"
        }
        return Palette(**colours, dark=self.dark)


def _palette(codes: str, *, dark: bool = False) -> Palette:
    return Palette(*(parse(code) for code in codes.split()), dark=dark)


PALETTES = {
    "dawn": _palette("#2d3a73 #c9748f #ffd9a8 #fff3d6 #c08ea8 #33213f #ff8f6b"),
    "dusk": _palette("#241544 #a23b72 #ff9a5c #ffe6a8 #a04f78 #1d1030 #ffb347"),
    "day": _palette("#2f7fc1 #86c5ea #eef8fb #fffbe3 #a5c9d8 #24503f #f2b134"),
    "night": _palette("#050b20 #14285c #4a6cae #f5f0da #31477f #070b1a #f2c66d", dark=True),
    "mint": _palette("#0c4250 #43aaa2 #eef6dc #fffdf0 #8fcab8 #0e3a3c #ff8b6a"),
    "rose": _palette("#5a2c63 #e2708f #ffe3d8 #fff4e8 #d291a8 #3b1c42 #ffc04d"),
    "gold": _palette("#7a3b1d #e19a3c #fff0c2 #fffbe8 #d8a067 #45210f #3c7a78"),
    "neon": _palette("#0b0524 #51127e #ff3d97 #ffd6f5 #6a2a8f #0a0618 #2be4ff", dark=True),
    "frost": _palette("#3b5b8c #9db9db #f4f8fc #ffffff #b5c7dd #2e4568 #e08a8a"),
}

_MOODS = {
    "neon": ("neon", "cyber", "tokyo", "synth", "arcade"),
    "night": ("night", "midnight", "moon", "star", "dark"),
    "dawn": ("dawn", "morning", "sunrise"),
    "dusk": ("dusk", "sunset", "evening"),
    "frost": ("snow", "winter", "ice", "arctic"),
    "gold": ("desert", "gold", "autumn", "dune"),
    "mint": ("jungle", "spring", "green"),
    "rose": ("rose", "pink", "love", "blossom"),
    "day": ("day", "blue sky", "summer", "beach"),
}


def choose_palette(prompt: str, rng: Random) -> Palette:
    """The palette whose words the prompt uses, else one that `rng` picks."""
    for name, words in _MOODS.items():
        if mentions(prompt, words):
            return PALETTES[name]
    return PALETTES[rng.choice(sorted(PALETTES))]
