"""Looking through galleries, in pages with a contact sheet, and at artists."""

import secrets
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from bot.engine.gallery import Exhibit
from bot.engine.guild_settings import GuildSettings
from bot.engine.ports import Clock
from bot.engine.sheets import contact_sheet
from bot.images import Encoder, Fitted, PictureStore, Tile
from bot.store import (
    MAX_SEED,
    ArtistSearch,
    Details,
    GallerySearch,
    Picture,
    Posted,
    Session,
    Store,
)

GALLERY_PAGE = 9
"""Pictures on a page of a gallery: three rows of three tiles. Of an artist's best there are as many."""

FAVOURITE_MODELS = 3
"""Models that are said of an artist."""

When = Literal["week", "month", "all"]

WITHIN: dict[When, timedelta | None] = {"week": timedelta(days=7), "month": timedelta(days=30), "all": None}
"""How old a picture may be."""


@dataclass(frozen=True, slots=True)
class OnView:
    """A picture as somebody may see it in a gallery or among an artist's best.

    Attributes:
        posted: where it is in a gallery; None where only its reply shows it.
    """

    exhibit: Exhibit
    posted: Posted | None = None


@dataclass(frozen=True, slots=True)
class GalleryPage:
    """One page of a gallery.

    Attributes:
        number: from 0.
        pages: how many there are; at least one.
        total: pictures on all pages.
        search: what was looked for, by which the same pages are found again.
        exists: whether the server has a gallery now.
    """

    shown: Sequence[OnView]
    number: int
    pages: int
    total: int
    search: GallerySearch
    exists: bool

    @property
    def first(self) -> int:
        """The number of its first picture, from 1."""
        return self.number * GALLERY_PAGE + 1


@dataclass(frozen=True, slots=True)
class Profile:
    """An artist in a server.

    Attributes:
        best: the pictures with the most stars, as far as who asks may see them.
        stars: all that their pictures have.
        models: those that they made the most results with, by id, and how many.
        shown: whether others may look at it.
        kept_out: whether the artist wants nothing of theirs in galleries.
    """

    artist_id: int
    best: Sequence[OnView]
    stars: int
    rounds_won: int
    models: Sequence[tuple[str, int]]
    shown: bool
    kept_out: bool

    @property
    def empty(self) -> bool:
        """Whether there is nothing to tell."""
        return not (self.best or self.stars or self.rounds_won or self.models)


