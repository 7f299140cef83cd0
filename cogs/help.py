"""`/help`: how to make and edit pictures."""

from discord import app_commands
from discord.ext import commands

from bot.engine import UpstreamState
from bot.i18n import text
from bot.ui.base import Interaction, home
from bot.ui.panels import panel


class Help(commands.Cog):
    """Explains the bot."""

    @app_commands.command(name="help", description=text("command-help"))
    async def help(self, interaction: Interaction) -> None:
        """Answer privately."""
        engine = home(interaction).engine
        catalog = await engine.catalog_in(interaction.guild_id)
        locale = str(interaction.locale)
        models = "\n".join(f"- **{model.name}** `{model.id}`: {model.summary}" for model in catalog.models)
        upstream = engine.upstream
        trouble = [] if upstream is UpstreamState.CLOSED else [text(f"help-upstream-{upstream}", locale=locale)]
        view = panel(
            text("help-title", locale=locale),
            *trouble,
            [text(f"help-{part}", locale=locale) for part in ("make", "edit", "mention", "reply", "find", "private")],
            *([text("help-manage", locale=locale)] if _manages(interaction) else []),
            text("help-usage", locale=locale, limit=engine.daily_limit),
            [text("help-models", locale=locale), models],
        )
        await interaction.response.send_message(view=view, ephemeral=True)


def _manages(interaction: Interaction) -> bool:
    return interaction.guild_id is not None and interaction.permissions.manage_guild


async def setup(bot: commands.Bot) -> None:
    """Add the feature to the bot."""
    await bot.add_cog(Help())
