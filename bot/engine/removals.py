"""What becomes of pictures whose message is gone from Discord: whoever deleted it wants them gone here too."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial

from bot.engine import art_channels
from bot.engine.agreement import agree_requests
from bot.engine.ports import Clock, Courier, TryLater
from bot.engine.posts import Posts
from bot.engine.rounds import pictures_gone
from bot.images import PictureStore
from bot.store import Request, Session, Store, StoreUnavailable

log = logging.getLogger(__name__)

BATCH = 100
"""Requests whose pictures are removed in one transaction: others' commands wait for it."""

REMEMBERED = 5000
"""Deleted messages that are remembered, for one of them may turn out to be the reply that is just being brought."""


ASKED_AFTER = 200
"""Results, the newest, whose messages are asked after when Discord may have deleted some and nobody was told.

Moderators delete what is new, and what somebody saw; to ask after every message that ever was would take a large bot
hours of Discord's patience at each start. What is older is noticed when it is worked on.
"""

ASK_AGAIN = 60.0
"""Seconds until Discord is asked again that could not say."""


class Removals:
    """Removes the pictures of replies that are gone.

    Only of what was brought: a reply that is gone before its picture came gets a new message, and what reached nobody
    is kept for `/show`.

    Args:
        missed_after: from `look_back` until Discord is asked: people's requests go first.
    """

    def __init__(
        self, *, store: Store, pictures: PictureStore, clock: Clock, posts: Posts, missed_after: timedelta
    ) -> None:
        self._store = store
        self._pictures = pictures
        self._clock = clock
        self._posts = posts
        self._missed_after = missed_after
        self._missed = asyncio.Event()
        self._gone: dict[int, None] = {}

    async def messages_gone(self, message_ids: Sequence[int]) -> None:
        """Remove what these messages showed, which Discord has deleted."""
        self._remember(message_ids)
        await self._remove_shown(lambda session: session.removals.shown_by(message_ids))

    async def channel_gone(self, guild_id: int, channel_id: int) -> None:
        """Remove what a server's channel or thread showed, which is deleted."""
        await self._remove_all(lambda session: session.removals.shown_in(guild_id, channel_id, BATCH))

    async def guild_gone(self, guild_id: int) -> None:
        """Remove what was shown in a server, which is deleted or does not want the bot any more.

        What came to somebody by a direct message is theirs.
        """
        # Of what the bot posted there it can take nothing back any more.
        await self._remove_all(partial(_shown_throughout, guild_id=guild_id, limit=BATCH), posts=False)

    def look_back(self) -> None:
        """Ask Discord before long what was deleted while nobody was told."""
        self._missed.set()

    async def run(self, courier: Courier) -> None:
        """Ask Discord whenever that is wanted, until cancelled."""
        while True:
            await self._missed.wait()
            await self._clock.sleep(self._missed_after.total_seconds())
            self._missed.clear()
            try:
                await self._look_back(courier)
            except (StoreUnavailable, TryLater) as error:
                log.warning("what was deleted while nobody was told is not known yet: %s", error)
                await self._clock.sleep(ASK_AGAIN)
                self._missed.set()

    async def ask_after(self, request: Request, courier: Courier) -> bool:
        """Ask Discord whether the reply that brought a request is there; if not, remove what it showed; return that.

        Raises:
            TryLater: Discord cannot say now.
        """
        missing = await courier.missing(request)
        if missing is None or request.message_id is None:
            return False
        await self.messages_gone([request.message_id])
        if missing == "channel" and request.guild_id is not None and request.channel_id is not None:
            await self.channel_gone(request.guild_id, request.channel_id)
        return True

    async def brought(self, request_id: int) -> None:
        """Remove the pictures of a request that was just brought, if its message is gone already."""
        if not self._gone:
            return
        request = await self._store.read(lambda session: session.requests.get(request_id))
        if request is not None and request.message_id in self._gone:
            await self.messages_gone([request.message_id])

    async def remove(self, request_ids: Sequence[int]) -> None:
        """Remove the pictures of requests from the picture store, once their messages are gone, and what shows them."""
        now = self._clock.now()

        names = await self._store.write(lambda session: _remove(session, request_ids, now, posts=True))
        self._posts.wake()
        for name in names:
            await self._pictures.delete(name)

    async def _look_back(self, courier: Courier) -> None:
        for guild_id in await self._store.read(lambda session: session.forgetting.places()):
            if guild_id is None or not await self._store.read(partial(_shown_throughout, guild_id=guild_id, limit=1)):
                continue
            if await courier.has_left(guild_id):
                await self.guild_gone(guild_id)
        for request_id in await self._store.read(lambda session: session.removals.newest(ASKED_AFTER)):
            request = await self._store.read(partial(_shown, request_id=request_id))
            if request is not None:
                await self.ask_after(request, courier)

    async def _remove_all(self, which: Callable[[Session], Sequence[int]], *, posts: bool = True) -> None:
        while removed := await self._remove_shown(which, posts=posts):
            log.info("the pictures of %d requests went with their messages", removed)

    async def _remove_shown(self, which: Callable[[Session], Sequence[int]], *, posts: bool = True) -> int:
        """Remove the pictures of those requests that are shown at that moment; return how many these were."""
        if not await self._store.read(which):
            return 0
        now = self._clock.now()

        def remove(session: Session) -> tuple[int, Sequence[str]]:
            ids = which(session)
            return len(ids), _remove(session, ids, now, posts=posts)

        removed, names = await self._store.write(remove)
        self._posts.wake()
        for name in names:
            await self._pictures.delete(name)
        return removed

    def _remember(self, message_ids: Sequence[int]) -> None:
        self._gone.update(dict.fromkeys(message_ids))
        while len(self._gone) > REMEMBERED:
            del self._gone[next(iter(self._gone))]


def _remove(session: Session, request_ids: Sequence[int], now: datetime, *, posts: bool) -> Sequence[str]:
    """Record that replies are gone, and with `posts` that what else shows them is to go; return files to delete."""
    if posts:
        art_channels.unwant_posts(session, request_ids, now)
    pictures_gone(session, request_ids, now)
    names = session.removals.remove(request_ids, now)
    agree_requests(session, request_ids, now)
    return names


def _shown_throughout(session: Session, *, guild_id: int, limit: int) -> Sequence[int]:
    return session.removals.shown_throughout(guild_id, limit)


def _shown(session: Session, *, request_id: int) -> Request | None:
    """Return a request if a message shows its pictures, as far as is known."""
    request = session.requests.get(request_id)
    message_id = None if request is None else request.message_id
    return None if message_id is None or not session.removals.shown_by([message_id]) else request
