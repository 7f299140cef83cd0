"""A bounded number of slots, shared out so that nobody's queue holds up somebody else's first task."""

import asyncio
from collections import Counter, deque
from collections.abc import AsyncGenerator, Hashable
from contextlib import asynccontextmanager


class FairSlots:
    """Slots that go to the waiting owner who holds the fewest, and among equals to who waits longest."""

    def __init__(self, size: int) -> None:
        self._free = size
        self._held: Counter[Hashable] = Counter()
        self._waiting: dict[Hashable, deque[asyncio.Future[None]]] = {}

    @asynccontextmanager
    async def hold(self, owner: Hashable) -> AsyncGenerator[None]:
        """Wait for a slot and hold it."""
        await self._acquire(owner)
        try:
            yield
        finally:
            self._release(owner)

    async def _acquire(self, owner: Hashable) -> None:
        if self._free:
            self._free -= 1
            self._held[owner] += 1
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(owner, deque()).append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._release(owner)
            else:
                self._forget(owner, turn)
            raise

    def _release(self, owner: Hashable) -> None:
        self._held[owner] -= 1
        if not self._held[owner]:
            del self._held[owner]
        while self._waiting:
            # min keeps the first of equals: who waits longest, for one who is served goes to the end.
            following = min(self._waiting, key=lambda each: self._held[each])
            turn = self._waiting[following][0]
            self._forget(following, turn)
            # One that was cancelled just now has not run since, and so is still among those that wait.
            if not turn.cancelled():
                if following in self._waiting:
                    self._waiting[following] = self._waiting.pop(following)
                self._held[following] += 1
                turn.set_result(None)
                return
        self._free += 1

    def _forget(self, owner: Hashable, turn: asyncio.Future[None]) -> None:
        turns = self._waiting.get(owner, deque())
        if turn in turns:
            turns.remove(turn)
            if not turns:
                del self._waiting[owner]
