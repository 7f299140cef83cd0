"""Slots: bounded, shared out fairly, never lost."""

import asyncio
from collections.abc import Hashable
from typing import Literal

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.engine.fairness import FairSlots
from tests.engine.simulated import all_else, run


class Desk:
    """Visitors who each take a slot when they get one, and keep it until they are sent away."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.slots = FairSlots(size)
        self.holding: list[int] = []
        self.served: list[Hashable] = []
        self.most = 0
        self._gates: list[asyncio.Event] = []
        self._visits: list[asyncio.Task[None]] = []

    def come(self, owner: Hashable) -> int:
        """Let a visit begin; return its number."""
        self._gates.append(asyncio.Event())
        number = len(self._visits)
        self._visits.append(asyncio.create_task(self._visit(number, owner)))
        return number

    async def _visit(self, number: int, owner: Hashable) -> None:
        async with self.slots.hold(owner):
            self.holding.append(number)
            self.served.append(owner)
            self.most = max(self.most, len(self.holding))
            try:
                await self._gates[number].wait()
            finally:
                self.holding.remove(number)

    def leave(self, number: int) -> None:
        """Let a visit end as soon as it holds a slot."""
        self._gates[number].set()

    def cancel(self, number: int) -> None:
        """End a visit, wherever it is."""
        self._visits[number].cancel()

    @property
    def here(self) -> int:
        """How many hold a slot or wait for one."""
        return sum(not visit.done() for visit in self._visits)

    async def close(self) -> None:
        """Let everybody leave; a fault of a visit is raised."""
        for gate in self._gates:
            gate.set()
        for ended in await asyncio.gather(*self._visits, return_exceptions=True):
            if ended is not None and not isinstance(ended, asyncio.CancelledError):
                raise ended


Act = tuple[Literal["come", "leave", "cancel"], int, Literal["at once", "a turn later", "when all is done"]]
ACTS = st.tuples(
    st.sampled_from(["come", "come", "leave", "cancel"]),
    st.integers(0, 9),
    st.sampled_from(["at once", "a turn later", "when all is done"]),
)


@settings(deadline=None, max_examples=500)
@given(st.integers(1, 3), st.lists(ACTS, max_size=40))
def test_no_slot_is_lost_or_given_twice_whoever_comes_leaves_or_is_cancelled(size: int, acts: list[Act]) -> None:
    async def play() -> None:
        desk = Desk(size)
        came = 0
        for act, who, following in acts:
            if act == "come":
                came += 1
                desk.come(owner=who % 3)
            elif came:
                (desk.leave if act == "leave" else desk.cancel)(who % came)
            if following == "a turn later":
                await asyncio.sleep(0)
            elif following == "when all is done":
                await all_else()
                assert len(desk.holding) == min(size, desk.here)
        await desk.close()
        for owner in range(size + 1):
            desk.come(owner)
        await all_else()
        assert len(desk.holding) == size
        assert desk.most <= size
        await desk.close()

    run(play())


def test_another_users_first_goes_before_somebodys_third() -> None:
    async def play() -> None:
        desk = Desk(2)
        ada = [desk.come("ada") for _ in range(20)]
        await all_else()
        assert desk.served == ["ada", "ada"]
        desk.come("bob")
        await all_else()
        desk.leave(ada[0])
        await all_else()
        assert desk.served == ["ada", "ada", "bob"]
        await desk.close()
        assert desk.most == 2

    run(play())


def test_users_with_many_take_turns() -> None:
    async def play() -> None:
        desk = Desk(1)
        visits = [desk.come(owner) for owner in ("ada", "ada", "ada", "bob", "bob", "eve")]
        await all_else()
        for visit in visits:
            desk.leave(visit)
        await desk.close()
        assert desk.served == ["ada", "ada", "bob", "eve", "ada", "bob"]

    run(play())


def test_a_users_own_are_served_in_the_order_in_which_they_came() -> None:
    async def play() -> None:
        desk = Desk(1)
        visits = [desk.come("ada") for _ in range(4)]
        held: list[int] = []
        for _ in visits:
            await all_else()
            held += desk.holding
            desk.leave(desk.holding[0])
        assert held == visits
        await desk.close()

    run(play())


def test_one_who_waits_is_cancelled_and_the_next_gets_the_slot() -> None:
    async def play() -> None:
        desk = Desk(1)
        first, second, third = (desk.come(owner) for owner in ("ada", "bob", "eve"))
        await all_else()
        desk.cancel(second)
        await all_else()
        desk.leave(first)
        await all_else()
        assert desk.holding == [third]
        await desk.close()

    run(play())


def test_one_who_is_cancelled_at_the_moment_of_getting_a_slot_hands_it_on() -> None:
    async def play() -> None:
        desk = Desk(1)
        first, second, third = (desk.come(owner) for owner in ("ada", "bob", "eve"))
        await all_else()
        desk.leave(first)
        # One turn of the loop: the first has given its slot to the second, who has not run since.
        await asyncio.sleep(0)
        assert desk.holding == []
        desk.cancel(second)
        await all_else()
        assert desk.holding == [third]
        assert desk.served == ["ada", "eve"]
        await desk.close()

    run(play())


def test_all_may_be_cancelled_at_once() -> None:
    async def play() -> None:
        desk = Desk(2)
        visits = [desk.come(owner) for owner in ("ada", "ada", "ada", "bob", "eve")]
        await all_else()
        for visit in visits[:4]:
            desk.cancel(visit)
        await all_else()
        assert desk.holding == [visits[4]]
        await desk.close()

    run(play())


def test_a_cancellation_does_not_put_a_users_others_back() -> None:
    async def play() -> None:
        desk = Desk(1)
        first, second, third, _ = (desk.come(owner) for owner in ("ada", "bob", "bob", "eve"))
        await all_else()
        desk.cancel(third)
        await all_else()
        desk.leave(first)
        await all_else()
        assert desk.holding == [second]
        await desk.close()

    run(play())
