"""Who waits for their turn sees where they are in the queue."""

from collections.abc import AsyncGenerator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.engine import Patience
from tests.world import World, world

SHORT_ROUNDS = Patience(round=timedelta(seconds=0.02))
NO_PAUSES = Patience(round=timedelta())
"""A round in every turn of the event loop: whatever moment there is for one, it is met."""
LONG_ROUNDS = Patience(round=timedelta(hours=1))


@pytest.fixture(name="busy")
async def _busy(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncGenerator[World]:
    """A world with one slot; its tasks wait for the test."""
    patience = getattr(request, "param", SHORT_ROUNDS)
    async with world(tmp_path, task_seconds=1e6, tasks_at_once=1, patience=patience) as built:
        yield built


async def begun(world: World) -> Any:
    """Let bob have the slot."""
    shown = await world.slash("imagine", by=world.bob, prompt="a red fox")
    await world.until(lambda: world.sandbox.tasks)
    return shown


def edits(world: World, shown: Any) -> int:
    """Return how often a reply was edited."""
    return sum(call.method == "PATCH" and call.path.endswith(str(shown.response.id)) for call in world.calls())


def waiting(world: World) -> int:
    """Return how many stand in line."""
    return len(world.bot.engine._life._slots.places())  # pyright: ignore[reportPrivateUsage]


def status(shown: Any) -> str:
    return shown.response.content.splitlines()[0]


def place(shown: Any) -> str:
    """Return what a reply says of the queue."""
    return next((fact for fact in status(shown).split(" · ") if fact.endswith(("in line", "before it"))), "")


async def test_a_request_that_waits_says_its_place_in_the_first_answer(busy: World) -> None:
    first = await begun(busy)
    shown = await busy.slash("imagine", by=busy.ada, prompt="a blue fox")
    assert "**pending**" in status(first)
    assert status(shown).startswith("⏳ **queued**")
    assert "next in line" in status(shown)
    assert "started" not in status(shown)
    assert edits(busy, shown) == 0


@pytest.mark.parametrize("busy", [SHORT_ROUNDS, NO_PAUSES], indirect=True, ids=["short rounds", "no pauses"])
async def test_places_move_up_and_each_reply_is_edited_only_when_its_own_changed(busy: World) -> None:
    first = await begun(busy)
    line: list[Any] = []
    for number, by in enumerate((busy.ada, busy.grace, busy.grace), 1):
        line.append(await busy.slash("imagine", by=by, prompt="a blue fox"))
        # Of two that come together either may be the first in line.
        await busy.until(lambda number=number: waiting(busy) == number)
    assert list(map(place, line)) == ["next in line", "1 request before it", "2 requests before it"]
    assert [edits(busy, each) for each in line] == [0, 0, 0]

    await busy.press(first, "cancel", by=busy.bob)
    await busy.until(lambda: list(map(place, line)) == ["", "next in line", "1 request before it"])
    assert [edits(busy, each) for each in line] == [1, 1, 1]
    await busy.complete()
    assert all("**completed**" in status(each) for each in line)


@pytest.mark.parametrize("busy", [LONG_ROUNDS], indirect=True, ids=["long rounds"])
async def test_who_gets_their_turn_within_a_round_costs_no_more_calls_than_others(busy: World) -> None:
    first = await begun(busy)
    second = await busy.slash("imagine", by=busy.ada, prompt="a blue fox")
    await busy.press(first, "cancel", by=busy.bob)
    await busy.until(lambda: len(busy.sandbox.tasks) == 2)
    await busy.process(second)
    await busy.complete()
    assert edits(busy, second) == 2


async def test_one_that_waits_for_nobody_needs_three_calls_however_often_places_are_looked_at(tmp_path: Path) -> None:
    async with world(tmp_path, task_seconds=1e6, patience=SHORT_ROUNDS) as built:
        shown = await built.slash("imagine", prompt="a red fox")
        await built.process(shown)
        await built.complete()
        assert "**completed**" in status(shown)
        assert len(built.calls()) == 3


async def test_a_place_that_was_told_before_a_restart_is_put_right(busy: World) -> None:
    first = await begun(busy)
    shown = await busy.slash("imagine", by=busy.ada, prompt="a blue fox")
    await busy.stop_engine()
    busy.sql("UPDATE tasks SET state = 'cancelled' WHERE id = 1")
    await busy.restart()
    await busy.until(lambda: "**cancelled**" in status(first))
    await busy.until(lambda: "**pending**" in status(shown))


async def test_a_cancelled_request_in_the_queue_makes_way_and_costs_nothing(busy: World) -> None:
    await begun(busy)
    second = await busy.slash("imagine", by=busy.ada, prompt="a blue fox")
    # Of two that come together either may be the first in line.
    await busy.until(lambda: waiting(busy) == 1)
    third = await busy.slash("imagine", by=busy.grace, prompt="a green fox")
    await busy.until(lambda: "1 request before it" in status(third))
    await busy.press(second, "cancel")
    await busy.until(lambda: "next in line" in status(third))
    await busy.until(lambda: "**cancelled**" in status(second))
    assert "It was cancelled before anything was sent." in second.response.content
    assert await busy.left(busy.ada) == busy.settings.daily_images_per_user
    assert len(busy.creates()) == 1


async def test_a_cancel_that_comes_after_the_picture_changes_nothing(tmp_path: Path) -> None:
    async with world(tmp_path, task_seconds=1e6) as built:
        shown = await built.slash("imagine", prompt="a red fox")
        await built.until(lambda: built.sandbox.tasks)
        built.env.inject_error("PATCH", "/webhooks/*", status=503, times=None)
        built.sandbox.task_seconds = 0.0
        await built.until(lambda: "PATCH" in [call.method for call in built.calls()])
        pressed = await built.press(shown, "cancel")
        [told] = pressed.followups
        assert told.content == "It is over already, so there is nothing to cancel."
        built.env.backend.faults.clear()
        await built.settle()
        assert "**completed**" in status(shown)
        assert len(shown.response.attachments) == 1
        assert await built.left(built.ada) == built.settings.daily_images_per_user - 1
