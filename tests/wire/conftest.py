"""Fixtures of the wire tests."""

import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.sandbox import Sandbox
from tests.discord_api import DOCUMENT_VARIABLE, DiscordAPI
from tests.wire.discord_server import DiscordServer, discord_connector
from tests.wire.easel import Studio
from tests.wire.house import House
from tests.wire.small_bot import SmallBot, running


@pytest.fixture(scope="session")
def discord_api() -> DiscordAPI | None:
    """Discord's API document, None where ``DISCORD_OPENAPI`` does not name it."""
    return DiscordAPI.load()


@pytest.fixture
def documented(discord_api: DiscordAPI | None) -> DiscordAPI:
    """Discord's API document, for tests that cannot do without it."""
    if discord_api is None:
        pytest.skip(f"{DOCUMENT_VARIABLE} does not name Discord's API document")
    return discord_api


@pytest.fixture
async def discord_server(discord_api: DiscordAPI | None) -> AsyncIterator[DiscordServer]:
    """A running simulated Discord; fails the test that made or met anything that Discord does not know."""
    async with DiscordServer(api=discord_api).run() as server:
        yield server
    assert server.violations == []


@pytest.fixture
async def bot(discord_server: DiscordServer) -> AsyncIterator[SmallBot]:
    """An ordinary bot, logged in to the simulated Discord."""
    async with running(SmallBot(discord_connector(discord_server)), discord_server.token) as bot:
        yield bot


@pytest.fixture
async def idle_studio(
    discord_server: DiscordServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> AsyncIterator[Studio]:
    """A simulated Discord and a RunAPI whose tasks end at once; Easel is not running yet.

    Fails the test in which Easel met what it did not foresee.
    """
    async with Sandbox(task_seconds=0.0) as sandbox:
        yield Studio(discord_server, sandbox, tmp_path)
    # What discord.shard records of a gateway that a test keeps away is foreseen.
    logged = [
        record
        for record in caplog.get_records("call")
        if record.levelno >= logging.ERROR and record.name != "discord.shard"
    ]
    assert [record.getMessage() for record in logged] == []


@pytest.fixture
async def studio(idle_studio: Studio) -> AsyncIterator[Studio]:
    """The same with Easel running."""
    async with idle_studio.running():
        yield idle_studio


@pytest.fixture
async def house(discord_api: DiscordAPI | None, tmp_path: Path) -> AsyncIterator[House]:
    async with DiscordServer(api=discord_api, heartbeat_interval=100).run() as server, Sandbox() as sandbox:
        yield House(server, sandbox, tmp_path)
    assert server.violations == []
