"""What a file really is, from its own bytes and not from its name or declared type."""

import asyncio
import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal

from bot.images._errors import (
    AnimatedPicture,
    EmptyPicture,
    NotAPicture,
    TooManyBytes,
    TooManyPixels,
    WrongFormat,
)
from bot.images._headers import Header, read_gif, read_jpeg, read_png, read_webp

MAX_SOURCE_PIXELS = 40_000_000
MAX_SOURCE_BYTES = 20 * 1024 * 1024

Format = Literal["PNG", "JPEG", "WEBP", "GIF"]

SOURCE_FORMATS: frozenset[Format] = frozenset({"PNG", "JPEG", "WEBP"})
SUFFIXES: dict[Format, str] = {"PNG": ".png", "JPEG": ".jpg", "WEBP": ".webp", "GIF": ".gif"}
CONTENT_TYPES: dict[Format, str] = {
    "PNG": "image/png",
    "JPEG": "image/jpeg",
    "WEBP": "image/webp",
    "GIF": "image/gif",
}

_READERS: dict[Format, Callable[[BinaryIO], Header]] = {
    "PNG": read_png,
    "JPEG": read_jpeg,
    "WEBP": read_webp,
    "GIF": read_gif,
}
# Exif orientations from here on lie on their side.
_FIRST_SIDEWAYS = 5


@dataclass(frozen=True, slots=True)
class PictureInfo:
    """What a picture's headers say.

    Attributes:
        format: found from the bytes.
        size: bytes of the whole file.
        width, height: pixels as shown, so after the Exif orientation.
        frames: 1 for a still picture.
        has_alpha: whether pixels may be transparent.
    """

    format: Format
    size: int
    width: int
    height: int
    frames: int
    has_alpha: bool

    @property
    def content_type(self) -> str:
        """The media type, such as `image/png`."""
        return CONTENT_TYPES[self.format]

    @property
    def suffix(self) -> str:
        """The file name suffix with its dot, such as `.jpg`."""
        return SUFFIXES[self.format]

    @property
    def pixels(self) -> int:
        """Width times height."""
        return self.width * self.height


async def inspect(source: Path | bytes) -> PictureInfo:
    """Read a picture's headers and check that its file is whole, without decoding it.

    Raises:
        EmptyPicture: the file has no bytes.
        NotAPicture: it is no PNG, JPEG, WebP or GIF.
        TruncatedPicture: it ends too early or is damaged.
    """
    return await asyncio.to_thread(_inspect, source)


async def check_source(source: Path | bytes) -> PictureInfo:
    """Check a picture that is to be edited: one still PNG, JPEG or WebP within the two limits.

    The limits are MAX_SOURCE_BYTES and MAX_SOURCE_PIXELS; the size of the picture is known from its header,
    so a small file that would unpack to a huge picture costs nothing.

    Raises:
        PictureError: what `inspect` raises, TooManyBytes, AnimatedPicture, WrongFormat or
            TooManyPixels.
    """
    return await asyncio.to_thread(_check_source, source)


def _check_source(source: Path | bytes) -> PictureInfo:
    if _size(source) > MAX_SOURCE_BYTES:
        raise TooManyBytes(limit=MAX_SOURCE_BYTES)
    info = _inspect(source)
    if info.frames > 1:
        raise AnimatedPicture(frames=info.frames)
    if info.format not in SOURCE_FORMATS:
        raise WrongFormat(format_=info.format)
    if info.pixels > MAX_SOURCE_PIXELS:
        raise TooManyPixels(width=info.width, height=info.height, limit=MAX_SOURCE_PIXELS)
    return info


def _size(source: Path | bytes) -> int:
    return len(source) if isinstance(source, bytes) else source.stat().st_size


def _inspect(source: Path | bytes) -> PictureInfo:
    size = _size(source)
    with io.BytesIO(source) if isinstance(source, bytes) else source.open("rb") as file:
        format_ = _recognise(file.read(12))
        file.seek(0)
        header = _READERS[format_](file)
    if not header.width or not header.height:
        raise NotAPicture
    sides = header.width, header.height
    width, height = sides if header.orientation < _FIRST_SIDEWAYS else sides[::-1]
    return PictureInfo(format_, size, width, height, header.frames, header.has_alpha)


def _recognise(start: bytes) -> Format:
    if not start:
        raise EmptyPicture
    if start.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if start.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if start.startswith(b"RIFF") and start.endswith(b"WEBP"):
        return "WEBP"
    if start.startswith((b"GIF87a", b"GIF89a")):
        return "GIF"
    raise NotAPicture
