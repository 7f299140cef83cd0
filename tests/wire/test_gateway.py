"""The simulated gateway: resuming, shards, compression, refusals, and who is told what."""

import asyncio
import json
import zlib

import aiohttp
import discord
import pytest

from tests.discord_api import DiscordAPI
from tests.wire.attachments import Upload
from tests.wire.changes import WAIT_SECONDS
from tests.wire.discord_server import DiscordServer, discord_connector
from tests.wire.people import Place
from tests.wire.small_bot import PICTURE, SmallBot, running


@pytest.mark.parametrize("code", [4000, None])
async def test_resume_replays_what_was_missed(discord_server: DiscordServer, bot: SmallBot, code: int | None) -> None:
    await discord_server.gateway.drop(code=code)
    reply = await discord_server.slash("paint", prompt="missed")
    assert (await reply.finished).content == "missed in oil"
    (session,) = discord_server.gateway.sessions.values()
    assert session.resumes == 1
    assert discord_server.gateway.connections[-1].host == "gateway-us-east1-b.discord.gg"


async def test_lost_session_identifies_again(discord_server: DiscordServer, bot: SmallBot) -> None:
    (old,) = discord_server.gateway.sessions
    discord_server.gateway.forget()
    await discord_server.gateway.drop()
    await discord_server.connected()
    assert old not in discord_server.gateway.sessions


async def test_heartbeats(discord_api: DiscordAPI | None) -> None:
    async with DiscordServer(api=discord_api, heartbeat_interval=50).run() as server:
        async with running(SmallBot(discord_connector(server)), server.token):
            await server.until(lambda: server.gateway.connections[0].heartbeats > 2)
        assert server.violations == []


async def test_the_second_shard_has_the_guild(discord_server: DiscordServer) -> None:
    bot = SmallBot(discord_connector(discord_server), shard_count=2)
    async with running(bot, discord_server.token):
        assert [session.shard for session in discord_server.gateway.sessions.values()] == [(0, 2), (1, 2)]
        assert bot.guilds[0].shard_id == 1
        await (await discord_server.slash("paint", prompt="x")).finished
        await (await discord_server.slash("paint", prompt="x", where=Place.DM)).finished
    for session in discord_server.gateway.sessions.values():
        assert [event["t"] for event in session.events].count("INTERACTION_CREATE") == 1


async def test_message_content_is_hidden_unless_the_bot_is_mentioned(
    discord_server: DiscordServer, bot: SmallBot
) -> None:
    await discord_server.say("to the others")
    await discord_server.say(f"<@{bot.application_id}> to you", Upload(PICTURE, "a.png", "image/png"))
    unaddressed, addressed = [await asyncio.wait_for(bot.heard.get(), WAIT_SECONDS) for _ in range(2)]
    assert (unaddressed.content, addressed.content) == ("", f"<@{bot.application_id}> to you")
    assert await addressed.attachments[0].read() == PICTURE
    answer = await addressed.reply("here", file=discord.File(__file__, "a.txt"))
    stored = await discord_server.message_where(lambda m: m.id == str(answer.id))
    assert stored.reference is not None
    assert stored.reference.content.endswith("to you")
    assert (await answer.edit(content="there")).content == "there"
    await answer.delete()
    assert stored.deleted


async def test_zlib_stream(discord_server: DiscordServer) -> None:
    async with (
        aiohttp.ClientSession(connector=discord_connector(discord_server)) as session,
        session.ws_connect("wss://gateway.discord.gg/?v=10&encoding=json&compress=zlib-stream") as ws,
    ):
        stream = zlib.decompressobj()
        hello = json.loads(stream.decompress(await ws.receive_bytes()))
        assert hello["op"] == 10
        identify = {"token": discord_server.token, "intents": 1}
        await ws.send_json({"op": 2, "d": identify})
        received = [json.loads(stream.decompress(await ws.receive_bytes()))["t"] for _ in range(2)]
        assert received == ["READY", "GUILD_CREATE"]


@pytest.mark.parametrize(("intents", "token", "code"), [(1 << 15, None, 4014), (1, "another token", 4004)])
async def test_gateway_refusals(discord_server: DiscordServer, intents: int, token: str | None, code: int) -> None:
    async with (
        aiohttp.ClientSession(connector=discord_connector(discord_server)) as session,
        session.ws_connect("wss://gateway.discord.gg/?v=10&encoding=json") as ws,
    ):
        await ws.receive_json()
        identify = {"token": token or discord_server.token, "intents": intents}
        await ws.send_json({"op": 2, "d": identify})
        closed = await ws.receive()
        assert closed.data == code
