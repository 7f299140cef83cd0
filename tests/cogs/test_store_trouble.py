"""A disk that is full, and a database that cannot be written: nothing is lost, and nothing is said that is not so."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.app import CannotStart, assembled
from tests.images.limits import file_size_limit
from tests.images.samples import encoded, noise
from tests.world import World, world

NOTHING_SAVED = "I cannot save anything right now, so I did not start. Try again in a few minutes. Nothing was charged."

LITTLE = 4096
"""Bytes of a file for which there is room: the database's log needs more."""


@contextmanager
def refusing(world: World, state: str) -> Generator[None]:
    """No request can be written down as in `state`."""
    when = f"BEFORE UPDATE ON requests WHEN NEW.state = '{state}'"
    world.sql(f"CREATE TRIGGER refusing {when} BEGIN SELECT json('no JSON'); END")
    try:
        yield
    finally:
        world.sql("DROP TRIGGER refusing")


async def delivered(world: World, shown: Any) -> None:
    await world.settle()
    assert "**completed**" in shown.response.content
    assert len(shown.response.attachments) == 1
    assert len(world.sandbox.tasks) == 1
    assert len({call.headers["idempotency-key"] for call in world.creates()}) == 1
    assert await world.left(world.ada) == world.settings.daily_images_per_user - 1


async def test_nothing_is_taken_while_the_disk_is_full(world: World) -> None:
    with file_size_limit(LITTLE):
        shown = await world.slash("imagine", prompt="a red fox")
        assert shown.ephemeral
        assert shown.response.content == NOTHING_SAVED
    assert world.creates() == []
    assert await world.left(world.ada) == world.settings.daily_images_per_user
    await delivered(world, await world.imagine())


async def test_a_request_under_way_waits_for_room_on_the_disk(
    slow_world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world = slow_world
    shown = await world.slash("imagine", prompt="a red fox")
    [task] = (await world.until(lambda: world.sandbox.tasks)).values()
    with file_size_limit(LITTLE):
        task.state = "processing"
        await world.until(lambda: "waits for the database" in caplog.text)
        assert "**pending**" in shown.response.content
    world.sandbox.task_seconds = 0.0
    await delivered(world, shown)


@pytest.mark.parametrize("state", ["acknowledged", "completed"])
async def test_a_step_that_cannot_be_written_down_is_made_good(
    world: World, state: str, caplog: pytest.LogCaptureFixture
) -> None:
    with refusing(world, state):
        shown = await world.slash("imagine", prompt="a red fox")
        await world.until(lambda: "waits for the database" in caplog.text)
        assert "**completed**" not in shown.response.content
        assert NOTHING_SAVED not in str(world.bodies())
    await delivered(world, shown)


async def test_an_answer_that_discord_refused_costs_nothing_in_the_end(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.env.inject_error("POST", "/interactions/*/callback", status=404, code=10062)
    with refusing(world, "lapsed"):
        await world.slash("imagine", prompt="a red fox")
        await world.until(lambda: "waits for the database" in caplog.text)
    await world.settle()
    assert world.creates() == []
    assert await world.left(world.ada) == world.settings.daily_images_per_user


async def test_a_picture_to_edit_that_there_is_no_room_for_is_told(world: World) -> None:
    photo = encoded(noise(600, 600), "PNG")
    database = world.settings.database_path
    room = max(file.stat().st_size for file in database.parent.glob("easel.db*")) + LITTLE * 50
    assert room < len(photo)
    with file_size_limit(room):
        shown = await world.slash("edit", prompt="make it snow", image=("noise.png", photo))
        await world.settle()
    assert "**failed**" in shown.response.content
    assert "My storage is full, so I cannot keep the picture." in shown.response.content
    assert "It does not count against your allowance." in shown.response.content
    assert world.creates() == []


async def test_a_start_on_a_full_disk_is_told(tmp_path: Path) -> None:
    async with world(tmp_path) as built:
        settings = built.settings.model_copy(update={"database_url": f"sqlite:///{tmp_path}/new.db"})
        with file_size_limit(LITTLE), pytest.raises(CannotStart, match=r"new\.db cannot be used: .*\.$"):
            async with assembled(settings):
                pass


async def test_pictures_are_delivered_as_links_when_they_cannot_be_kept(tmp_path: Path) -> None:
    async with world(tmp_path, task_seconds=1e6) as built:
        shown = await built.slash("imagine", prompt="a red fox")
        await built.until(lambda: built.sandbox.tasks)
        (tmp_path / "pictures" / "temporary").rmdir()
        (tmp_path / "pictures" / "temporary").touch()
        built.sandbox.task_seconds = 0.0
        await built.settle()
        assert "**completed**" in shown.response.content
        assert shown.response.attachments == []
        assert built.sandbox.url in shown.response.content
        (tmp_path / "pictures" / "temporary").unlink()
