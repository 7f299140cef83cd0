"""A Discord on loopback for real discord.py clients: HTTP API, gateway and file delivery over TLS.

A client reaches it through discord.py's public seam, ``Client(connector=discord_connector(server))``, under
Discord's real host names. The test acts as people (`slash`, `click`, ...), waits for what the bot does
(`until`, `message_where`), and makes things go wrong (`fail`, `deny`, `gateway.drop`, `clock.advance`).
Where Discord's API document is at hand, every request and every answer is checked against it.
"""

import re
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, Literal, TypeVar

import aiohttp
from aiohttp import web
from aiohttp.typedefs import Middleware

from tests.discord_api import DiscordAPI
from tests.wire.acts import Acts
from tests.wire.changes import WAIT_SECONDS
from tests.wire.connector import Resolver, TestAuthority
from tests.wire.gateway import Gateway
from tests.wire.guild_routes import add_guild_routes
from tests.wire.interaction_routes import add_interaction_routes
from tests.wire.message_routes import add_message_routes
from tests.wire.messages import Message
from tests.wire.people import Channel, Clock, Permission, User
from tests.wire.rest import PREFIX, Call, Fault, Rest
from tests.wire.thread_routes import add_thread_routes
from tests.wire.world import World

__all__ = ["TOKEN", "DiscordServer", "discord_connector"]

T = TypeVar("T")
TOKEN = "discord.test.token"
_UPLOAD_BYTES = 256 * 1024 * 1024


class DiscordServer(Acts):
    """One simulated Discord, running inside `run`. People's acts are those of `Acts`.

    `calls` records every request under ``/api/v10``; `violations` is empty as long as bot and server keep
    to Discord's API document. `heartbeat_interval` is in milliseconds; `middlewares` stand before everything.
    """

    def __init__(
        self,
        *,
        api: DiscordAPI | None = None,
        token: str = TOKEN,
        heartbeat_interval: int = 41_250,
        middlewares: Sequence[Middleware] = (),
    ) -> None:
        super().__init__(World(token, heartbeat_interval))
        self.token = token
        self.authority = TestAuthority()
        self.port = 0
        self._middlewares = middlewares
        self._rest = Rest(token, self.world.changes, api)
        add_message_routes(self._rest, self.world)
        add_interaction_routes(self._rest, self.world)
        add_guild_routes(self._rest, self.world)
        add_thread_routes(self._rest, self.world)

    @property
    def calls(self) -> list[Call]:
        return self._rest.calls

    @property
    def violations(self) -> list[str]:
        return self._rest.violations

    @property
    def clock(self) -> Clock:
        """Discord's clock: advance it to let tokens, nonces and links expire."""
        return self.world.clock

    @property
    def gateway(self) -> Gateway:
        return self.world.gateway

    @property
    def general(self) -> Channel:
        """The text channel of the bot's server."""
        return self.world.general

    @property
    def ada(self) -> User:
        """The person who acts unless another is named."""
        return self.world.ada

    def person(self, name: str) -> User:
        """Somebody else."""
        return self.world.person(name)

    @asynccontextmanager
    async def run(self) -> AsyncGenerator["DiscordServer"]:
        """Serve on a free port of 127.0.0.1."""
        app = web.Application(middlewares=self._middlewares, client_max_size=_UPLOAD_BYTES)
        app.router.add_get("/", self.gateway.accept)
        app.router.add_route("*", PREFIX + "/{path:.*}", self._rest.handle)
        app.router.add_get("/{path:(ephemeral-)?attachments/.*}", self.world.delivery.serve)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0)
        await runner.setup()
        try:
            site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=self.authority.server_context())
            await site.start()
            self.port = runner.addresses[0][1]
            yield self
        finally:
            await self.gateway.drop(code=1001)
            await runner.cleanup()

    async def until(self, look: Callable[[], T | None], timeout: float = WAIT_SECONDS) -> T:  # noqa: ASYNC109
        """The first true value of `look`, asked again after every change.

        Raises `TimeoutError`, with the calls so far, after `timeout` seconds.
        """
        try:
            return await self.world.changes.until(look, timeout)
        except TimeoutError:
            raise TimeoutError("it did not happen; the calls were:\n" + "\n".join(map(str, self.calls))) from None

    async def message_where(
        self,
        wanted: Callable[[Message], object],
        timeout: float = WAIT_SECONDS,  # noqa: ASYNC109
    ) -> Message:
        """The first message, of any channel and also an ephemeral one, for which `wanted` is true."""
        return await self.until(lambda: next((m for m in self.world.messages if wanted(m)), None), timeout)

    async def connected(self, shards: int = 1) -> None:
        """Wait until this many shards have identified."""
        await self.until(lambda: len(self.gateway.sessions) >= shards)

    def replace_token(self, token: str) -> None:
        """The owner has made a new token, so the old one is good for nothing."""
        self.token = self._rest.token = self.gateway.token = token

    async def deny(self, permissions: Permission, channel: Channel | None = None) -> None:
        """Take permissions from the bot in a channel of its server: 50001 without VIEW_CHANNEL, else 50013."""
        channel = channel or self.general
        channel.denied = permissions
        await self.gateway.dispatch("CHANNEL_UPDATE", channel.payload(), channel.guild_id)

    def fail(
        self,
        method: str,
        path: str,
        status: int = 500,
        json: Any = None,
        headers: dict[str, str] | None = None,
        *,
        times: int = 1,
        reset: Literal["before", "after"] | None = None,
    ) -> None:
        """Let the next `times` requests that match go wrong; `path` is a pattern for the path under ``/api/v10``.

        They are answered with `status` and `json` (429 and 413 have their usual bodies), or, with `reset`, their
        connection breaks before or after the request took effect.
        """
        usual_json, usual_headers = _USUAL_ANSWERS.get(status, (None, {}))
        body = usual_json if json is None else json
        told = {**usual_headers, **(headers or {})}
        self._rest.faults.append(Fault(method, re.compile(path), times, status, body, told, reset))

    def calls_to(self, method: str, path: str) -> list[Call]:
        """The recorded calls whose path, with the token hidden as ``:token``, matches the pattern."""
        return [call for call in self.calls if call.method == method and re.search(path, call.path)]


_USUAL_ANSWERS: dict[int, tuple[Any, dict[str, str]]] = {
    413: ({"message": "Request entity too large", "code": 40005}, {}),
    429: (
        {"message": "You are being rate limited.", "retry_after": 0.05, "global": False},
        # Without Via, discord.py takes a 429 for a ban by Cloudflare and does not retry.
        {"Via": "1.1 google", "Retry-After": "1", "X-RateLimit-Scope": "user"},
    ),
}


def discord_connector(server: DiscordServer) -> aiohttp.TCPConnector:
    """For ``discord.Client(connector=...)``: Discord's names lead to `server`, and no other name exists."""
    return aiohttp.TCPConnector(resolver=Resolver(server.port), ssl=server.authority.client_context(), limit=0)
