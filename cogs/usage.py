"""`/usage`: what somebody made, what it cost and what is left."""

import logging

import discord
from discord import app_commands
from discord.ext import commands

from bot.discord_errors import trouble
from bot.engine import Pace, UsageReport
from bot.i18n import text
from bot.ui.base import Interaction, home
from bot.ui.places import role_ids
from bot.ui.usage import usage_alt_text, usage_chart, usage_panel

log = logging.getLogger(__name__)


class UsageCommand(commands.Cog):
    """Shows what was used."""

    @app_commands.command(name="usage", description=text("command-usage"))
    async def usage(self, interaction: Interaction) -> None:
        """Answer privately, and add a chart as soon as it is drawn."""
        engine = home(interaction).engine
        report = await engine.usage(interaction.user.id, interaction.guild_id, role_ids(interaction.user))
        pace = await engine.limits.pace(interaction.guild_id, role_ids(interaction.user))
        names = {model.id: model.name for model in engine.catalog.models}
        view = usage_panel(report, pace, names, str(interaction.locale))
        await interaction.response.send_message(view=view, ephemeral=True)
        if report.by_day:
            await _add_chart(interaction, report, pace, names)


async def _add_chart(interaction: Interaction, report: UsageReport, pace: Pace, names: dict[str, str]) -> None:
    locale = str(interaction.locale)
    async with home(interaction).engine.charts.drawn(usage_chart(report, locale)) as drawn:
        if drawn is None:
            return
        file = discord.File(drawn.path, filename="usage.png", description=usage_alt_text(report, locale))
        try:
            view = usage_panel(report, pace, names, locale, file)
            await interaction.edit_original_response(view=view, attachments=[file])
        except Exception as error:
            # The numbers are there; whoever closed them wants no chart either.
            if trouble(error) is None:
                raise
            log.info("a chart was not shown: %r", error)


async def setup(bot: commands.Bot) -> None:
    """Add the feature to the bot."""
    await bot.add_cog(UsageCommand())
