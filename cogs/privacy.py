"""`/privacy`: what somebody decides about their pictures."""

from discord import app_commands
from discord.ext import commands

from bot.i18n import text
from bot.ui.base import Interaction, home, tell


class Privacy(commands.GroupCog, name="privacy", description=text("command-privacy")):
    """Lets people decide about their pictures."""

    @app_commands.command(description=text("command-privacy-edits"))
    @app_commands.describe(allow=text("option-allow"))
    async def edits(self, interaction: Interaction, allow: bool | None = None) -> None:
        """Record whether others may edit somebody's pictures, if that is said, and say how it is; privately."""
        engine = home(interaction).engine
        if allow is not None:
            await engine.allow_edits(interaction.user.id, allowed=allow)
        allowed = await engine.edits_allowed(interaction.user.id)
        await tell(interaction, "privacy-edits-allowed" if allowed else "privacy-edits-not-allowed")


async def setup(bot: commands.Bot) -> None:
    """Add the feature to the bot."""
    await bot.add_cog(Privacy())
