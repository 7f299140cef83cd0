"""The simulated Discord, proven with an ordinary discord.py bot over real TLS, HTTP and websockets."""

import asyncio

import aiohttp
import discord
import pytest

from tests.discord_api import DiscordAPI
from tests.wire.attachments import LINK_SECONDS, Upload
from tests.wire.changes import WAIT_SECONDS
from tests.wire.discord_server import DiscordServer, discord_connector
from tests.wire.people import APPLICATION_ID, Permission, Place
from tests.wire.small_bot import PICTURE, SmallBot, running


async def channel_of(bot: SmallBot, server: DiscordServer) -> discord.TextChannel:
    channel = await bot.fetch_channel(int(server.general.id))
    assert isinstance(channel, discord.TextChannel)
    return channel


async def test_login_syncs_commands_and_caches_the_guild(discord_server: DiscordServer, bot: SmallBot) -> None:
    assert sorted(discord_server.world.commands) == ["ask", "paint"]
    assert [command.name for command in await bot.tree.fetch_commands()] == ["paint", "ask"]
    (guild,) = bot.guilds
    assert [channel.name for channel in guild.text_channels] == ["general"]
    info = await bot.application_info()
    assert not info.flags.gateway_message_content_limited


async def test_wrong_token_is_refused(discord_server: DiscordServer) -> None:
    bot = SmallBot(discord_connector(discord_server))
    async with bot:
        with pytest.raises(discord.LoginFailure):
            await bot.login("another token")


async def test_only_discord_can_be_reached(discord_server: DiscordServer) -> None:
    async with aiohttp.ClientSession(connector=discord_connector(discord_server)) as session:
        with pytest.raises(aiohttp.ClientConnectorDNSError):
            await session.get("https://example.com/")


async def test_slash_is_deferred_then_edited_with_a_file(discord_server: DiscordServer, bot: SmallBot) -> None:
    reply = await discord_server.slash("paint", prompt="a red fox")
    assert (await reply.answered)["type"] == 5
    message = await reply.finished
    assert message.content == "a red fox in oil"
    shown = message.payload()
    (attachment,) = shown["attachments"]
    assert (attachment["content_type"], attachment["width"], attachment["height"]) == ("image/png", 3, 2)
    assert attachment["description"] == "a red fox"
    assert message.attachments[0].data == PICTURE
    (answer,) = bot.answers
    assert answer.message_id == int(message.id)
    assert not answer.is_ephemeral()
    assert bot.filesize_limit == 10 * 1024 * 1024
    assert [str(call) for call in discord_server.calls[-2:]] == [
        f"POST /interactions/{reply.id}/:token/callback -> 200",
        f"PATCH /webhooks/{bot.application_id}/:token/messages/@original -> 200",
    ]


async def test_uploaded_option_is_served_until_its_link_expires(discord_server: DiscordServer, bot: SmallBot) -> None:
    image = Upload(PICTURE + b"own", "my picture.png", "image/png")
    message = await (await discord_server.slash("paint", prompt="x", image=image)).finished
    assert message.attachments[0].data == image.data
    (attachment,) = message.payload()["attachments"]
    async with aiohttp.ClientSession(connector=discord_connector(discord_server)) as session:
        async with session.get(attachment["url"]) as response:
            assert await response.read() == image.data
        discord_server.clock.advance(LINK_SECONDS + 1)
        async with session.get(attachment["url"]) as response:
            assert response.status == 404


async def test_button_answers_by_changing_its_message(discord_server: DiscordServer, bot: SmallBot) -> None:
    message = await (await discord_server.slash("paint", prompt="x")).finished
    assert message.custom_ids == ["again:7"]
    reply = await discord_server.click(message, "again:7")
    assert (await reply.answered)["type"] == 7
    assert message.content == "seed 8"
    with pytest.raises(LookupError):
        await discord_server.click(message, "again:9")


async def test_autocomplete_and_modal(discord_server: DiscordServer, bot: SmallBot) -> None:
    typed = await discord_server.autocomplete("paint", "style", style="p")
    await typed.answered
    assert [choice["value"] for choice in typed.choices] == ["pencil", "pastel"]
    opened = await discord_server.slash("ask")
    await opened.answered
    kept = await discord_server.submit(opened)
    changed = await discord_server.submit(opened, {"prompt": "a hare"})
    assert (await kept.finished).content == "changed to a fox"
    message = await changed.finished
    assert message.content == "changed to a hare"
    assert message.ephemeral


