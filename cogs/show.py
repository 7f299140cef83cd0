"""`/show`: a request again, by its short id."""

from discord import app_commands
from discord.ext import commands

from bot.i18n import text
from bot.ui.base import Interaction
from bot.ui.options import Suggested
from bot.ui.recall import found, show, suggest_own


class Show(commands.Cog):
    """Shows requests again."""

    @app_commands.command(name="show", description=text("command-show"))
    @app_commands.describe(id=text("option-show-id"))
    @app_commands.autocomplete(id=suggest_own)
    async def show(self, interaction: Interaction, id: Suggested) -> None:
        """Answer privately."""
        await show(interaction, await found(interaction, id))


async def setup(bot: commands.Bot) -> None:
    """Add the feature to the bot."""
    await bot.add_cog(Show())
