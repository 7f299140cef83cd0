"""Easel's own pictures, had again to be edited: from the picture store, from Discord, or from RunAPI."""

import logging
from collections.abc import Awaitable, Callable
from pathlib import Path

from bot.engine.ports import Clock, Courier, TryLater
from bot.engine.removals import Removals
from bot.errors import EaselError
from bot.images import MAX_SOURCE_BYTES, Downloader, FetchFailed, PictureStore
from bot.store import Picture, Request, Session, Store

log = logging.getLogger(__name__)


class OwnPictures:
    """Finds the bytes of pictures that Easel made."""

    def __init__(
        self,
        *,
        store: Store,
        pictures: PictureStore,
        downloader: Downloader,
        courier: Courier,
        clock: Clock,
        removals: Removals,
    ) -> None:
        self._store = store
        self._pictures = pictures
        self._downloader = downloader
        self._courier = courier
        self._clock = clock
        self._removals = removals

    async def kept(self, picture_id: int) -> str | None:
        """Return the name of the file in the picture store that holds a picture's bytes, or None if none does."""
        picture = await self._store.read(lambda session: session.pictures.get(picture_id))
        kept = picture is not None and picture.file is not None and self._pictures.path(picture.file).exists()
        return picture.file if picture is not None and kept else None

    async def fetch(self, picture_id: int, to: Path) -> None:
        """Write the bytes of a picture that is not kept any more to a file, as whole as they are to be had.

        Raises:
            EaselError: nobody has it any more, or it was deleted.
        """

        def find(session: Session) -> tuple[Picture, Request] | None:
            picture = session.pictures.get(picture_id)
            request = None if picture is None else session.requests.get(picture.request_id)
            return None if picture is None or request is None else (picture, request)

        found = await self._store.read(find)
        if found is None or found[1].deleted_at is not None:
            raise EaselError("own-picture-deleted")
        picture, request = found
        ways: list[Callable[[Picture, Request, Path], Awaitable[bool]]] = [self._from_discord, self._from_runapi]
        if picture.delivered_as != "original":
            ways.reverse()
        for way in ways:
            if await way(picture, request, to):
                return
        raise EaselError("own-picture-gone")

    async def _from_discord(self, picture: Picture, request: Request, to: Path) -> bool:
        try:
            if await self._courier.fetch_result(request, picture.number, to, MAX_SOURCE_BYTES):
                return True
            gone = await self._removals.ask_after(request, self._courier)
        except (TryLater, EaselError) as error:
            log.info("picture %s is not to be had from Discord: %s", picture.id, error)
            return False
        if gone:
            raise EaselError("own-picture-deleted")
        return False

    async def _from_runapi(self, picture: Picture, request: Request, to: Path) -> bool:
        if self._clock.now() >= picture.expires_at:
            return False
        try:
            await self._downloader.fetch(picture.url, to, limit=MAX_SOURCE_BYTES)
        except FetchFailed as error:
            log.info("picture %s of request %s is not to be had from RunAPI: %s", picture.id, request.short_id, error)
            return False
        return True
