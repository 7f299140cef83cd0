"""What Discord has no more: a reply, its channel, the bot's place in a server."""

import discord

from bot.delivery._calls import Calls, Gone, NotThisWay
from bot.delivery._replies import message_of
from bot.discord_errors import MISSING_ACCESS, UNKNOWN_CHANNEL, UNKNOWN_GUILD
from bot.engine import Missing
from bot.reply_address import is_public
from bot.store import Request


async def missing(calls: Calls, request: Request) -> Missing | None:
    """Return what is gone of where a request was brought; None where it is there, or only its owner can say.

    Raises:
        TryLater: Discord cannot say now.
    """
    if not (is_public(request) or request.sent_directly):
        return None
    try:
        async with calls.within(calls.deadlines.show):
            await message_of(calls.client, request).fetch()
    except Gone:
        return "message"
    except NotThisWay as error:
        return "channel" if _code(error) == UNKNOWN_CHANNEL else None
    return None


async def has_left(calls: Calls, guild_id: int) -> bool:
    """Return whether the bot is in a server no more.

    Raises:
        TryLater: Discord cannot say now.
    """
    if calls.client.get_guild(guild_id) is not None:
        return False
    try:
        async with calls.within(calls.deadlines.show):
            await calls.client.fetch_guild(guild_id)
    except NotThisWay as error:
        return _code(error) in (UNKNOWN_GUILD, MISSING_ACCESS)
    return False


def _code(error: NotThisWay) -> int | None:
    """Return Discord's code for what went wrong, None where it gave none."""
    return error.__cause__.code if isinstance(error.__cause__, discord.HTTPException) else None
