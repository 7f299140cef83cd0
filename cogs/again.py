"""`/again`: the newest own request here, or another of one's own, once more."""

from discord import app_commands
from discord.ext import commands

from bot.errors import EaselError
from bot.i18n import text
from bot.store import Details
from bot.ui.again import draft_again
from bot.ui.base import Interaction, home
from bot.ui.options import Suggested
from bot.ui.recall import found, suggest_own


class Again(commands.Cog):
    """Makes the same once more."""

    @app_commands.command(name="again", description=text("command-again"))
    @app_commands.describe(id=text("option-again-id"))
    @app_commands.autocomplete(id=suggest_own)
    async def again(self, interaction: Interaction, id: Suggested | None = None) -> None:
        """Take the request."""
        details = await (_newest_here(interaction) if id is None else _own(interaction, id))
        await home(interaction).begin(interaction, draft_again(interaction, details, origin="again"))


async def _newest_here(interaction: Interaction) -> Details:
    details = await home(interaction).engine.recall.newest_in(interaction.user.id, interaction.channel_id)
    if details is None:
        raise EaselError("again-none")
    return details


async def _own(interaction: Interaction, typed: str) -> Details:
    details = await found(interaction, typed)
    if details.request.user_id != interaction.user.id:
        raise EaselError("again-not-yours", id=details.request.short_id)
    return details


async def setup(bot: commands.Bot) -> None:
    """Add the feature to the bot."""
    await bot.add_cog(Again())
