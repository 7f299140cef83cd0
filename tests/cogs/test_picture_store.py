"""What the picture store keeps, and what it does not, when the bot starts."""

import os
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

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
