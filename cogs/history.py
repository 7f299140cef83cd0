"""`/history`: what somebody asked for, with its pictures."""

from discord import app_commands
from discord.ext import commands

from bot.i18n import text
from bot.store import Search
from bot.ui.base import Interaction, home
from bot.ui.history import Open, Turn, begin
from bot.ui.options import MAX_CHOICES, MAX_VALUE, Suggested


async def _suggest(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    """Suggest the models that who types has asked, whether they are offered still or not."""
    engine = home(interaction).engine
    asked = await engine.recall.models(interaction.user.id)
    known = ((each, engine.catalog.find(each)) for each in asked)
    names = {model_id: model.name if model else model_id for model_id, model in known}
    return [
        app_commands.Choice(name=name[:MAX_VALUE], value=model_id)
        for model_id, name in names.items()
        if typed.lower() in f"{model_id} {name}".lower()
    ][:MAX_CHOICES]


class HistoryCommand(commands.Cog):
    """Shows somebody's own requests."""

    @app_commands.command(name="history", description=text("command-history"))
    @app_commands.describe(model=text("option-history-model"), words=text("option-history-text"))
    @app_commands.rename(words="text")
    @app_commands.autocomplete(model=_suggest)
    async def history(
        self, interaction: Interaction, model: Suggested | None = None, words: Suggested | None = None
    ) -> None:
        """Answer privately."""
        known = None if model is None else home(interaction).engine.catalog.find(model)
        await begin(interaction, Search(model if known is None else known.id, words))


async def setup(bot: commands.Bot) -> None:
    """Add the feature to the bot."""
    bot.add_dynamic_items(Turn, Open)
    await bot.add_cog(HistoryCommand())
