"""Smaller copies of pictures, made in a child process with limits."""

import asyncio
import logging
import math
import secrets
import sys
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Literal, Self, TypedDict

from bot.images._chart import Chart, Series
from bot.images._child import Child, JobFailed
from bot.images._errors import EncodeFailed, TooManyPixels
from bot.images._inspect import CONTENT_TYPES, SUFFIXES, Format, PictureInfo, inspect

if TYPE_CHECKING:
    from bot.images._draw_chart import ChartJob
    from bot.images._draw_chart import Series as DrawnSeries
    from bot.images._draw_sheet import SheetJob
    from bot.images._encode import Job, Limits

MAX_REENCODED_PIXELS = 24_000_000
MAX_DECODED_PIXELS = 60_000_000
THUMBNAIL_SIDE = 512

ENCODE_SECONDS = 20.0
"""Wall time of one job."""

ENCODE_BYTES = 1024**3
"""Address space of a child."""

JOBS_A_CHILD = 200
"""Jobs after which a child makes way for a new one, so that nothing that leaks grows for ever."""

IDLE_SECONDS = 60.0
"""How long a child waits for its next job."""

_DOWNSCALED_PIXELS = 12_000_000
# JPEG's own limit is 65535 pixels a side, WebP's is lower.
_MAX_SIDE = 16_383

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


@dataclass(frozen=True, slots=True)
class Tile:
    """A tile of a contact sheet.

    Attributes:
        number: shown in its corner.
        pictures: the thumbnails of up to four pictures, of which those are left out that are not there; without any
            the tile is shown empty.
        hidden: whether they are blurred beyond recognition.
    """

    number: int
    pictures: Sequence[Path] = ()
    hidden: bool = False


class _UsedUp(Exception):
    """A job failed in a child that had done others; the text says why, for the log."""


class _Report(TypedDict):
    how: How
    format: Format
    size: int
    width: int
    height: int


class Encoder:
    """Makes smaller copies, at most `concurrency` at once, in child processes; an async context manager.

    A child does one job after another. It is started for the first job and ends when there is none for a while, after
    many, and with a job that fails or takes too long; one that ends before its time costs nobody their picture.
    """

    def __init__(
        self,
        *,
        concurrency: int = 1,
        memory: int = ENCODE_BYTES,
        seconds: float = ENCODE_SECONDS,
        jobs: int = JOBS_A_CHILD,
        idle: float = IDLE_SECONDS,
    ) -> None:
        """Set the limits; no process is started yet.

        Args:
            concurrency: child processes at once; more callers wait for their turn.
            memory: bytes of address space that a child may use.
            seconds: wall time that a job may take; then its child is killed.
            jobs: how many a child does at most.
            idle: seconds without a job after which children end.
        """
        self._slots = asyncio.Semaphore(concurrency)
        self._limits: Limits = {"memory": memory, "seconds": math.ceil(seconds) + 1}
        self._seconds = seconds
        self._jobs = jobs
        self._idle = idle
        self._waiting: list[Child] = []
        self._ending: set[asyncio.Task[None]] = set()
        self._timer: asyncio.TimerHandle | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._rest()
        await asyncio.gather(*self._ending)

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

    async def sheet(self, tiles: Sequence[Tile], to: Path) -> Fitted:
        """Write a contact sheet to `to`, a WebP: numbered tiles in rows of three.

        Args:
            tiles: at least one.

        Raises:
            EncodeFailed: it takes too much memory or time.
        """
        return await self._put_together(tiles, to, podium=False)

    async def podium(self, tiles: Sequence[Tile], to: Path) -> Fitted:
        """Write a podium to `to`, a WebP: up to three pictures on the steps of their places.

        Args:
            tiles: one to three, the first place first; their numbers are the places, of which two may be alike.

        Raises:
            EncodeFailed: it takes too much memory or time.
        """
        return await self._put_together(tiles, to, podium=True)

    async def _put_together(self, tiles: Sequence[Tile], to: Path, *, podium: bool) -> Fitted:
        job: SheetJob = {
            "task": "sheet",
            "podium": podium,
            "source": f"{len(tiles)} thumbnails",
            "target": str(to),
            "tiles": [
                {"number": tile.number, "sources": [str(each) for each in tile.pictures], "hidden": tile.hidden}
                for tile in tiles
            ],
        }
        return _copied(to, await self._run(job))

    async def chart(self, chart: Chart, to: Path) -> Fitted:
        """Write a chart to `to`, a PNG.

        Raises:
            EncodeFailed: it takes too much memory or time.
        """
        job: ChartJob = {
            "task": "chart",
            "source": f"{len(chart.series)} figures",
            "target": str(to),
            "kind": chart.kind,
            "labels": [*chart.labels],
            "series": [_described(each) for each in chart.series],
        }
        return _copied(to, await self._run(job))

    async def _run(self, job: "Job | SheetJob | ChartJob") -> _Report:
        """Have one job done; on failure its target file is removed."""
        try:
            async with self._slots:
                try:
                    return await self._try(job, fresh=False)
                except _UsedUp as error:
                    _log.info("A child process ended: %s", error)
                    return await self._try(job, fresh=True)
        except BaseException as error:
            await asyncio.to_thread(Path(job["target"]).unlink, missing_ok=True)
            if not isinstance(error, JobFailed):
                raise
            _log.warning("No %s of %s: %s", job["task"], job["source"], error)
            raise EncodeFailed from error

    async def _try(self, job: "Job | SheetJob | ChartJob", *, fresh: bool) -> _Report:
        async with self._child(fresh=fresh) as child:
            return await child.do(job, self._seconds)

    @asynccontextmanager
    async def _child(self, *, fresh: bool) -> AsyncGenerator[Child]:
        """A child for one job, which ends with a job that fails.

        Raises:
            JobFailed: the job failed.
            _UsedUp: so it did, but that may be because of earlier jobs.
        """
        child = None if fresh else self._take()
        if child is None:
            child = await Child.start(self._limits)
        try:
            yield child
        except BaseException as error:
            await child.end()
            if isinstance(error, JobFailed) and child.jobs > 1 and not isinstance(error.__cause__, TimeoutError):
                raise _UsedUp(str(error)) from error
            raise
        self._put_back(child)

    def _take(self) -> Child | None:
        while self._waiting:
            child = self._waiting.pop()
            if child.alive:
                return child
            self._end(child)
        return None

    def _put_back(self, child: Child) -> None:
        if child.jobs >= self._jobs:
            self._end(child)
            return
        self._waiting.append(child)
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(self._idle, self._rest)

    def _rest(self) -> None:
        """End the children that have nothing to do."""
        if self._timer is not None:
            self._timer.cancel()
        while self._waiting:
            self._end(self._waiting.pop())

    def _end(self, child: Child) -> None:
        ending = asyncio.create_task(child.end())
        self._ending.add(ending)
        ending.add_done_callback(self._ending.discard)


def _described(series: Series) -> "DrawnSeries":
    return {
        "title": series.title,
        "values": [*series.values],
        "behind": [*series.behind],
        "marks": [*series.marks],
        "prefix": series.prefix,
        "suffix": series.suffix,
        "top": series.top,
        "whole": series.whole,
    }


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
