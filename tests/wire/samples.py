"""Pictures of a given size."""

import io
import math

from PIL import Image

__all__ = ["unpacked"]


def unpacked(size: int) -> bytes:
    """A PNG of about `size` bytes, which no compression made smaller; quick to make and to read."""
    side = math.isqrt(size // 3)
    buffer = io.BytesIO()
    Image.new("RGB", (side, side), "teal").save(buffer, "PNG", compress_level=0)
    return buffer.getvalue()
