"""Easel on the wire: presses that bring a new token, dropped sockets, shards, and the health of it all."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest

from bot import health
from bot.client import Easel
from bot.sandbox import Sandbox
from bot.store import RequestState
from tests.discord_api import DiscordAPI
from tests.wire.changes import WAIT_SECONDS
from tests.wire.discord_server import DiscordServer
from tests.wire.easel import FOREVER, Studio
from tests.wire.messages import Message
from tests.wire.people import Place


def button(message: Message, action: str) -> str:
    """The custom id of the button for an action."""
    [found] = [custom_id for custom_id in message.custom_ids if f":{action}:" in custom_id]
    return found


async def test_a_press_renews_the_token(studio: Studio) -> None:
    studio.sandbox.task_seconds = FOREVER
    reply = await studio.imagine(installed="user")
    message = reply.original
    assert message is not None
    studio.end_tokens()
    press = await studio.server.click(message, button(message, "cancel"))
    await studio.server.until(lambda: "**cancelled**" in message.content)
    await studio.bot.engine.drain()
    assert (await press.answered)["type"] == 6
    details = await studio.details(reply)
    assert (details.request.state, details.request.reply["token"]) == (RequestState.CANCELLED, press.token)
    assert (studio.direct(), studio.own_calls()) == ([], [])
    assert await studio.left() == studio.settings.daily_images_per_user


@pytest.mark.parametrize("place", [{"where": Place.GUILD}, {"where": Place.GROUP_DM}, {"private": True}])
async def test_delete_works_by_the_token_of_the_press(studio: Studio, place: dict[str, Any]) -> None:
    server = studio.server
    reply = await studio.imagine(installed="user", **place)
    await studio.finish()
    message = reply.original
    assert message is not None
    studio.end_tokens()
    asked = await server.click(message, button(message, "delete"))
    [question] = await server.until(lambda: asked.followups)
    assert question.ephemeral
    await server.click(question, button(question, "delete-confirmed"))
    await server.until(lambda: question.content == "Deleted.")
    assert message.deleted
    assert studio.own_calls() == []
    assert [picture.file for picture in (await studio.details(reply)).pictures] == [None]


@pytest.mark.parametrize("code", [4000, None])
async def test_a_dropped_socket_in_the_middle_of_a_task_loses_nothing(studio: Studio, code: int | None) -> None:
    server = studio.server
    studio.sandbox.task_seconds = FOREVER
    reply = await studio.imagine("before")
    await server.gateway.drop(code=code)
    missed = await studio.imagine("meanwhile")
    await studio.finish()
    [session] = server.gateway.sessions.values()
    assert session.resumes == 1
    for each in (reply, missed):
        assert each.original is not None
        assert "**completed**" in each.original.content
    assert len(studio.sandbox.tasks) == 2
    assert len(server.calls_to("PUT", "/commands$")) == 1


async def test_two_shards_serve_a_server_and_a_direct_message(idle_studio: Studio) -> None:
    studio = idle_studio
    async with studio.running(shard_count=2):
        here = await studio.imagine()
        direct = await studio.imagine(where=Place.DM)
        await studio.finish()
        age = studio.bot.heartbeat_age()
    assert [session.shard for session in studio.server.gateway.sessions.values()] == [(0, 2), (1, 2)]
    for reply in (here, direct):
        assert reply.original is not None
        assert await studio.download(reply.original) != []
    assert age is not None
    assert age < health.FRESH


async def test_a_running_bot_keeps_its_file_fresh(discord_api: DiscordAPI | None, tmp_path: Path) -> None:
    heartbeat = tmp_path / "heartbeat"
    # Every heartbeat lets `until` look again.
    async with DiscordServer(api=discord_api, heartbeat_interval=50).run() as server, Sandbox() as sandbox:
        studio = Studio(server, sandbox, tmp_path)
        async with studio.running(), kept_fresh(heartbeat, studio):
            await server.until(heartbeat.exists)
            assert health.is_well(heartbeat)
            heartbeat.unlink()
            await server.until(heartbeat.exists)
        assert server.violations == []


@dataclass
class Pulse:
    """How a bot is: whether all its shards are ready, and the age of the oldest answer to a heartbeat."""

    ready: bool
    age: float | None

    def is_ready(self) -> bool:
        return self.ready

    def heartbeat_age(self) -> float | None:
        return self.age


@pytest.mark.parametrize(
    "pulse", [Pulse(ready=False, age=1.0), Pulse(ready=True, age=None), Pulse(ready=True, age=health.FRESH)]
)
async def test_without_all_shards_and_their_heartbeats_it_is_not_well(pulse: Pulse, tmp_path: Path) -> None:
    await assert_not_kept_fresh(tmp_path / "heartbeat", cast("Easel", pulse))


async def test_once_stopped_it_is_not_well(idle_studio: Studio, tmp_path: Path) -> None:
    async with idle_studio.running():
        pass
    await assert_not_kept_fresh(tmp_path / "heartbeat", idle_studio.bot)


async def test_a_file_that_cannot_be_written_is_tried_again(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    heartbeat = tmp_path / "gone" / "heartbeat"
    well = cast("Easel", Pulse(ready=True, age=1.0))
    beating = asyncio.create_task(health.keep_fresh(heartbeat, well, every=0.01))
    async with asyncio.timeout(WAIT_SECONDS):
        while "cannot be written" not in caplog.text:  # noqa: ASYNC110 - nothing announces it
            await asyncio.sleep(0.01)
        heartbeat.parent.mkdir()
        while not health.is_well(heartbeat):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    beating.cancel()


async def assert_not_kept_fresh(heartbeat: Path, bot: Easel) -> None:
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(health.keep_fresh(heartbeat, bot, every=0.01), 0.1)
    assert not heartbeat.exists()


@asynccontextmanager
async def kept_fresh(file: Path, studio: Studio) -> AsyncGenerator[None]:
    """What the running process does for its health check, without its 10 seconds between two looks."""
    beating = asyncio.create_task(health.keep_fresh(file, studio.bot, every=0.01))
    try:
        yield
    finally:
        beating.cancel()
