"""Easel as a process: how it starts, stops, goes on, and says how it is."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest

from bot.app import GRACE
from bot.health import FRESH
from bot.sandbox import Sandbox
from tests.discord_api import DiscordAPI
from tests.wire.discord_server import DiscordServer
from tests.wire.easel import FOREVER, environment
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
        self, *, grace: float = PROMISED, port: int | None = None, files: str = "data", **changed: str
    ) -> AbstractAsyncContextManager[Process]:
        """The process, not yet connected; those that run together need different `files`."""
        settings = environment(self.server, self.sandbox, self._folder / files)
        script = ("-m", "tests.wire.easel_process", str(port or self.server.port), str(self._certificate), str(grace))
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


@pytest.fixture
async def house(discord_api: DiscordAPI | None, tmp_path: Path) -> AsyncIterator[House]:
    async with DiscordServer(api=discord_api, heartbeat_interval=100).run() as server, Sandbox() as sandbox:
        yield House(server, sandbox, tmp_path)
    assert server.violations == []


def assert_one_sentence(ended: tuple[int | None, str], *words: str) -> None:
    """It ended with 1, and the last and only sentence that is no record of a log has these words."""
    code, said = ended
    assert code == 1, said
    sentences = [line for line in said.splitlines() if not line[:2].isdigit()]
    assert len(sentences) == 1, said
    assert all(word in sentences[0] for word in words), said


async def test_without_settings_it_says_which(tmp_path: Path) -> None:
    nothing, one = await asyncio.gather(
        outcome(tmp_path / "a", "-m", "bot", "run"), outcome(tmp_path / "b", "-m", "bot", "run", DISCORD_TOKEN="t")
    )
    code, said = nothing
    assert code == 1
    assert [line.partition(" ")[0] for line in said.splitlines()] == ["DISCORD_TOKEN", "RUNAPI_API_KEY"]
    assert_one_sentence(one, "RUNAPI_API_KEY is not set.")


async def test_a_database_that_cannot_be_written_is_told(house: House, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    settings = environment(house.server, house.sandbox, tmp_path / "file")
    ended = await outcome(tmp_path / "cwd", "-m", "bot", "run", MESSAGE_CONTENT_INTENT="off", **settings)
    assert_one_sentence(ended, f"{tmp_path}/file", "cannot be written")
    assert house.server.calls == []


async def test_what_discord_refuses_at_the_start_is_told(house: House) -> None:
    async with (
        house.easel(DISCORD_TOKEN="another") as wrong,
        house.easel(port=1, MESSAGE_CONTENT_INTENT="off", files="b") as alone,
        house.easel(MESSAGE_CONTENT_INTENT="on", files="c") as curious,
    ):
        assert_one_sentence(await wrong.ended(), "DISCORD_TOKEN", "developer portal")
        assert_one_sentence(await alone.ended(), "Discord cannot be reached")
        assert_one_sentence(await curious.ended(), "MESSAGE_CONTENT_INTENT=off", "developer portal")


async def test_message_content_is_asked_for_where_it_is_turned_on(house: House) -> None:
    house.server.gateway.message_content = True
    async with house.easel():
        await house.connected()
    [session] = house.server.gateway.sessions.values()
    assert session.intents & 1 << 15


async def test_a_stop_finishes_what_can_be_finished(house: House) -> None:
    async with house.easel() as process:
        message = await house.begin(task_seconds=1.0)
        assert not message.attachments
        process.tell(signal.SIGTERM)
        told = time.monotonic()
        code, said = await process.ended()
    assert (code, time.monotonic() - told < PROMISED) == (0, True), said
    assert "Traceback" not in said
    assert len(message.attachments) == 1
    assert GRACE.total_seconds() == PROMISED


async def test_what_a_stop_leaves_the_next_start_finishes(house: House) -> None:
    async with house.easel(grace=0.5) as process:
        message = await house.begin(task_seconds=FOREVER)
        process.tell(signal.SIGTERM)
        told = time.monotonic()
        code, said = await process.ended()
        took = time.monotonic() - told
    assert (code, "Traceback" in said) == (0, False), said
    assert 0.5 <= took < PROMISED
    assert not message.attachments
    house.sandbox.task_seconds = 0.0
    async with house.easel() as process:
        await house.server.until(lambda: message.attachments, PATIENCE)
        process.tell(signal.SIGINT)
        code, said = await process.ended()
    assert (code, "Traceback" in said) == (0, False), said
    assert "**completed**" in message.content
    assert len(house.sandbox.tasks) == 1
    assert len(house.server.calls_to("PUT", "/commands$")) == 1


async def test_while_it_stops_it_says_so_and_a_second_signal_ends_it_at_once(house: House) -> None:
    async with house.easel() as process:
        taken = [await house.begin(task_seconds=FOREVER)]
        process.tell(signal.SIGTERM)
        while (reply := await house.server.slash("imagine", prompt="too late?")) and "restarting" not in (
            await reply.answered
        )["data"]["content"]:
            assert reply.original is not None
            taken.append(reply.original)
        process.tell(signal.SIGINT)
        code, said = await process.ended()
    assert code == -signal.SIGKILL, said
    house.sandbox.task_seconds = 0.0
    async with house.easel():
        await house.server.until(lambda: all(message.attachments for message in taken), PATIENCE)
    assert len(house.sandbox.tasks) == len(taken)


async def test_health_is_told_by_the_exit_code(tmp_path: Path) -> None:
    fresh, stale, none = (tmp_path / name for name in ("fresh", "stale", "none"))
    for folder, age in ((fresh, 1.0), (stale, FRESH + 1)):
        folder.mkdir()
        (folder / "heartbeat").touch()
        os.utime(folder / "heartbeat", (time.time() - age, time.time() - age))
    ended = await asyncio.gather(
        *(outcome(tmp_path / "cwd", "-m", "bot", "health", DATA_DIR=str(folder)) for folder in (fresh, stale, none))
    )
    assert ended == [(0, ""), (1, ""), (1, "")]
