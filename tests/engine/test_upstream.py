"""How RunAPI is, by what calls meet, and who may be sent meanwhile."""

import asyncio
import itertools

import pytest

from bot.engine.pacing import DECREASE, FEWEST_CALLS, Pace
from bot.engine.upstream import (
    CALLS_AT_ONCE,
    FIRST_TRIAL,
    LAST_TRIAL,
    OPEN_AFTER,
    RATE_LIMITED_PAUSE,
    KeptBack,
    Upstream,
    UpstreamState,
)
from bot.runapi import (
    AnswerLost,
    InsufficientCredits,
    InvalidRequest,
    Maintenance,
    NotReached,
    RateLimited,
    RunAPIError,
    ServerError,
)
from tests.engine.simulated import SimulatedClock, all_else, most_under_way, now, run

ADA, BOB = 1, 2
DOWN = (NotReached, ServerError, AnswerLost, Maintenance)


async def create(upstream: Upstream, error: RunAPIError | None = None, *, of: int = ADA, seconds: float = 0.0) -> None:
    """Let a create be answered, or meet an error."""
    try:
        async with upstream.create(of):
            await asyncio.sleep(seconds)
            if error is not None:
                raise error
    except RunAPIError:
        pass


async def look(upstream: Upstream, error: RunAPIError | None = None) -> None:
    """Let a look be answered, or meet an error."""
    try:
        async with upstream.look():
            if error is not None:
                raise error
    except RunAPIError:
        pass


async def opened() -> Upstream:
    """Return a RunAPI that is down."""
    upstream = Upstream(SimulatedClock())
    for _ in range(OPEN_AFTER):
        await create(upstream, NotReached())
    assert upstream.state is UpstreamState.OPEN
    return upstream


async def paused(credit: int | None = 0) -> Upstream:
    """Return a RunAPI whose account is out of credit, with its balance looked at."""
    upstream = Upstream(SimulatedClock())
    await create(upstream, InsufficientCredits())
    assert upstream.state is UpstreamState.PAUSED
    upstream.learn_balance(credit)
    return upstream


class TestOpen:
    @pytest.mark.parametrize("kind", DOWN)
    def test_a_row_of_calls_without_an_answer_opens_it(self, kind: type[RunAPIError]) -> None:
        async def play() -> None:
            upstream = Upstream(SimulatedClock())
            for _ in range(OPEN_AFTER - 1):
                await create(upstream, kind())
            assert upstream.state is not UpstreamState.OPEN
            await look(upstream, kind())
            assert upstream.state is UpstreamState.OPEN
            assert not upstream.admits(ADA)

        run(play())

    @pytest.mark.parametrize("answer", [None, InvalidRequest(), RateLimited()])
    def test_any_answer_begins_the_row_anew(self, answer: RunAPIError | None) -> None:
        async def play() -> None:
            upstream = Upstream(SimulatedClock())
            for _ in range(3):
                for _ in range(OPEN_AFTER - 1):
                    await create(upstream, NotReached())
                await create(upstream, answer)
            assert upstream.state is not UpstreamState.OPEN

        run(play())

    def test_one_is_tried_after_a_while_and_each_that_fails_makes_the_next_wait_longer(self) -> None:
        async def play() -> None:
            upstream = await opened()
            waited: list[float] = []
            for _ in range(7):
                began = now()
                assert await upstream.admitted(ADA, 1000.0)
                assert not upstream.admits(BOB)
                waited.append(now() - began)
                await create(upstream, NotReached())
            assert waited == pytest.approx([FIRST_TRIAL, 10.0, 20.0, 40.0, LAST_TRIAL, LAST_TRIAL, LAST_TRIAL])

        run(play())

    def test_one_that_succeeds_lets_everybody_in_at_once(self) -> None:
        async def play() -> None:
            upstream = await opened()
            others = [asyncio.create_task(upstream.admitted(each, 1000.0)) for each in range(10, 20)]
            assert await upstream.admitted(ADA, 1000.0)
            await all_else()
            tried = sum(each.done() for each in others)
            await create(upstream)
            assert await asyncio.gather(*others) == [True] * 10
            assert tried == 0
            assert now() < FIRST_TRIAL + 1.0
            assert upstream.state is UpstreamState.SLOWED

        run(play())

    def test_one_that_is_cancelled_hands_the_try_on(self) -> None:
        async def play() -> None:
            upstream = await opened()
            assert await upstream.admitted(ADA, 1000.0)
            waiting = asyncio.create_task(upstream.admitted(BOB, 1000.0))
            await all_else()
            upstream.leave(ADA)
            assert await waiting
            assert now() < FIRST_TRIAL + 1.0

        run(play())

    def test_nobody_waits_for_longer_than_they_want(self) -> None:
        async def play() -> None:
            upstream = await opened()
            assert not await upstream.admitted(ADA, 3.0)
            assert now() == pytest.approx(3.0)

        run(play())

    def test_a_look_that_is_answered_closes_it(self) -> None:
        async def play() -> None:
            upstream = await opened()
            await look(upstream)
            assert upstream.admits(ADA)

        run(play())

    def test_an_answer_to_what_was_asked_before_it_says_nothing(self) -> None:
        async def play() -> None:
            upstream = Upstream(SimulatedClock())
            early = asyncio.create_task(create(upstream, seconds=5.0))
            await asyncio.sleep(1.0)
            await create(upstream, InsufficientCredits(), of=BOB)
            await early
            assert upstream.state is UpstreamState.PAUSED

        run(play())


