"""A small HTTP server on loopback that answers what a test says, and remembers what it was asked."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
BODY_LIMIT = 64 * 1024 * 1024


@dataclass(frozen=True)
class Seen:
    """A request that arrived."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


class Server:
    """Gives its answers in order; a request too many gets a 418."""

    def __init__(self) -> None:
        self.seen: list[Seen] = []
        self.url = ""
        self.arrived = asyncio.Event()
        self.released = asyncio.Event()
        self._handlers: deque[Handler] = deque()

    def handle(self, *handlers: Handler) -> None:
        """Queue handlers, one a request."""
        self._handlers.extend(handlers)

    def answer(
        self,
        status: int,
        json: object = None,
        *,
        body: bytes | str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Queue a whole answer: `json`, or else `body` as it is."""

        async def handler(_: web.Request) -> web.StreamResponse:
            if body is None:
                return web.json_response(json, status=status, headers=headers)
            return web.Response(status=status, body=body, headers=headers)

        self.handle(handler)

    async def hang(self, _: web.Request) -> web.StreamResponse:
        """Do not answer before the test is over."""
        await self.released.wait()
        return web.Response()

    async def hang_in_body(self, request: web.Request) -> web.StreamResponse:
        """Send the head and the first byte of a body, and no more before the test is over."""
        response = web.StreamResponse(headers={"Content-Length": "100"})
        await response.prepare(request)
        await response.write(b"{")
        await self.released.wait()
        return response

    async def respond(self, request: web.Request) -> web.StreamResponse:
        """Remember a request and give it the next answer."""
        self.seen.append(Seen(request.method, request.path_qs, request.headers.copy(), await request.read()))
        self.arrived.set()
        if not self._handlers:
            return web.Response(status=418)
        return await self._handlers.popleft()(request)


async def reset(request: web.Request) -> web.StreamResponse:
    """Break the connection without an answer."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def reset_in_body(request: web.Request) -> web.StreamResponse:
    """Send the head and half of a body, then break the connection."""
    response = web.StreamResponse(headers={"Content-Length": "100"})
    await response.prepare(request)
    await response.write(b"{")
    return await reset(request)


async def garbage(request: web.Request) -> web.StreamResponse:
    """Answer with something that is not HTTP."""
    assert isinstance(request.transport, asyncio.WriteTransport)
    request.transport.write(b"this is not HTTP\r\n\r\n")
    return await close(request)


async def close(request: web.Request) -> web.StreamResponse:
    """Close the connection in good order."""
    assert request.transport is not None
    request.transport.close()
    return web.Response()


@asynccontextmanager
async def serve() -> AsyncGenerator[Server]:
    """Run a server on a free port of loopback."""
    server = Server()
    app = web.Application(client_max_size=BODY_LIMIT)
    app.router.add_route("*", "/{path:.*}", server.respond)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        server.url = f"http://{host}:{port}"
        yield server
    finally:
        server.released.set()
        await runner.cleanup()
