"""Pictures made for the tests, as bytes."""

import io
import os
import struct
import zlib
from typing import Any

from PIL import Image

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def noise(width: int, height: int, mode: str = "RGB") -> Image.Image:
    """Random pixels: what no encoder can make small."""
    return Image.frombytes(mode, (width, height), os.urandom(width * height * len(mode)))


def encoded(image: Image.Image, format_: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format_, **options)
    return buffer.getvalue()


def animation(format_: str, *, frames: int = 3) -> bytes:
    first, *others = [noise(40, 30) for _ in range(frames)]
    return encoded(first, format_, save_all=True, append_images=others)


def sideways(format_: str, *, orientation: int = 6) -> bytes:
    """80 x 40 as stored, its left half red; shown with orientation 6 it is 40 x 80, its top half red."""
    image = Image.new("RGB", (80, 40), "blue")
    image.paste("red", (0, 0, 40, 40))
    exif = Image.Exif()
    exif[0x0112] = orientation
    return encoded(image, format_, exif=exif)


def chunk(kind: bytes, body: bytes) -> bytes:
    """One chunk of a PNG."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def black_and_white(width: int, height: int, *, random: bool = False) -> bytes:
    """A PNG of one bit a pixel: millions of pixels in a few bytes, or in a few MB when they are random."""
    row = 1 + (width + 7) // 8
    rows = bytearray(os.urandom(row * height) if random else row * height)
    rows[::row] = bytes(height)  # no filter
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    data = zlib.compress(rows, 1)
    return PNG_SIGNATURE + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