class TestPaused:
    def test_nothing_new_is_taken_while_there_is_no_credit(self) -> None:
        async def play() -> None:
            upstream = await paused(credit=0)
            assert upstream.out_of_credit
            assert not await upstream.admitted(ADA, 86_400.0)

        run(play())

    def test_a_balance_that_rises_lets_everybody_in(self) -> None:
        async def play() -> None:
            upstream = await paused(credit=0)
            waiting = asyncio.create_task(upstream.admitted(ADA, 100.0))
            await all_else()
            upstream.learn_balance(1000)
            assert await waiting
            assert (upstream.state, upstream.out_of_credit) == (UpstreamState.CLOSED, False)

        run(play())

    @pytest.mark.parametrize("credit", [5, None], ids=["too little for one", "unknown"])
    def test_where_some_is_left_one_at_a_time_is_tried(self, credit: int | None) -> None:
        async def play() -> None:
            upstream = await paused(credit=credit)
            assert not upstream.out_of_credit
            assert upstream.admits(ADA)
            assert not upstream.admits(BOB)
            await create(upstream, InsufficientCredits())
            assert upstream.out_of_credit
            upstream.learn_balance(credit)
            assert upstream.out_of_credit
            assert await upstream.admitted(BOB, 60.0)
            await create(upstream, of=BOB)
            assert upstream.state is UpstreamState.CLOSED

        run(play())

    def test_what_may_be_made_already_is_asked_for_all_the_same(self) -> None:
        async def play() -> None:
            assert (await paused()).admits(ADA, maybe_made=True)

        run(play())

    def test_a_look_that_is_answered_says_nothing_about_the_credit(self) -> None:
        async def play() -> None:
            upstream = await paused()
            await look(upstream)
            assert upstream.out_of_credit

        run(play())

    def test_those_that_wait_for_a_turn_are_not_sent_any_more(self) -> None:
        async def play() -> None:
            upstream = Upstream(SimulatedClock(), 1)
            first = asyncio.create_task(create(upstream, InsufficientCredits(), seconds=1.0))
            await all_else()
            with pytest.raises(KeptBack):
                await create(upstream, of=BOB)
            await first

        run(play())


class TestSlowed:
    @pytest.mark.parametrize(("error", "seconds"), [(RateLimited, RATE_LIMITED_PAUSE), (Maintenance, 0.0)])
    def test_it_slows_every_call_down(self, error: type[RunAPIError], seconds: float) -> None:
        async def play() -> None:
            for said in (7.0, None):
                upstream = Upstream(SimulatedClock())
                await create(upstream, error(retry_after=said))
                assert upstream.state is UpstreamState.SLOWED
                began = now()
                await asyncio.gather(create(upstream, of=BOB), look(upstream))
                assert now() - began == pytest.approx(said or seconds)

        run(play())

    def test_those_that_met_the_same_trouble_count_once(self) -> None:
        async def play() -> None:
            pace = Pace(CALLS_AT_ONCE, SimulatedClock())
            began = SimulatedClock().now()
            await asyncio.sleep(1.0)
            for _ in range(10):
                pace.slow_down(began)
            assert pace.calls_at_once == CALLS_AT_ONCE * DECREASE

        run(play())

    def test_it_never_stops_all_calls_and_each_round_that_goes_well_adds_one(self) -> None:
        async def play() -> None:
            pace = Pace(8, SimulatedClock())
            for _ in range(10):
                await asyncio.sleep(1.0)
                pace.slow_down(SimulatedClock().now())
            sizes = [pace.calls_at_once]
            while pace.slowed:
                for _ in range(pace.calls_at_once):
                    pace.speed_up()
                sizes.append(pace.calls_at_once)
            assert sizes[0] == FEWEST_CALLS
            assert sizes[-1] == 8
            assert all(0 <= later - earlier <= 1 for earlier, later in itertools.pairwise(sizes))
            assert len(sizes) <= 10

        run(play())

    def test_fewer_are_under_way_together(self) -> None:
        async def play() -> None:
            pace = Pace(8, SimulatedClock())
            pace.slow_down(SimulatedClock().now())
            assert await most_under_way(pace, 20) == 4

        run(play())


def test_whoever_waits_for_a_change_is_told_of_it() -> None:
    async def play() -> None:
        upstream = Upstream(SimulatedClock())
        for error, state in ((InsufficientCredits(), UpstreamState.PAUSED), (None, UpstreamState.CLOSED)):
            changed = upstream.changed
            upstream.learn_balance(5)
            changed = upstream.changed
            await create(upstream, error)
            assert changed.is_set()
            assert upstream.state is state

    run(play())