async def test_forced_ephemeral_is_told_in_the_answer(discord_server: DiscordServer, bot: SmallBot) -> None:
    reply = await discord_server.slash("paint", prompt="x", installed="user", forced_ephemeral=True)
    assert (await reply.finished).ephemeral
    assert bot.answers[0].is_ephemeral()
    assert await reply.answered == {"type": 5}


@pytest.mark.parametrize("where", [Place.GUILD, Place.DM, Place.GROUP_DM])
async def test_user_install_reaches_only_by_token(discord_server: DiscordServer, bot: SmallBot, where: Place) -> None:
    message = await (await discord_server.slash("paint", prompt="x", where=where, installed="user")).finished
    assert message.attachments
    metadata = message.payload()["interaction_metadata"]
    assert metadata["authorizing_integration_owners"] == {"1": discord_server.ada.id}
    channel = bot.get_partial_messageable(int(message.channel.id))
    if where is Place.DM:
        assert (await channel.fetch_message(int(message.id))).attachments
    else:
        with pytest.raises(discord.Forbidden, match="50001"):
            await channel.send("hello")
    assert len(bot.guilds) == 1


async def test_nonce_is_enforced_for_two_minutes(discord_server: DiscordServer, bot: SmallBot) -> None:
    channel = await channel_of(bot, discord_server)
    first = await channel.send("once", nonce="delivery-1")
    assert (await channel.send("once", nonce="delivery-1")).id == first.id
    assert [m.id async for m in channel.history()] == [first.id]
    discord_server.clock.advance(121)
    assert (await channel.send("once", nonce="delivery-1")).id != first.id


async def test_late_and_double_answers_and_old_tokens(discord_server: DiscordServer, bot: SmallBot) -> None:
    discord_server.interaction_age = 3.5
    await discord_server.slash("paint", prompt="late")
    error = await asyncio.wait_for(bot.errors.get(), WAIT_SECONDS)
    assert isinstance(error, discord.NotFound)
    assert error.code == 10062
    discord_server.interaction_age = 0
    reply = await discord_server.slash("paint", prompt="x")
    await reply.finished
    base = f"https://discord.com/api/v10/webhooks/{bot.application_id}/{reply.token}/messages/@original"
    callback = f"https://discord.com/api/v10/interactions/{reply.id}/{reply.token}/callback"
    async with aiohttp.ClientSession(connector=discord_connector(discord_server)) as session:
        async with session.post(callback, json={"type": 5}) as response:
            assert (response.status, (await response.json())["code"]) == (400, 40060)
        async with session.get(base) as response:
            assert response.status == 200
        discord_server.clock.advance(15 * 60 + 1)
        async with session.get(base) as response:
            assert (response.status, (await response.json())["code"]) == (401, 50027)


async def test_follow_ups_and_the_original_by_token(discord_server: DiscordServer) -> None:
    discord_server.world.commands = {"show": {"id": "1", "name": "show", "options": [{"name": "one", "type": 1}]}}
    reply = await discord_server.slash("show one", installed="user")
    api = "https://discord.com/api/v10"
    webhook = f"{api}/webhooks/{APPLICATION_ID}/{reply.token}"
    original = f"{webhook}/messages/@original"

    async with aiohttp.ClientSession(connector=discord_connector(discord_server)) as session:

        async def code(method: str, url: str, body: dict[str, object] | None = None) -> int:
            """The HTTP status of a success, the code of a refusal."""
            async with session.request(method, url, json=body) as response:
                return response.status if response.ok else (await response.json())["code"]

        assert await code("GET", original) == 10015
        assert await code("POST", f"{api}/interactions/{reply.id}/{reply.token}/callback", {"type": 5}) == 204
        assert await code("PATCH", original, {"content": ""}) == 50006
        assert await code("POST", webhook, {"content": "becomes the original", "flags": 64}) == 200
        assert reply.original is not None
        assert (reply.original.content, reply.original.ephemeral) == ("becomes the original", False)
        assert await code("PATCH", original, {"content": "x", "flags": 1 << 15}) == 50035
        assert [await code("POST", webhook, {"content": "more", "flags": 64}) for _ in range(6)] == [200] * 5 + [40094]
        assert all(message.ephemeral for message in reply.followups)
        assert await code("DELETE", original) == 204
        assert await code("GET", original) == 10008


