"""`/models`: what the models can do and what they cost."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.catalog import Catalog, CatalogError, Model
from bot.i18n import text
from bot.ui.base import Interaction, home
from bot.ui.models import PriceLists, details, summary
from bot.ui.options import MAX_CHOICES, MAX_VALUE, Suggested
from bot.ui.panels import panel
from bot.ui.turning import Turn

PAGE = 8
"""Models on a page: so many fit into a message's 40 components and 4000 characters (Discord's API document)."""


class TurnModels(Turn, template=r"easel:models:(?P<page>\d{1,4})"):
    """Turns to another page of `/models`."""

    lists = "models"

    async def shown(self, interaction: Interaction) -> discord.ui.LayoutView:
        """Return the page."""
        return await _listing(interaction, self.page)


async def _suggest(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    models = (await home(interaction).engine.settings.catalog_in(interaction.guild_id)).models
    return [
        app_commands.Choice(name=f"{model.name} · {model.summary}"[:MAX_VALUE], value=model.id)
        for model in models
        if typed.lower() in f"{model.id} {model.name}".lower()
    ][:MAX_CHOICES]


class Models(commands.Cog):
    """Shows the models."""

    @app_commands.command(name="models", description=text("command-models"))
    @app_commands.describe(model=text("option-models-model"))
    @app_commands.autocomplete(model=_suggest)
    async def models(self, interaction: Interaction, model: Suggested | None = None) -> None:
        """Answer privately: all models, or one in full."""
        view = await (_listing(interaction, 0) if model is None else _one(interaction, model))
        await interaction.response.send_message(view=view, ephemeral=True)


async def _listing(interaction: Interaction, page: int) -> discord.ui.LayoutView:
    engine = home(interaction).engine
    return listing(
        await engine.settings.catalog_in(interaction.guild_id),
        await engine.prices.lists(),
        page,
        str(interaction.locale),
    )


def listing(catalog: Catalog, prices: PriceLists, page: int, locale: str) -> discord.ui.LayoutView:
    """Return one page of all models; a page that is not there is the last."""
    pages = max(1, -(-len(catalog.models) // PAGE))
    page = min(page, pages - 1)
    shown = catalog.models[page * PAGE : (page + 1) * PAGE]
    footer = text("models-footer", locale=locale)
    if pages > 1:
        footer = f"{text('models-page', locale=locale, page=page + 1, pages=pages)} · {footer}"
    view = panel(
        text("models-title", locale=locale),
        *(summary(model, catalog, prices, locale) for model in shown),
        footer=footer,
    )
    labels = (text("page-previous", locale=locale), text("page-next", locale=locale))
    TurnModels.add_to(view, page, pages, labels)
    return view


async def _one(interaction: Interaction, model_id: str) -> discord.ui.LayoutView:
    engine = home(interaction).engine
    catalog = await engine.settings.catalog_in(interaction.guild_id)
    model = catalog.find(model_id)
    if model is None:
        known = ", ".join(each.id for each in catalog.models)
        raise CatalogError("catalog-unknown-model", model=model_id[:50], models=known)
    return one(model, await engine.prices.lists(), str(interaction.locale))


def one(model: Model, prices: PriceLists, locale: str) -> discord.ui.LayoutView:
    """Return one model in full."""
    return panel(model.name, *details(model, prices, locale), footer=text("models-legend", locale=locale))


async def setup(bot: commands.Bot) -> None:
    """Add the feature to the bot."""
    bot.add_dynamic_items(TurnModels)
    await bot.add_cog(Models())
