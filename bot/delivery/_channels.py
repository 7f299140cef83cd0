"""Where new messages are sent, and looked for that may have been sent before."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeAlias

import discord

from bot.delivery._calls import Calls, NotThisWay
from bot.engine import Uncertain
from bot.reply_address import ChannelMessage, reply_address
from bot.store import Request

CLOCKS_APART = timedelta(minutes=1)
"""How far the host's clock may be from Discord's, by which messages are dated."""

HISTORY = 100
"""Messages of a channel that are searched for one that a stop left in doubt."""

Channel: TypeAlias = discord.PartialMessageable | discord.DMChannel
"""The channel of a request, or its owner's direct messages."""


def channel_of(client: discord.Client, request: Request) -> discord.PartialMessageable:
    """Return the channel that a request was made in.

    Raises:
        NotThisWay: it is not known.
    """
    if request.channel_id is None:
        raise NotThisWay("the request has no channel")
    return client.get_partial_messageable(request.channel_id, guild_id=request.guild_id)


async def direct_channel(calls: Calls, request: Request) -> discord.DMChannel:
    """Return the direct messages between the bot and the owner of a request.

    Raises:
        NotThisWay: they take none.
        TryLater: they may be had later.
    """
    async with calls.within(calls.deadlines.deliver):
        return await calls.client.create_dm(discord.Object(request.user_id))


def replied_to(request: Request) -> discord.MessageReference | None:
    """Return what a new message about a request replies to: its owner's message, else the reply that was there."""
    address = reply_address(request)
    message_id = address.replies_to if isinstance(address, ChannelMessage) else request.message_id
    if message_id is None or request.channel_id is None:
        return None
    return discord.MessageReference(
        message_id=message_id,
        channel_id=request.channel_id,
        guild_id=request.guild_id,
        fail_if_not_exists=False,
    )


def mentioning_owner(request: Request) -> discord.AllowedMentions:
    """Return mentions that reach the owner of a request, and nobody else."""
    owner = discord.Object(request.user_id)
    return discord.AllowedMentions(everyone=False, roles=False, users=[owner], replied_user=False)


async def find_ours(
    calls: Calls, channel: Channel, began_at: datetime | None, wanted: Callable[[discord.Message], bool]
) -> discord.Message | None:
    """Return the first message of the bot's own that is wanted, or None if there is none.

    Args:
        began_at: when it was begun, by the host's clock; None for long ago.

    Raises:
        Uncertain: it cannot be known.
        TryLater: it may be known later.
    """
    since = began_at and began_at - CLOCKS_APART
    # What the bot may do where is known only then.
    await calls.client.wait_until_ready()
    # Where the history may not be read, Discord lists it as empty.
    if not _may_read_history(calls.client, channel):
        raise Uncertain("the channel's history may not be read")
    try:
        async with calls.within(calls.deadlines.deliver):
            async for message in channel.history(limit=HISTORY, after=since, oldest_first=True):
                if _is_ours(calls.client, message) and wanted(message):
                    return message
    except NotThisWay as reason:
        raise Uncertain(f"the channel cannot be read: {reason}") from reason
    return None


def _may_read_history(client: discord.Client, channel: Channel) -> bool:
    if isinstance(channel, discord.DMChannel) or channel.guild_id is None:
        return True
    known = client.get_channel(channel.id)
    if not isinstance(known, discord.abc.GuildChannel | discord.Thread):
        return False
    return known.permissions_for(known.guild.me).read_message_history


def _is_ours(client: discord.Client, message: discord.Message) -> bool:
    return client.user is not None and message.author.id == client.user.id
