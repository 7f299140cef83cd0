"""Galleries: a picture with enough stars is posted once, and what is posted always agrees with the stars.

Whatever changes what a gallery is to show calls `agree` in its own transaction; the posts that it marks are made by
`bot.engine.posts`. A change of settings, or of an artist's mind, concerns many pictures: these are gone through in the
background, a few at a time, and after a stop the rest is.
"""

import logging
from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from bot.engine.background import Background
from bot.engine.guild_settings import GuildSettings
from bot.engine.ports import Clock
from bot.engine.posts import Posts
from bot.errors import EaselError
from bot.store import (
    GALLERY,
    Delivery,
    Details,
    GalleryChoice,
    Picture,
    Request,
    RequestState,
    Session,
    Store,
)

log = logging.getLogger(__name__)

RESULT = "result"
"""The kind under which a result's own message keeps the number on its star button; the key is the request's id."""

WITHDRAWN = "gallery-withdrawn"
"""The action under which it is in the audit log that a moderator keeps a picture out of the gallery."""

BATCH = 50
"""Pictures that are gone through in one transaction: others' commands wait for it."""

LOOKED_BACK = timedelta(days=7)
"""How old a result may be that is compared with Discord after a start."""

COMPARED = 200
"""Results of a server that are compared with Discord after a start, the newest."""


class NoStars(EaselError):
    """A picture cannot be starred, or not by that member; the sentence says why."""


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
    """The stars and galleries of all servers."""

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

    async def star(self, details: Details, by: int, guild_id: int | None, numbers: Iterable[int]) -> frozenset[int]:
        """Let somebody star those of a result's pictures, by the button, and no others; return the numbers.

        Raises:
            NoStars: they cannot; nothing has changed.
        """
        now, wanted = self._clock.now(), frozenset(numbers)

        def star(session: Session) -> frozenset[int]:
            request = session.requests.get(details.request.id)
            _check(session, request, by, guild_id)
            pictures = session.pictures.of_request(details.request.id)
            given = session.stars.given(by, [picture.id for picture in pictures])
            for picture in pictures:
                if picture.number in wanted and picture.id not in given:
                    session.stars.put(picture.id, by, now)
                elif picture.number not in wanted and picture.id in given:
                    session.stars.take(picture.id, by)
                else:
                    continue
                agree(session, picture.id, now)
            return frozenset(picture.number for picture in pictures if picture.number in wanted)

        starred = await self._store.write(star)
        self._posts.wake()
        return starred

    async def toggle(self, details: Details, by: int, guild_id: int | None, number: int) -> tuple[bool, int]:
        """Let somebody star one picture by the button, or take that back; return whether they do, and its stars.

        Raises:
            NoStars: they cannot; nothing has changed.
        """
        now = self._clock.now()

        def toggle(session: Session) -> tuple[bool, int]:
            request = session.requests.get(details.request.id)
            settings = _check(session, request, by, guild_id)
            found = [each for each in session.pictures.of_request(details.request.id) if each.number == number]
            if not found:
                raise NoStars("star-gone")
            picture_id = found[0].id
            on = picture_id not in session.stars.given(by, [picture_id])
            if on:
                session.stars.put(picture_id, by, now)
            else:
                session.stars.take(picture_id, by)
            agree(session, picture_id, now)
            return on, session.stars.count(picture_id, self_stars=settings.gallery_self_stars)

        outcome = await self._store.write(toggle)
        self._posts.wake()
        return outcome

    async def starred(self, details: Details, by: int) -> frozenset[int]:
        """Return the numbers of a result's pictures that somebody starred by the button."""
        ids = {picture.id: picture.number for picture in details.pictures}
        given = await self._store.read(lambda session: session.stars.given(by, list(ids)))
        return frozenset(ids[each] for each in given)

    async def check(self, details: Details, by: int, guild_id: int | None) -> None:
        """Check that somebody may star a result's pictures.

        Raises:
            NoStars: they may not.
        """
        await self._store.read(lambda session: _check(session, details.request, by, guild_id))

    async def reacted(self, message_id: int, guild_id: int, user_id: int, emoji: str, *, added: bool) -> None:
        """Take note of a reaction that somebody added to a message, or took away."""

        def note(session: Session, picture: Picture, author: int, now: datetime) -> None:
            if not added:
                session.stars.take(picture.id, user_id, reaction=True)
            elif author != user_id or GuildSettings.of(session, guild_id).gallery_self_stars:
                session.stars.put(picture.id, user_id, now, reaction=True)

        await self._note_reaction(message_id, guild_id, emoji, note)

    async def reactions_cleared(self, message_id: int, guild_id: int, emoji: str | None) -> None:
        """Take note that a moderator took all reactions from a message, or all of one emoji."""

        def note(session: Session, picture: Picture, *_: object) -> None:
            session.stars.take(picture.id, reaction=True)

        await self._note_reaction(message_id, guild_id, emoji, note)

    async def reactions_are(self, message_id: int, guild_id: int, emoji: str, user_ids: frozenset[int]) -> None:
        """Take note of who reacts to a message with an emoji, all of them."""

        def note(session: Session, picture: Picture, author: int, now: datetime) -> None:
            known = session.stars.by_reaction(picture.id)
            own = GuildSettings.of(session, guild_id).gallery_self_stars
            for user_id in sorted(known - user_ids):
                session.stars.take(picture.id, user_id, reaction=True)
            for user_id in sorted(user_ids - known):
                if own or user_id != author:
                    session.stars.put(picture.id, user_id, now, reaction=True)

        await self._note_reaction(message_id, guild_id, emoji, note)

    async def _note_reaction(
        self, message_id: int, guild_id: int, emoji: str | None, note: Callable[[Session, Picture, int, datetime], None]
    ) -> None:
        """Take note of reactions to a result's first picture; what is no result, or no star, concerns nobody."""
        now = self._clock.now()

        def concerns(session: Session) -> tuple[Picture, int] | None:
            settings = GuildSettings.of(session, guild_id)
            wanted = settings.gallery_reaction
            if settings.gallery_channel is None or wanted is None or (emoji is not None and plain(emoji) != wanted):
                return None
            request = session.requests.by_message(message_id)
            if request is None or request.guild_id != guild_id or not _is_seen(request):
                return None
            picture = next(iter(session.pictures.of_request(request.id)), None)
            return None if picture is None else (picture, request.user_id)

        def write(session: Session) -> None:
            found = concerns(session)
            if found is not None:
                note(session, *found, now)
                agree(session, found[0].id, now)

        if await self._store.read(concerns) is not None:
            await self._store.write(write)
            self._posts.wake()

    async def exhibit(self, picture_id: int) -> Exhibit | None:
        """Return a picture as a gallery shows it, None where it is not to be shown."""

        def find(session: Session) -> Exhibit | None:
            picture = session.pictures.get(picture_id)
            request = None if picture is None else session.requests.get(picture.request_id)
            if picture is None or request is None or not _is_fit(session, picture, request):
                return None
            own = GuildSettings.of(session, request.guild_id).gallery_self_stars
            stars = session.stars.count(picture_id, self_stars=own)
            return Exhibit(session.details(request), picture, stars, session.users.gallery(request.user_id))

        return await self._store.read(find)

    async def result(self, request_id: int) -> Details | None:
        """Return a request whose result has a star button, None where it has none any more."""

        def find(session: Session) -> Details | None:
            request = session.requests.get(request_id)
            return None if request is None or not _is_seen(request) else session.details(request)

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


