"""Slots: bounded, shared out fairly, never lost."""

import asyncio
from collections.abc import Hashable
from dataclasses import replace
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.engine.fairness import FairSlots, Owner, owner_of
from tests.engine.simulated import all_else, run
from tests.ui.replies import REQUEST


class Desk:
    """Visitors who each take a slot when they get one, and keep it until they are sent away."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.slots = FairSlots(size)
        self.holding: list[int] = []
        self.served: list[Hashable] = []
        self.order: list[int] = []
        self.most = 0
        self._gates: list[asyncio.Event] = []
        self._visits: list[asyncio.Task[None]] = []

    def come(self, user: Hashable, group: Hashable = "studio") -> int:
        """Let a visit begin; return its number."""
        self._gates.append(asyncio.Event())
        number = len(self._visits)
        self._visits.append(asyncio.create_task(self._visit(number, Owner(group, user))))
        return number

    async def _visit(self, number: int, owner: Owner) -> None:
        async with self.slots.hold(owner, number):
            self.holding.append(number)
            self.order.append(number)
            self.served.append(owner.user)
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
                desk.come(user=who % 3, group=who % 2)
            elif came:
                (desk.leave if act == "leave" else desk.cancel)(who % came)
            if following == "a turn later":
                await asyncio.sleep(0)
            elif following == "when all is done":
                await all_else()
                assert len(desk.holding) == min(size, desk.here)
        await desk.close()
        for user in range(size + 1):
            desk.come(user)
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
        assert desk.served == ["ada", "bob", "eve", "ada", "bob", "ada"]

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


VISITS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2)), max_size=20)


@settings(deadline=None, max_examples=100)
@given(st.integers(1, 3), VISITS, st.data())
def test_places_tell_the_order_in_which_slots_are_given(
    size: int, visits: list[tuple[int, int]], data: st.DataObject
) -> None:
    async def play() -> None:
        desk = Desk(size)
        for user, group in visits:
            desk.come(user, group)
        await all_else()
        for number in data.draw(st.lists(st.sampled_from(range(len(visits))), unique=True) if visits else st.just([])):
            if number not in desk.order:
                desk.cancel(number)
        await all_else()
        told = desk.slots.places()
        served = len(desk.order)
        assert sorted(told.values()) == list(range(1, desk.here - served + 1))
        for number in desk.order:  # it grows while everybody leaves in the order in which they came to hold a slot
            desk.leave(number)
            await all_else()
        assert desk.order[served:] == sorted(told, key=lambda number: told[number])
        assert desk.slots.places() == {}
        await desk.close()

    run(play())


@settings(deadline=None, max_examples=100)
@given(st.integers(1, 3), VISITS, st.integers(0, 3), st.integers(0, 2))
def test_the_place_of_who_comes_next_is_the_one_that_they_get(
    size: int, visits: list[tuple[int, int]], user: int, group: int
) -> None:
    async def play() -> None:
        desk = Desk(size)
        for visit in visits:
            desk.come(*visit)
        await all_else()
        told = desk.slots.place_of_next(Owner(group, user))
        number = desk.come(user, group)
        await all_else()
        assert desk.slots.places().get(number) == told
        assert (told is None) == (number in desk.holding)
        await desk.close()

    run(play())


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 4), st.lists(st.integers(1, 12), min_size=2, max_size=4))
def test_no_group_gets_two_slots_more_than_another_that_waits_however_many_users_it_has(
    size: int, crowds: list[int]
) -> None:
    async def play() -> None:
        desk = Desk(size)
        for group, users in enumerate(crowds):
            for user in range(users):
                desk.come(user, group)
        await all_else()
        groups = [group for group, users in enumerate(crowds) for _ in range(users)]
        while desk.slots.places():
            desk.leave(desk.holding[0])
            await all_else()
            held = [sum(groups[number] == group for number in desk.holding) for group in range(len(crowds))]
            waiting = {groups[number] for number in desk.slots.places() if isinstance(number, int)}
            newest = groups[desk.order[-1]]
            assert all(held[newest] <= held[group] + 1 for group in waiting)
        await desk.close()

    run(play())


def test_a_server_with_fifty_busy_users_does_not_starve_a_small_one() -> None:
    async def play() -> None:
        desk = Desk(2)
        crowd = [desk.come(user, "large") for user in range(50)]
        await all_else()
        small = desk.come("ada", "small")
        await all_else()
        assert desk.slots.places()[small] == 1
        desk.leave(crowd[0])
        await all_else()
        assert small in desk.holding
        await desk.close()

    run(play())


def test_users_of_one_server_share_its_turns() -> None:
    async def play() -> None:
        desk = Desk(1)
        for user, group in (("ada", 1), ("ada", 1), ("ada", 1), ("bob", 1), ("eve", 2), ("eve", 2), ("eve", 2)):
            desk.come(user, group)
        await all_else()
        for number in desk.order:
            desk.leave(number)
            await all_else()
        assert desk.served == ["ada", "eve", "bob", "eve", "ada", "eve", "ada"]
        await desk.close()

    run(play())


@pytest.mark.parametrize(
    ("guild_id", "bot_present", "group"),
    [(7, True, ("guild", 7)), (7, False, ("user", 101)), (None, True, ("user", 101))],
    ids=["a server", "a server without the bot", "direct messages"],
)
def test_a_request_waits_for_its_server_or_its_user(
    guild_id: int | None, bot_present: bool, group: tuple[str, int]
) -> None:
    request = replace(REQUEST, guild_id=guild_id, bot_present=bot_present, user_id=101)
    assert owner_of(request) == Owner(group, 101)
