"""Galleries: a picture with enough stars is posted once.

A change of settings, or of an artist's mind, concerns many pictures: these are gone through in the
background, a few at a time, and after a stop the rest is.
"""

import logging
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from bot.engine.agreement import agree, is_fit, is_seen
from bot.engine.background import Background
from bot.engine.guild_settings import GuildSettings
from bot.engine.ports import Clock
from bot.engine.posts import Posts
from bot.store import GALLERY, Details, GalleryChoice, Picture, Request, Session, Store

log = logging.getLogger(__name__)

WITHDRAWN = "gallery-withdrawn"
"""The action under which it is in the audit log that a moderator keeps a picture out of the gallery."""

BATCH = 50
"""Pictures that are gone through in one transaction: others' commands wait for it."""

LOOKED_BACK = timedelta(days=7)
"""How old a result may be that is compared with Discord after a start."""

COMPARED = 200
"""Results of a server that are compared with Discord after a start, the newest."""


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A picture as a gallery shows it.

    Attributes:
        stars: how many it has.
        choice: how its artist wants it to be shown.
    """

    details: Details
    picture: Picture
    stars: int
    choice: GalleryChoice


class Gallery:
    """The galleries of all servers."""

    def __init__(self, *, store: Store, clock: Clock, posts: Posts) -> None:
        self._store = store
        self._clock = clock
        self._posts = posts
        self._background = Background(self._go_through, "galleries")

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """Go through galleries whose settings have changed, while in the block."""
        async with self._background.running():
            yield

    async def drain(self) -> None:
        """Wait until all galleries were gone through."""
        await self._background.drain()

    async def settings_changed(self, guild_id: int) -> None:
        """Take note that a server's settings have changed."""
        self._background.wake()

    async def exhibit(self, picture_id: int) -> Exhibit | None:
        """Return a picture as a gallery shows it, None where it is not to be shown."""

        def find(session: Session) -> Exhibit | None:
            picture = session.pictures.get(picture_id)
            request = None if picture is None else session.requests.get(picture.request_id)
            if picture is None or request is None or not is_fit(session, picture, request):
                return None
            own = GuildSettings.of(session, request.guild_id).gallery_self_stars
            stars = session.stars.count(picture_id, self_stars=own)
            return Exhibit(session.details(request), picture, stars, session.users.gallery(request.user_id))

        return await self._store.read(find)

    async def result(self, request_id: int) -> Details | None:
        """Return a request whose result has a star button, None where it has none any more."""

        def find(session: Session) -> Details | None:
            request = session.requests.get(request_id)
            return None if request is None or not is_seen(request) else session.details(request)

        return await self._store.read(find)

    async def withdraw(self, details: Details, number: int, by: int) -> None:
        """Keep a picture out of galleries from now on; what a moderator does is in the audit log."""
        now, request = self._clock.now(), details.request

        def withdraw(session: Session) -> None:
            if by != request.user_id and request.guild_id is not None:
                about = {"request": request.short_id, "number": number, "author": str(request.user_id)}
                session.audit.add(request.guild_id, by, now, WITHDRAWN, before=about, after=None)
            for picture in session.pictures.of_request(details.request.id):
                if picture.number == number:
                    session.stars.withdraw(picture.id, by, now)
                    agree(session, picture.id, now)

        await self._store.write(withdraw)
        self._posts.wake()

    async def choice(self, user_id: int) -> GalleryChoice:
        """Return how somebody's pictures may be shown in galleries."""
        return await self._store.read(lambda session: session.users.gallery(user_id))

    async def choose(self, user_id: int, choice: GalleryChoice) -> None:
        """Record how somebody's pictures may be shown in galleries, and show them so."""
        now = self._clock.now()

        def choose(session: Session) -> None:
            session.users.choose_gallery(user_id, now, choice)
            session.stars.mark("artist", user_id)

        await self._store.write(choose)
        self._background.wake()

    async def channel_changed(self, channel_id: int) -> None:
        """Look at a gallery's posts again, for who sees its channel may have changed."""
        now = self._clock.now()

        def touch(session: Session) -> None:
            for post in session.posts.of_channel(channel_id):
                if post.kind == GALLERY:
                    session.posts.touch(GALLERY, post.key, now)

        if await self._store.read(lambda session: any(session.posts.of_channel(channel_id))):
            await self._store.write(touch)
            self._posts.wake()

    async def to_compare(self, guild_id: int) -> tuple[str | None, Sequence[Request], Sequence[int]]:
        """Return what of a server's gallery may have changed in Discord while the bot was away.

        Returns:
            The emoji that is a star too; the newest results; the ids of the gallery's messages. Nothing where there is
            no gallery.
        """
        since = self._clock.now() - LOOKED_BACK

        def find(session: Session) -> tuple[str | None, Sequence[Request], Sequence[int]]:
            settings = GuildSettings.of(session, guild_id)
            if settings.gallery_channel is None:
                return None, (), ()
            ids = session.stars.recent_messages(guild_id, since, COMPARED)
            found = [request for each in ids if (request := session.requests.get(each)) is not None]
            posted = session.posts.of_guild(guild_id, GALLERY)
            newest = [post.message_id for post in posted if post.message_id is not None][-COMPARED:]
            return settings.gallery_reaction, found, newest

        return await self._store.read(find)

    async def _go_through(self) -> None:
        for what, times in (await self._store.read(lambda session: session.stars.marked())).items():
            whose, _, each = what.partition(" ")
            await self._agree_all(partial(_starred, whose=whose, each=int(each)))
            await self._store.write(partial(_unmark, what=what, times=times))

    async def _agree_all(self, which: Callable[[Session, int], Sequence[int]]) -> None:
        """Have posts agree with the stars of many pictures.

        Args:
            which: returns the ids above one of the next few, in order.
        """
        now, last = self._clock.now(), 0

        def agree_some(session: Session) -> int | None:
            ids = which(session, last)
            for picture_id in ids:
                agree(session, picture_id, now)
            return ids[-1] if ids else None

        while (reached := await self._store.write(agree_some)) is not None:
            last = reached
            self._posts.wake()


def _starred(session: Session, after: int, *, whose: str, each: int) -> Sequence[int]:
    found = session.stars.in_guild if whose == "guild" else session.stars.of_artist
    return found(each, after, BATCH)


def _unmark(session: Session, *, what: str, times: int) -> None:
    session.stars.unmark(what, times)
