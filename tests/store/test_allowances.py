"""The quota: never overspent, never lost."""

import asyncio
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, rule

from bot.store import Allowance, Session, Store
from tests.store.rows import ADA, BOB, add_request

TODAY = Allowance("user-day", ADA, "2026-11-20")


async def ask(store: Store, allowance: Allowance, amount: int, limit: int) -> int | None:
    """Take and reserve as a request does; return the request's id, or None where the allowance did not suffice."""

    def take_and_reserve(session: Session) -> int | None:
        if session.allowances.take(allowance, amount, limit) is None:
            return None
        request = add_request(session, user_id=allowance.subject_id)
        session.allowances.reserve(request.id, allowance, amount)
        return request.id

    return await store.write(take_and_reserve)


async def ask_and_fail(store: Store, allowance: Allowance, amount: int, limit: int) -> None:
    """Take in a transaction that ends in an exception."""

    def take_and_fail(session: Session) -> None:
        session.allowances.take(allowance, amount, limit)
        raise LookupError

    with pytest.raises(LookupError):
        await store.write(take_and_fail)


async def counted(store: Store, allowance: Allowance = TODAY) -> tuple[int, int]:
    return (await store.read(lambda session: session.allowances.counted(allowance)))[:2]


class TestTake:
    async def test_200_at_once_at_a_limit_of_5_give_5(self, store: Store) -> None:
        taken = await asyncio.gather(*(ask(store, TODAY, 1, 5) for _ in range(200)))
        assert sum(each is not None for each in taken) == 5
        assert await counted(store) == (5, 0)

    async def test_two_processes_do_not_overspend_together(self, path: Path) -> None:
        async with Store.open(path) as one, Store.open(path) as other:
            taken = await asyncio.gather(*(ask(store, TODAY, 1, 5) for store in (one, other) * 20))
            assert sum(each is not None for each in taken) == 5
            assert await counted(one) == (5, 0)

    @pytest.mark.parametrize(("limit", "taken"), [(0, False), (2, False), (3, True), (4, True)])
    async def test_more_than_is_left_is_not_taken_in_part(self, store: Store, limit: int, taken: bool) -> None:
        assert (await ask(store, TODAY, 3, limit) is not None) is taken
        assert await counted(store) == (3 if taken else 0, 0)

    async def test_what_is_used_counts_like_what_is_reserved(self, store: Store) -> None:
        request_id = await ask(store, TODAY, 3, 5)
        await settle(store, request_id, 3)
        assert await ask(store, TODAY, 3, 5) is None
        assert await ask(store, TODAY, 2, 5) is not None
        assert await counted(store) == (2, 3)

    async def test_users_days_and_scopes_are_counted_apart(self, store: Store) -> None:
        for allowance in (
            TODAY,
            TODAY._replace(subject_id=BOB),
            TODAY._replace(period="2026-11-21"),
            TODAY._replace(scope="guild-day"),
        ):
            assert await ask(store, allowance, 1, 1) is not None
            assert await ask(store, allowance, 1, 1) is None

    async def test_a_transaction_that_is_undone_takes_nothing(self, store: Store) -> None:
        await ask_and_fail(store, TODAY, 1, 5)
        assert await counted(store) == (0, 0)

    async def test_transactions_that_are_undone_take_nothing_from_those_beside_them(self, store: Store) -> None:
        asked = [ask(store, TODAY, 1, 5) for _ in range(5)]
        failing = [ask_and_fail(store, TODAY, 1, 5) for _ in range(5)]
        taken = await asyncio.gather(*(each for pair in zip(failing, asked, strict=True) for each in pair))
        assert sum(each is not None for each in taken) == 5
        assert await counted(store) == (5, 0)

    async def test_what_was_granted_goes_on_top_of_the_limit(self, store: Store) -> None:
        await store.write(lambda session: session.allowances.grant(TODAY, 3))
        await store.write(lambda session: session.allowances.grant(TODAY, 1))
        assert await ask(store, TODAY, 7, 2) is None
        assert await ask(store, TODAY, 5, 2) is not None
        assert await ask(store, TODAY, 2, 2) is None
        assert await ask(store, TODAY, 1, 0) is None
        assert await ask(store, TODAY, 1, 2) is not None
        assert await store.read(lambda session: session.allowances.counted(TODAY)) == (6, 0, 4)

    async def test_200_at_once_at_a_limit_of_0_with_5_granted_give_5(self, store: Store) -> None:
        await store.write(lambda session: session.allowances.grant(TODAY, 5))
        taken = await asyncio.gather(*(ask(store, TODAY, 1, 0) for _ in range(200)))
        assert sum(each is not None for each in taken) == 5

    async def test_a_limit_that_was_lowered_stops_the_next(self, store: Store) -> None:
        assert await ask(store, TODAY, 3, 5) is not None
        assert await ask(store, TODAY, 1, 2) is None


