"""A start that finds many unfinished requests takes them up a few at a time."""

import asyncio
import sqlite3
from collections.abc import AsyncGenerator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from tests.backlog import multiply
from tests.world import WAIT_SECONDS, World, world

WAITING = 8
SLOTS = 2
IN_HAND = 2 * SLOTS
"""Requests that are taken up together: while some are made, others are delivered."""


@pytest.fixture(name="world")
async def _world(tmp_path: Path) -> AsyncGenerator[World]:
    """A world without its engine, in which ada's requests wait; RunAPI's tasks do not end by themselves."""
    async with world(tmp_path, engine=False, task_seconds=1e6, tasks_at_once=SLOTS) as built:
        await built.slash("imagine", prompt="a red fox 0")
        multiply(built.settings.database_path, WAITING - 1)
        yield built


def in_hand() -> set[str]:
    """The requests that are being followed."""
    return {task.get_name() for task in asyncio.all_tasks() if task.get_name().startswith("request ")}


def prompts(world: World) -> list[str]:
    return [body["prompt"] for body in world.asked()]


async def all_delivered(world: World) -> None:
    """Let RunAPI end every task, and wait until everybody has been told."""
    world.sandbox.task_seconds = 0.0
    async with asyncio.timeout(3 * WAIT_SECONDS):
        while unfinished(world):  # noqa: ASYNC110 - nothing announces it
            await asyncio.sleep(0.05)


def unfinished(world: World) -> int:
    with closing(sqlite3.connect(world.settings.database_path)) as connection:
        return connection.execute("SELECT count(*) FROM requests WHERE delivery = 'open'").fetchone()[0]


async def at_work(world: World, requests: int = IN_HAND) -> None:
    """Wait until so many requests are followed and every slot is taken."""
    await world.until(lambda: len(in_hand()) == requests and len(world.sandbox.tasks) == SLOTS)


async def test_it_is_taken_up_a_few_at_a_time_oldest_first(world: World) -> None:
    await world.run_engine()
    await at_work(world)
    await all_delivered(world)
    places = [int(prompt.rpartition(" ")[2]) for prompt in prompts(world)]
    assert sorted(places) == list(range(WAITING))
    assert all(abs(place - turn) < IN_HAND for turn, place in enumerate(places))
    usage = await world.bot.engine.usage(world.ada.id)
    assert (usage.all_time.pictures, usage.standing.left) == (WAITING, world.settings.daily_images_per_user - WAITING)


async def test_a_new_request_does_not_wait_for_it(world: World) -> None:
    await world.run_engine()
    await at_work(world)
    shown = await world.slash("imagine", by=world.bob, prompt="a new one")
    await at_work(world, IN_HAND + 1)
    await all_delivered(world)
    assert prompts(world).index("a new one") <= SLOTS + IN_HAND
    assert "**completed**" in shown.response.content


async def test_what_runapi_was_asked_for_goes_before_what_waits(world: World) -> None:
    world.sql("UPDATE requests SET delivery = 'delivered'")
    await world.run_engine()
    await world.slash("imagine", by=world.bob, prompt="begun before the stop")
    await world.until(lambda: world.sandbox.tasks)
    await world.stop_engine()
    world.sql("UPDATE requests SET delivery = 'open'")
    await world.run_engine()
    await world.until(lambda: len(in_hand()) == IN_HAND)
    assert f"request {WAITING + 1}" in in_hand()


async def test_one_that_has_not_been_taken_up_can_be_cancelled(world: World) -> None:
    await world.run_engine()
    await at_work(world)
    await world.bot.engine.cancel(WAITING, by=101)
    found = None
    while found is None or found.request.delivered_at is None:
        found = await world.bot.engine.find(f"b{WAITING - 1:05}")
    assert found.request.state == "cancelled"
    assert len(world.sandbox.tasks) == SLOTS


async def test_a_stop_finishes_what_was_taken_up_and_leaves_the_rest(world: World) -> None:
    began = asyncio.get_running_loop().time()
    async with world.bot.engine.running(world.bot.courier, grace=timedelta(seconds=WAIT_SECONDS)):
        await at_work(world)
        world.sandbox.task_seconds = 0.0
    assert asyncio.get_running_loop().time() - began < WAIT_SECONDS
    assert len(world.sandbox.tasks) == IN_HAND
    await world.run_engine()
    await all_delivered(world)
    assert len(world.sandbox.tasks) == WAITING
    assert (await world.bot.engine.usage(world.ada.id)).all_time.pictures == WAITING
