"""Stars by reactions, and galleries after the bot was away."""

import asyncio
import logging
from collections.abc import Awaitable

import discord
from discord.ext import commands

from bot.client import Easel
from bot.engine import GALLERY, RESULT
from bot.store import StoreUnavailable
from bot.ui.gallery import GalleryPosts

log = logging.getLogger(__name__)


class Gallery(commands.Cog):
    """Tells the engine of reactions to results, and of who may see a gallery."""

    def __init__(self, bot: Easel) -> None:
        self._bot = bot
        self._gallery = bot.engine.gallery
        self._stars = bot.engine.stars
        self._comparing: asyncio.Task[None] | None = None

    async def cog_unload(self) -> None:
        """Stop comparing."""
        if self._comparing is not None:
            self._comparing.cancel()

    @commands.Cog.listener()
    async def on_raw_reaction_add(self, event: discord.RawReactionActionEvent) -> None:
        """A reaction to one of the bot's messages, by a person."""
        ours = self._bot.user is not None and event.message_author_id in (None, self._bot.user.id)
        if ours and event.member is not None and not event.member.bot:
            await self._reacted(event, added=True)

    @commands.Cog.listener()
    async def on_raw_reaction_remove(self, event: discord.RawReactionActionEvent) -> None:
        """A reaction that was taken away; Discord does not say whose message it was under."""
        await self._reacted(event, added=False)

    async def _reacted(self, event: discord.RawReactionActionEvent, *, added: bool) -> None:
        if event.guild_id is not None:
            emoji = str(event.emoji)
            await _noted(self._stars.reacted(event.message_id, event.guild_id, event.user_id, emoji, added=added))

    @commands.Cog.listener()
    async def on_raw_reaction_clear(self, event: discord.RawReactionClearEvent) -> None:
        """All reactions to a message."""
        if event.guild_id is not None:
            await _noted(self._stars.reactions_cleared(event.message_id, event.guild_id, None))

    @commands.Cog.listener()
    async def on_raw_reaction_clear_emoji(self, event: discord.RawReactionClearEmojiEvent) -> None:
        """All reactions to a message with one emoji."""
        if event.guild_id is not None:
            await _noted(self._stars.reactions_cleared(event.message_id, event.guild_id, str(event.emoji)))

    @commands.Cog.listener()
    async def on_guild_channel_update(self, _before: discord.abc.GuildChannel, after: discord.abc.GuildChannel) -> None:
        """Who sees a gallery's channel may have changed."""
        await _noted(self._gallery.channel_changed(after.id))

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """See what happened while the bot was away; at each connection anew."""
        if self._comparing is not None:
            self._comparing.cancel()
        self._comparing = asyncio.create_task(self._bot.compare_galleries(), name="galleries and Discord")


async def _noted(noting: Awaitable[None]) -> None:
    try:
        await noting
    except StoreUnavailable as error:
        log.error("a star is not counted before the next start: %s", error)  # noqa: TRY400 - no bug to trace


async def setup(bot: Easel) -> None:
    """Add the feature to the bot."""
    posts = GalleryPosts(bot, bot.engine)
    bot.poster.register(GALLERY, posts.exhibit, again=False)
    bot.poster.register(RESULT, posts.result, again=False, owned=False)
    await bot.add_cog(Gallery(bot))