class Exhibition:
    """The galleries and artists of all servers, for who looks at them."""

    def __init__(self, *, store: Store, pictures: PictureStore, encoder: Encoder, clock: Clock) -> None:
        self._store = store
        self._pictures = pictures
        self._encoder = encoder
        self._clock = clock

    def since(self, when: When) -> datetime | None:
        """Return the moment after which a picture was made within that time, None for ever."""
        within = WITHIN[when]
        return None if within is None else self._clock.now() - within

    def seed(self) -> int:
        """Return a new order at random."""
        return 1 + secrets.randbelow(MAX_SEED)

    async def channels(self, guild_id: int) -> Sequence[int]:
        """Return the ids of the channels in which a server's gallery is."""
        return await self._store.read(lambda session: session.exhibits.channels(guild_id))

    async def models(self, guild_id: int, channels: frozenset[int]) -> Sequence[str]:
        """Return the ids of the models that made what is in those galleries of a server."""
        return await self._store.read(lambda session: session.exhibits.models(guild_id, channels))

    async def page(self, search: GallerySearch, number: int = 0) -> GalleryPage:
        """Return a page of a gallery; one that is not there is the last."""

        def find(session: Session) -> GalleryPage:
            settings = GuildSettings.of(session, search.guild_id)
            newest = session.exhibits.newest(search.guild_id) if search.up_to is None else search.up_to
            meant = replace(search, up_to=newest, self_stars=settings.gallery_self_stars)
            total = session.exhibits.count(meant)
            pages = max(1, -(-total // GALLERY_PAGE))
            turned = min(number, pages - 1)
            found = session.exhibits.page(meant, offset=turned * GALLERY_PAGE, limit=GALLERY_PAGE)
            shown = [_on_view(session, each.picture_id, each.stars, each) for each in found]
            return GalleryPage(shown, turned, pages, total, meant, settings.gallery_channel is not None)

        return await self._store.read(find)

    async def open(self, search: GallerySearch, picture_id: int) -> OnView | None:
        """Return a picture from a gallery, None where a search does not find it there."""

        def find(session: Session) -> OnView | None:
            own = GuildSettings.of(session, search.guild_id).gallery_self_stars
            found = session.exhibits.get(replace(search, self_stars=own), picture_id)
            return None if found is None else _on_view(session, picture_id, found.stars, found)

        return await self._store.read(find)

    def sheet(
        self, shown: Sequence[OnView], *, first: int, among_adults: bool
    ) -> AbstractAsyncContextManager[Fitted | None]:
        """Return a context that gives a contact sheet; None where none can be made now. Spoilers are blurred.

        Args:
            first: the number of the first picture.
            among_adults: whether it is for an age-restricted channel; elsewhere pictures from one are left out.
        """
        tiles = [self._tile(number, each.exhibit, among_adults) for number, each in enumerate(shown, first)]
        return contact_sheet(tiles, self._pictures, self._encoder)

    def _tile(self, number: int, exhibit: Exhibit, among_adults: bool) -> Tile:
        request, thumbnail = exhibit.details.request, exhibit.picture.thumbnail
        there = thumbnail is not None and (among_adults or not request.age_restricted)
        return Tile(number, [self._pictures.path(thumbnail)] if there and thumbnail else [], hidden=request.spoiler)

    async def artist_channels(self, artist_id: int, guild_id: int) -> Sequence[int]:
        """Return the ids of the channels in which there is something of an artist's, or may be."""

        def find(session: Session) -> Sequence[int]:
            made_in = session.artists.channels(artist_id, guild_id)
            return sorted({*made_in, *session.exhibits.channels(guild_id)})

        return await self._store.read(find)

    async def profile(self, search: ArtistSearch) -> Profile:
        """Return an artist; of one that others may not look at, only that is told to them."""

        def find(session: Session) -> Profile:
            artist_id, guild_id = search.artist_id, search.guild_id
            shown = session.users.shows_profile(artist_id)
            kept_out = session.users.gallery(artist_id) == "never"
            if not shown and not search.own:
                return Profile(artist_id, (), 0, 0, (), shown, kept_out)
            self_stars = GuildSettings.of(session, guild_id).gallery_self_stars
            best = session.artists.best(replace(search, self_stars=self_stars), GALLERY_PAGE)
            channels = frozenset(session.exhibits.channels(guild_id)) if search.channels is None else search.channels
            galleries = GallerySearch(guild_id, channels, among_adults=search.among_adults)
            return Profile(
                artist_id,
                [
                    _on_view(session, each.picture_id, each.stars, session.exhibits.get(galleries, each.picture_id))
                    for each in best
                ],
                session.artists.stars(artist_id, guild_id, self_stars=self_stars),
                session.artists.rounds_won(artist_id, guild_id),
                session.artists.models(artist_id, guild_id, FAVOURITE_MODELS),
                shown,
                kept_out,
            )

        return await self._store.read(find)

    async def profile_shown(self, user_id: int) -> bool:
        """Return whether others may look at somebody's profile."""
        return await self._store.read(lambda session: session.users.shows_profile(user_id))

    async def show_profile(self, user_id: int, *, shown: bool) -> None:
        """Record whether others may look at somebody's profile, from now on."""
        now = self._clock.now()
        await self._store.write(lambda session: session.users.show_profile(user_id, now, shown=shown))


def _on_view(session: Session, picture_id: int, stars: int, posted: Posted | None) -> OnView:
    picture, details = _picture(session, picture_id)
    return OnView(Exhibit(details, picture, stars, session.users.gallery(details.request.user_id)), posted)


def _picture(session: Session, picture_id: int) -> tuple[Picture, Details]:
    picture = session.pictures.get(picture_id)
    request = None if picture is None else session.requests.get(picture.request_id)
    if picture is None or request is None:
        raise LookupError(f"picture {picture_id} was there a moment ago")
    return picture, session.details(request)