async def settle(store: Store, request_id: int | None, used: int) -> None:
    assert request_id is not None
    await store.write(lambda session: session.allowances.settle(request_id, used))


class TestSettle:
    @pytest.mark.parametrize(("used", "found"), [(0, 0), (1, 1), (3, 3), (4, 3)])
    async def test_what_was_made_is_used_and_the_rest_goes_back(self, store: Store, used: int, found: int) -> None:
        request_id = await ask(store, TODAY, 3, 5)
        await settle(store, request_id, used)
        assert await counted(store) == (0, found)

    async def test_twice_is_as_once(self, store: Store) -> None:
        first, second = await ask(store, TODAY, 2, 5), await ask(store, TODAY, 2, 5)
        await settle(store, first, 1)
        await settle(store, first, 2)
        assert await counted(store) == (2, 1)
        await settle(store, second, 0)
        assert await counted(store) == (0, 1)

    async def test_all_of_a_requests_reservations_are_settled(self, store: Store) -> None:
        guild = Allowance("guild-day", 7, "2026-11-20")

        def ask_both(session: Session) -> int:
            request = add_request(session)
            for allowance in (TODAY, guild):
                assert session.allowances.take(allowance, 2, 5) is not None
                session.allowances.reserve(request.id, allowance, 2)
            return request.id

        await settle(store, await store.write(ask_both), 1)
        assert [await counted(store, allowance) for allowance in (TODAY, guild)] == [(0, 1), (0, 1)]

    async def test_a_reset_forgets_what_is_used_and_not_what_is_reserved(self, store: Store) -> None:
        first = await ask(store, TODAY, 2, 5)
        await ask(store, TODAY, 1, 5)
        await settle(store, first, 2)
        assert await store.write(lambda session: session.allowances.reset(TODAY)) == 2
        assert await counted(store) == (1, 0)
        assert await store.write(lambda session: session.allowances.reset(TODAY)) == 0

    async def test_a_request_without_a_reservation_is_no_error(self, store: Store) -> None:
        request = await store.write(add_request)
        await settle(store, request.id, 1)
        assert await counted(store) == (0, 0)


class Quota(RuleBasedStateMachine):
    """Requests of two users in any order, some asked within transactions that fail, some settled more than once."""

    limit = 4
    asked = Bundle[int]("asked")

    def __init__(self) -> None:
        super().__init__()
        self.open: dict[int, tuple[int, int]] = {}
        self.settled: dict[int, tuple[int, int]] = {}
        self.runner = asyncio.Runner()
        self.stack = AsyncExitStack()
        folder = self.stack.enter_context(tempfile.TemporaryDirectory())
        self.store: Store = self.run(self.stack.enter_async_context(Store.open(Path(folder) / "easel.db")))

    def run(self, work: Any) -> Any:
        return self.runner.run(work)

    def expected(self, user_id: int) -> tuple[int, int]:
        reserved = sum(amount for user, amount in self.open.values() if user == user_id)
        return reserved, sum(used for user, used in self.settled.values() if user == user_id)

    @rule(target=asked, user_id=st.sampled_from([ADA, BOB]), amount=st.integers(1, 3))
    def ask(self, user_id: int, amount: int) -> Any:
        fits = sum(self.expected(user_id)) + amount <= self.limit
        request_id = self.run(ask(self.store, TODAY._replace(subject_id=user_id), amount, self.limit))
        assert (request_id is not None) is fits
        if request_id is None:
            return multiple()  # pyright: ignore[reportUnknownVariableType] - of nothing
        self.open[request_id] = (user_id, amount)
        return request_id

    @rule(user_id=st.sampled_from([ADA, BOB]), amount=st.integers(1, 3))
    def ask_and_fail(self, user_id: int, amount: int) -> None:
        self.run(ask_and_fail(self.store, TODAY._replace(subject_id=user_id), amount, self.limit))

    @rule(request_id=asked, used=st.integers(0, 5))
    def settle(self, request_id: int, used: int) -> None:
        self.run(settle(self.store, request_id, used))
        if request_id in self.open:
            user_id, amount = self.open.pop(request_id)
            self.settled[request_id] = (user_id, min(used, amount))

    @invariant()
    def counters_are_what_was_reserved_and_used(self) -> None:
        for user_id in (ADA, BOB):
            reserved, used = self.run(counted(self.store, TODAY._replace(subject_id=user_id)))
            assert (reserved, used) == self.expected(user_id)
            assert reserved >= 0
            assert used >= 0
            assert reserved + used <= self.limit

    def teardown(self) -> None:
        self.run(self.stack.aclose())
        self.runner.close()


TestQuota = Quota.TestCase
# Each example opens a database, so a failing one is shown as it was found, not made smaller.
TestQuota.settings = settings(
    max_examples=15, stateful_step_count=15, deadline=None, phases=set(Phase) - {Phase.shrink}
)
