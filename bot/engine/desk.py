"""Which requests of a burst are worked on first: few at a time, so that they end one after the other."""

import asyncio
from collections import deque

PLACES = 8
"""Requests that are worked on together, as many as RunAPI is called for (`CALLS_AT_ONCE`)."""

LONGEST = 1.0
"""Seconds for which a place is held at most: a request that stalls holds up nobody."""


class Desk:
    """Where requests are worked on, from what is sent to RunAPI until they have to wait for it or are delivered.

    Without it each of a burst would wait for the same step of all others, and all would end together at the end.
    """

    def __init__(self) -> None:
        self._taken: dict[int, asyncio.TimerHandle] = {}
        self._waiting: deque[tuple[int, asyncio.Future[None]]] = deque()

    async def take(self, request_id: int) -> None:
        """Wait for a place for a request; one that has a place keeps it."""
        if request_id in self._taken:
            return
        if len(self._taken) < PLACES:
            self._seat(request_id)
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((request_id, turn))
        await turn

    def _seat(self, request_id: int) -> None:
        self._taken[request_id] = asyncio.get_running_loop().call_later(LONGEST, self.leave, request_id)

    def leave(self, request_id: int) -> None:
        """Make place for the next; a request that has none is not missed."""
        timer = self._taken.pop(request_id, None)
        if timer is None:
            return
        timer.cancel()
        while self._waiting and len(self._taken) < PLACES:
            following, turn = self._waiting.popleft()
            if not turn.done():
                if following not in self._taken:
                    self._seat(following)
                turn.set_result(None)
