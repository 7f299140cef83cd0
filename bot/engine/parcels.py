"""A request's pictures as they are handed to the courier: fetched, and made smaller or left as links where need be."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from bot.engine.pacing import backoff
from bot.engine.ports import Clock, Parcel, TooMuch, WhyLink
from bot.errors import EaselError
from bot.images import (
    Downloader,
    Encoder,
    FetchFailed,
    Fitted,
    PictureError,
    PictureInfo,
    PictureStore,
    StorageFull,
    inspect,
)
from bot.store import Details, Picture, Store

log = logging.getLogger(__name__)

T = TypeVar("T")

MAX_RESULT_BYTES = 200 * 1024 * 1024
"""Bytes of a result that are fetched; more than that is handed on as a link."""

FETCH_TRIES = 4
"""Downloads of a result before it is handed on as a link."""

FILES_A_MESSAGE = 10
"""Pictures that one message takes (Discord's API document: 10 files)."""

SURE_BYTES = 10 * 1024 * 1024
"""Bytes of files that one message takes wherever it is: what a file may have without boosts (Discord's documentation).

What Discord says of an interaction is a limit for each file. That of the whole request it keeps to itself.
"""


class Packer:
    """Gets results into the picture store, and from there into the size that a message takes."""

    def __init__(
        self, *, store: Store, pictures: PictureStore, downloader: Downloader, encoder: Encoder, clock: Clock
    ) -> None:
        self._store = store
        self._pictures = pictures
        self._downloader = downloader
        self._encoder = encoder
        self._clock = clock

    async def pack(self, details: Details, limit: int, bring: Callable[[Sequence[Parcel]], Awaitable[None]]) -> None:
        """Have a request's pictures brought, each in `limit` bytes, and smaller where they are too much together.

        Args:
            bring: is awaited with the pictures, whose files are there so long; raises TooMuch to get them smaller.
        """
        async with AsyncExitStack() as stack:
            parcels = await self._pack_all(details, stack, limit)
            while True:
                try:
                    await bring(parcels)
                except TooMuch as error:
                    log.warning("the pictures of request %s are too large: %s", details.request.short_id, error)
                    parcels = await self._pack_smaller(details, stack, parcels)
                else:
                    break

    async def make_thumbnail(self, picture: Picture) -> None:
        """Make the thumbnail of a picture whose original is in the picture store."""
        if picture.file is None or picture.thumbnail is not None:
            return
        try:
            async with self._pictures.incoming() as place:
                made = await self._encoder.thumbnail(self._pictures.path(picture.file), place)
                name = await self._pictures.add_thumbnail(made.path, made.suffix)
        except (EaselError, OSError) as error:
            log.info("picture %s gets no thumbnail: %s", picture.id, error)
            return
        if not await self._store.write(lambda session: session.pictures.add_thumbnail(picture, name)):
            await self._pictures.delete(name)

    async def _pack_all(self, details: Details, stack: AsyncExitStack, limit: int) -> Sequence[Parcel]:
        """Return the pictures, each in `limit` bytes; their files are there until `stack` closes."""
        packing = (self._pack(picture, details, stack, limit) for picture in details.pictures[:FILES_A_MESSAGE])
        too_many = [Parcel(picture, None, "too-many") for picture in details.pictures[FILES_A_MESSAGE:]]
        return [*await _together(packing), *too_many]

    async def _pack_smaller(
        self, details: Details, stack: AsyncExitStack, parcels: Sequence[Parcel]
    ) -> Sequence[Parcel]:
        """Return pictures that were too large together as what is taken for sure, or else as links."""
        if sum(parcel.size for parcel in parcels) > SURE_BYTES:
            return await self._pack_all(details, stack, SURE_BYTES // sum(parcel.size > 0 for parcel in parcels))
        return [replace(parcel, fitted=None) for parcel in parcels]

    async def _pack(self, picture: Picture, details: Details, stack: AsyncExitStack, limit: int) -> Parcel:
        try:
            picture, path = await self._collect(picture)
            fitted = _whole(picture, path, limit)
            if fitted is None:
                directory = await stack.enter_async_context(self._pictures.temporary())
                fitted = await self._encoder.fit(path, limit=limit, directory=directory)
        except (FetchFailed, PictureError, StorageFull, OSError) as error:
            level = getattr(error, "level", logging.ERROR)
            what = f"picture {picture.number} of request {details.request.short_id}"
            log.log(max(level, logging.WARNING), "%s goes as a link: %r", what, error)
            return Parcel(picture, None, _why_link(error))
        return Parcel(picture, None if fitted.how == "link" else fitted)

    async def _collect(self, picture: Picture) -> tuple[Picture, Path]:
        """Return a picture with its original, which is fetched if the store does not have it."""
        if picture.file is not None and (path := self._pictures.path(picture.file)).exists():
            return picture, path
        async with self._pictures.incoming() as path:
            info = await self._fetch(picture.url, path)
            name = await self._pictures.add(path, info.suffix)
        facts: dict[str, Any] = {
            "file": name,
            "content_type": info.content_type,
            "size": info.size,
            "width": info.width,
            "height": info.height,
        }
        await self._store.write(lambda session: session.pictures.change(picture.id, **facts))
        return replace(picture, **facts), self._pictures.path(name)

    async def _fetch(self, url: str, to: Path) -> PictureInfo:
        """Download a result and see that it is a whole picture; what passes is tried again."""
        tries = 0
        while True:
            tries += 1
            try:
                await self._downloader.fetch(url, to, limit=MAX_RESULT_BYTES)
                return await inspect(to)
            except (FetchFailed, PictureError) as error:
                lasting = isinstance(error, FetchFailed) and not error.retry
                if lasting or tries >= FETCH_TRIES:
                    raise
                await self._clock.sleep(backoff(tries))


def _whole(picture: Picture, path: Path, limit: int) -> Fitted | None:
    """Return a picture as it is, if its bytes fit."""
    if picture.size is None or picture.size > limit:
        return None
    return Fitted(
        path,
        "original",
        picture.size,
        picture.width or 0,
        picture.height or 0,
        picture.content_type or "",
        path.suffix,
    )


def _why_link(error: FetchFailed | PictureError | StorageFull | OSError) -> WhyLink:
    match error:
        case FetchFailed():
            return error.reason
        case PictureError():
            return "unreadable"
        case _:
            return "unkept"


async def _together(work: Iterable[Coroutine[Any, Any, T]]) -> Sequence[T]:
    """Await all and return what they return; if one fails the others are cancelled."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(each) for each in work]
    except ExceptionGroup as failures:
        raise failures.exceptions[0] from None
    return [task.result() for task in tasks]
