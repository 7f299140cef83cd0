"""Read the headers of PNG, JPEG, WebP and GIF files, and find their ends.

No decoder runs here: a hostile picture costs the bot's process nothing but the bytes that it walks over.
"""

import re
import struct
import zlib
from dataclasses import dataclass
from typing import BinaryIO

from bot.images._errors import NotAPicture, TruncatedPicture

_BLOCK = 256 * 1024
_ORIENTATION_TAG = 0x0112
# Inside a JPEG scan, FF 00 is a stuffed byte, FF D0 to FF D7 are restarts and FF FF is padding.
_SCAN_END = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]", re.DOTALL)
_JPEG_FRAME_STARTS = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
_JPEG_SCAN_START, _JPEG_END, _JPEG_APP1 = 0xDA, 0xD9, 0xE1


@dataclass(slots=True)
class Header:
    """What a file's headers say; width and height are as stored, before orientation."""

    width: int = 0
    height: int = 0
    frames: int = 1
    has_alpha: bool = False
    orientation: int = 1


def read_png(file: BinaryIO) -> Header:
    """Walk all chunks of a PNG, checking each checksum, up to IEND."""
    header = Header()
    _take(file, 8)
    kind, has_data = b"", False
    while kind != b"IEND":
        (length,), kind = struct.unpack(">I", _take(file, 4)), _take(file, 4)
        body = _take_checked(file, kind, length)
        if not header.width and kind != b"IHDR":
            raise NotAPicture
        match kind:
            case b"IHDR":
                header.width, header.height, colour = struct.unpack(">IIxB", _head(body, 10))
                header.has_alpha = bool(colour & 4)
            case b"tRNS":
                header.has_alpha = True
            case b"acTL":
                (header.frames,) = struct.unpack(">I", _head(body, 4))
            case b"eXIf":
                header.orientation = _orientation(body)
            case b"IDAT":
                has_data = True
            case _:
                pass
    if not has_data:
        raise TruncatedPicture
    return header


def read_jpeg(file: BinaryIO) -> Header:
    """Walk the segments and scans of a JPEG up to its end marker; what follows it is not looked at."""
    header = Header()
    _take(file, 2)
    marker, has_scan = 0, False
    while (marker := _jpeg_marker(file)) != _JPEG_END:
        (length,) = struct.unpack(">H", _take(file, 2))
        body = _take(file, max(length - 2, 0))
        if marker in _JPEG_FRAME_STARTS:
            header.height, header.width = struct.unpack(">xHH", _head(body, 5))
        elif marker == _JPEG_APP1 and body.startswith(b"Exif\0\0"):
            header.orientation = _orientation(body)
        elif marker == _JPEG_SCAN_START:
            has_scan = True
            _skip_scan(file)
    if not has_scan:
        raise TruncatedPicture
    return header


def read_webp(file: BinaryIO) -> Header:
    """Walk the chunks of a WebP within the size that its RIFF header gives."""
    header = Header(frames=0)
    (left,) = struct.unpack("<4xI4x", _take(file, 12))
    left -= 4
    while left > 0:
        kind, (length,) = _take(file, 4), struct.unpack("<I", _take(file, 4))
        left -= 8 + length + length % 2
        body = _take(file, min(length, _BLOCK))
        _skip(file, length - len(body))
        if left >= 0:
            _skip(file, length % 2)
        match kind:
            case b"VP8X":
                flags, *size = struct.unpack("<B3xHBHB", _head(body, 10))
                header.has_alpha = bool(flags & 0x10)
                header.width = (size[0] | size[1] << 16) + 1
                header.height = (size[2] | size[3] << 16) + 1
            case b"VP8 " | b"VP8L":
                header.frames = 1
                _read_webp_bitstream(_head(body, 10), kind, header)
            case b"ANMF":
                header.frames += 1
            case b"EXIF":
                header.orientation = _orientation(body)
            case _:
                pass
    if not header.frames:
        raise TruncatedPicture
    return header


