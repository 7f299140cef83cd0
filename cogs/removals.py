"""Notices what is deleted in Discord, so that its pictures do not stay here."""

import logging
from collections.abc import Awaitable

import discord
from discord.ext import commands

from bot.client import Easel
from bot.store import StoreUnavailable

log = logging.getLogger(__name__)


class Removals(commands.Cog):
    """Tells the engine of messages, channels and servers that are gone."""

    def __init__(self, bot: Easel) -> None:
        self._removals = bot.engine.removals

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """A new session: what was deleted since the last one, nobody told."""
        self._removals.look_back()

    @commands.Cog.listener()
    async def on_raw_message_delete(self, deleted: discord.RawMessageDeleteEvent) -> None:
        """One message."""
        await _noted(self._removals.messages_gone([deleted.message_id]))

    @commands.Cog.listener()
    async def on_raw_bulk_message_delete(self, deleted: discord.RawBulkMessageDeleteEvent) -> None:
        """Many at once, as a ban and other bots do it."""
        await _noted(self._removals.messages_gone(sorted(deleted.message_ids)))

    @commands.Cog.listener()
    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        """A channel; discord.py tells of its threads one by one, as far as it knows them."""
        await _noted(self._removals.channel_gone(channel.guild.id, channel.id))

    @commands.Cog.listener()
    async def on_raw_thread_delete(self, thread: discord.RawThreadDeleteEvent) -> None:
        """A thread."""
        await _noted(self._removals.channel_gone(thread.guild_id, thread.thread_id))

    @commands.Cog.listener()
    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """A server, not one that is only unavailable."""
        await _noted(self._removals.guild_gone(guild.id))


async def _noted(noting: Awaitable[None]) -> None:
    try:
        await noting
    except StoreUnavailable as error:
        log.error("what was deleted in Discord stays in the picture store: %s", error)  # noqa: TRY400 - no bug to trace


async def setup(bot: Easel) -> None:
    """Add the feature to the bot."""
    await bot.add_cog(Removals(bot))
