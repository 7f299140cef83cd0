"""What the picture store keeps, and what it does not, when the bot starts."""

import os
from collections.abc import AsyncGenerator
from contextlib import ExitStack
from pathlib import Path

import pytest

from bot.images import PictureStore
from bot.store import database
from tests.cogs.test_faults import locked
from tests.images.children import children
from tests.world import World, world


@pytest.fixture(name="forgetful")
async def _forgetful(tmp_path: Path) -> AsyncGenerator[World]:
    """A world that keeps no original once it is delivered."""
    async with world(tmp_path, picture_days=0) as built:
        yield built


def stray(folder: Path, kind: str) -> Path:
    """A file that a crash left before its name was stored."""
    path = folder / "pictures" / kind / "ab" / f"{'ab' * 16}.webp"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"picture")
    return path


async def test_only_what_is_delivered_or_lost_is_swept(forgetful: World, tmp_path: Path) -> None:
    shown = [await forgetful.imagine(), await forgetful.imagine()]
    delivered, waiting = [(await forgetful.details(each)).pictures[0] for each in shown]
    lost = [stray(tmp_path, "originals"), stray(tmp_path, "thumbnails")]
    files = tmp_path / "pictures"
    await forgetful.stop_engine()
    for path in (path for path in files.rglob("*.*") if path.is_file()):
        os.utime(path, (0, 0))
    # As if the process had ended just before the delivery, long ago, of all but the first.
    forgetful.sql("UPDATE requests SET delivery = 'open', delivered_at = NULL WHERE id = ?", waiting.request_id)
    forgetful.env.inject_error("PATCH", "/webhooks/*", status=503, times=None)
    await forgetful.restart()
    await forgetful.until(lambda: not any(path.exists() for path in lost))
    await forgetful.until(lambda: not (files / str(delivered.file)).exists())
    assert (files / str(waiting.file)).exists()
    assert all((files / str(picture.thumbnail)).exists() for picture in (delivered, waiting))


async def test_a_disk_that_cannot_be_written_costs_nobody_the_link(world: World, tmp_path: Path) -> None:
    (tmp_path / "pictures" / "originals").touch()
    left = await world.left(world.ada)
    shown = await world.imagine()
    assert "✅ **completed**" in shown.response.content
    assert "The picture was made, and counts, but could not be fetched because" in shown.response.content
    assert f"disk is full or cannot be written: [open it]({world.sandbox.url}/files/" in shown.response.content
    assert await world.left(world.ada) == left - 1


async def test_a_database_that_is_locked_when_a_file_is_named_costs_nobody_the_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_TIMEOUT", 0.05)
    add, lock = PictureStore.add, ExitStack()

    async def add_between_locks(store: PictureStore, source: Path, suffix: str) -> str:
        lock.close()
        name = await add(store, source, suffix)
        if not locks:
            locks.append(lock.enter_context(locked(tmp_path / "easel.db")))
        return name

    locks: list[None] = []
    async with world(tmp_path, task_seconds=1e6) as built:
        shown = await built.slash("imagine", prompt="a red fox")
        await built.until(lambda: built.sandbox.tasks)
        monkeypatch.setattr(PictureStore, "add", add_between_locks)
        await built.complete()
        assert len(locks) == 1
        assert len(shown.response.attachments) == 1
        assert not any("[open it]" in (body.get("content") or "") for body in built.bodies())


async def test_ordinary_pictures_share_one_process(world: World) -> None:
    seen: list[list[int]] = []
    for _ in range(3):
        [picture] = (await world.details(await world.imagine())).pictures
        assert picture.thumbnail is not None
        seen.append(children())
    assert len(seen[0]) == 1
    assert seen == [seen[0]] * 3
