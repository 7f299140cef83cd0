"""What a restart finds unfinished, it ends once."""

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox import Fault
from bot.store import RequestState, TaskState
from tests.world import World, world


@pytest.fixture(name="asleep")
async def _asleep(tmp_path: Path) -> AsyncGenerator[World]:
    """A world that takes requests and does nothing with them until it is restarted."""
    async with world(tmp_path, engine=False) as built:
        yield built


async def delivered_once(world: World, shown: Any) -> None:
    """Check that a reply has its picture, and that one picture was made, sent and counted."""
    await world.settle()
    [message] = world.channel.history()
    assert message.id == shown.response.id
    assert "**completed**" in message.content
    assert len(message.attachments) == 1
    assert len(world.sandbox.tasks) == 1
    assert await world.left(world.ada) == world.settings.daily_images_per_user - 1
    details = await world.details(shown)
    assert details.request.state is RequestState.COMPLETED
    assert (await world.bot.engine.usage(world.ada.id)).all_time.pictures == 1


async def test_one_that_was_accepted_and_answered_goes_on(asleep: World) -> None:
    shown = await asleep.slash("imagine", prompt="a red fox")
    # As if the process had ended between the answer and the note of it.
    asleep.sql("UPDATE requests SET state = 'accepted', acknowledged_at = NULL, message_id = NULL")
    await asleep.restart()
    await delivered_once(asleep, shown)
    assert len(asleep.creates()) == 1


async def test_one_that_was_accepted_and_never_answered_lapses(asleep: World) -> None:
    asleep.env.inject_error("POST", "/interactions/*/callback", status=503)
    await asleep.slash("imagine", prompt="a red fox")
    assert await asleep.left(asleep.ada) == asleep.settings.daily_images_per_user - 1
    await asleep.restart()
    await asleep.settle()
    assert asleep.channel.history() == []
    assert asleep.creates() == []
    assert await asleep.left(asleep.ada) == asleep.settings.daily_images_per_user


async def test_one_that_was_queued_begins(asleep: World) -> None:
    shown = await asleep.slash("imagine", prompt="a red fox")
    [task] = (await asleep.details(shown)).tasks
    assert task.state is TaskState.QUEUED
    await asleep.restart()
    await delivered_once(asleep, shown)
    assert len(asleep.creates()) == 1


async def test_one_whose_create_was_not_answered_is_asked_again_with_the_same_bytes_and_key(world: World) -> None:
    world.sandbox.faults.add(Fault.HANG)
    shown = await world.slash("imagine", prompt="a red fox")
    await world.until(lambda: world.sandbox.tasks)
    [task] = (await world.details(shown)).tasks
    assert task.state is TaskState.SUBMITTING
    await world.restart()
    await delivered_once(world, shown)
    first, second = world.creates()
    assert first.body == second.body
    assert first.headers["idempotency-key"] == second.headers["idempotency-key"]


@pytest.mark.parametrize("state", [TaskState.PENDING, TaskState.PROCESSING])
async def test_one_that_runapi_has_is_followed_to_its_end(slow_world: World, state: TaskState) -> None:
    world = slow_world
    shown = await world.slash("imagine", prompt="a red fox")
    await world.until(lambda: [call for call in world.sandbox.calls if call.method == "GET"])
    if state is TaskState.PROCESSING:
        await world.process(shown)
    [task] = (await world.details(shown)).tasks
    assert task.state is state
    await world.restart()
    world.sandbox.task_seconds = 0.0
    await delivered_once(world, shown)
    assert len(world.creates()) == 1


async def test_one_that_was_made_and_not_delivered_is_delivered(slow_world: World) -> None:
    world = slow_world
    shown = await world.slash("imagine", prompt="a red fox")
    await world.until(lambda: world.sandbox.tasks)
    world.env.inject_error("PATCH", "/webhooks/*", status=503, times=None)
    world.sandbox.task_seconds = 0.0
    await world.until(lambda: "PATCH" in [call.method for call in world.calls()])
    assert (await world.details(shown)).request.state is RequestState.COMPLETED
    assert shown.response.attachments == []
    await world.stop_engine()
    world.env.backend.faults.clear()
    await world.restart()
    await delivered_once(world, shown)
    assert len(world.creates()) == 1


async def test_one_that_was_delivered_without_a_note_of_it_stays_one_message(world: World) -> None:
    shown = await world.imagine()
    await world.stop_engine()
    world.sql("UPDATE requests SET delivery = 'open', delivered_at = NULL")
    await world.restart()
    await delivered_once(world, shown)


async def test_one_that_was_cancelled_says_so_after_all(slow_world: World) -> None:
    world = slow_world
    shown = await world.slash("imagine", prompt="a red fox")
    await world.until(lambda: [call for call in world.sandbox.calls if call.method == "GET"])
    await world.stop_engine()
    # As if the process had ended right after the press.
    world.sql("UPDATE tasks SET state = 'cancelled'")
    await world.restart()
    await world.settle()
    assert "**cancelled**" in shown.response.content
    assert await world.left(world.ada) == world.settings.daily_images_per_user


async def test_nothing_is_said_again_about_what_is_over(world: World) -> None:
    await world.imagine()
    calls = len(world.calls())
    await world.restart()
    await world.settle()
    assert len(world.calls()) == calls
    assert len(world.creates()) == 1


async def test_a_stopping_bot_takes_nothing_more(world: World) -> None:
    await world.stop_engine()
    shown = await world.slash("imagine", prompt="a red fox")
    assert shown.ephemeral
    assert shown.response.content == "I am restarting. Try again in a minute. Nothing was charged."
