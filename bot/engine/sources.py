"""The pictures that a request edits: their bytes are kept and checked first, then RunAPI is told where they are.

RunAPI takes a picture from Discord itself where it can reach Discord's address; else it is uploaded.
"""

import asyncio
import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qs, urlsplit
from weakref import WeakValueDictionary

from bot.catalog import SourceUrls
from bot.engine.own_pictures import OwnPictures
from bot.engine.pacing import backoff
from bot.engine.ports import Clock, Courier
from bot.engine.upstream import Upstream
from bot.errors import EaselError
from bot.images import MAX_SOURCE_BYTES, PictureInfo, PictureStore, check_source, storage_errors
from bot.runapi import RunAPI, Trouble
from bot.store import Details, Source, Store

TRIES = 4
"""Uploads of a picture before the request is given up; RunAPI makes nothing from an upload."""

DISCORDS_HOSTS = frozenset({"cdn.discordapp.com", "media.discordapp.net"})
"""Where Discord serves attachments, to anybody who knows the address (Discord's documentation)."""

LASTING = 600
"""Seconds for which one of Discord's addresses must still be good to be given to RunAPI."""

_PRIVATE_NAMES = (".localhost", ".local", ".internal", ".lan", ".home.arpa")


@dataclass(frozen=True, slots=True)
class _Kept:
    """A picture whose bytes are in the picture store, and were found to be one that can be edited."""

    source: Source
    file: str
    info: PictureInfo


class Sources:
    """Tells RunAPI where the pictures are that are to be edited.

    Args:
        runapi_host: where RunAPI is; on a private network it is taken not to reach Discord's addresses.
    """

    def __init__(
        self,
        *,
        store: Store,
        pictures: PictureStore,
        runapi: RunAPI,
        courier: Courier,
        own: OwnPictures,
        clock: Clock,
        upstream: Upstream,
        runapi_host: str,
    ) -> None:
        self._store = store
        self._pictures = pictures
        self._runapi = runapi
        self._courier = courier
        self._own = own
        self._clock = clock
        self._upstream = upstream
        self._runapi_is_public = is_public_host(runapi_host)
        self._keeping: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    async def addresses(self, details: Details, *, upload: bool = False) -> SourceUrls:
        """Return addresses from which RunAPI can take the pictures; those of uploads end after about an hour.

        Args:
            upload: whether to upload pictures that RunAPI could take from Discord, too.

        Raises:
            EaselError: a picture cannot be had, is not one that can be edited, or RunAPI does not take it.
        """
        request_id = details.request.id
        async with self._keeping.setdefault(request_id, asyncio.Lock()):  # several tasks of one request fetch once
            sources = await self._store.read(lambda session: session.requests.sources(request_id))
            kept = [await self._kept(source) for source in sources]
        _check_mask(kept)
        found = [(each.source.role, await self._address(each, upload=upload)) for each in kept]
        masks = [address for role, address in found if role == "mask"]
        return SourceUrls(tuple(address for role, address in found if role == "image"), next(iter(masks), None))

    async def _kept(self, source: Source) -> _Kept:
        name = source.file
        if name is None or not self._pictures.path(name).exists():
            name = await self._name_own(source) or await self._keep(source)
        return _Kept(source, name, await check_source(self._pictures.path(name)))

    async def _name_own(self, source: Source) -> str | None:
        """Let a source that is one of Easel's own pictures have the file of that one, and return its name."""
        name = None if source.picture_id is None else await self._own.kept(source.picture_id)
        if name is not None:
            await self._store.write(lambda session: session.requests.keep_source(source, name))
        return name

    async def _address(self, kept: _Kept, *, upload: bool) -> str:
        # Discord may have a smaller copy of one of Easel's own.
        url = kept.source.url if kept.source.picture_id is None else None
        if not upload and self._runapi_is_public and url and is_discords(url) and lasts(url, self._clock.now()):
            return url
        return await self._upload(kept)

    async def _upload(self, kept: _Kept) -> str:
        data = await self._pictures.read(kept.file)
        tries = 0
        while True:
            tries += 1
            try:
                async with self._upstream.call():
                    upload = await self._runapi.upload(
                        data, file_name=f"{kept.source.role}{kept.info.suffix}", content_type=kept.info.content_type
                    )
            except Trouble as error:
                if tries >= TRIES:
                    raise
                await self._clock.sleep(backoff(tries, error.retry_after))
            else:
                return upload.url

    async def _keep(self, source: Source) -> str:
        async with self._pictures.incoming() as path:
            with storage_errors():
                if source.picture_id is None:
                    await self._courier.fetch(source, path, MAX_SOURCE_BYTES)
                else:
                    await self._own.fetch(source.picture_id, path)
            info = await check_source(path)
            name = await self._pictures.add(path, info.suffix)
        await self._store.write(lambda session: session.requests.keep_source(source, name))
        return name


def is_discords(url: str) -> bool:
    """Whether an address is one of Discord's that anybody can read."""
    parts = urlsplit(url)
    return parts.scheme == "https" and parts.netloc in DISCORDS_HOSTS


def lasts(url: str, now: datetime) -> bool:
    """Whether one of Discord's addresses is good for a while; `ex` says until when, in seconds since 1970 (hex)."""
    until = parse_qs(urlsplit(url).query).get("ex", [""])[0]
    try:
        return int(until, 16) - now.timestamp() > LASTING
    except ValueError:
        return not until


def is_lost(source: Source, pictures: PictureStore, now: datetime) -> bool:
    """Whether a picture surely cannot be had: its bytes are not kept, and its address at Discord is good no more."""
    if source.picture_id is not None or (source.file is not None and pictures.path(source.file).exists()):
        return False
    return source.url is None or (is_discords(source.url) and not lasts(source.url, now))


def any_discords(urls: SourceUrls) -> bool:
    """Whether RunAPI was told to take a picture from Discord."""
    return any(is_discords(url) for url in (*urls.images, *filter(None, [urls.mask])))


def is_public_host(host: str) -> bool:
    """Whether a host is on the public internet, as far as its name or address says."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_global
    except ValueError:
        return "." in host and not host.lower().endswith(_PRIVATE_NAMES)


def _check_mask(kept: Sequence[_Kept]) -> None:
    """Check that a mask has the size of the first picture, which it is laid over.

    Raises:
        EaselError: it has another.
    """
    images = [each for each in kept if each.source.role == "image"]
    for mask in (each.info for each in kept if each.source.role == "mask"):
        first = images[0].info
        if (mask.width, mask.height) != (first.width, first.height):
            raise mask_differs((mask.width, mask.height), (first.width, first.height))


def mask_differs(mask: tuple[int, int], picture: tuple[int, int]) -> EaselError:
    """Return the error that a mask has another size than the picture; sizes are width and height in pixels."""
    return EaselError("mask-differs", mask=f"{mask[0]}×{mask[1]}", picture=f"{picture[0]}×{picture[1]}")  # noqa: RUF001
