"""When RunAPI is asked, and how often."""

import asyncio
import statistics
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.engine.pacing import (
    FIRST_LOOK,
    LONGEST_PAUSE,
    QUICKEST,
    REMEMBERED,
    SLOWEST,
    Durations,
    Pace,
    backoff,
    next_look,
)
from tests.engine.simulated import SimulatedClock, all_else, most_under_way, now, run

SECONDS = st.floats(0, 3600)
USUAL = st.tuples(SECONDS, SECONDS).map(lambda pair: (min(pair), max(pair)))


def follow(seconds: float, usual: tuple[float, float] | None) -> tuple[int, float, float]:
    """Look at a task of so many seconds until it is done.

    Returns:
        The looks; after how many seconds the last that found it unfinished came, and the last of all.
    """
    elapsed, unfinished, looks = 0.0, 0.0, 0
    while elapsed < seconds:
        unfinished = elapsed
        elapsed += next_look(elapsed, usual, started=elapsed >= 1.0)
        looks += 1
    return looks, unfinished, elapsed


def learn(learned: Durations, seconds: float) -> tuple[int, float]:
    """Follow a task with what is known of its kind, and learn from it; return the looks, and how late the last came."""
    looks, unfinished, finished = follow(seconds, learned.usual("imagen-4", "text_to_image"))
    learned.add("imagen-4", "text_to_image", unfinished, finished)
    return looks, finished - seconds


class TestNextLook:
    @settings(deadline=None)
    @given(SECONDS, USUAL | st.none(), st.booleans())
    def test_it_is_never_in_the_past_and_never_far_off(
        self, elapsed: float, usual: tuple[float, float] | None, started: bool
    ) -> None:
        wait = next_look(elapsed, usual, started=started)
        assert wait >= 0
        assert wait <= max(SLOWEST, (usual or (0, 0))[0] - elapsed)
        if usual is None or elapsed >= usual[0]:
            assert QUICKEST <= wait <= SLOWEST

    @settings(deadline=None)
    @given(SECONDS, USUAL)
    def test_a_task_whose_time_is_known_ends(self, seconds: float, usual: tuple[float, float]) -> None:
        looks, _, elapsed = follow(seconds, usual)
        assert looks <= 3 + max(seconds, usual[1]) / QUICKEST
        assert elapsed - seconds <= max(SLOWEST, usual[0])

    def test_one_that_waits_is_looked_at_once_early_so_that_it_is_seen_to_move(self) -> None:
        assert next_look(0.0, (20.0, 21.0), started=False) == FIRST_LOOK
        assert next_look(FIRST_LOOK, (20.0, 21.0), started=False) == 17.5
        assert next_look(0.0, (20.0, 21.0), started=True) == 19.5

    def test_a_quick_one_is_not(self) -> None:
        assert next_look(0.0, (3.0, 3.5), started=False) == 2.75

    @settings(deadline=None)
    @given(st.floats(5.0, 20.0), st.floats(0.0, 2.0))
    def test_it_looks_less_and_closer_once_it_has_learned(self, seconds: float, spread: float) -> None:
        learned = Durations()
        together = [follow(seconds + spread * (number - 4.5) / 4.5, None) for number in range(10)]
        for _, unfinished, finished in together:
            learned.add("imagen-4", "text_to_image", unfinished, finished)
        usual = learned.usual("imagen-4", "text_to_image")
        after = [follow(seconds + spread * part, usual) for part in (-0.9, 0, 0.9)]
        assert max(looks for looks, _, _ in after) <= 10
        assert max(looks for looks, _, _ in after) < min(looks for looks, _, _ in together)
        late = [each[2] - seconds - spread * part for part, each in zip((-0.9, 0, 0.9), after, strict=True)]
        assert statistics.median(late) <= 1.2

    @settings(deadline=None)
    @given(st.floats(5.0, 30.0))
    def test_the_more_it_has_learned_the_closer_it_looks(self, seconds: float) -> None:
        learned = Durations()
        for _ in range(REMEMBERED):
            learn(learned, seconds)
        looks, late = learn(learned, seconds)
        assert looks <= 8
        assert late <= 0.6

    @settings(deadline=None)
    @given(st.floats(5.0, 30.0), st.floats(5.0, 30.0))
    def test_a_kind_that_takes_another_time_from_now_on_is_learned_anew(self, before: float, seconds: float) -> None:
        learned = Durations()
        for each in (before, seconds):
            for _ in range(2 * REMEMBERED):
                learn(learned, each)
        looks, late = learn(learned, seconds)
        assert looks <= 8
        assert late <= 0.6


