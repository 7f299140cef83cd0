"""`/report`: what was made in a server, for who manages it."""

import asyncio
import io
from typing import Literal

import discord
from discord import app_commands
from discord.ext import commands

from bot.i18n import text
from bot.ui.base import Interaction, home
from bot.ui.managers import managed_guild
from bot.ui.usage_report import ReportView, report_csv

MOST_DAYS = 90
"""Days that a report can have: so many columns fit into a chart."""

Days = app_commands.Range[int, 1, MOST_DAYS]
By = Literal["day", "member", "role", "model", "channel"]


@app_commands.default_permissions(manage_guild=True)
@app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
@app_commands.allowed_installs(guilds=True, users=False)
class ReportCommand(commands.GroupCog, name="report", description=text("command-report")):
    """Tells managers what was made."""

    @app_commands.command(description=text("command-report-usage"))
    @app_commands.describe(days=text("option-report-days"), by=text("option-report-by"))
    async def usage(self, interaction: Interaction, days: Days = 30, by: By = "day") -> None:
        """Answer privately, with a chart and a CSV file."""
        guild_id = managed_guild(interaction)
        # Much may have to be added up, longer than Discord waits for a first answer.
        await interaction.response.defer(ephemeral=True, thinking=True)
        engine = home(interaction).engine
        report = await engine.reports.of_guild(guild_id, days, by)
        models = {model.id: model.name for model in engine.catalog.models}
        shown = ReportView(report, models, str(interaction.locale))
        if not report.total.requests:
            await interaction.followup.send(view=shown.panel(None, None), ephemeral=True)
            return
        table = await asyncio.to_thread(report_csv, report, {**models, **_names(interaction.guild)})
        file = discord.File(io.BytesIO(table), filename=f"usage-by-{by}-{report.last.isoformat()}.csv")
        async with engine.charts.drawn(shown.chart()) as drawn:
            chart = drawn and discord.File(drawn.path, filename="usage.png", description=shown.alt_text())
            files = [file] if chart is None else [chart, file]
            await interaction.followup.send(view=shown.panel(chart, file), files=files, ephemeral=True)


def _names(guild: discord.Guild | None) -> dict[int, str]:
    """Return the names of a server's roles, channels and threads."""
    if guild is None:
        return {}
    return {each.id: each.name for each in (*guild.roles, *guild.channels, *guild.threads)}


async def setup(bot: commands.Bot) -> None:
    """Add the feature to the bot."""
    await bot.add_cog(ReportCommand())
