"""`/usage`: what somebody made, what it cost and what is left."""

from discord import app_commands
from discord.ext import commands

from bot.engine import UsageReport
from bot.i18n import text
from bot.store import Usage
from bot.ui.base import Interaction, home
from bot.ui.limits import bounds, left_today
from bot.ui.panels import panel
from bot.ui.places import role_ids
from bot.ui.wording import dollars


class UsageCommand(commands.Cog):
    """Shows what was used."""

    @app_commands.command(name="usage", description=text("command-usage"))
    async def usage(self, interaction: Interaction) -> None:
        """Answer privately."""
        engine = home(interaction).engine
        report = await engine.usage(interaction.user.id, interaction.guild_id, role_ids(interaction.user))
        pace = await engine.limits.pace(interaction.guild_id, role_ids(interaction.user))
        locale = str(interaction.locale)
        names = {model.id: model.name for model in engine.catalog.models}
        view = panel(
            text("usage-title", locale=locale),
            [left_today(report.standing, locale), *bounds(pace, locale)],
            *_spans(report, names, locale),
            footer=text("usage-footer", locale=locale),
        )
        await interaction.response.send_message(view=view, ephemeral=True)


def _spans(report: UsageReport, names: dict[str, str], locale: str) -> list[list[str]]:
    if not report.all_time.requests:
        return [[text("usage-none", locale=locale)]]
    spans = {
        text("usage-today", locale=locale): report.today,
        text("usage-month", locale=locale): report.month,
        text("usage-all-time", locale=locale): report.all_time,
    }
    models = {names.get(model, model): usage for model, usage in report.by_model}
    return [
        [_line(span, usage, locale) for span, usage in spans.items()],
        [
            f"### {text('usage-by-model', locale=locale)}",
            *(_line(name, usage, locale) for name, usage in models.items()),
        ],
    ]


def _line(span: str, usage: Usage, locale: str) -> str:
    cost = dollars(usage.cost)
    if usage.unpriced:
        said = text("usage-cost-unpriced", locale=locale, cost=cost, count=usage.unpriced)
    else:
        said = text("usage-cost", locale=locale, cost=cost)
    return text("usage-line", locale=locale, span=span, pictures=usage.pictures, cost=said)


async def setup(bot: commands.Bot) -> None:
    """Add the feature to the bot."""
    await bot.add_cog(UsageCommand())
