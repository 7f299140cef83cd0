"""What people decide about what is kept of them."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from datetime import timedelta

from bot.engine.exports import Export, Exporter
from bot.engine.forgetting import Erased, Forgetter
from bot.engine.ports import Clock
from bot.store import Holdings, Store

FORGETTING_WAITS = timedelta(seconds=10)
"""How long whoever wants to be forgotten waits for their requests under way to end."""


class Privacy:
    """The wishes of all users.

    Args:
        end_all: ends a user's requests under way where that can be done, and waits that long until they are told.
    """

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        exporter: Exporter,
        forgetter: Forgetter,
        end_all: Callable[[int, timedelta], Awaitable[None]],
    ) -> None:
        self._store = store
        self._clock = clock
        self._exporter = exporter
        self._forgetter = forgetter
        self._end_all = end_all

    async def edits_allowed(self, user_id: int) -> bool:
        """Return whether others may edit somebody's pictures."""
        return await self._store.read(lambda session: session.users.allows_edits(user_id))

    async def allow_edits(self, user_id: int, *, allowed: bool) -> None:
        """Record whether others may edit somebody's pictures, from now on."""
        now = self._clock.now()
        await self._store.write(lambda session: session.users.allow_edits(user_id, now, allowed=allowed))

    async def holdings(self, user_id: int) -> Holdings:
        """Return how much is kept of somebody."""
        return await self._store.read(lambda session: session.forgetting.holdings(user_id))

    def export(self, user_id: int, *, limit: int) -> AbstractAsyncContextManager[Export]:
        """Return a context that gives a file of `limit` bytes at most with everything that is kept of somebody.

        Entering it raises:
            ExportUnderWay: the same is going on already.
            ExportTooLarge: even without pictures it does not fit.
            StorageFull: there is no room to put it together.
        """
        return self._exporter.export(user_id, limit)

    async def forget_user(self, user_id: int) -> Erased:
        """Erase what is kept of somebody; their requests under way are cancelled first, where that can be done.

        What was counted today stays counted, and whether others may edit their pictures stays as they decided.
        """
        await self._end_all(user_id, FORGETTING_WAITS)
        return await self._forgetter.forget_user(user_id)
