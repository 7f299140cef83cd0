"""Who waits for a callback is woken by it, and only who can rely on it waits."""

import asyncio
import logging

import pytest

from bot.engine import SystemClock
from bot.engine.callbacks import EARLY_KEPT, Callbacks
from bot.engine.pacing import FIRST_LOOK, SAFETY_NET, net_look
from tests.engine.simulated import all_else, now, run

URL = "https://easel.example/runapi/callback"
CLOCK = SystemClock()


def test_it_ends_a_wait_at_once() -> None:
    async def play() -> float:
        callbacks = Callbacks(URL)
        with callbacks.awaited("tsk_1", URL) as call:
            asyncio.get_running_loop().call_later(20.0, callbacks.come, "tsk_2")
            asyncio.get_running_loop().call_later(25.0, callbacks.come, "tsk_1")
            await call.sleep(30.0, CLOCK)
            assert call.came
            assert not call.expected
            assert len(asyncio.all_tasks()) <= 3  # the two waits end with the next turn of the loop
            await all_else()
            assert len(asyncio.all_tasks()) == 1
        return now()

    assert run(play()) == pytest.approx(25.0, abs=0.01)


def test_one_that_does_not_come_is_not_waited_for_longer() -> None:
    async def play() -> float:
        with Callbacks(URL).awaited("tsk_1", URL) as call:
            await call.sleep(30.0, CLOCK)
            assert call.expected
        return now()

    assert run(play()) == pytest.approx(30.0)


def test_one_that_came_cuts_no_second_wait_short() -> None:
    async def play() -> float:
        callbacks = Callbacks(URL)
        with callbacks.awaited("tsk_1", URL) as call:
            assert callbacks.come("tsk_1")
            await call.sleep(30.0, CLOCK)
        return now()

    assert run(play()) == pytest.approx(30.0)


def test_a_wait_that_is_cancelled_leaves_nothing_behind() -> None:
    async def play() -> None:
        callbacks = Callbacks(URL)
        with callbacks.awaited("tsk_1", URL) as call:
            waiting = asyncio.create_task(call.sleep(30.0, CLOCK))
            await all_else()
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)
            await all_else()
            assert len(asyncio.all_tasks()) == 1
        assert not callbacks.come("tsk_1")

    run(play())


def test_one_that_is_quicker_than_the_answer_to_the_create_is_kept() -> None:
    callbacks = Callbacks(URL)
    assert not callbacks.come("tsk_1")
    with callbacks.awaited("tsk_1", URL) as call:
        assert call.came
    with callbacks.awaited("tsk_1", URL) as call:
        assert not call.came


def test_only_so_many_are_kept() -> None:
    callbacks = Callbacks(URL)
    for number in range(EARLY_KEPT + 1):
        callbacks.come(f"tsk_{number}")
    with callbacks.awaited("tsk_0", URL) as oldest, callbacks.awaited("tsk_1", URL) as next_oldest:
        assert not oldest.came
        assert next_oldest.came


@pytest.mark.parametrize(("asked", "wanted"), [(None, URL), ("https://old.example", URL), (None, None), (URL, None)])
def test_nobody_relies_on_one_that_was_not_asked_for(asked: str | None, wanted: str | None) -> None:
    with Callbacks(wanted).awaited("tsk_1", asked) as call:
        assert not call.expected


def test_after_one_that_did_not_come_nobody_relies_on_them_until_one_comes(caplog: pytest.LogCaptureFixture) -> None:
    callbacks = Callbacks(URL)
    with callbacks.awaited("tsk_1", URL) as first, callbacks.awaited("tsk_2", URL) as second:
        first.missed()
        second.missed()
        assert not second.expected
        [warning] = [record for record in caplog.records if record.levelno == logging.WARNING]
        assert URL in warning.getMessage()
        callbacks.come("tsk_1")
        assert second.expected


def test_one_that_came_is_not_missed() -> None:
    callbacks = Callbacks(URL)
    with callbacks.awaited("tsk_1", URL) as call, callbacks.awaited("tsk_2", None) as unasked:
        callbacks.come("tsk_1")
        call.missed()
        unasked.missed()
    assert callbacks.trusted


def test_a_task_is_looked_at_once_early_and_then_seldom() -> None:
    assert [net_look(elapsed) for elapsed in (0.0, 0.5, FIRST_LOOK, 20.0)] == [
        FIRST_LOOK,
        FIRST_LOOK - 0.5,
        SAFETY_NET,
        SAFETY_NET,
    ]
