import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.images import PictureGone, PictureStore, StorageFull
from bot.images._store import UNNAMED_AGE
from tests.images.limits import file_size_limit

NOW = datetime(2026, 5, 1, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "pictures"


@pytest.fixture
def store(folder: Path) -> PictureStore:
    return PictureStore(folder, cap_bytes=1000, keep=timedelta(days=7))


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "source"
    path.write_bytes(b"picture")
    return path


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


class Shelf:
    """A store, and what the rows would say of its files."""

    def __init__(self, store: PictureStore, folder: Path) -> None:
        self.store = store
        self.folder = folder
        self.named: dict[str, datetime | None] = {}

    async def put(self, *, added: float = 0, since: float | None = None, size: int = 1) -> str:
        """Add an original that nobody names, or that is not needed `since` so many days; it is `added` days old."""
        name = await self.store.add(self._file(size), ".png")
        if since is not None:
            self.named[name] = NOW - timedelta(days=since)
        return self._dated(name, added)

    async def put_thumbnail(self, *, added: float) -> str:
        return self._dated(await self.store.add_thumbnail(self._file(1)), added)

    async def sweep(self) -> list[str]:
        async def named() -> dict[str, datetime | None]:
            return self.named

        swept = await self.store.sweep(NOW, named)
        assert not any(self.store.path(name).exists() for name in swept)
        return swept

    def _file(self, size: int) -> Path:
        source = self.folder / "shelved"
        source.write_bytes(bytes(size))
        return source

    def _dated(self, name: str, added: float) -> str:
        moment = (NOW - timedelta(days=added)).timestamp()
        os.utime(self.store.path(name), (moment, moment))
        return name


@pytest.fixture
def shelf(store: PictureStore, tmp_path: Path) -> Shelf:
    return Shelf(store, tmp_path)


async def test_a_picture_is_kept_until_it_is_deleted(store: PictureStore, folder: Path, source: Path):
    name = await store.add(source, ".png")
    assert await store.read(name) == b"picture"
    assert store.path(name).parent.parent == folder / "originals"
    assert store.path(name).suffix == ".png"
    assert source.exists()
    await store.delete(name)
    with pytest.raises(PictureGone):
        await store.read(name)
    await store.delete(name)
    assert files(folder) == []


async def test_equal_pictures_are_kept_apart(store: PictureStore, source: Path):
    first, second = await store.add(source, ".png"), await store.add(source, ".png")
    await store.delete(first)
    assert await store.read(second) == b"picture"


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "originals/ab/../../x.png", "", "a.png"])
def test_other_names_are_refused(store: PictureStore, name: str):
    with pytest.raises(ValueError, match="not the name"):
        store.path(name)


async def test_originals_that_are_not_needed_for_long_are_swept(shelf: Shelf):
    old = await shelf.put(added=8, since=7.1)
    young = await shelf.put(added=8, since=6.9)
    assert await shelf.sweep() == [old]
    assert shelf.store.path(young).exists()
    assert await shelf.sweep() == []


async def test_above_the_cap_those_go_that_are_not_needed_for_longest(shelf: Shelf):
    newest = await shelf.put(added=3, since=1, size=400)
    oldest = await shelf.put(added=3, since=3, size=400)
    middle = await shelf.put(added=3, since=2, size=600)
    assert await shelf.sweep() == [oldest]
    assert shelf.store.path(middle).exists()
    assert shelf.store.path(newest).exists()


async def test_what_is_needed_is_not_swept_however_old_or_large(shelf: Shelf):
    needed = await shelf.put(added=100, size=5000)
    shelf.named[needed] = None
    delivered = await shelf.put(added=1, since=1)
    assert await shelf.sweep() == [delivered]
    assert shelf.store.path(needed).exists()


async def test_files_that_nobody_names_are_swept_once_that_is_certain(shelf: Shelf):
    age = UNNAMED_AGE / timedelta(days=1)
    lost = {await shelf.put(added=1.1 * age), await shelf.put_thumbnail(added=1.1 * age)}
    # Their names may be on their way into the database, even where the cap is passed.
    fresh = [await shelf.put(added=0.9 * age, size=5000), await shelf.put_thumbnail(added=0.9 * age)]
    assert set(await shelf.sweep()) == lost
    assert all(shelf.store.path(name).exists() for name in fresh)


async def test_a_name_that_is_stored_while_the_sweep_looks_counts(shelf: Shelf):
    async def named() -> dict[str, datetime | None]:
        return {await shelf.put(added=100): None}

    assert await shelf.store.sweep(NOW, named) == []


async def test_thumbnails_that_are_named_stay(shelf: Shelf):
    name = await shelf.put_thumbnail(added=100)
    shelf.named[name] = NOW - timedelta(days=100)
    assert await shelf.sweep() == []
    await shelf.store.delete(name)
    assert not shelf.store.path(name).exists()


async def test_temporary_files_go_with_the_block(store: PictureStore, folder: Path):
    async with store.temporary() as scratch:
        (scratch / "half a picture").touch()
        assert scratch.is_relative_to(folder)
    assert not scratch.exists()


async def test_what_a_crash_left_is_removed_at_the_start(store: PictureStore, folder: Path, source: Path):
    kept = await store.add(source, ".png")
    left = store.temporary()
    (await left.__aenter__() / "half a picture").touch()
    await PictureStore(folder, cap_bytes=1000, keep=timedelta(days=7)).open()
    assert files(folder) == [store.path(kept)]
    await left.__aexit__(None, None, None)


async def test_a_full_disk_leaves_nothing(store: PictureStore, folder: Path, source: Path):
    source.write_bytes(bytes(100_000))
    with file_size_limit(10_000), pytest.raises(StorageFull):
        await store.add(source, ".png")
    assert files(folder) == []


async def test_other_trouble_with_files_is_not_a_full_disk(store: PictureStore, tmp_path: Path):
    with pytest.raises(FileNotFoundError):
        await store.add(tmp_path / "no such file", ".png")