def read_gif(file: BinaryIO) -> Header:
    """Walk the blocks of a GIF up to its trailer, counting the frames."""
    width, height, flags = struct.unpack("<6xHHBxx", _take(file, 13))
    header = Header(width, height, frames=0)
    _skip(file, _gif_palette_size(flags))
    while (block := _take(file, 1)) != b";":
        if block == b"!":
            if _take(file, 1) == b"\xf9":
                header.has_alpha |= bool(_take(file, 2)[1] & 1)
                _skip(file, 4)
            else:
                _skip_gif_parts(file)
        elif block == b",":
            header.frames += 1
            _skip(file, _gif_palette_size(_take(file, 9)[8]) + 1)
            _skip_gif_parts(file)
        elif block != b"\0":
            raise TruncatedPicture
    if not header.frames:
        raise TruncatedPicture
    return header


def _jpeg_marker(file: BinaryIO) -> int:
    if _take(file, 1) != b"\xff":
        raise TruncatedPicture
    while (marker := _take(file, 1)) == b"\xff":
        pass
    return marker[0]


def _skip_scan(file: BinaryIO) -> None:
    """Leave the file at the marker that ends the entropy-coded data."""
    start = file.tell()
    while block := file.read(_BLOCK):
        if found := _SCAN_END.search(block):
            file.seek(start + found.start())
            return
        # A marker may lie across two blocks.
        start += len(block) - 1 if len(block) > 1 else 1
        file.seek(start)
    raise TruncatedPicture


def _read_webp_bitstream(head: bytes, kind: bytes, header: Header) -> None:
    if kind == b"VP8 ":
        if head[3:6] != b"\x9d\x01\x2a":
            raise NotAPicture
        width, height = (side & 0x3FFF for side in struct.unpack_from("<HH", head, 6))
    else:
        (bits,) = struct.unpack_from("<xI", head)
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        header.has_alpha |= bool(bits >> 28 & 1)
    if not header.width:
        header.width, header.height = width, height


def _gif_palette_size(flags: int) -> int:
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _skip_gif_parts(file: BinaryIO) -> None:
    while length := _take(file, 1)[0]:
        _skip(file, length)


def _orientation(exif: bytes) -> int:
    """The Exif orientation (1 to 8) out of a TIFF structure; 1 when there is none that makes sense."""
    tiff = exif.removeprefix(b"Exif\0\0")
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return 1
    try:
        (start,) = struct.unpack_from(f"{order}4xI", tiff)
        (count,) = struct.unpack_from(f"{order}H", tiff, start)
        for entry in range(start + 2, start + 2 + 12 * count, 12):
            tag, value = struct.unpack_from(f"{order}H6xH", tiff, entry)
            if tag == _ORIENTATION_TAG:
                return value if value in range(1, 9) else 1
    except struct.error:
        return 1
    return 1


def _take(file: BinaryIO, size: int) -> bytes:
    data = file.read(size)
    if len(data) < size:
        raise TruncatedPicture
    return data


def _take_checked(file: BinaryIO, kind: bytes, length: int) -> bytes:
    """The first block of a PNG chunk's body, once its whole checksum is found right."""
    body = first = _take(file, min(length, _BLOCK))
    checksum = zlib.crc32(body, zlib.crc32(kind))
    left = length - len(body)
    while left:
        body = _take(file, min(left, _BLOCK))
        checksum = zlib.crc32(body, checksum)
        left -= len(body)
    if struct.unpack(">I", _take(file, 4)) != (checksum,):
        raise TruncatedPicture
    return first


def _head(body: bytes, size: int) -> bytes:
    if len(body) < size:
        raise NotAPicture
    return body[:size]


def _skip(file: BinaryIO, size: int) -> None:
    """Go on by `size` bytes, all of which must be there."""
    if size:
        file.seek(size - 1, 1)
        _take(file, 1)
