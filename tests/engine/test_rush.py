"""What nobody waits for makes way for what somebody waits for, and a task that may be done is looked at at once."""

import asyncio

from bot.engine.pacing import QUICK, Rush, first_look, next_look


async def test_what_comes_after_waits_until_nobody_is_at_work() -> None:
    rush = Rush()
    order: list[str] = []

    async def after() -> None:
        await rush.over()
        order.append("after")

    with rush, rush:
        waiting = asyncio.create_task(after())
        await asyncio.sleep(0)
        order.append("first")
    await waiting
    assert order == ["first", "after"]


async def test_it_waits_no_longer_than_it_is_told() -> None:
    rush = Rush()
    with rush:
        await rush.over(within=0.0)


async def test_there_is_nothing_to_wait_for_without_a_rush() -> None:
    await Rush().over()


def test_a_task_of_an_unknown_or_quick_kind_is_looked_at_at_once() -> None:
    assert first_look(0.0, None, started=False) == 0.0
    assert first_look(0.0, (QUICK / 2, QUICK), started=False) == 0.0


def test_a_task_that_was_left_before_a_stop_is_looked_at_at_once() -> None:
    assert first_look(30.0, (20.0, 21.0), started=False) == 0.0
    assert first_look(30.0, None, started=True) == 0.0


def test_a_task_of_a_slow_kind_is_looked_at_when_it_may_be_done() -> None:
    usual = (20.0, 21.0)
    assert first_look(0.0, usual, started=False) == next_look(0.0, usual, started=False)
