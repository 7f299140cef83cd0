import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.images import PictureGone, PictureStore, StorageFull
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


async def aged(store: PictureStore, tmp_path: Path, *, days: float, size: int = 1) -> str:
    source = tmp_path / "aged"
    source.write_bytes(bytes(size))
    name = await store.add(source, ".png")
    added = (NOW - timedelta(days=days)).timestamp()
    os.utime(store.path(name), (added, added))
    return name


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


async def test_old_originals_are_swept(store: PictureStore, tmp_path: Path):
    old = await aged(store, tmp_path, days=7.1)
    young = await aged(store, tmp_path, days=6.9)
    assert await store.sweep(NOW) == [old]
    assert not store.path(old).exists()
    assert store.path(young).exists()
    assert await store.sweep(NOW) == []


async def test_the_oldest_originals_above_the_cap_are_swept(store: PictureStore, tmp_path: Path):
    newest = await aged(store, tmp_path, days=1, size=400)
    oldest = await aged(store, tmp_path, days=3, size=400)
    middle = await aged(store, tmp_path, days=2, size=600)
    assert await store.sweep(NOW) == [oldest]
    assert store.path(middle).exists()
    assert store.path(newest).exists()


async def test_thumbnails_are_not_swept(store: PictureStore, source: Path):
    source.write_bytes(bytes(2000))
    name = await store.add_thumbnail(source)
    os.utime(store.path(name), (0, 0))
    assert await store.sweep(NOW) == []
    assert await store.read(name) == bytes(2000)
    await store.delete(name)
    assert not store.path(name).exists()


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
