"""The pictures that a request edits: their bytes are kept first, then handed to RunAPI."""

from bot.engine.pacing import Pace, backoff
from bot.engine.ports import Clock, Courier
from bot.images import MAX_SOURCE_BYTES, PictureStore, check_source
from bot.runapi import RunAPI, Trouble
from bot.store import Details, Source, Store

TRIES = 4
"""Uploads of a picture before the request is given up; RunAPI makes nothing from an upload."""


class Sources:
    """Gives RunAPI the pictures that are to be edited."""

    def __init__(
        self,
        *,
        store: Store,
        pictures: PictureStore,
        runapi: RunAPI,
        courier: Courier,
        clock: Clock,
        pace: Pace,
    ) -> None:
        self._store = store
        self._pictures = pictures
        self._runapi = runapi
        self._courier = courier
        self._clock = clock
        self._pace = pace

    async def addresses(self, details: Details) -> list[str]:
        """Return addresses from which RunAPI can take the pictures; they end after about an hour.

        Raises:
            EaselError: a picture cannot be had, is not one that can be edited, or RunAPI does not take it.
        """
        return [await self._address(source) for source in details.sources]

    async def _address(self, source: Source) -> str:
        name = source.file
        if name is None or not self._pictures.path(name).exists():
            name = await self._keep(source)
        info = await check_source(self._pictures.path(name))
        data = await self._pictures.read(name)
        tries = 0
        while True:
            tries += 1
            try:
                async with self._pace.call():
                    upload = await self._runapi.upload(
                        data, file_name=f"source{info.suffix}", content_type=info.content_type
                    )
            except Trouble as error:
                if tries >= TRIES:
                    raise
                await self._clock.sleep(backoff(tries, error.retry_after))
            else:
                return upload.url

    async def _keep(self, source: Source) -> str:
        async with self._pictures.temporary() as scratch:
            path = scratch / "source"
            await self._courier.fetch(source, path, MAX_SOURCE_BYTES)
            info = await check_source(path)
            name = await self._pictures.add(path, info.suffix)
        async with self._store.write() as session:
            await session.requests.keep_source(source, name)
        return name