class TestDurations:
    def test_what_was_not_seen_is_not_known(self) -> None:
        learned = Durations()
        learned.add("imagen-4", "text_to_image", 7.0, 8.0)
        assert learned.usual("imagen-4", "text_to_image") == (7.0, 8.0)
        assert learned.usual("imagen-4", "edit_image") is None
        assert learned.usual("gpt-image-2", "text_to_image") is None

    def test_the_few_that_are_odd_do_not_count(self) -> None:
        learned = Durations()
        for seconds in (0.1, *[10.0 + each / 10 for each in range(17)], 300.0, 600.0):
            learned.add("imagen-4", "text_to_image", seconds - 0.1, seconds)
        low, high = learned.usual("imagen-4", "text_to_image") or (0, 0)
        assert 10.0 <= low < 10.5
        assert 11.0 < high <= 300.0

    @settings(deadline=None)
    @given(st.lists(USUAL, min_size=1, max_size=3 * REMEMBERED))
    def test_it_is_what_was_seen_lately(self, seen: list[tuple[float, float]]) -> None:
        learned = Durations()
        for unfinished, finished in seen:
            learned.add("imagen-4", "text_to_image", unfinished, finished)
        low, high = learned.usual("imagen-4", "text_to_image") or (1, 0)
        assert low <= high
        assert low in [unfinished for unfinished, _ in seen[-REMEMBERED:]]
        assert high in [finished for _, finished in seen[-REMEMBERED:]]


class TestPace:
    def test_no_more_calls_are_under_way_than_it_says(self) -> None:
        async def play() -> int:
            most = await most_under_way(Pace(3, SimulatedClock()), 9)
            assert now() == pytest.approx(3.0)
            return most

        assert run(play()) == 3

    def test_nobody_calls_while_it_holds_back(self) -> None:
        assert run(begins(lambda pace: pace.hold_back(7.0))) == pytest.approx([7.0] * 3)

    def test_nobody_waits_when_it_does_not(self) -> None:
        assert run(begins(lambda pace: pace.hold_back(0.0))) == [0.0] * 3

    def test_the_longer_of_two_counts(self) -> None:
        def twice(pace: Pace) -> None:
            pace.hold_back(7.0)
            pace.hold_back(2.0)

        assert run(begins(twice)) == pytest.approx([7.0] * 3)

    def test_one_that_waits_already_waits_on(self) -> None:
        def again(pace: Pace) -> None:
            pace.hold_back(2.0)
            asyncio.get_running_loop().call_later(1.0, pace.hold_back, 9.0)

        assert run(begins(again)) == pytest.approx([10.0] * 3)

    def test_it_holds_nobody_back_for_long(self) -> None:
        assert run(begins(lambda pace: pace.hold_back(86_400.0))) == pytest.approx([LONGEST_PAUSE] * 3)

    def test_looks_come_before_creates_and_each_kind_keeps_its_order(self) -> None:
        async def play() -> list[str]:
            pace, begun = Pace(1, SimulatedClock()), list[str]()

            async def call(name: str, *, look: bool) -> None:
                async with pace.call(look=look):
                    begun.append(name)
                    await asyncio.sleep(1)

            asked = {"create 1": False, "create 2": False, "create 3": False, "look 1": True, "look 2": True}
            await asyncio.gather(*(call(name, look=look) for name, look in asked.items()))
            return begun

        assert run(play()) == ["create 1", "look 1", "look 2", "create 2", "create 3"]

    def test_one_that_is_cancelled_as_its_turn_comes_gives_it_on(self) -> None:
        async def play() -> float:
            pace = Pace(1, SimulatedClock())

            async def call() -> float:
                async with pace.call():
                    await asyncio.sleep(1)
                    return now()

            first, second, third = (asyncio.create_task(call()) for _ in range(3))
            first.add_done_callback(lambda _: second.cancel())
            await asyncio.gather(first, second, return_exceptions=True)
            return await third

        assert run(play()) == pytest.approx(2.0)

    def test_a_call_that_fails_or_is_cancelled_gives_its_turn_back(self) -> None:
        async def play() -> float:
            pace = Pace(1, SimulatedClock())

            async def fail() -> None:
                async with pace.call():
                    raise LookupError

            with pytest.raises(LookupError):
                await fail()
            pace.hold_back(5.0)
            waiting = asyncio.create_task(fail())
            await all_else()
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)
            async with pace.call():
                return now()

        assert run(play()) == pytest.approx(5.0)


async def begins(hold: Callable[[Pace], None]) -> list[float]:
    """Return when each of three calls begins."""
    pace = Pace(2, SimulatedClock())
    hold(pace)
    begun: list[float] = []

    async def call() -> None:
        async with pace.call():
            begun.append(now())

    await asyncio.gather(*(call() for _ in range(3)))
    return begun


class TestBackoff:
    @settings(deadline=None)
    @given(st.integers(1, 5000))
    def test_it_doubles_up_to_half_a_minute(self, tries: int) -> None:
        base = min(0.5 * 2 ** min(tries - 1, 10), 30.0)
        assert base <= backoff(tries) <= base * 1.5

    @settings(deadline=None)
    @given(st.integers(1, 50), st.floats(0, LONGEST_PAUSE))
    def test_what_runapi_asks_for_counts(self, tries: int, asked: float) -> None:
        assert asked <= backoff(tries, asked) <= asked * 1.5

    def test_it_does_not_wait_for_a_day_because_runapi_says_so(self) -> None:
        assert backoff(1, 86_400.0) <= LONGEST_PAUSE * 1.5

    def test_many_do_not_come_back_at_once(self) -> None:
        assert len({backoff(3) for _ in range(20)}) > 15
