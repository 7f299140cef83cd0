"""The folder that keeps pictures: originals for some days, thumbnails until they are deleted."""

import asyncio
import os
import re
import secrets
import shutil
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.images._errors import PictureGone, storage_errors

_ORIGINALS, _THUMBNAILS, _TEMPORARY = "originals", "thumbnails", "temporary"

UNNAMED_AGE = timedelta(minutes=10)
"""How old a file must be to be swept because nobody names it: its name is stored after the file."""

_NAME = re.compile(rf"({_ORIGINALS}|{_THUMBNAILS})/[0-9a-f]{{2}}/[0-9a-f]{{32}}\.[a-z]{{2,4}}")


@dataclass(frozen=True, slots=True)
class _Kept:
    """One file: its name, when it was added and its bytes."""

    name: str
    added: datetime
    size: int


class PictureStore:
    """Pictures as files under one folder, each under a random name that `add` gives out.

    A name is the file's path within the folder, such as `originals/3f/3f0c….png`. Only one process may
    use a folder at a time, because `open` clears what the last one left unfinished.
    """

    def __init__(self, directory: Path, *, cap_bytes: int, keep: timedelta) -> None:
        """Describe the folder; nothing is touched yet.

        Args:
            directory: the folder, made when it is needed.
            cap_bytes: bytes of all originals together above which `sweep` removes those that are not needed.
            keep: how long an original stays once it is not needed.
        """
        self._directory = directory
        self._cap_bytes = cap_bytes
        self._keep = keep

    async def open(self) -> None:
        """Make the folder and remove the temporary files that a crash left; call it once at the start."""
        with storage_errors():
            await asyncio.to_thread(self._clear_temporary)

    async def add(self, source: Path, suffix: str) -> str:
        """Keep a file as an original and return its name.

        Args:
            source: the file, moved if it is in a place that `incoming` or `temporary` gave, else copied.
            suffix: with its dot, such as `.png`.

        Raises:
            StorageFull: there is no room; nothing is left behind.
        """
        return await self._add(_ORIGINALS, source, suffix)

    async def add_thumbnail(self, source: Path, suffix: str = ".webp") -> str:
        """Keep a file as a thumbnail, moved or copied as by `add`, and return its name.

        `sweep` leaves it alone while it is named.

        Raises:
            StorageFull: there is no room; nothing is left behind.
        """
        return await self._add(_THUMBNAILS, source, suffix)

    def path(self, name: str) -> Path:
        """Where the file of that name is, or was.

        Raises:
            ValueError: no store gives out such a name.
        """
        if not _NAME.fullmatch(name):
            raise ValueError(f"not the name of a stored picture: {name!r}")
        return self._directory / name

    async def read(self, name: str) -> bytes:
        """The bytes of a picture.

        Raises:
            PictureGone: it was deleted or swept.
        """
        try:
            return await asyncio.to_thread(self.path(name).read_bytes)
        except FileNotFoundError as error:
            raise PictureGone from error

    async def delete(self, name: str) -> None:
        """Remove a picture; one that is gone already is no error."""
        await asyncio.to_thread(self.path(name).unlink, missing_ok=True)

    async def sweep(self, now: datetime, named: Callable[[], Awaitable[Mapping[str, datetime | None]]]) -> list[str]:
        """Remove what is not needed any more; return the names of the removed files.

        That is files that nobody names, as a crash leaves them; originals for longer than `keep`; and, while all
        originals together are above the cap, those that are not needed for longest.

        Args:
            now: an aware time on the clock that dates the files, the host's.
            named: returns the names of all files that are known, each with the moment from which it is not needed,
                or None while it is. It is called after the files were listed.
        """
        files = await asyncio.to_thread(lambda: list(self._files()))
        needed = await named()
        condemned = self._condemned(files, needed, now)
        for name in condemned:
            await self.delete(name)
        return condemned

    @asynccontextmanager
    async def incoming(self) -> AsyncGenerator[Path]:
        """A new place for a file within the store, removed again if the block fails."""
        place = self._new_place()
        try:
            yield place
        except BaseException:
            # One who is cancelled leaves no file there either.
            await asyncio.to_thread(place.unlink, missing_ok=True)
            raise

    @asynccontextmanager
    async def temporary(self) -> AsyncGenerator[Path]:
        """A new empty folder within the store, removed with all that is in it when the block ends."""
        scratch = self._new_place()
        with storage_errors():
            await asyncio.to_thread(scratch.mkdir, parents=True)
        try:
            yield scratch
        finally:
            # A cancelled caller's thread may still be at work in there; `open` removes what that leaves.
            await asyncio.to_thread(shutil.rmtree, scratch, ignore_errors=True)

    async def _add(self, kind: str, source: Path, suffix: str) -> str:
        identity = secrets.token_hex(16)
        name = f"{kind}/{identity[:2]}/{identity}{suffix}"
        ours = source.is_relative_to(self._directory / _TEMPORARY)
        with storage_errors():
            await asyncio.to_thread(_put, source, self.path(name), None if ours else self._new_place())
        return name

    def _new_place(self) -> Path:
        return self._directory / _TEMPORARY / secrets.token_hex(8)

    def _clear_temporary(self) -> None:
        temporary = self._directory / _TEMPORARY
        if temporary.exists():
            shutil.rmtree(temporary)
        temporary.mkdir(parents=True)

    def _condemned(self, files: Sequence[_Kept], named: Mapping[str, datetime | None], now: datetime) -> list[str]:
        lost = {kept.name for kept in files if kept.name not in named and now - kept.added > UNNAMED_AGE}
        originals = [kept for kept in files if kept.name.startswith(_ORIGINALS) and kept.name not in lost]
        total = sum(kept.size for kept in originals)
        unneeded = [(since, kept) for kept in originals if (since := named.get(kept.name)) is not None]
        condemned = list(lost)
        for since, kept in sorted(unneeded, key=lambda each: each[0]):
            if now - since <= self._keep and total <= self._cap_bytes:
                break
            total -= kept.size
            condemned.append(kept.name)
        return condemned

    def _files(self) -> Iterator[_Kept]:
        for kind in (_ORIGINALS, _THUMBNAILS):
            for path in (self._directory / kind).glob("*/*"):
                # A file may be deleted while the sweep looks around.
                with suppress(FileNotFoundError):
                    facts = path.stat()
                    added = datetime.fromtimestamp(facts.st_mtime, UTC)
                    yield _Kept(path.relative_to(self._directory).as_posix(), added, facts.st_size)


def _put(source: Path, target: Path, copy: Path | None) -> None:
    """Move a file to its place, or a copy of it that is made first."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if copy is not None:
        copy.parent.mkdir(parents=True, exist_ok=True)
        try:
            shutil.copyfile(source, copy)
        except OSError:
            copy.unlink(missing_ok=True)
            raise
    os.replace(copy or source, target)
