"""Art channels: what results get beside themselves there, and what is taken away of it."""

import logging

import discord
from discord.ext import commands

from bot.client import Easel
from bot.delivery import ForumPost, OwnThread
from bot.engine import FORUM, HOW_TO
from bot.store import THREAD, StoreUnavailable
from bot.ui.art_posts import ArtPosts

log = logging.getLogger(__name__)


class ArtChannels(commands.Cog):
    """Says what the posts of art channels show, and notices what of them is deleted."""

    def __init__(self, bot: Easel) -> None:
        self._bot = bot

    @commands.Cog.listener()
    async def on_raw_thread_delete(self, thread: discord.RawThreadDeleteEvent) -> None:
        """A post in a forum is a thread, and has its id."""
        try:
            await self._bot.engine.posts.messages_gone([thread.thread_id])
        except StoreUnavailable as error:
            log.error("a post in a forum is deleted, which is not noted: %s", error)  # noqa: TRY400 - no bug to trace


async def setup(bot: Easel) -> None:
    """Add the feature to the bot."""
    posts = ArtPosts(bot, bot.engine)
    bot.poster.register(THREAD, posts.thread, again=False, medium=OwnThread())
    bot.poster.register(FORUM, posts.forum, again=False, medium=ForumPost())
    bot.poster.register(HOW_TO, posts.how_to, again=False)
    await bot.engine.art_channels.refresh()
    await bot.add_cog(ArtChannels(bot))
