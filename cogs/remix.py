"""Remix: what is used in its panel, and its modal."""

import re
from functools import partial
from typing import Any

import discord
from discord.ext import commands

from bot.ui.base import Interaction, take_sent
from bot.ui.remix import RemixPart, take_text

_MODAL = re.compile(r"easel:remix-text:([0-9a-z]+)")


class Remix(commands.Cog):
    """Listens to the modal; the button that opens the panel is one of the result's."""

    @commands.Cog.listener()
    async def on_interaction(self, interaction: Interaction) -> None:
        """Take a modal that was sent, also one that was opened before a restart, which discord.py does not know."""
        if interaction.type is not discord.InteractionType.modal_submit:
            return
        data: Any = interaction.data
        sent = _MODAL.fullmatch(data["custom_id"])
        if sent is not None:
            await take_sent(interaction, partial(take_text, interaction, sent[1]))


async def setup(bot: commands.Bot) -> None:
    """Add the feature to the bot."""
    bot.add_dynamic_items(RemixPart)
    await bot.add_cog(Remix())
