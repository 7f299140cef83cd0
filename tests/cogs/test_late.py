"""Pictures that RunAPI finishes after they were given up: they are brought all the same, and not counted."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bot.engine import Patience, late
from bot.sandbox import Fault
from bot.store import Delivery, RequestState, TaskState
from tests.world import WAIT_SECONDS, World, world

LATE = "It came after it had been given up, so it does not count against your allowance."
IMPATIENT = Patience(deadline=timedelta(seconds=0.1))


@pytest.fixture(name="impatient")
async def _impatient(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[World]:
    """A world that soon gives up, and whose tasks take for ever."""
    monkeypatch.setattr(late, "LOOK_EVERY", 0.05)
    async with world(tmp_path, task_seconds=1e6, patience=IMPATIENT) as built:
        yield built


async def given_up(built: World, **options: Any) -> Any:
    """Type `/imagine` and wait until the picture is given up; return the reply."""
    shown = await built.imagine(**options)
    assert "If it is finished within the hour, you still get it." in shown.response.content
    assert await built.left(built.ada) == built.settings.daily_images_per_user
    return shown


async def came(built: World, shown: Any) -> None:
    """Let RunAPI finish, and wait until that was noticed and told."""
    built.sandbox.task_seconds = 0.0
    await moved(built, shown, TaskState.COMPLETED)


async def moved(built: World, shown: Any, to: TaskState) -> None:
    """Wait until the task of a request is in a state, and its person told."""
    async with asyncio.timeout(WAIT_SECONDS):
        while (await built.details(shown)).tasks[0].state is not to:  # noqa: ASYNC110 - nothing announces it
            await asyncio.sleep(0.01)
    await built.settle()


def looks(built: World) -> int:
    return sum(call.method == "GET" and "/text_to_image/" in call.path for call in built.sandbox.calls)


async def test_it_is_delivered_and_said_to_be_late(impatient: World) -> None:
    shown = await given_up(impatient)
    await came(impatient, shown)
    assert "✅ **completed**" in shown.response.content
    assert LATE in shown.response.content
    assert len(shown.response.attachments) == 1
    assert len(impatient.creates()) == 1


async def test_it_is_not_counted_and_what_it_cost_is_recorded(impatient: World) -> None:
    shown = await given_up(impatient)
    await came(impatient, shown)
    assert await impatient.left(impatient.ada) == impatient.settings.daily_images_per_user
    usage = (await impatient.bot.engine.usage(impatient.ada.id)).all_time
    assert (usage.requests, usage.pictures, usage.cost) == (1, 1, Decimal("0.08"))
    assert impatient.rows("SELECT pictures_made, unpriced, cost FROM requests") == [(1, 0, 80_000)]


async def test_it_is_looked_for_after_a_restart(impatient: World) -> None:
    shown = await given_up(impatient)
    await impatient.restart()
    await came(impatient, shown)
    assert LATE in shown.response.content


async def test_it_finds_its_person_after_the_interaction_has_ended(impatient: World) -> None:
    shown = await given_up(impatient)
    # As after the 15 minutes of an interaction's token.
    impatient.sql("UPDATE requests SET reply = json_set(reply, '$.expires_at', 0)")
    await came(impatient, shown)
    assert (await impatient.details(shown)).request.delivery is Delivery.DELIVERED
    assert LATE in shown.response.content
    last = impatient.calls()[-1]
    assert (last.method, last.path.partition("/messages/")[0]) == ("PATCH", f"/channels/{impatient.channel.id}")


async def test_one_that_fails_after_all_is_left_as_it_was_told(impatient: World) -> None:
    shown = await given_up(impatient)
    said = shown.response.content
    impatient.sandbox.faults.add(Fault.TASK_FAILED, on="status")
    await moved(impatient, shown, TaskState.FAILED)
    assert shown.response.content == said
    assert (await impatient.details(shown)).request.state is RequestState.FAILED


async def test_one_whose_reply_was_deleted_is_not_brought_back(impatient: World) -> None:
    shown = await given_up(impatient)
    question = (await impatient.press(shown, "delete")).followups[0]
    await impatient.press(question, "delete-confirmed")
    impatient.sandbox.task_seconds = 0.0
    before = looks(impatient)
    other = await impatient.imagine(by=impatient.bob)
    assert "**completed**" in other.response.content
    assert looks(impatient) - before <= 2
    assert (await impatient.bot.engine.usage(impatient.ada.id)).all_time.pictures == 0


async def test_it_is_not_looked_for_after_the_hour(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(late, "LOOK_EVERY", 0.01)
    patience = Patience(deadline=timedelta(seconds=0.1), late=timedelta(seconds=0.2))
    async with world(tmp_path, task_seconds=1e6, patience=patience) as built:
        await given_up(built)
        await built.restart()
        before = looks(built)
        built.sandbox.task_seconds = 0.0
        other = await built.imagine(by=built.bob)
        assert "**completed**" in other.response.content
        assert looks(built) - before <= 3
