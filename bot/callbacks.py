"""Where RunAPI calls back: a small HTTP server with one address.

It only hands on which task a signed callback is about. What came of the task is asked of RunAPI (`bot.engine.callbacks`
says why), so a callback that is lost costs time and nothing else.
"""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager

from aiohttp import web
from pydantic import SecretStr

from bot.runapi import (
    CALLBACK_WINDOW,
    Callback,
    CallbackRefused,
    MalformedCallback,
    StaleCallback,
    UnsignedCallback,
    read_callback,
)
from bot.store import StoreUnavailable

log = logging.getLogger(__name__)

PATH = "/runapi/callback"
"""Where callbacks are taken, below PUBLIC_URL."""

BODY_BYTES = 64 * 1024
"""Bytes of a body that are read: that of a poll's answer with the addresses of some pictures has a tenth of it."""

BODY_SECONDS = 5.0
"""Seconds in which a body must have come: RunAPI waits for ten (its skill texts)."""

LINGER_SECONDS = 1.0
"""Seconds for which the rest of a body is let in that is not read, so that its sender gets to read the answer."""

IDLE_SECONDS = 75.0
"""Seconds for which a connection that is quiet is kept, as web servers commonly do."""

WARN_EVERY = 3600.0
"""Seconds between two warnings of bad signatures, at least."""

_REFUSALS: dict[type[CallbackRefused], int] = {MalformedCallback: 400, UnsignedCallback: 401, StaleCallback: 401}

# Anybody can send what is no HTTP or go away in between, and aiohttp logs an error with a traceback for it.
_connections = logging.getLogger(f"{__name__}.connections")
_connections.setLevel(logging.CRITICAL)


class Endpoint:
    """Takes callbacks.

    Args:
        secret: the account's Callback Secret, base64.
        called_back: told RunAPI's id of the task of each callback that is taken; returns whether there is such a task.
        now: tells the seconds since 1970.
    """

    def __init__(
        self,
        *,
        secret: SecretStr,
        called_back: Callable[[str], Awaitable[bool]],
        now: Callable[[], float] = time.time,
    ) -> None:
        self._secret = secret
        self._called_back = called_back
        self._now = now
        self._taken: dict[str, int] = {}
        self._bad_signatures = 0
        self._warned_at = float("-inf")

    def app(self) -> web.Application:
        """Return the application that serves `PATH`."""
        app = web.Application(client_max_size=BODY_BYTES)
        app.router.add_post(PATH, self._answer)
        return app

    async def _answer(self, request: web.Request) -> web.Response:
        """Take a callback: 2xx means that RunAPI need not call again, anything else that it may."""
        try:
            async with asyncio.timeout(BODY_SECONDS):
                body = await _body(request)
        except TimeoutError:
            return _refusal(408)
        try:
            callback = read_callback(request.headers, body, secret=self._secret, now=self._now())
        except CallbackRefused as refused:
            log.debug("a callback is refused: %s", refused)
            if isinstance(refused, UnsignedCallback):
                self._warn()
            return _refusal(_REFUSALS[type(refused)])
        return await self._take(callback)

    async def _take(self, callback: Callback) -> web.Response:
        taken_at = self._taken.get(callback.id)
        if taken_at is not None:
            # Who signed anew has the secret: that is RunAPI, which did not get the answer.
            return _refusal(409) if callback.timestamp == taken_at else web.Response(status=204)
        self._forget_old()
        self._taken[callback.id] = callback.timestamp
        try:
            known = await self._called_back(callback.task_id)
        except StoreUnavailable:
            status = 503
        except Exception:
            # Whatever it is, RunAPI is told to come again, and this callback is not taken for one that was heeded.
            log.exception("a callback met a fault")
            status = 500
        else:
            if known:
                return web.Response(status=204)
            status = 404
        del self._taken[callback.id]
        return _refusal(status)

    def _forget_old(self) -> None:
        """Forget what is refused for its age."""
        oldest = self._now() - CALLBACK_WINDOW
        self._taken = {each: signed for each, signed in self._taken.items() if signed >= oldest}

    def _warn(self) -> None:
        self._bad_signatures += 1
        if self._now() - self._warned_at < WARN_EVERY:
            return
        self._warned_at = self._now()
        log.warning(
            "callbacks with a signature that RUNAPI_CALLBACK_SECRET does not give: %s since the last warning; if they "
            "are RunAPI's, copy the secret anew from https://runapi.ai/accounts/callback_secret",
            self._bad_signatures,
        )
        self._bad_signatures = 0


async def _body(request: web.Request) -> bytes:
    """Return the body.

    Raises:
        HTTPRequestEntityTooLarge: it is too large.
    """
    if request.content_length is not None and request.content_length > BODY_BYTES:
        raise web.HTTPRequestEntityTooLarge(BODY_BYTES, request.content_length)
    return await request.read()


def _refusal(status: int) -> web.Response:
    # A 401 must say how one authenticates (RFC 9110, 15.5.2).
    headers = {"WWW-Authenticate": "X-Callback-Signature"} if status == 401 else None
    return web.Response(status=status, headers=headers)


@asynccontextmanager
async def serving(endpoint: Endpoint, host: str, port: int) -> AsyncGenerator[None]:
    """Serve an endpoint.

    Raises:
        OSError: the address cannot be listened at.
    """
    runner = web.AppRunner(
        endpoint.app(),
        access_log=None,
        logger=_connections,
        auto_decompress=False,  # the bytes that arrived were signed
        keepalive_timeout=IDLE_SECONDS,
        lingering_time=LINGER_SECONDS,
        shutdown_timeout=BODY_SECONDS,
    )
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        log.info("RunAPI's callbacks are taken at port %s", port)
        yield
    finally:
        await runner.cleanup()
