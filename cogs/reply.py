"""Replies and mentions: edit a picture by a message."""

from typing import cast

import discord
from discord.ext import commands

from bot.ui import asked, spoken
from bot.ui.base import Home


class Reply(commands.Cog):
    """Edits the picture that a message replies to, or that is attached to it."""

    def __init__(self, bot: commands.Bot) -> None:
        self._bot = bot
        self._home = cast("Home", bot)

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """Take the request; what goes wrong is told to the author of the message."""
        if not asked.is_by_a_person(message) or not self._is_somewhere(message):
            return
        try:
            if await self._is_meant(message) and self._home.is_new(message):
                await self._take(message)
        except Exception as error:  # noqa: BLE001 - discord.py would only log it
            await spoken.report(message, error)

    @property
    def _me(self) -> int:
        return self._bot.user.id if self._bot.user is not None else 0

    def _is_somewhere(self, message: discord.Message) -> bool:
        """Whether the bot knows the server that a message is in, or it is a direct message."""
        return message.guild is not None or asked.is_direct(message)

    async def _is_meant(self, message: discord.Message) -> bool:
        """Whether a message asks something of the bot: it is told to it, or replies to one of its pictures."""
        if asked.is_direct(message) or asked.is_mentioned(message, self._me):
            return True
        replied_to = asked.target_by(message, self._me)
        if replied_to is None or not self._bot.intents.message_content or not message.content.strip():
            return False
        made = await self._home.engine.find_by_message(replied_to)
        return made is not None and bool(made.pictures)

    async def _take(self, message: discord.Message) -> None:
        engine = self._home.engine
        wanted = await asked.wanted(message, engine, self._bot)
        prompt = asked.prompt_of(message, self._me)
        if not wanted:
            if self._home.helps.allows(message.channel.id):
                await spoken.tell(message, "reply-help-direct" if asked.is_direct(message) else "reply-help")
        elif not prompt:
            await spoken.tell(message, "reply-no-prompt")
        else:
            catalog = await engine.settings.catalog_in(None if message.guild is None else message.guild.id)
            draft, left_out = asked.draft_of(message, prompt, wanted, catalog)
            await self._home.begin_from_message(draft, message.id, left_out)


async def setup(bot: commands.Bot) -> None:
    """Add the feature to the bot."""
    await bot.add_cog(Reply(bot))
