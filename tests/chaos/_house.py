"""A Discord, a RunAPI, and Easel between them as one process after another, each of which may be killed."""

import asyncio
import io
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware
from PIL import Image, PngImagePlugin

from bot.sandbox import Sandbox
from bot.sandbox.painting import Order
from tests.chaos._lines import Blow, Inside, OnTheWay, Server
from tests.discord_api import DiscordAPI
from tests.wire.discord_server import DiscordServer
from tests.wire.easel import environment

__all__ = ["House", "Life", "signed"]

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0
"""Seconds after which what should have happened did not, on a busy machine."""
_WARNINGS = "error,ignore:'audioop' is deprecated:DeprecationWarning"
_READY_EVENTS = 2  # READY and GUILD_CREATE: from then on the bot knows where it is
_HALF = bytes(64 * 1024)


class Life:
    """One process of Easel."""

    def __init__(self, blow: Blow | None) -> None:
        loop = asyncio.get_running_loop()
        self.blow = blow
        self.struck = False
        """Whether the line was reached at which it was to be killed."""
        self.pid: asyncio.Future[int] = loop.create_future()
        self.code: asyncio.Future[int] = loop.create_future()
        self._left = blow.skipped if blow else 0

    @property
    def over(self) -> bool:
        return self.code.done()

    async def ended(self) -> int:
        """Its exit code; that of a killed one is negative."""
        return await asyncio.wait_for(asyncio.shield(self.code), PATIENCE)

    def tell(self, number: signal.Signals) -> None:
        """Send it a signal, if it still runs."""
        if self.pid.done() and not self.over:
            with suppress(ProcessLookupError):
                os.kill(self.pid.result(), number)

    def due(self, server: Server, request: web.Request) -> OnTheWay | None:
        """Where it is to be killed, if this call is the one."""
        if self.blow is None or self.struck or not isinstance(at := self.blow.line.at, OnTheWay):
            return None
        if not at.meets(server, request):
            return None
        self._left -= 1
        self.struck = self._left < 0
        return at if self.struck else None


class House:
    """What outlives the processes: the people's Discord, RunAPI, and the files."""

    def __init__(self, folder: Path, api: DiscordAPI | None, *, task_seconds: float) -> None:
        self.server = DiscordServer(api=api, middlewares=[self._watch("discord")])
        self.sandbox = Sandbox(
            task_seconds=task_seconds, painter=signed, requests_kept=1_000_000, middlewares=[self._watch("runapi")]
        )
        self.folder = folder
        self.database = folder / "easel.db"
        self.log = folder / "log"
        self._life: Life | None = None
        self._nursery: asyncio.subprocess.Process

    @asynccontextmanager
    async def open(self) -> AsyncGenerator["House"]:
        """Open Discord and RunAPI, and be ready to start processes."""
        self.folder.mkdir(exist_ok=True)
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(self.server.run())
            await stack.enter_async_context(self.sandbox)
            (self.folder / "authority.pem").write_bytes(self.server.authority.certificate)
            self._nursery = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "tests.chaos._nursery"),
                cwd=self.folder,
                env={**_kept("PATH", "HOME"), "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": _WARNINGS},
                stdin=PIPE,
                stdout=PIPE,
            )
            stack.push_async_callback(self._close)
            listening = asyncio.create_task(self._listen())
            stack.callback(listening.cancel)
            yield self

    async def _close(self) -> None:
        if self._life is not None:
            self._life.tell(signal.SIGKILL)
        assert self._nursery.stdin is not None
        self._nursery.stdin.close()
        await self._nursery.wait()

    async def easel(self, blow: Blow | None = None, **settings: str) -> Life:
        """Start a process and wait until it is connected, or killed before that."""
        self.server.gateway.forget()
        life = self._life = Life(blow)
        inside = None
        if blow is not None and isinstance(blow.line.at, Inside):
            inside = {**asdict(blow.line.at), "skipped": blow.skipped}
        order = {
            "port": str(self.server.port),
            "certificate": str(self.folder / "authority.pem"),
            "settings": {
                **environment(self.server, self.sandbox, self.folder),
                "MESSAGE_CONTENT_INTENT": "off",
                "LOG_LEVEL": "WARNING",
                **settings,
            },
            "log": str(self.log),
            "inside": inside,
        }
        assert self._nursery.stdin is not None
        self._nursery.stdin.write(json.dumps(order).encode() + b"\n")
        await life.pid
        await self.until(lambda: life.over or self._connected())
        return life

    def _connected(self) -> bool:
        return any(len(session.events) >= _READY_EVENTS for session in self.server.gateway.sessions.values())

    async def until(self, look: Callable[[], object]) -> None:
        """Wait until `look` is true; it is asked after every call, and when a process ends."""
        await self.server.until(lambda: look() or None, PATIENCE)

    async def _listen(self) -> None:
        """Hear of the processes."""
        assert self._nursery.stdout is not None
        while line := await self._nursery.stdout.readline():
            said: dict[str, Any] = json.loads(line)
            life = self._life
            assert life is not None
            if "pid" in said:
                life.pid.set_result(said["pid"])
            elif "struck" in said:
                life.struck = True
            else:
                life.code.set_result(said["ended"])
            await self.server.world.changes.notify()

    def _watch(self, server: Server) -> Middleware:
        """Return what stands before a server, and kills the process at the call that was chosen."""

        @web.middleware
        async def watch(request: web.Request, handler: Handler) -> web.StreamResponse:
            life = self._life
            at = life.due(server, request) if life is not None else None
            if life is None or at is None:
                return await self._told(handler(request))
            if at.when == "before" and not at.delay:
                life.tell(signal.SIGKILL)
                return web.Response(status=500)
            if at.when == "half":
                return await self._half(request, life)
            if at.delay:
                asyncio.get_running_loop().call_later(at.delay, life.tell, signal.SIGKILL)
                return await handler(request)
            response = await handler(request)
            life.tell(signal.SIGKILL)
            return response

        return watch

    async def _told(self, answer: Awaitable[web.StreamResponse]) -> web.StreamResponse:
        try:
            return await answer
        except ConnectionError:
            # Whoever asked was killed while asking.
            return web.Response()
        finally:
            await self.server.world.changes.notify()

    async def _half(self, request: web.Request, life: Life) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "image/png"})
        response.content_length = 2 * len(_HALF)
        await response.prepare(request)
        await response.write(_HALF)
        life.tell(signal.SIGKILL)
        if request.transport is not None:
            request.transport.abort()
        return response


def _kept(*names: str) -> dict[str, str]:
    return {name: os.environ[name] for name in names if name in os.environ}


def signed(order: Order) -> bytes:
    """A picture that says which prompt it was made from, and takes no time to paint."""
    said = PngImagePlugin.PngInfo()
    said.add_text("prompt", order.prompt)
    target = io.BytesIO()
    Image.new("RGB", (64, 64), "teal").save(target, "PNG", pnginfo=said)
    return target.getvalue()
