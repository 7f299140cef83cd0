"""Downloads of pictures from addresses that somebody else chose."""

import asyncio
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

import httpx

from bot.images._addresses import is_public
from bot.images._errors import FetchFailed, megabytes, storage_errors

MAX_REDIRECTS = 3

DOWNLOAD_SECONDS = 120.0
"""What one download may take in all: 200 MB at 1.7 MB/s."""

STALL_SECONDS = 20.0
"""How long a download may go without a byte."""

DOWNLOADS_AT_ONCE = 8
"""Downloads that are under way together; the others wait, first come, first served."""

_CONNECT_SECONDS = 5.0
_BLOCK = 256 * 1024


@dataclass(frozen=True, slots=True)
class Fetched:
    """A finished download: its file, its size in bytes and the type that the server declared (unchecked)."""

    path: Path
    size: int
    content_type: str


class Downloader:
    """Downloads over HTTP to files, only from public addresses and from one trusted origin.

    A link's host is resolved here, every address is checked, and the connection goes to a checked address
    (TLS still verifies the host's name), so a name that resolves differently a moment later gains nothing.
    That holds for connections that the client makes itself, so it should be built without proxies.

    No header, cookie or credential of the client, and none from a link, is sent.
    """

    def __init__(
        self,
        http: httpx.AsyncClient,
        *,
        trusted_origin: str | None,
        deadline: float = DOWNLOAD_SECONDS,
        stall: float = STALL_SECONDS,
    ) -> None:
        """Set up downloads.

        Args:
            http: the client whose connections are used; the caller closes it.
            trusted_origin: scheme, host and port that may have any address, such as `http://127.0.0.1:8000`.
            deadline: seconds that a download may take in all, redirects included, once it has its turn.
            stall: seconds without a byte after which a download is given up.
        """
        self._slots = asyncio.Semaphore(DOWNLOADS_AT_ONCE)
        self._http = http
        self._trusted = _origin(httpx.URL(trusted_origin)) if trusted_origin else None
        self._deadline = deadline
        self._timeout = httpx.Timeout(stall, connect=_CONNECT_SECONDS)

    async def fetch(self, url: str, to: Path, *, limit: int) -> Fetched:
        """Download `url` to the file `to`, which is removed again if the download fails.

        Args:
            url: an http or https address; at most MAX_REDIRECTS redirects are followed.
            to: a file in a folder that exists.
            limit: bytes that the file may have.

        Raises:
            FetchFailed: with `retry` set for network trouble, slowness, a body that ends early and every answer
                but 200, for a file that is missing may only be late.
            StorageFull: the disk is full.
        """
        try:
            async with self._slots, asyncio.timeout(self._deadline), self._answer(url) as response:
                size = await _save(response, to, limit)
        except (TimeoutError, httpx.TimeoutException) as error:
            raise FetchFailed("images-fetch-slow", retry=True) from error
        except (httpx.HTTPError, socket.gaierror) as error:
            raise FetchFailed("images-fetch-network", retry=True) from error
        except (httpx.InvalidURL, UnicodeError) as error:
            raise _refused() from error
        return Fetched(to, size, response.headers.get("Content-Type", ""))

    @asynccontextmanager
    async def _answer(self, url: str) -> AsyncGenerator[httpx.Response]:
        """The first answer on the way that is not a redirect; it is a good one."""
        target = httpx.URL(url)
        for _ in range(MAX_REDIRECTS + 1):
            response = await self._get(target)
            try:
                if not response.has_redirect_location:
                    _check_status(response)
                    yield response
                    return
            finally:
                await response.aclose()
            target = target.join(response.headers["Location"])
        raise _refused()

    async def _get(self, url: httpx.URL) -> httpx.Response:
        if url.scheme not in {"http", "https"} or not url.host:
            raise _refused()
        url = url.copy_with(userinfo=b"", fragment=None)
        if _origin(url) == self._trusted:
            return await self._send(url, url)
        *others, last = await _public_addresses(url)
        for address in others:
            try:
                return await self._send(url, url.copy_with(host=address))
            except (httpx.ConnectError, httpx.ConnectTimeout):
                continue
        return await self._send(url, url.copy_with(host=last))

    async def _send(self, url: httpx.URL, target: httpx.URL) -> httpx.Response:
        # A request made by hand carries none of the client's own headers or cookies. A connection to an address is
        # not kept, because the pool would give one that was verified for this name to another name there.
        request = httpx.Request(
            "GET",
            target,
            headers={
                "Host": url.netloc.decode("ascii"),
                "Accept": "image/*",
                "Accept-Encoding": "identity",
                "Connection": "keep-alive" if target is url else "close",
            },
            extensions={"timeout": self._timeout.as_dict(), "sni_hostname": url.raw_host.decode("ascii")},
        )
        return await self._http.send(request, stream=True, auth=None, follow_redirects=False)


async def _public_addresses(url: httpx.URL) -> list[str]:
    """All addresses of a link's host, every one of which must be public."""
    host = url.raw_host.decode("ascii")
    found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    addresses = [str(entry[4][0]) for entry in found]
    if not all(map(is_public, addresses)):
        raise _refused()
    return addresses


def _check_status(response: httpx.Response) -> None:
    if response.status_code in {408, 429} or response.is_server_error:
        raise FetchFailed("images-fetch-busy", retry=True)
    if response.status_code != HTTPStatus.OK:
        raise FetchFailed("images-fetch-gone", retry=True, reason="missing")
    # Bytes are stored as they come, so an answer that is packed all the same is of no use.
    if response.headers.get("Content-Encoding", "identity") != "identity":
        raise _refused()


async def _save(response: httpx.Response, to: Path, limit: int) -> int:
    """Write the body to a file of at most `limit` bytes and return its size."""
    size = 0
    with storage_errors():
        try:
            async for block in _blocks(response, limit):
                await asyncio.to_thread(_write, to, "ab" if size else "wb", block)
                size += len(block)
        except BaseException:
            # A cancelled download leaves no half file either.
            await asyncio.to_thread(to.unlink, missing_ok=True)
            raise
    return size


async def _blocks(response: httpx.Response, limit: int) -> AsyncGenerator[bytes]:
    """The body, at most `limit` bytes, in blocks of at least `_BLOCK` bytes but for the last."""
    too_large = FetchFailed("images-fetch-too-large", retry=False, reason="too-large", limit=megabytes(limit))
    left = limit
    if int(response.headers.get("Content-Length", 0)) > left:
        raise too_large
    block = bytearray()
    async for piece in response.aiter_raw():
        left -= len(piece)
        if left < 0:
            raise too_large
        block += piece
        if len(block) >= _BLOCK:
            yield bytes(block)
            block.clear()
    yield bytes(block)


def _write(path: Path, mode: str, block: bytes) -> None:
    with path.open(mode) as file:
        file.write(block)


def _origin(url: httpx.URL) -> tuple[str, bytes, int | None]:
    default = {"http": 80, "https": 443}.get(url.scheme)
    return url.scheme, url.raw_host, url.port or default


def _refused() -> FetchFailed:
    return FetchFailed("images-fetch-refused", retry=False)
