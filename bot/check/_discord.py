"""Discord: the token, the application, its intents, and what the bot may do in its servers."""

from collections.abc import Callable, Iterable
from typing import Any

import aiohttp
import discord

from bot.check._findings import Finding, Say, fail, ok, warn
from bot.client import PERMISSIONS, intents
from bot.i18n import text
from bot.settings import Settings

GUILDS = 200
"""Servers that one call lists (Discord's API document); of larger bots the others are not looked at."""

ClientOptions = Callable[[], dict[str, Any]]

TEXT_CHANNELS = (discord.TextChannel, discord.VoiceChannel, discord.StageChannel, discord.ForumChannel)


async def look_at_discord(settings: Settings, client_options: ClientOptions, say: Say, *, guild_id: int | None) -> None:
    """Say whether the bot could log in, and what it lacks where it is.

    Args:
        guild_id: the one server to look at, and then into its channels; None looks at all.
    """
    async with discord.Client(intents=intents(message_content=False), **client_options()) as client:
        if not await _logged_in(client, settings, say):
            return
        if client.application is not None:
            _look_at_application(client.application, say)
            say(_message_content(client.application.flags, settings))
        try:
            if guild_id is None:
                await _look_at_guilds(client, say)
            else:
                await _look_into_guild(client, guild_id, say)
        except (discord.DiscordException, aiohttp.ClientError, OSError) as error:
            say(warn(text("check-guilds-unknown", reason=_reason(error))))


async def _logged_in(client: discord.Client, settings: Settings, say: Say) -> bool:
    try:
        await client.login(settings.discord_token.get_secret_value())
    except discord.LoginFailure:
        say(fail(text("check-token-refused")))
    except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
        say(fail(text("check-discord-unreachable", reason=_reason(error))))
    else:
        return True
    return False


def _reason(error: Exception) -> str:
    """Return what went wrong, without words from outside."""
    return f"HTTP {error.status}" if isinstance(error, discord.HTTPException) else type(error).__name__


def _look_at_application(application: discord.AppInfo, say: Say) -> None:
    say(ok(text("check-application", name=application.name, id=str(application.id))))
    say(ok(text("check-invite", url=discord.utils.oauth_url(application.id, permissions=PERMISSIONS))))
    if application.interactions_endpoint_url:
        say(fail(text("check-endpoint-set")))
    if application.bot_require_code_grant:
        say(warn(text("check-code-grant")))
    if application.user_integration_config is None:
        say(warn(text("check-no-user-install")))


def _message_content(flags: discord.ApplicationFlags, settings: Settings) -> Finding:
    granted = flags.gateway_message_content or flags.gateway_message_content_limited
    wanted = settings.message_content_intent
    if wanted == "on" and not granted:
        return fail(text("check-intent-refused"))
    sentence = "check-intent-on" if granted else "check-intent-off"
    return ok(text(sentence, setting=wanted))


async def _look_at_guilds(client: discord.Client, say: Say) -> None:
    guilds = await client.http.get_guilds(GUILDS, with_counts=False)
    if not guilds:
        say(warn(text("check-no-guilds")))
    for guild in guilds:
        permissions = discord.Permissions(int(guild.get("permissions", 0)))
        say(_permitted(guild["name"], guild["id"], permissions))


async def _look_into_guild(client: discord.Client, guild_id: int, say: Say) -> None:
    try:
        guild = await client.fetch_guild(guild_id, with_counts=False)
        me = await guild.fetch_member(client.user.id if client.user else 0)
    except (discord.NotFound, discord.Forbidden):
        say(fail(text("check-guild-unknown", id=str(guild_id))))
        return
    say(_permitted(guild.name, guild.id, me.guild_permissions))
    for channel in await guild.fetch_channels():
        if isinstance(channel, TEXT_CHANNELS):
            lacking = _lacking(channel.permissions_for(me))
            if lacking:
                say(warn(text("check-channel-lacks", channel=channel.name, lacking=lacking)))


def _permitted(name: str, guild_id: int | str, permissions: discord.Permissions) -> Finding:
    lacking = _lacking(permissions)
    if lacking:
        return warn(text("check-guild-lacks", guild=name, id=str(guild_id), lacking=lacking))
    return ok(text("check-guild", guild=name, id=str(guild_id)))


def _lacking(permissions: discord.Permissions) -> str:
    """Return the names of what the bot needs and may not, as the client's settings write them."""
    if permissions.administrator:
        return ""
    return _named(name for name, needed in PERMISSIONS if needed and not getattr(permissions, name))


def _named(names: Iterable[str]) -> str:
    shown = {"read_messages": "View Channels", "send_messages_in_threads": "Send Messages in Threads"}
    return ", ".join(shown.get(name, name.replace("_", " ").title()) for name in names)
