"""`/artist`: a member's best pictures, stars, rounds won and favourite models."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.i18n import text
from bot.ui.base import Interaction
from bot.ui.exhibition import show_artist


class ArtistCommand(commands.Cog):
    """Shows what a member made in a server that others liked."""

    @app_commands.command(name="artist", description=text("command-artist"))
    @app_commands.describe(member=text("option-artist-member"))
    @app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
    @app_commands.allowed_installs(guilds=True, users=False)
    async def artist(self, interaction: Interaction, member: discord.User | None = None) -> None:
        """Show it privately; without a member, of who asks."""
        await show_artist(interaction, member or interaction.user)


async def setup(bot: commands.Bot) -> None:
    """Add the feature to the bot."""
    await bot.add_cog(ArtistCommand())
