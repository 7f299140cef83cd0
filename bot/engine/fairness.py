"""A bounded number of slots, shared out so that no server's or user's queue holds up somebody else's first task."""

import asyncio
from collections import Counter, deque
from collections.abc import AsyncGenerator, Hashable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Self

from bot.store import Request


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose a slot is: a user in a server, or in a group of their own."""

    group: Hashable
    user: Hashable


def owner_of(request: Request) -> Owner:
    """Return for whom a request waits: a server counts as one where the bot is installed in it."""
    if request.guild_id is None or not request.bot_present:
        return Owner(("user", request.user_id), request.user_id)
    return Owner(("guild", request.guild_id), request.user_id)


@dataclass(eq=False, slots=True)
class _Turn:
    """One wait for a slot; without a future it is only supposed."""

    name: Hashable
    given: asyncio.Future[None] | None = None

    @property
    def gone(self) -> bool:
        return self.given is not None and self.given.cancelled()


class _Line:
    """Some who wait: who holds the fewest slots is first, and among equals who has been so longest."""

    def __init__(self) -> None:
        self._held: Counter[Hashable] = Counter()
        self._waiting: dict[int, dict[Hashable, None]] = {}

    def copy(self) -> Self:
        copied = type(self)()
        copied._held = self._held.copy()
        copied._waiting = {held: equals.copy() for held, equals in self._waiting.items()}
        return copied

    @property
    def waits(self) -> bool:
        return bool(self._waiting)

    @property
    def idle(self) -> bool:
        return not self._waiting and not self._held

    def first(self) -> Hashable:
        return next(iter(self._waiting[min(self._waiting)]))

    def join(self, who: Hashable) -> None:
        self._waiting.setdefault(self._held[who], {})[who] = None

    def leave(self, who: Hashable) -> None:
        equals = self._waiting[self._held[who]]
        del equals[who]
        if not equals:
            del self._waiting[self._held[who]]

    def hold(self, who: Hashable, change: int) -> None:
        waits = who in self._waiting.get(self._held[who], ())
        if waits:
            self.leave(who)
        self._held[who] += change
        if not self._held[who]:
            del self._held[who]
        if waits:
            self.join(who)


class _Queue:
    """The turns of those who wait, in a line of groups and for each of them a line of its users."""

    def __init__(self) -> None:
        self._groups = _Line()
        self._users: dict[Hashable, _Line] = {}
        self._turns: dict[Owner, deque[_Turn]] = {}

    def copy(self) -> Self:
        copied = type(self)()
        copied._groups = self._groups.copy()
        copied._users = {group: line.copy() for group, line in self._users.items()}
        copied._turns = {owner: turns.copy() for owner, turns in self._turns.items()}
        return copied

    def __bool__(self) -> bool:
        return bool(self._turns)

    def join(self, owner: Owner, turn: _Turn) -> None:
        self._turns.setdefault(owner, deque()).append(turn)
        self._users.setdefault(owner.group, _Line()).join(owner.user)
        self._groups.join(owner.group)

    def leave(self, owner: Owner, turn: _Turn) -> None:
        """Take a turn out, if it is there."""
        turns = self._turns.get(owner)
        if turns is None or turn not in turns:
            return
        turns.remove(turn)
        if turns:
            return
        del self._turns[owner]
        users = self._users[owner.group]
        users.leave(owner.user)
        if not users.waits:
            self._groups.leave(owner.group)
        self._forget_idle(owner)

    def take(self) -> tuple[Owner, _Turn]:
        """Take out the turn that is next."""
        group = self._groups.first()
        owner = Owner(group, self._users[group].first())
        turn = self._turns[owner][0]
        self.leave(owner, turn)
        return owner, turn

    def hold(self, owner: Owner, change: int) -> None:
        """Count slots that an owner got or gave back."""
        self._users.setdefault(owner.group, _Line()).hold(owner.user, change)
        self._groups.hold(owner.group, change)
        self._forget_idle(owner)

    def _forget_idle(self, owner: Owner) -> None:
        if self._users[owner.group].idle:
            del self._users[owner.group]


class FairSlots:
    """Slots that go to the waiting group that holds the fewest, and in it to the user who does.

    Among equals it is who has been so longest; a user's own turns are taken in the order in which they came.
    """

    def __init__(self, size: int) -> None:
        self._free = size
        self._queue = _Queue()
        self._holders: dict[_Turn, Owner] = {}

    @asynccontextmanager
    async def hold(self, owner: Owner, name: Hashable = None) -> AsyncGenerator[None]:
        """Wait for a slot and hold it.

        Args:
            name: by which `places` tells where it is.
        """
        turn = _Turn(name)
        await self._acquire(owner, turn)
        try:
            yield
        finally:
            self._release(turn)

    def places(self) -> dict[Hashable, int]:
        """Return by name the place of each that waits, from 1, as slots are given when who began first ends first."""
        places: dict[Hashable, int] = {}
        for place, turn in enumerate(self._order(self._queue.copy()), 1):
            places.setdefault(turn.name, place)
        return places

    def holders(self) -> set[Hashable]:
        """Return the names of those that hold a slot."""
        return {turn.name for turn in self._holders}

    def place_of_next(self, owner: Owner) -> int | None:
        """Return the place that an owner's next turn would have, or None where there is a slot for it."""
        if self._free:
            return None
        queue, supposed = self._queue.copy(), _Turn(None)
        queue.join(owner, supposed)
        return next(place for place, turn in enumerate(self._order(queue), 1) if turn is supposed)

    def _order(self, queue: _Queue) -> Iterator[_Turn]:
        holders = deque(self._holders.values())
        freed = False
        while queue:
            if not freed:
                queue.hold(holders.popleft(), -1)
                freed = True
            owner, turn = queue.take()
            if not turn.gone:
                queue.hold(owner, 1)
                holders.append(owner)
                freed = False
                yield turn

    async def _acquire(self, owner: Owner, turn: _Turn) -> None:
        if self._free:
            self._free -= 1
            self._give(owner, turn)
            return
        turn.given = given = asyncio.get_running_loop().create_future()
        self._queue.join(owner, turn)
        try:
            await given
        except asyncio.CancelledError:
            if given.done() and not given.cancelled():
                self._release(turn)
            else:
                self._queue.leave(owner, turn)
            raise

    def _give(self, owner: Owner, turn: _Turn) -> None:
        self._holders[turn] = owner
        self._queue.hold(owner, 1)

    def _release(self, turn: _Turn) -> None:
        self._queue.hold(self._holders.pop(turn), -1)
        while self._queue:
            owner, following = self._queue.take()
            # One that was cancelled just now has not run since, and so is still among those that wait.
            if following.given is not None and not following.given.cancelled():
                self._give(owner, following)
                following.given.set_result(None)
                return
        self._free += 1
