"""Notices what concerns the bot's own posts in servers: that one was deleted, or may be possible now."""

import logging
from collections.abc import Awaitable

import discord
from discord.ext import commands

from bot.client import Easel
from bot.store import StoreUnavailable

log = logging.getLogger(__name__)


class Posts(commands.Cog):
    """Tells the engine of posts that are gone, and of servers in which what the bot may do can have changed."""

    def __init__(self, bot: Easel) -> None:
        self._bot = bot
        self._posts = bot.engine.posts

    @commands.Cog.listener()
    async def on_raw_message_delete(self, deleted: discord.RawMessageDeleteEvent) -> None:
        """One message."""
        await _noted(self._posts.messages_gone([deleted.message_id]))

    @commands.Cog.listener()
    async def on_raw_bulk_message_delete(self, deleted: discord.RawBulkMessageDeleteEvent) -> None:
        """Many at once."""
        await _noted(self._posts.messages_gone(sorted(deleted.message_ids)))

    @commands.Cog.listener()
    async def on_guild_channel_update(self, before: discord.abc.GuildChannel, after: discord.abc.GuildChannel) -> None:
        """A channel's permissions may be others."""
        if before.overwrites != after.overwrites:
            await _noted(self._posts.retry(after.guild.id))

    @commands.Cog.listener()
    async def on_guild_role_update(self, before: discord.Role, after: discord.Role) -> None:
        """A role's permissions may be others."""
        if before.permissions != after.permissions:
            await _noted(self._posts.retry(after.guild.id))

    @commands.Cog.listener()
    async def on_member_update(self, _before: discord.Member, after: discord.Member) -> None:
        """The bot's own roles may be others; of that Discord tells without the intent for members."""
        if self._bot.user is not None and after.id == self._bot.user.id:
            await _noted(self._posts.retry(after.guild.id))

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        """The bot is back in a server."""
        await _noted(self._posts.retry(guild.id))


async def _noted(noting: Awaitable[None]) -> None:
    try:
        await noting
    except StoreUnavailable as error:
        log.error("a post waits for its next turn: %s", error)  # noqa: TRY400 - no bug to trace


async def setup(bot: Easel) -> None:
    """Add the feature to the bot."""
    await bot.add_cog(Posts(bot))
