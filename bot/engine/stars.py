"""Stars that members give to pictures, by a button and, where a server wants that, by a reaction."""

from collections.abc import Callable, Iterable
from datetime import datetime

from bot.engine.agreement import agree, is_seen
from bot.engine.guild_settings import GuildSettings
from bot.engine.ports import Clock
from bot.engine.posts import Posts
from bot.errors import EaselError
from bot.store import Details, Picture, Request, Session, Store


class NoStars(EaselError):
    """A picture cannot be starred, or not by that member; the sentence says why."""


class Stars:
    """The stars of all pictures."""

    def __init__(self, *, store: Store, clock: Clock, posts: Posts) -> None:
        self._store = store
        self._clock = clock
        self._posts = posts

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
            if request is None or request.guild_id != guild_id or not is_seen(request):
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


def plain(emoji: str) -> str:
    """Return an emoji without the mark that asks for its coloured form, as settings have it."""
    return emoji.replace("\ufe0f", "")


def _check(session: Session, request: Request | None, by: int, guild_id: int | None) -> GuildSettings:
    """Check that somebody may star a request's pictures where they are, and return the server's settings."""
    if request is None or request.deleted_at is not None or request.forgotten is not None:
        raise NoStars("star-gone")
    if guild_id is None or request.guild_id != guild_id or not is_seen(request):
        raise NoStars("star-elsewhere")
    settings = GuildSettings.of(session, guild_id)
    if settings.gallery_channel is None:
        raise NoStars("star-no-gallery")
    if by == request.user_id and not settings.gallery_self_stars:
        raise NoStars("star-own")
    return settings