def plain(emoji: str) -> str:
    """Return an emoji without the mark that asks for its coloured form, as settings have it."""
    return emoji.replace("\ufe0f", "")


def agree(session: Session, picture_id: int, now: datetime) -> None:
    """Mark the posts that show a picture's stars, or its place in the gallery, as the rows have them by now."""
    picture = session.pictures.get(picture_id)
    request = None if picture is None else session.requests.get(picture.request_id)
    key = str(picture_id)
    if picture is None or request is None or request.guild_id is None or not _is_fit(session, picture, request):
        session.posts.unwant(GALLERY, key, now)
    else:
        _agree_with_stars(session, picture, request, request.guild_id, now)
    _agree_result(session, request, now)


def agree_requests(session: Session, request_ids: Iterable[int], now: datetime) -> None:
    """Do what `agree` does for all pictures of requests."""
    for request_id in request_ids:
        for picture in session.pictures.of_request(request_id):
            if session.posts.get(GALLERY, str(picture.id)) is not None:
                agree(session, picture.id, now)
        _agree_result(session, session.requests.get(request_id), now)


def _agree_with_stars(session: Session, picture: Picture, request: Request, guild_id: int, now: datetime) -> None:
    settings, key = GuildSettings.of(session, guild_id), str(picture.id)
    channel = settings.gallery_channel
    if request.age_restricted and settings.gallery_adults_channel is not None:
        channel = settings.gallery_adults_channel
    if settings.gallery_channel is None or channel is None:
        # Without a gallery what is posted stays as it is, and nothing more is.
        post = session.posts.get(GALLERY, key)
        if post is not None and post.message_id is None:
            session.posts.unwant(GALLERY, key, now)
    elif session.stars.count(picture.id, self_stars=settings.gallery_self_stars) < settings.gallery_stars:
        session.posts.unwant(GALLERY, key, now)
    else:
        session.posts.want(GALLERY, key, guild_id, channel, now)
        session.posts.touch(GALLERY, key, now)


def _agree_result(session: Session, request: Request | None, now: datetime) -> None:
    """Mark a result's message for the number on its star button."""
    if request is None:
        return
    key = str(request.id)
    if request.guild_id is None or request.channel_id is None or request.message_id is None or not _is_seen(request):
        session.posts.drop(RESULT, key)
    else:
        where = {"channel_id": request.channel_id, "message_id": request.message_id}
        session.posts.adopt(RESULT, key, now, guild_id=request.guild_id, **where)


def _is_seen(request: Request) -> bool:
    """Whether others see a result, in a server."""
    seen = request.state is RequestState.COMPLETED and request.delivery is Delivery.DELIVERED
    here = request.guild_id is not None and request.bot_present and not request.private
    return seen and here and request.deleted_at is None and request.forgotten is None


def _is_fit(session: Session, picture: Picture, request: Request) -> bool:
    """Whether a picture may be in a gallery, however many stars it has."""
    return (
        _is_seen(request)
        and not session.stars.is_withdrawn(picture.id)
        and session.users.gallery(request.user_id) != "never"
    )


def _check(session: Session, request: Request | None, by: int, guild_id: int | None) -> GuildSettings:
    """Check that somebody may star a request's pictures where they are, and return the server's settings."""
    if request is None or request.deleted_at is not None or request.forgotten is not None:
        raise NoStars("star-gone")
    if guild_id is None or request.guild_id != guild_id or not _is_seen(request):
        raise NoStars("star-elsewhere")
    settings = GuildSettings.of(session, guild_id)
    if settings.gallery_channel is None:
        raise NoStars("star-no-gallery")
    if by == request.user_id and not settings.gallery_self_stars:
        raise NoStars("star-own")
    return settings
