"""What was asked for before, to be looked at again: one request, or somebody's history in pages."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from pathlib import Path

from bot.engine.parcels import Packer
from bot.engine.ports import Clock, Parcel
from bot.engine.sheets import contact_sheet
from bot.engine.sources import is_lost
from bot.images import Encoder, Fitted, PictureStore, Tile
from bot.store import Delivery, Details, Picture, Request, RequestState, Search, Session, Store

PAGE = 9
"""Requests on a page of somebody's history: three rows of three tiles."""

NOT_SHOWN_HERE = frozenset({Delivery.UNCERTAIN, Delivery.UNDELIVERABLE})
"""How a request ends that its person may never have seen."""


@dataclass(frozen=True, slots=True)
class Recalled:
    """A request's pictures as they can be shown once more.

    Attributes:
        parcels: those of which something is left.
        small: how many of them are only thumbnails, for nobody keeps the original any more.
        gone: how many are not among them, for nothing is left.
    """

    parcels: Sequence[Parcel]
    small: int = 0
    gone: int = 0


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """One page of somebody's requests, newest first.

    Attributes:
        number: from 0.
        pages: how many there are; at least one.
        total: requests on all pages.
        up_to: the id of the newest of them, by which the pages stay as they are; None without any.
    """

    requests: Sequence[Details]
    number: int
    pages: int
    total: int
    up_to: int | None

    @property
    def first(self) -> int:
        """The number of its first request, from 1."""
        return self.number * PAGE + 1


class Recall:
    """Finds what was asked for before, and brings its pictures from wherever they are left."""

    def __init__(
        self,
        *,
        store: Store,
        pictures: PictureStore,
        encoder: Encoder,
        clock: Clock,
        packer: Packer,
    ) -> None:
        self._store = store
        self._pictures = pictures
        self._encoder = encoder
        self._clock = clock
        self._packer = packer

    def lost_sources(self, details: Details) -> bool:
        """Return whether a picture that a request edited surely cannot be had any more."""
        now = self._clock.now()
        return any(is_lost(source, self._pictures, now) for source in details.sources)

    def original(self, picture: Picture) -> Path | None:
        """Return the file with a picture as it was made, or None where it is not kept any more."""
        path = None if picture.file is None else self._pictures.path(picture.file)
        return path if path is not None and path.exists() else None

    async def newest_in(self, user_id: int, channel_id: int | None) -> Details | None:
        """Return a user's newest request in a channel, or None."""

        def find(session: Session) -> Details | None:
            request = session.history.newest_in(user_id, channel_id)
            return None if request is None else session.details(request)

        return await self._store.read(find)

    async def suggested(self, user_id: int, typed: str, limit: int) -> Sequence[Request]:
        """Return a user's newest requests whose short id begins with what is typed, or whose prompt contains it."""
        return await self._store.read(lambda session: session.history.suggested(user_id, typed, limit))

    async def models(self, user_id: int) -> Sequence[str]:
        """Return the ids of the models that a user asked."""
        return await self._store.read(lambda session: session.history.models(user_id))

    async def page(self, user_id: int, search: Search, number: int = 0, *, up_to: int | None = None) -> HistoryPage:
        """Return a page of a user's history; one that is not there is the last.

        Args:
            up_to: that of the first page that was shown; None for now.
        """

        def find(session: Session) -> HistoryPage:
            total = session.history.count(user_id, search, up_to=up_to)
            pages = max(1, -(-total // PAGE))
            shown = min(number, pages - 1)
            found = session.history.page(user_id, search, up_to=up_to, offset=shown * PAGE, limit=PAGE)
            newest = up_to if up_to is not None or not found else found[0].id
            return HistoryPage([session.details(each) for each in found], shown, pages, total, newest)

        return await self._store.read(find)

    def sheet(self, page: HistoryPage, *, among_adults: bool) -> AbstractAsyncContextManager[Fitted | None]:
        """Return a context that gives a contact sheet of a page; None where none can be made now.

        Args:
            among_adults: whether it is for an age-restricted channel; elsewhere pictures from one are left out.
        """
        tiles = [self._tile(*each, among_adults=among_adults) for each in enumerate(page.requests, page.first)]
        return contact_sheet(tiles, self._pictures, self._encoder)

    def _tile(self, number: int, details: Details, *, among_adults: bool) -> Tile:
        request = details.request
        kept: list[Path] = []
        if among_adults or not request.age_restricted:
            kept = [self._pictures.path(each.thumbnail) for each in details.pictures if each.thumbnail is not None]
        return Tile(number, kept, hidden=request.spoiler)

    async def bring(
        self, details: Details, limit: int, bring: Callable[[Recalled], Awaitable[None]], *, to_owner: bool
    ) -> None:
        """Have a request's pictures brought once more: as they are, else as a link, else as what is left of them.

        Args:
            limit: bytes that a file may have there.
            bring: is awaited with the pictures, whose files are there so long; raises TooMuch to get them smaller.
            to_owner: whether it is brought to whom it is for; what had not reached them is delivered then.
        """
        had = replace(details, pictures=tuple(filter(self._may_be_had, details.pictures)))
        small = {each.id: await self._thumbnail(each) for each in details.pictures}

        async def choose(parcels: Sequence[Parcel]) -> None:
            await bring(_recalled(details, parcels, small))

        await self._packer.pack(had, limit, choose)
        request = details.request
        if to_owner and request.state is RequestState.COMPLETED and request.delivery in NOT_SHOWN_HERE:
            await self._record_pick_up(request)

    def _may_be_had(self, picture: Picture) -> bool:
        kept = picture.file is not None and self._pictures.path(picture.file).exists()
        return kept or self._clock.now() < picture.expires_at

    async def _thumbnail(self, picture: Picture) -> Parcel | None:
        if picture.thumbnail is None:
            return None
        path = self._pictures.path(picture.thumbnail)
        try:
            size = (await asyncio.to_thread(path.stat)).st_size
        except FileNotFoundError:
            return None
        return Parcel(picture, Fitted(path, "original", size, 0, 0, "image/webp", path.suffix))

    async def _record_pick_up(self, request: Request) -> None:
        """Record that a result has reached its person, in no message that stays."""
        now = self._clock.now()
        delivered = {"delivery": Delivery.DELIVERED, "delivered_at": now, "message_id": None}
        await self._store.write(lambda session: session.requests.change(request.id, **delivered))


def _recalled(details: Details, parcels: Sequence[Parcel], small: dict[int, Parcel | None]) -> Recalled:
    """Return what there is of each picture: the original, a link that may lead to it, or the thumbnail."""
    packed = {parcel.picture.id: parcel for parcel in parcels}
    chosen: list[Parcel] = []
    reduced = gone = 0
    for picture in details.pictures:
        parcel, thumbnail = packed.get(picture.id), small[picture.id]
        lost = parcel is None or (parcel.fitted is None and parcel.why_link in ("missing", "unreached"))
        if lost and thumbnail is not None:
            chosen.append(thumbnail)
            reduced += 1
        elif parcel is not None:
            chosen.append(parcel)
        else:
            gone += 1
    return Recalled(chosen, reduced, gone)
