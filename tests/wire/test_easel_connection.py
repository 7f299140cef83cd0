"""Easel on the wire: a gateway that refuses it, drops it, forgets it, or tells it things twice."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from bot.app import assembled
from bot.client import Easel
from bot.connection import NotConnected, Persistence, keep_connected
from bot.store import RequestState
from tests.wire import interactions
from tests.wire.changes import WAIT_SECONDS
from tests.wire.discord_server import discord_connector
from tests.wire.easel import FOREVER, Studio
from tests.wire.interactions import Reply

SOON = 0.2


@asynccontextmanager
async def logged_in(studio: Studio, *, shard_count: int | None = 1) -> AsyncGenerator[Easel]:
    """Easel, not yet connected."""
    connector = discord_connector(studio.server)
    async with assembled(studio.settings, connector=connector, shard_count=shard_count) as bot:
        await bot.login(studio.settings.discord_token.get_secret_value())
        yield bot


@pytest.mark.parametrize("how", ["refusing", "silent"])
async def test_a_gateway_that_does_not_let_it_in_is_waited_for_so_long(idle_studio: Studio, how: str) -> None:
    setattr(idle_studio.server.gateway, how, True)
    async with logged_in(idle_studio) as bot:
        with pytest.raises(NotConnected, match="has not let the bot in") as found:
            await asyncio.wait_for(keep_connected(bot, SOON), WAIT_SECONDS)
    assert not found.value.was_ready


async def test_a_shard_that_stays_out_is_waited_for_so_long(idle_studio: Studio) -> None:
    server = idle_studio.server
    async with logged_in(idle_studio) as bot:
        connected = asyncio.create_task(keep_connected(bot, SOON))
        await bot.wait_for("shard_connect", timeout=WAIT_SECONDS)
        await server.gateway.drop()
        await bot.wait_for("shard_resumed", timeout=WAIT_SECONDS)
        assert not connected.done()
        server.gateway.refusing = True
        await server.gateway.drop()
        with pytest.raises(NotConnected, match="has not let the bot in") as found:
            await asyncio.wait_for(connected, WAIT_SECONDS)
    assert found.value.was_ready


async def test_a_gateway_whose_address_is_not_told_is_not_connected(idle_studio: Studio) -> None:
    idle_studio.server.fail("GET", "^/gateway/bot$", 503)
    async with logged_in(idle_studio, shard_count=None) as bot:
        with pytest.raises(NotConnected, match="The connection to Discord's gateway ended"):
            await asyncio.wait_for(keep_connected(bot, FOREVER), WAIT_SECONDS)


async def test_it_ends_at_once_while_a_shard_connects_anew(idle_studio: Studio) -> None:
    """discord.py takes no notice of a cancellation then."""
    server = idle_studio.server
    async with logged_in(idle_studio) as bot:
        connected = asyncio.create_task(keep_connected(bot, FOREVER))
        await bot.wait_for("shard_connect", timeout=WAIT_SECONDS)
        server.gateway.stalling = True
        await server.gateway.drop()
        await server.until(lambda: server.gateway.kept_waiting)
        connected.cancel()
        done, _ = await asyncio.wait({connected}, timeout=5)
        server.gateway.stalling = False
        await server.world.changes.notify()
        assert done == {connected}


def test_pauses_double_up_to_the_longest() -> None:
    persistence = Persistence(first_pause=5.0, longest_pause=30.0)
    assert [persistence.pause(failures) for failures in (1, 2, 3, 4, 2000)] == [5.0, 10.0, 20.0, 30.0, 30.0]


async def test_a_new_session_in_the_middle_of_a_task_loses_nothing(studio: Studio) -> None:
    server = studio.server
    studio.sandbox.task_seconds = FOREVER
    reply = await studio.imagine("before")
    [old] = server.gateway.sessions
    server.gateway.forget()
    await server.gateway.drop()
    await server.until(lambda: server.gateway.sessions)
    await studio.finish()
    after = await studio.imagine("after")
    await studio.finish()
    assert old not in server.gateway.sessions
    for each in (reply, after):
        assert each.original is not None
        assert "**completed**" in each.original.content
    assert len(server.calls_to("PUT", "/commands$")) == 1


async def tell_again(studio: Studio, reply: Reply) -> None:
    """Let the gateway tell an interaction once more, as a resumed one may."""
    [session] = studio.server.gateway.sessions.values()
    [told] = [event for event in session.events if event["t"] == "INTERACTION_CREATE" and event["d"]["id"] == reply.id]
    await studio.server.gateway.dispatch("INTERACTION_CREATE", told["d"], reply.channel.guild_id)


async def test_a_command_that_is_told_twice_makes_one_picture(studio: Studio) -> None:
    reply = await studio.imagine()
    await tell_again(studio, reply)
    await studio.imagine("another, so that the first was seen")
    await studio.finish()
    assert len(studio.server.calls_to("POST", f"^/interactions/{reply.id}/")) == 1
    assert len(studio.sandbox.tasks) == 2
    assert await studio.left() == studio.settings.daily_images_per_user - 2


async def test_a_command_that_two_processes_were_told_makes_one_picture(studio: Studio) -> None:
    """What is remembered of the first time is lost, as in a process that started since."""
    reply = await studio.imagine()
    studio.bot._seen.clear()  # pyright: ignore[reportPrivateUsage]
    done = studio.bot.wait_for("app_command_completion", timeout=WAIT_SECONDS)
    await tell_again(studio, reply)
    await done
    await studio.finish()
    assert [call.status for call in studio.server.calls_to("POST", f"^/interactions/{reply.id}/")] == [200, 400]
    assert len(studio.sandbox.tasks) == 1
    assert await studio.left() == studio.settings.daily_images_per_user - 1
    assert (await studio.details(reply)).request.state is RequestState.COMPLETED


async def test_a_press_that_is_told_twice_acts_once(studio: Studio) -> None:
    reply = await studio.imagine()
    await studio.finish()
    assert reply.original is not None
    [button] = [custom_id for custom_id in reply.original.custom_ids if ":reroll:" in custom_id]
    press = await studio.server.click(reply.original, button)
    await press.answered
    assert press.type == interactions.COMPONENT
    await tell_again(studio, press)
    await studio.imagine("another, so that the press was seen")
    await studio.finish()
    assert len(studio.server.calls_to("POST", f"^/interactions/{press.id}/")) == 1
    assert len(studio.sandbox.tasks) == 3


async def test_a_client_that_is_closed_loses_nothing_of_what_is_under_way(idle_studio: Studio) -> None:
    studio = idle_studio
    async with studio.running():
        studio.sandbox.task_seconds = FOREVER
        reply = await studio.imagine()
        await studio.bot.close()
        studio.sandbox.task_seconds = 0.0
        with pytest.raises(TimeoutError):
            await studio.bot.engine.drain(timedelta(seconds=2))
    async with studio.running():
        await studio.finish()
    assert reply.original is not None
    assert await studio.download(reply.original) == await studio.painted()
