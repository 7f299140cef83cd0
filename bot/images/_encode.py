"""The child process that decodes and encodes pictures, run as a script by `_child.py`.

It imports nothing but the standard library, Pillow, `_draw_chart.py` and `_draw_sheet.py`, takes its limits as JSON in
its argument and jobs as lines of JSON on its standard input, and answers each with a line of JSON: how the copy was
made, its format, size, width and height. A job that fails is answered with the reason and ends the process; one that
takes too long ends it without an answer. It also ends with its input.
"""

import io
import json
import math
import os
import resource
import signal
import sys
import warnings
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypedDict

from PIL import Image, ImageOps

if TYPE_CHECKING:
    from bot.images._draw_chart import ChartJob, draw_chart
    from bot.images._draw_sheet import SheetJob, draw_podium, draw_sheet
else:
    # As `bot.images` it would bring the whole package with it, for which a child has no time.
    sys.path.append(str(Path(__file__).parent))
    from _draw_chart import ChartJob, draw_chart
    from _draw_sheet import SheetJob, draw_podium, draw_sheet

# With at least so many bits a pixel to spend, a photograph of this quality usually fits.
_QUALITIES = ((8.0, 95), (5.0, 92), (3.0, 88), (2.0, 82), (1.2, 75), (0.0, 65))
_DOWNSCALED_QUALITY = 85
_THUMBNAIL_QUALITY = 80
_NICE = 10

_SHEET_QUALITY = 85
_LOSSLESS = 100
_PODIUM_QUALITY = 90


class Job(TypedDict):
    """What to do.

    `fit` makes a copy of at most `limit` bytes; `thumbnail` a WebP whatever its size. The copy has at most
    `max_pixels` pixels and no side over `max_side`.
    """

    task: Literal["fit", "thumbnail"]
    source: str
    target: str
    limit: int
    max_pixels: int
    max_side: int


class Limits(TypedDict):
    """What the process may use: bytes of address space, and seconds of wall time for each job."""

    memory: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Copy:
    """An encoded copy that is still in memory."""

    data: bytes
    image: Image.Image
    format: str


def main() -> None:
    """Do the jobs that come, within the limits in the first argument."""
    limits: Limits = json.loads(sys.argv[1])
    _confine(limits)
    for line in sys.stdin:
        # The alarm ends a job that takes too long even when the bot that asked for it has died.
        signal.alarm(limits["seconds"])
        try:
            answer = _do(json.loads(line))
        except Exception as error:
            print(json.dumps({"error": f"{type(error).__name__}: {error}"}), flush=True)  # noqa: T201
            raise
        signal.alarm(0)
        print(json.dumps(answer), flush=True)  # noqa: T201


def _do(job: Job | SheetJob | ChartJob) -> dict[str, str | int]:
    if job["task"] == "sheet":
        if job["podium"]:
            return _drawn(job["target"], _encode(draw_podium(job), "WEBP", _PODIUM_QUALITY))
        return _drawn(job["target"], _encode(draw_sheet(job), "WEBP", _SHEET_QUALITY))
    if job["task"] == "chart":
        return _drawn(job["target"], _encode(draw_chart(job), "PNG", _LOSSLESS))
    image, scaled = _load(job)
    if job["task"] == "thumbnail":
        copy = _encode(image, "WEBP", _THUMBNAIL_QUALITY)
    else:
        copy, scaled = _fit(image, scaled, job["limit"])
    report: dict[str, str | int] = {
        "how": "downscaled" if scaled else "reencoded",
        "format": copy.format,
        "size": len(copy.data),
        "width": copy.image.width,
        "height": copy.image.height,
    }
    if len(copy.data) > job["limit"]:
        report["how"] = "link"
    else:
        Path(job["target"]).write_bytes(copy.data)
    return report


