"""Smaller copies of pictures, made in a child process with limits."""

import asyncio
import json
import logging
import math
import os
import secrets
import sys
from asyncio.subprocess import DEVNULL, PIPE
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypedDict

from bot.images._errors import EncodeFailed, TooManyPixels
from bot.images._inspect import CONTENT_TYPES, SUFFIXES, Format, PictureInfo, inspect

if TYPE_CHECKING:
    from bot.images._encode import Job

MAX_REENCODED_PIXELS = 24_000_000
MAX_DECODED_PIXELS = 60_000_000
THUMBNAIL_SIDE = 512

_DOWNSCALED_PIXELS = 12_000_000
# JPEG's own limit is 65535 pixels a side, WebP's is lower.
_MAX_SIDE = 16_383
_SCRIPT = Path(__file__).with_name("_encode.py")
# What Python needs to start; the bot's secrets stay out of a process that decodes strangers' files.
_KEPT_VARIABLES = ("PATH", "HOME", "LANG", "LD_LIBRARY_PATH", "PYTHONHOME", "PYTHONPATH", "TMPDIR")

_log = logging.getLogger(__name__)

How = Literal["original", "reencoded", "downscaled", "link"]


@dataclass(frozen=True, slots=True)
class Fitted:
    """A picture made to fit.

    Attributes:
        path: the file to send; for `original` and `link` the file that was given.
        how: `original`: the given bytes fit. `reencoded`: same width and height, fewer bytes. `downscaled`:
            fewer pixels. `link`: no copy fits, so the people who asked get a link instead.
        size: bytes of the file at `path`.
        width, height: pixels as shown.
        content_type: such as `image/jpeg`.
        suffix: of the file's format with its dot, such as `.jpg`.
    """

    path: Path
    how: How
    size: int
    width: int
    height: int
    content_type: str
    suffix: str


class _Report(TypedDict):
    how: How
    format: Format
    size: int
    width: int
    height: int


class Encoder:
    """Makes smaller copies, at most `concurrency` at once, each in a process of its own."""

    def __init__(self, *, concurrency: int = 1, memory: int = 1024**3, seconds: float = 20.0) -> None:
        """Set the limits.

        Args:
            concurrency: child processes at once; more callers wait for their turn.
            memory: bytes of address space that a child may use.
            seconds: wall time after which a child is killed.
        """
        self._slots = asyncio.Semaphore(concurrency)
        self._memory = memory
        self._seconds = seconds

    async def fit(self, path: Path, *, limit: int, directory: Path) -> Fitted:
        """Make a picture fit into `limit` bytes, by the first of these that does.

        1. Its own bytes.
        2. Encoded again at full size, up to MAX_REENCODED_PIXELS: as JPEG, or as WebP if any pixel of it is
           not opaque.
        3. Scaled down, up to MAX_DECODED_PIXELS.
        4. A link: also for animations, and when a copy takes too much memory or time.

        Args:
            path: the picture.
            limit: bytes that the copy may have.
            directory: where the copy is put, under a new name; the caller removes it.

        Raises:
            PictureError: the file is no whole picture, see `inspect`.
        """
        info = await inspect(path)
        if info.size <= limit:
            return _unchanged(path, "original", info)
        if info.frames > 1 or info.pixels > MAX_DECODED_PIXELS:
            return _unchanged(path, "link", info)
        only_smaller = info.pixels > MAX_REENCODED_PIXELS
        job: Job = {
            "task": "fit",
            "source": str(path),
            "target": str(directory / secrets.token_hex(8)),
            "limit": limit,
            "max_pixels": _DOWNSCALED_PIXELS if only_smaller else MAX_REENCODED_PIXELS,
            "max_side": _MAX_SIDE,
        }
        try:
            report = await self._run(job)
        except EncodeFailed:
            return _unchanged(path, "link", info)
        if report["how"] == "link":
            return _unchanged(path, "link", info)
        target = Path(job["target"])
        named = await asyncio.to_thread(target.rename, target.with_suffix(SUFFIXES[report["format"]]))
        return _copied(named, report)

    async def thumbnail(self, path: Path, to: Path, *, side: int = THUMBNAIL_SIDE) -> Fitted:
        """Write a small WebP of a picture to `to`, upright, its longer side at most `side` pixels.

        A picture is never enlarged; of an animation the first frame is taken.

        Raises:
            EncodeFailed: it takes too much memory or time, or the picture does not decode.
            TooManyPixels: it has more than MAX_DECODED_PIXELS.
            PictureError: the file is no whole picture, see `inspect`.
        """
        info = await inspect(path)
        if info.pixels > MAX_DECODED_PIXELS:
            raise TooManyPixels(width=info.width, height=info.height, limit=MAX_DECODED_PIXELS)
        job: Job = {
            "task": "thumbnail",
            "source": str(path),
            "target": str(to),
            "limit": sys.maxsize,
            "max_pixels": MAX_DECODED_PIXELS,
            "max_side": side,
        }
        return _copied(to, await self._run(job))

    async def _run(self, job: "Job") -> _Report:
        """Run one job in a child process; on failure its target file is removed."""
        limits = json.dumps({"memory": self._memory, "seconds": math.ceil(self._seconds) + 1})
        async with self._slots:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-P", str(_SCRIPT), json.dumps(job), limits),
                stdin=DEVNULL,
                stdout=PIPE,
                stderr=PIPE,
                env={name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ},
            )
            try:
                async with asyncio.timeout(self._seconds):
                    output, errors = await process.communicate()
                if process.returncode == 0:
                    return json.loads(output)
                reason = errors.decode(errors="replace").strip().rpartition("\n")[2]
            except TimeoutError:
                reason = "out of time"
            finally:
                if process.returncode is None:
                    process.kill()
                    await process.wait()
                if process.returncode != 0:
                    await asyncio.to_thread(Path(job["target"]).unlink, missing_ok=True)
        _log.warning("No %s of %s: %s", job["task"], job["source"], reason or process.returncode)
        raise EncodeFailed


def _unchanged(path: Path, how: How, info: PictureInfo) -> Fitted:
    return Fitted(path, how, info.size, info.width, info.height, info.content_type, info.suffix)


def _copied(path: Path, report: _Report) -> Fitted:
    format_ = report["format"]
    return Fitted(
        path,
        report["how"],
        report["size"],
        report["width"],
        report["height"],
        CONTENT_TYPES[format_],
        SUFFIXES[format_],
    )
