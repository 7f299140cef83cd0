"""Easel on the wire: a database that another process holds."""

import asyncio
import sqlite3
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, closing, suppress
from pathlib import Path

import pytest

from bot.sandbox import Sandbox
from tests.wire.changes import WAIT_SECONDS
from tests.wire.discord_server import DiscordServer
from tests.wire.easel import FOREVER, Studio
from tests.wire.interaction_routes import FIRST_RESPONSE_SECONDS

AT_ONCE = 8


@asynccontextmanager
async def held(studio: Studio) -> AsyncGenerator[None]:
    """Another process holds the database."""
    with closing(sqlite3.connect(studio.settings.database_path, timeout=0, isolation_level=None)) as other:

        def taken() -> bool:
            with suppress(sqlite3.OperationalError):  # while the bot writes
                other.execute("BEGIN EXCLUSIVE")
            return other.in_transaction

        await happened(taken)
        yield


async def happened(look: Callable[[], object]) -> None:
    async with asyncio.timeout(WAIT_SECONDS):
        while not look():  # noqa: ASYNC110 - nothing announces it
            await asyncio.sleep(0.01)


async def test_everybody_is_answered_in_time_and_what_is_under_way_goes_on(
    discord_server: DiscordServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with Sandbox(task_seconds=FOREVER) as sandbox:
        studio = Studio(discord_server, sandbox, tmp_path)
        async with studio.running():
            under_way = await studio.imagine()
            await happened(lambda: sandbox.tasks)
            [task] = sandbox.tasks.values()
            async with held(studio):
                began = asyncio.get_running_loop().time()
                replies = [await discord_server.slash("imagine", prompt="a blue fox") for _ in range(AT_ONCE)]
                answers = [(await reply.answered)["data"] for reply in replies]
                assert asyncio.get_running_loop().time() - began < FIRST_RESPONSE_SECONDS
                task.state = "processing"
                await happened(lambda: "waits for the database" in caplog.text)
            assert {answer["content"].partition(",")[0] for answer in answers} == {"I cannot save anything right now"}
            assert await studio.left() == studio.settings.daily_images_per_user - 1
            await studio.finish()
        assert under_way.original is not None
        assert len(under_way.original.attachments) == 1
        assert len(sandbox.tasks) == 1
