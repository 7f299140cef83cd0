"""Forgetting what somebody asked for and made: at their wish, and what is old enough."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from bot.engine import art_channels
from bot.engine.agreement import agree, agree_requests
from bot.engine.guild_settings import GuildSettings
from bot.engine.ports import Clock
from bot.engine.posts import Posts
from bot.engine.rounds import pictures_gone
from bot.images import PictureStore
from bot.store import Forgotten, Session, Store

log = logging.getLogger(__name__)

BATCH = 100
"""Requests that are forgotten in one transaction: others' commands wait for it."""

COUNTED_FOR = timedelta(days=3)
"""How long after a request somebody's limits may count it: its day and the next are over by then in any time zone."""


@dataclass(frozen=True, slots=True)
class Erased:
    """What became of a wish to be forgotten: requests erased, and requests that are still under way and so kept."""

    requests: int
    under_way: int


class Forgetter:
    """Erases the content of requests, with their files.

    Args:
        retention_days: days after which the operator wants requests forgotten, None for never.
    """

    def __init__(
        self,
        *,
        store: Store,
        pictures: PictureStore,
        clock: Clock,
        posts: Posts,
        retention_days: int | None = None,
    ) -> None:
        self._store = store
        self._pictures = pictures
        self._clock = clock
        self._posts = posts
        self._retention_days = retention_days

    async def forget_user(self, user_id: int) -> Erased:
        """Erase all that is kept of somebody, save for requests under way."""
        erased = await self._forget_all(lambda session: session.forgetting.of_user(user_id, BATCH), Forgotten.WISH)
        now = self._clock.now()
        while await self._store.write(partial(_forget_stars, user_id=user_id, now=now)):
            self._posts.wake()
        await self._delete(await self._store.write(lambda session: session.forgetting.forget_user(user_id, now)))
        await self.release()
        left = await self._store.read(lambda session: session.forgetting.under_way(user_id))
        log.info("%d requests were forgotten at somebody's wish", erased)
        return Erased(erased, len(left))

    async def forget_old(self) -> int:
        """Erase the requests that are older than the operator, or the server's managers, want; return how many."""
        erased = 0
        for guild_id, days in await self._store.read(self._retentions):
            before = self._clock.now() - timedelta(days=days)
            erased += await self._forget_all(_made_before(guild_id, before), Forgotten.AGE)
        await self.release()
        return erased

    async def release(self) -> None:
        """Forget whose the requests were that were forgotten and that no limit counts any more."""
        before = self._clock.now() - COUNTED_FOR
        await self._store.write(lambda session: session.forgetting.release(before))

    async def _forget_all(self, which: Callable[[Session], Sequence[int]], why: Forgotten) -> int:
        now, erased = self._clock.now(), 0
        while ids := await self._store.read(which):
            await self._delete(await self._store.write(partial(_forget, ids=ids, why=why, now=now)))
            self._posts.wake()
            erased += len(ids)
        return erased

    def _retentions(self, session: Session) -> Sequence[tuple[int | None, int]]:
        """Return the servers of which requests are forgotten some day (None: direct messages), and after how many."""
        wanted = ((place, self._days(session, place)) for place in session.forgetting.places())
        return [(place, days) for place, days in wanted if days is not None]

    def _days(self, session: Session, guild_id: int | None) -> int | None:
        wanted = (self._retention_days, GuildSettings.of(session, guild_id).retention_days)
        return min((days for days in wanted if days is not None), default=None)

    async def _delete(self, names: Sequence[str]) -> None:
        for name in names:
            await self._pictures.delete(name)


def _forget(session: Session, *, ids: Sequence[int], why: Forgotten, now: datetime) -> Sequence[str]:
    """Erase requests, with their places in galleries and rounds; return the files that nobody names any more."""
    pictures_gone(session, ids, now, forgotten=True)
    if why is Forgotten.WISH:
        art_channels.unwant_posts(session, ids, now)
    names = session.forgetting.forget(ids, why, now)
    agree_requests(session, ids, now)
    return names


def _forget_stars(session: Session, *, user_id: int, now: datetime) -> bool:
    """Take back some of the stars that somebody gave; return whether there were any."""
    ids = session.stars.of_user(user_id, BATCH)
    session.stars.forget(ids, user_id)
    for picture_id in ids:
        agree(session, picture_id, now)
    return bool(ids)


def _made_before(guild_id: int | None, before: datetime) -> Callable[[Session], Sequence[int]]:
    return lambda session: session.forgetting.made_before(guild_id, before, BATCH)
