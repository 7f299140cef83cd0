"""Files: uploads that live an hour, results that live seven days, and pictures fetched from elsewhere."""

import asyncio
import base64
import hashlib
import io
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx
from PIL import Image

from bot.sandbox._models import Json, is_web_address
from bot.sandbox._refusals import invalid, not_found

UPLOAD_SECONDS = 3600
"""How long an uploaded file can be fetched (RunAPI's CLI help: about an hour)."""
RESULT_SECONDS = 7 * 24 * 3600
"""How long a result can be fetched (RunAPI's SDK readmes: seven days)."""

_FETCH_BYTES = 32 * 2**20
_FETCH_SECONDS = 10.0
_PIXELS = 80_000_000  # a picture that would take more memory to open than this is refused


Fetch = Callable[[str], Awaitable[bytes]]


class NotAPictureError(Exception):
    """Bytes or an address that give no picture; says why."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file on disk that can be fetched until `expires` (both moments in seconds since 1970)."""

    path: Path
    name: str
    mime: str
    size: int
    created: float
    expires: float


@dataclass(slots=True)
class _Prepared:
    name: str
    size: int
    checksum: str
    headers: Mapping[str, str]
    data: bytes | None = None


class FileStore:
    """The files of one sandbox, in a folder of their own."""

    def __init__(self, folder: Path, url: str, clock: Callable[[], float], fetch: Fetch) -> None:
        self._folder = folder
        self._url = url
        self._clock = clock
        self._fetch = fetch
        self._files: dict[str, asyncio.Task[StoredFile]] = {}
        self._prepared: dict[str, _Prepared] = {}

    def promise(self, make: Callable[[], Awaitable[bytes]], *, name: str, mime: str, seconds: float) -> str:
        """Have `make` make a file; its address is good at once, and waits for it."""
        token = secrets.token_urlsafe(16)
        self._files[token] = asyncio.create_task(self._keep(token, make, name, mime, seconds))
        return f"{self._url}/files/{token}"

    async def upload(self, data: bytes, name: str | None) -> Json:
        """Keep an uploaded picture for an hour; answers as RunAPI's upload routes do.

        Raises:
            Refusal: 422, the bytes are no picture.
        """
        try:
            mime = await asyncio.to_thread(picture_type, data)
        except NotAPictureError as error:
            raise invalid({"source": [str(error)]}) from error
        name = name or f"upload.{mime.partition('/')[2]}"

        async def make() -> bytes:
            return data

        url = self.promise(make, name=name, mime=mime, seconds=UPLOAD_SECONDS)
        stored = await self._files[url.rpartition("/")[2]]
        return {
            "file_name": stored.name,
            "url": url,
            "size_bytes": stored.size,
            "mime_type": stored.mime,
            "created_at": _iso(stored.created),
            "expires_at": _iso(stored.expires),
        }

    def prepare(self, name: str, size: int, checksum: str) -> Json:
        """An address for one direct upload; `checksum` is the base64 of the raw MD5."""
        signed_id = secrets.token_urlsafe(24)
        headers = {"Content-Type": "application/octet-stream", "Content-MD5": checksum}
        self._prepared[signed_id] = _Prepared(name, size, checksum, headers)
        return {"signed_id": signed_id, "upload_url": f"{self._url}/uploads/{signed_id}", "headers": headers}

    def receive(self, signed_id: str, headers: Mapping[str, str], data: bytes) -> None:
        """Take the bytes of a direct upload.

        Raises:
            Refusal: 404, no such upload or already used; 422, other headers or bytes than were announced.
        """
        prepared = self._prepared.get(signed_id)
        if prepared is None or prepared.data is not None:
            raise not_found("Upload")
        wrong = [name for name, value in prepared.headers.items() if headers.get(name) != value]
        if "Authorization" in headers:
            wrong.append("Authorization")
        if wrong:
            raise invalid({name: ["is not what was issued"] for name in wrong})
        digest = base64.b64encode(hashlib.md5(data, usedforsecurity=False).digest()).decode()
        if len(data) != prepared.size or digest != prepared.checksum:
            raise invalid({"checksum": ["does not match the bytes"]})
        prepared.data = data

    async def confirm(self, signed_id: str) -> Json:
        """Turn a finished direct upload into a file.

        Raises:
            Refusal: 404, no such upload, or nothing was sent yet; 422, the bytes are no picture.
        """
        prepared = self._prepared.get(signed_id)
        if prepared is None or prepared.data is None:
            raise not_found("Upload")
        answer = await self.upload(prepared.data, prepared.name)
        del self._prepared[signed_id]
        return answer

    async def get(self, token: str) -> StoredFile | None:
        """The file behind an address, while it lives; waits until it is made."""
        work = self._files.get(token)
        if work is None:
            return None
        stored = await asyncio.shield(work)
        return stored if self._clock() < stored.expires else None

    async def fetch(self, url: str) -> bytes:
        """The picture behind an http(s) address: one of our own, or anywhere else.

        Raises:
            NotAPictureError: it cannot be had, or is no picture.
        """
        own = f"{self._url}/files/"
        if url.startswith(own):
            stored = await self.get(url.removeprefix(own))
            if stored is None:
                raise NotAPictureError("could not be downloaded: it does not exist or has expired")
            return await asyncio.to_thread(stored.path.read_bytes)
        data = await self._fetch(url)
        await asyncio.to_thread(picture_type, data)
        return data

    async def read_source(self, source: object) -> bytes:
        """The bytes of an upload's `source` object, {"type": "url", …} or {"type": "base64", …}.

        Raises:
            NotAPictureError: it is neither, or cannot be had.
        """
        match source:
            case {"type": "url", "url": str(url)} if is_web_address(url):
                return await self.fetch(url)
            case {"type": "base64", "data": str(data)}:
                try:
                    return base64.b64decode(data, validate=True)
                except ValueError as error:
                    raise NotAPictureError("is not valid base64") from error
            case _:
                raise NotAPictureError("must be a url or base64 source")

    async def close(self) -> None:
        """Give up what is not made yet."""
        works = list(self._files.values())
        for work in works:
            work.cancel()
        await asyncio.gather(*works, return_exceptions=True)

    async def _keep(
        self, token: str, make: Callable[[], Awaitable[bytes]], name: str, mime: str, seconds: float
    ) -> StoredFile:
        data = await make()
        path = self._folder / token
        await asyncio.to_thread(path.write_bytes, data)
        now = self._clock()
        return StoredFile(path, name, mime, len(data), now, now + seconds)


def picture_type(data: bytes) -> str:
    """The media type of an encoded picture. Blocks: it is decoded.

    Raises:
        NotAPictureError: it cannot be decoded, or is too large.
    """
    try:
        with Image.open(io.BytesIO(data)) as picture:
            if picture.width * picture.height > _PIXELS:
                raise NotAPictureError("is too large")
            picture.load()
            return picture.get_format_mimetype() or "application/octet-stream"
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise NotAPictureError("is not a picture that can be read") from error


async def download(url: str) -> bytes:
    """What is at an address, 32 MiB at most.

    Raises:
        NotAPictureError: it cannot be had.
    """
    data = bytearray()
    try:
        async with (
            asyncio.timeout(_FETCH_SECONDS),
            await asyncio.to_thread(httpx.AsyncClient, follow_redirects=True, max_redirects=3) as client,
            client.stream("GET", url) as response,
        ):
            response.raise_for_status()
            async for chunk in response.aiter_bytes():
                data += chunk
                if len(data) > _FETCH_BYTES:
                    raise NotAPictureError("is too large")
    except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
        raise NotAPictureError("could not be downloaded") from error
    return bytes(data)


def _iso(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
