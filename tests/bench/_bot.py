"""A bot in a process of its own: `python -m tests.bench._bot easel|bare PLACE`.

PLACE is the JSON of a `Place`.
"""

import asyncio
import json
import resource
import socket
import ssl
import sys
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import discord
import httpx
from aiohttp.abc import AbstractResolver, ResolveResult

from bot import event_loop, log
from bot.app import assembled, collect_less
from bot.settings import Settings
from tests.bench._pipe import serve
from tests.bench.bare import BareBot, open_database

_TICK = 0.005
_READY_SECONDS = 20.0

Idle = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a bot finds everything.

    Attributes:
        port, certificate, token: of the simulated Discord; the certificate is a PEM file of its authority.
        folder: for the bot's own files.
        runapi_url, runapi_key: of the RunAPI.
        callback_secret: its Callback Secret, where Easel is to be called back at `callback_port`; else empty.
        tasks_at_once: TASKS_AT_ONCE; unless said, so many that it is not in the way.
    """

    port: int
    certificate: str
    token: str
    folder: str
    runapi_url: str
    runapi_key: str
    callback_secret: str = ""
    callback_port: int = 0
    tasks_at_once: int = 500


class _Loopback(AbstractResolver):
    """Leads every name to one port of this machine; the simulated Discord's own resolver would cost memory here."""

    def __init__(self, port: int) -> None:
        self._port = port

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return [
            ResolveResult(hostname=host, host="127.0.0.1", port=self._port, family=socket.AF_INET, proto=0, flags=0)
        ]

    async def close(self) -> None:
        """Nothing is held."""


class Pulse:
    """How long the event loop was away, at most."""

    def __init__(self) -> None:
        self.longest = 0.0

    async def beat(self) -> None:
        """Tick for ever."""
        last = time.perf_counter()
        while True:
            await asyncio.sleep(_TICK)
            now = time.perf_counter()
            self.longest = max(self.longest, now - last - _TICK)
            last = now


@asynccontextmanager
async def easel(place: Place, options: dict[str, Any]) -> AsyncGenerator[Idle]:
    """Easel as it is, but for limits that would be in the way."""
    settings = Settings.read(
        _env_file=None,
        discord_token=place.token,
        runapi_api_key=place.runapi_key,
        runapi_base_url=place.runapi_url,
        database_url=f"sqlite:///{place.folder}/easel.db",
        data_dir=place.folder,
        daily_images_per_user=1_000_000,
        tasks_at_once=place.tasks_at_once,
        **_callbacks(place),
    )
    log.set_up("WARNING", "console")
    async with assembled(settings, **options) as bot:
        await bot.login(place.token)
        async with bot.engine.running(bot.courier, grace=timedelta(0)), _connected(bot):
            collect_less()
            yield bot.engine.drain


def _callbacks(place: Place) -> dict[str, Any]:
    if not place.callback_secret:
        return {}
    return {
        "runapi_callback_secret": place.callback_secret,
        "public_url": f"http://127.0.0.1:{place.callback_port}",
        "callback_port": place.callback_port,
    }


@asynccontextmanager
async def bare(place: Place, options: dict[str, Any]) -> AsyncGenerator[Idle]:
    """The bare bot."""
    log.set_up("WARNING", "console")
    async with AsyncExitStack() as stack:
        headers = {"Authorization": f"Bearer {place.runapi_key}"}
        runapi = await stack.enter_async_context(
            httpx.AsyncClient(base_url=place.runapi_url, headers=headers, timeout=30)
        )
        downloads = await stack.enter_async_context(httpx.AsyncClient(timeout=30))
        database = await open_database(Path(place.folder) / "bare.db")
        stack.push_async_callback(database.close)
        bot = await stack.enter_async_context(BareBot(runapi=runapi, downloads=downloads, database=database, **options))
        await bot.login(place.token)
        await stack.enter_async_context(_connected(bot))

        async def idle() -> None:
            await bot.idle.wait()

        yield idle


def _peak_kb() -> int:
    """The most memory that this process has used; `getrusage` counts what its parent had when it was forked, too."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    [peak] = [line.split()[1] for line in status.read_text().splitlines() if line.startswith("VmHWM:")]
    return int(peak)


@asynccontextmanager
async def _connected(bot: discord.AutoShardedClient) -> AsyncGenerator[None]:
    connection = asyncio.create_task(bot.connect())
    try:
        await asyncio.wait_for(bot.wait_until_ready(), _READY_SECONDS)
        yield
    finally:
        connection.cancel()
        with suppress(asyncio.CancelledError):
            await connection


async def main(kind: str, described: str) -> None:
    """Run a bot until the standard input ends."""
    place = Place(**json.loads(described))
    context = ssl.create_default_context(cafile=place.certificate)
    options = {
        "connector": aiohttp.TCPConnector(resolver=_Loopback(place.port), ssl=context, limit=0),
        "guild_ready_timeout": 0.05,
        "shard_count": 1,
    }
    pulse = Pulse()
    async with (easel if kind == "easel" else bare)(place, options) as idle:
        beating = asyncio.create_task(pulse.beat())

        since = 0.0

        async def ready() -> bool:
            return True

        async def begin() -> None:
            nonlocal since
            pulse.longest = 0.0
            since = time.process_time()

        async def rest() -> dict[str, float]:
            """Wait until nothing is under way; return what it took since `begin`."""
            await idle()
            return {"stall": pulse.longest, "peak_mb": _peak_kb() / 1024, "cpu": time.process_time() - since}

        await serve({"ready": ready, "begin": begin, "rest": rest})
        beating.cancel()


if __name__ == "__main__":
    (event_loop.run if sys.argv[1] == "easel" else asyncio.run)(main(*sys.argv[1:]))
