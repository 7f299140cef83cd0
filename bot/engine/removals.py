"""What becomes of pictures whose message is gone from Discord: whoever deleted it wants them gone here too."""

import logging
from collections.abc import Callable, Sequence

from bot.engine.ports import Clock
from bot.images import PictureStore
from bot.store import Session, Store

log = logging.getLogger(__name__)

BATCH = 100
"""Requests whose pictures are removed in one transaction: others' commands wait for it."""

REMEMBERED = 5000
"""Deleted messages that are remembered, for one of them may turn out to be the reply that is just being brought."""


class Removals:
    """Removes the pictures of replies that are gone.

    Only of what was brought: a reply that is gone before its picture came gets a new message, and what reached nobody
    is kept for `/show`.
    """

    def __init__(self, *, store: Store, pictures: PictureStore, clock: Clock) -> None:
        self._store = store
        self._pictures = pictures
        self._clock = clock
        self._gone: dict[int, None] = {}

    async def messages_gone(self, message_ids: Sequence[int]) -> None:
        """Remove what these messages showed, which Discord has deleted."""
        self._remember(message_ids)
        ids = await self._store.read(lambda session: session.removals.shown_by(message_ids))
        if ids:
            await self.remove(ids)

    async def channel_gone(self, guild_id: int, channel_id: int) -> None:
        """Remove what a server's channel or thread showed, which is deleted."""
        await self._remove_all(lambda session: session.removals.shown_in(guild_id, channel_id, BATCH))

    async def guild_gone(self, guild_id: int) -> None:
        """Remove what was shown in a server, which is deleted or does not want the bot any more.

        What came to somebody by a direct message is theirs.
        """
        await self._remove_all(lambda session: session.removals.shown_throughout(guild_id, BATCH))

    async def brought(self, request_id: int) -> None:
        """Remove the pictures of a request that was just brought, if its message is gone already."""
        if not self._gone:
            return
        request = await self._store.read(lambda session: session.requests.get(request_id))
        if request is not None and request.message_id in self._gone:
            await self.messages_gone([request.message_id])

    async def remove(self, request_ids: Sequence[int]) -> None:
        """Remove the pictures of requests from the picture store, once their messages are gone."""
        now = self._clock.now()
        for name in await self._store.write(lambda session: session.removals.remove(request_ids, now)):
            await self._pictures.delete(name)

    async def _remove_all(self, which: Callable[[Session], Sequence[int]]) -> None:
        while ids := await self._store.read(which):
            await self.remove(ids)
            log.info("the pictures of %d requests went with their messages", len(ids))

    def _remember(self, message_ids: Sequence[int]) -> None:
        self._gone.update(dict.fromkeys(message_ids))
        while len(self._gone) > REMEMBERED:
            del self._gone[next(iter(self._gone))]
