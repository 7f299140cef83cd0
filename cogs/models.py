"""`/models`: what the models can do and what they cost."""

import re
from collections.abc import Sequence
from typing import Any, Self

import discord
from discord import app_commands
from discord.ext import commands

from bot.catalog import Catalog, CatalogError, Model
from bot.i18n import text
from bot.ui.base import Interaction, home
from bot.ui.models import PriceLists, details, summary
from bot.ui.options import MAX_CHOICES, MAX_VALUE, Suggested
from bot.ui.panels import panel
from bot.ui.persistent import Persistent

PAGE = 8
"""Models on a page: so many fit into a message's 40 components and 4000 characters (Discord's API document)."""


class Turn(Persistent[discord.ui.Button[Any]], template=r"easel:models:(?P<page>\d{1,4})"):
    """A button that turns to another page of `/models`, before and after any number of restarts."""

    def __init__(self, page: int, label: str) -> None:
        super().__init__(discord.ui.Button(label=label, custom_id=f"easel:models:{page}"))
        self.page = page

    @classmethod
    async def from_custom_id(
        cls, interaction: Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Make the button that was pressed."""
        return cls(int(match["page"]), "")

    async def used(self, interaction: Interaction) -> None:
        """Show the page in place of the one that is there."""
        await interaction.response.edit_message(view=await _listing(interaction, self.page))


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
    turns = _turns(page, pages, locale)
    if turns:
        row = discord.ui.ActionRow[Any](*turns)
        view.add_item(row)
    return view


def _turns(page: int, pages: int, locale: str) -> Sequence[Turn]:
    before = [Turn(page - 1, text("models-previous", locale=locale))] if page > 0 else []
    after = [Turn(page + 1, text("models-next", locale=locale))] if page < pages - 1 else []
    return [*before, *after]


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
    bot.add_dynamic_items(Turn)
    await bot.add_cog(Models())
