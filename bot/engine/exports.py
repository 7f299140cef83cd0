"""Everything that is kept of somebody, in one file for them."""

import asyncio
import json
import zipfile
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, TextIO, cast

from bot.engine.ports import Clock
from bot.errors import EaselError
from bot.images import PictureStore, storage_errors
from bot.store import Store

PAGE = 100
"""Requests that are read and written in one go."""

VERSION = 1
"""Of the file's form."""

JSON_NAME = "easel-data.json"

ENTRY_BYTES = 300
"""Bytes that a file of an archive takes beside its own, at most: its names are short."""

_DISCORDS = frozenset({"user_id", "guild_id", "channel_id", "message_id", "author_id", "actor_id", "subject_id"})
"""Columns that hold Discord's ids, in JSON texts: many readers of JSON round such numbers."""


class ExportUnderWay(EaselError):
    """The same person's data is being put together already."""


class ExportTooLarge(EaselError):
    """What is known of somebody is more than one file takes."""


@dataclass(frozen=True, slots=True)
class Export:
    """A file with everything that is kept of somebody, there until the context that gave it ends.

    Attributes:
        name: what to call it.
        pictures: pictures that are in it, thumbnails too.
        left_out: those that did not fit.
    """

    path: Path
    name: str
    pictures: int
    left_out: int


class Exporter:
    """Puts people's data together, one file a person at a time."""

    def __init__(self, *, store: Store, pictures: PictureStore, clock: Clock) -> None:
        self._store = store
        self._pictures = pictures
        self._clock = clock
        self._at_work: set[int] = set()

    @asynccontextmanager
    async def export(self, user_id: int, limit: int) -> AsyncGenerator[Export]:
        """Yield a file of `limit` bytes at most with everything that is kept of somebody.

        It is JSON, or where pictures are kept a zip archive of that and as many of these as fit.

        Raises:
            ExportUnderWay: the same is going on already.
            ExportTooLarge: even without pictures it does not fit.
            StorageFull: there is no room to put it together.
        """
        if user_id in self._at_work:
            raise ExportUnderWay("export-under-way")
        self._at_work.add(user_id)
        try:
            async with self._pictures.temporary() as folder:
                with storage_errors():
                    written = await self._write(user_id, folder / JSON_NAME)
                    files = await self._store.read(lambda session: session.exports.files(user_id))
                    named = [
                        (f"{kind}/{request}-{number}{path.suffix}", path)
                        for request, number, name in files
                        for path in (self._pictures.path(name),)
                        for kind in (name.partition("/")[0],)
                    ]
                    yield await asyncio.to_thread(_fitted, written, named, limit)
        finally:
            self._at_work.remove(user_id)

    async def _write(self, user_id: int, to: Path) -> Path:
        """Write the JSON, a page of requests at a time: what years hold is never in memory as a whole."""
        rest = await self._store.read(lambda session: session.exports.rest(user_id))
        head = {"version": VERSION, "made_at": self._clock.now(), "user_id": user_id, **rest}
        with await asyncio.to_thread(to.open, "w", encoding="utf-8") as file:
            await asyncio.to_thread(_begin, file, head)
            last = -1
            while page := await self._page(user_id, last):
                await asyncio.to_thread(_go_on, file, page, first=last < 0)
                last = page[-1]["id"]
            await asyncio.to_thread(file.write, "]\n}\n")
        return to

    async def _page(self, user_id: int, after: int) -> Sequence[Mapping[str, Any]]:
        return await self._store.read(lambda session: session.exports.requests(user_id, after=after, limit=PAGE))


def _begin(file: TextIO, head: Mapping[str, Any]) -> None:
    file.write(json.dumps(_plain(head), ensure_ascii=False, indent=1).removesuffix("\n}"))
    file.write(',\n "requests": [')


def _go_on(file: TextIO, page: Sequence[Mapping[str, Any]], *, first: bool) -> None:
    texts = (json.dumps(_plain(row), ensure_ascii=False) for row in page)
    file.write(("\n" if first else ",\n") + ",\n".join(texts))


def _plain(value: Any, name: str = "") -> Any:
    """Return a value as JSON has it."""
    match value:
        case dict():
            return {key: _plain(each, key) for key, each in cast("dict[str, Any]", value).items()}
        case list() | tuple():
            return [_plain(each) for each in cast("Sequence[Any]", value)]
        case datetime():
            return value.isoformat()
        case Decimal():
            return str(value)
        case int() if name in _DISCORDS:
            return str(value)
        case _:
            return value


def _fitted(written: Path, pictures: Sequence[tuple[str, Path]], limit: int) -> Export:
    """Return the JSON as it is where that is all and fits, else an archive with as many pictures as fit."""
    there = [(name, path) for name, path in pictures if path.exists()]
    if not there and written.stat().st_size <= limit:
        return Export(written, JSON_NAME, 0, 0)
    archive, packed = written.with_suffix(".zip"), 0
    with zipfile.ZipFile(archive, "w") as zipped:
        zipped.write(written, JSON_NAME, zipfile.ZIP_DEFLATED)
        size = sum(each.compress_size + ENTRY_BYTES for each in zipped.filelist)
        for name, path in there:
            needed = path.stat().st_size + ENTRY_BYTES
            if size + needed <= limit:
                zipped.write(path, name)
                size, packed = size + needed, packed + 1
    if archive.stat().st_size > limit:
        raise ExportTooLarge("export-too-large", limit=limit // (1024 * 1024))
    return Export(archive, archive.name, packed, len(there) - packed)