async def test_message_command_and_select(discord_server: DiscordServer, bot: SmallBot) -> None:
    discord_server.world.commands["Look"] = {"id": "1", "name": "Look", "type": 3}
    received: asyncio.Queue[discord.Interaction[SmallBot]] = asyncio.Queue()

    async def on_interaction(interaction: discord.Interaction[SmallBot]) -> None:
        received.put_nowait(interaction)

    bot.add_listener(on_interaction)
    picture = await discord_server.say("look", Upload(PICTURE, "a.png", "image/png"))
    await discord_server.context_menu("Look", picture)
    told = (await asyncio.wait_for(received.get(), WAIT_SECONDS)).data or {}
    assert told.get("resolved", {}).get("messages", {})[picture.id]["attachments"]
    row = {"type": 1, "components": [{"type": 3, "custom_id": "model", "options": [{"label": "A", "value": "a"}]}]}
    discord_server.world.messages.write(picture, {"components": [row]}, {})
    await discord_server.select(picture, "model", "a")
    told = (await asyncio.wait_for(received.get(), WAIT_SECONDS)).data or {}
    assert told.get("values") == ["a"]


async def test_permissions_and_closed_direct_messages(discord_server: DiscordServer, bot: SmallBot) -> None:
    channel = await channel_of(bot, discord_server)
    await channel.send("there, but not to be read")
    await discord_server.deny(Permission.SEND_MESSAGES | Permission.READ_MESSAGE_HISTORY)
    with pytest.raises(discord.Forbidden, match="50013"):
        await channel.send("x")
    assert [m async for m in channel.history()] == []
    await discord_server.deny(Permission.VIEW_CHANNEL)
    with pytest.raises(discord.Forbidden, match="50001"):
        await channel.send("x")
    direct = await bot.create_dm(discord.Object(int(discord_server.ada.id)))
    assert (await direct.send("hello")).content == "hello"
    discord_server.ada.takes_direct_messages = False
    with pytest.raises(discord.Forbidden, match="50007"):
        await direct.send("hello")
    with pytest.raises(discord.NotFound, match="10008"):
        await direct.fetch_message(1)


async def test_rate_limit_and_server_error_are_retried(discord_server: DiscordServer, bot: SmallBot) -> None:
    discord_server.fail("PATCH", "@original", 502)
    discord_server.fail("PATCH", "@original", 429)
    message = await (await discord_server.slash("paint", prompt="x")).finished
    assert message.attachments[0].data == PICTURE
    assert [call.status for call in discord_server.calls_to("PATCH", "@original")] == [502, 429, 200]


async def test_too_large_a_file_is_refused(discord_server: DiscordServer, bot: SmallBot) -> None:
    image = Upload(bytes(discord_server.world.file_limit + 1), "large.png", "image/png")
    reply = await discord_server.slash("paint", prompt="x", image=image)
    error = await asyncio.wait_for(bot.errors.get(), WAIT_SECONDS)
    assert isinstance(error, discord.HTTPException)
    assert (error.status, error.code) == (413, 40005)
    assert reply.original is not None
    assert reply.original.loading


async def test_connection_breaks_before_or_after_the_effect(discord_server: DiscordServer, bot: SmallBot) -> None:
    channel = await channel_of(bot, discord_server)
    for moment, posted in (("before", 0), ("after", 1)):
        discord_server.fail("POST", "/messages$", reset="after" if moment == "after" else "before")
        with pytest.raises((OSError, aiohttp.ClientError)):
            await channel.send(moment)
        assert len([m async for m in channel.history()]) == posted
    assert [call.status for call in discord_server.calls_to("POST", "/messages$")] == [None, None]


async def test_what_discord_does_not_know_is_a_violation(documented: DiscordAPI) -> None:
    async with DiscordServer(api=documented).run() as server:
        bot = SmallBot(discord_connector(server))
        async with running(bot, server.token):
            with pytest.raises(discord.HTTPException):
                await (await channel_of(bot, server)).send("x" * 4001)
    assert [violation.endswith("longer than 4000 characters") for violation in server.violations] == [True]