def _confine(limits: Limits) -> None:
    # A Ctrl-C reaches the whole process group, and the bot has some seconds then to finish what it can.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(_NICE)
    # The memory limit is what stops a huge picture here, so Pillow's own guess is not wanted.
    Image.MAX_IMAGE_PIXELS = None
    warnings.simplefilter("ignore")
    # macOS refuses this limit, and a host's own limit may already be lower.
    with suppress(ValueError):
        resource.setrlimit(resource.RLIMIT_AS, (limits["memory"], limits["memory"]))


def _load(job: Job) -> tuple[Image.Image, bool]:
    """The picture upright as RGB or RGBA within the job's sides and pixels, and whether it was scaled."""
    image = Image.open(job["source"], formats=("PNG", "JPEG", "WEBP", "GIF"))
    pixels, side = math.prod(image.size), max(image.size)
    scale = min(1.0, math.sqrt(job["max_pixels"] / pixels), job["max_side"] / side)
    if scale < 1:
        # A JPEG can be decoded at a half, a quarter or an eighth of its size at little cost.
        image.draft(None, _scaled_size(image.size, scale))
        target = max(1, round(side * scale))
    else:
        target = side
    ImageOps.exif_transpose(image, in_place=True)
    image = _plain(image)
    image.thumbnail((target, target), Image.Resampling.LANCZOS)
    return image, scale < 1


def _plain(image: Image.Image) -> Image.Image:
    """The picture as RGB, or as RGBA if any of its pixels is not opaque."""
    if image.mode.startswith("I"):
        # Pillow would cut 16 bits of grey off at 255 instead of scaling them.
        image = image.point(lambda value: value / 256).convert("L")  # pyright: ignore[reportUnknownMemberType]
    if image.mode not in {"RGB", "RGBA", "P"}:
        # A colour profile for grey or CMYK says nothing about RGB.
        image.info.pop("icc_profile", None)
    if not image.has_transparency_data:
        return _as(image, "RGB")
    image = _as(image, "RGBA")
    opaque = image.getchannel("A").getextrema() == (255, 255)
    return image.convert("RGB") if opaque else image


def _as(image: Image.Image, mode: str) -> Image.Image:
    # `convert` copies even a picture that is of that mode already.
    return image if image.mode == mode else image.convert(mode)


def _fit(image: Image.Image, scaled: bool, limit: int) -> tuple[Copy, bool]:
    """At most two encodes: one at the quality that probably fits, one scaled down by what it was over."""
    format_ = "WEBP" if image.mode == "RGBA" else "JPEG"
    copy = _encode(image, format_, _quality(limit, math.prod(image.size)))
    if len(copy.data) <= limit:
        return copy, scaled
    # Fewer pixels carry more detail each: bytes fall about with the area to the power of 3/4.
    area = (0.8 * limit / len(copy.data)) ** (4 / 3)
    image.thumbnail(_scaled_size(image.size, math.sqrt(area)), Image.Resampling.LANCZOS)
    return _encode(image, format_, _DOWNSCALED_QUALITY), True


def _quality(limit: int, pixels: int) -> int:
    """The quality at which a picture of that many pixels probably fits into `limit` bytes."""
    bits = limit * 8 / pixels
    return next(quality for least, quality in _QUALITIES if bits >= least)


def _encode(image: Image.Image, format_: str, quality: int) -> Copy:
    buffer = io.BytesIO()
    profile = image.info.get("icc_profile")
    image.save(buffer, format_, quality=quality, method=2, icc_profile=profile)
    return Copy(buffer.getvalue(), image, format_)


def _scaled_size(size: tuple[int, int], scale: float) -> tuple[int, int]:
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _drawn(target: str, copy: Copy) -> dict[str, str | int]:
    Path(target).write_bytes(copy.data)
    size = {"size": len(copy.data), "width": copy.image.width, "height": copy.image.height}
    return {"how": "reencoded", "format": copy.format, **size}


if __name__ == "__main__":
    main()
