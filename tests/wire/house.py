"""Easel as a process, and a Discord and a RunAPI for it to run on."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

from bot.sandbox import Sandbox
from tests.wire.discord_server import DiscordServer
from tests.wire.easel import environment
from tests.wire.messages import Message

ROOT = Path(__file__).parents[2]
WARNINGS = "error,ignore:'audioop' is deprecated:DeprecationWarning"
PATIENCE = 60.0
"""Seconds that a test waits for processes, which start slowly on a busy machine."""
PROMISED = 10.0
"""Seconds in which a stop finishes what can be finished."""


class Process:
    """A started process; what it says is read when it has ended."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process.returncode is None

    def tell(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    async def ended(self) -> tuple[int | None, str]:
        """The exit code and all that was said."""
        said, _ = await asyncio.wait_for(self._process.communicate(), PATIENCE)
        return self._process.returncode, said.decode()


@asynccontextmanager
async def started(folder: Path, *arguments: str, **settings: str) -> AsyncGenerator[Process]:
    """`python ARGUMENTS` in an empty folder with these settings and no others; killed if it still runs at the end."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    folder.mkdir(exist_ok=True)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, *arguments),
        cwd=folder,
        env={**kept, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": WARNINGS, **settings},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        yield Process(process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


async def outcome(folder: Path, *arguments: str, **settings: str) -> tuple[int | None, str]:
    """The exit code of such a process, and all that it said."""
    async with started(folder, *arguments, **settings) as process:
        return await process.ended()


class House:
    """A Discord and a RunAPI for processes to run on; everything is looked at again at each heartbeat."""

    def __init__(self, server: DiscordServer, sandbox: Sandbox, folder: Path) -> None:
        self.server = server
        self.sandbox = sandbox
        self._folder = folder
        self._certificate = folder / "authority.pem"
        self._certificate.write_bytes(server.authority.certificate)

    def easel(
        self,
        *,
        grace: float = PROMISED,
        port: int | None = None,
        files: str = "data",
        ready_within: float = PATIENCE,
        pause: float = 0.0,
        **changed: str,
    ) -> AbstractAsyncContextManager[Process]:
        """The process, not yet connected; those that run together need different `files`."""
        settings = environment(self.server, self.sandbox, self._folder / files)
        numbers = (grace, ready_within, pause)
        where = (str(port or self.server.port), str(self._certificate))
        script = ("-m", "tests.wire.easel_process", *where, *map(str, numbers))
        return started(self._folder / "cwd", *script, **{**settings, **changed})

    async def connected(self) -> None:
        """Wait until the process has connected to Discord."""
        await self.server.until(lambda: self.server.gateway.sessions, PATIENCE)

    async def begin(self, *, task_seconds: float) -> Message:
        """Ask for a picture, and wait until RunAPI was asked for it; return the reply."""
        await self.connected()
        self.sandbox.task_seconds = task_seconds
        reply = await self.server.slash("imagine", prompt="a red fox")
        await reply.answered
        await self.server.until(lambda: self.sandbox.tasks, PATIENCE)
        assert reply.original is not None
        return reply.original


def assert_one_sentence(ended: tuple[int | None, str], *words: str) -> None:
    """It ended with 1, and the last and only sentence that is no record of a log has these words."""
    code, said = ended
    assert code == 1, said
    sentences = [line for line in said.splitlines() if not line[:2].isdigit()]
    assert len(sentences) == 1, said
    assert all(word in sentences[0] for word in words), said
