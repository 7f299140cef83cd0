"""One HTTP exchange: a request out, an answer of bounded size and time in."""

import asyncio
from dataclasses import dataclass

import httpx

from bot.runapi.errors import AnswerLost, NotReached

ANSWER_BYTES = 1024 * 1024  # of a whole answer; RunAPI's are a few hundred bytes
_SLOWEST_UPLINK = 64 * 1024  # bytes a second, on which an upload must still get through
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer; `body` is None when it did not arrive whole or is longer than 1 MiB."""

    status: int
    headers: httpx.Headers
    body: bytes | None

    @property
    def ok(self) -> bool:
        """Whether the status is 2xx."""
        return httpx.codes.is_success(self.status)


async def exchange(http: httpx.AsyncClient, request: httpx.Request, *, creates: bool) -> Answer:
    """Send `request` once, as it is, and read the answer.

    Args:
        creates: whether the request makes a task, for `Trouble.maybe_made`.

    Raises:
        NotReached: no connection was made.
        AnswerLost: not even the answer's headers arrived.
    """
    try:
        async with asyncio.timeout(longest_wait(http.timeout, request)):
            response = await http.send(request, stream=True, auth=None, follow_redirects=False)
    except _NOT_SENT as error:
        raise NotReached(creates=creates) from error
    except (httpx.TransportError, TimeoutError) as error:
        raise AnswerLost(creates=creates) from error
    try:
        body = await _read_body(response, http.timeout.read)
    finally:
        await response.aclose()
    return Answer(response.status_code, response.headers, body)


def longest_wait(timeout: httpx.Timeout, request: httpx.Request) -> float | None:
    """Return the seconds in which an answer must begin; httpx's own limits begin anew with every piece."""
    parts = (timeout.connect, timeout.pool, timeout.write, timeout.read)
    seconds = [part for part in parts if part is not None]
    if len(seconds) < len(parts):
        return None
    return sum(seconds) + int(request.headers.get("Content-Length", 0)) / _SLOWEST_UPLINK


async def _read_body(response: httpx.Response, seconds: float | None) -> bytes | None:
    body = bytearray()
    try:
        async with asyncio.timeout(seconds):
            # Raw, because a packed answer, which nobody asked for, may unpack to any size.
            async for piece in response.aiter_raw():
                body += piece
                if len(body) > ANSWER_BYTES:
                    return None
    except (httpx.TransportError, TimeoutError):
        return None
    return bytes(body)
