"""`/help`: how to make and edit pictures."""

from collections.abc import Sequence

from discord import app_commands
from discord.ext import commands

from bot.catalog import Model
from bot.engine import UpstreamState
from bot.i18n import text
from bot.ui.base import Interaction, home
from bot.ui.panels import MAX_PANEL, panel
from bot.ui.typed import shortened

PARTS = ("make", "edit", "mention", "reply", "find", "private")


class Help(commands.Cog):
    """Explains the bot."""

    @app_commands.command(name="help", description=text("command-help"))
    async def help(self, interaction: Interaction) -> None:
        """Answer privately."""
        engine = home(interaction).engine
        catalog = await engine.settings.catalog_in(interaction.guild_id)
        locale = str(interaction.locale)
        upstream = engine.upstream
        trouble = [] if upstream is UpstreamState.CLOSED else [text(f"help-upstream-{upstream}", locale=locale)]
        if engine.balance.below:
            trouble.append(text("help-balance-floor", locale=locale))
        parts = [
            *trouble,
            "\n".join(text(f"help-{part}", locale=locale) for part in PARTS),
            *([text("help-manage", locale=locale)] if _manages(interaction) else []),
            text("help-usage", locale=locale, limit=engine.limits.operator.daily),
        ]
        title, heading = text("help-title", locale=locale), text("help-models", locale=locale)
        models = _listed(catalog.models, MAX_PANEL - len("".join([f"## {title}", *parts, f"{heading}\n"])))
        view = panel(title, *parts, [heading, models])
        await interaction.response.send_message(view=view, ephemeral=True)


def _listed(models: Sequence[Model], room: int) -> str:
    """Return what models are for, in `room` characters; where that is not enough, only their names."""
    listed = "\n".join(f"- **{model.name}** `{model.id}`: {model.summary}" for model in models)
    return listed if len(listed) <= room else shortened(" · ".join(model.name for model in models), room)


def _manages(interaction: Interaction) -> bool:
    return interaction.guild_id is not None and interaction.permissions.manage_guild


async def setup(bot: commands.Bot) -> None:
    """Add the feature to the bot."""
    await bot.add_cog(Help())
