"""`/gallery`: a server's gallery, page by page."""

from typing import cast

import discord
from discord import app_commands
from discord.ext import commands

from bot.engine import When
from bot.i18n import text
from bot.store import Order
from bot.ui.base import Interaction, home
from bot.ui.exhibition import GALLERY_PARTS, Wish, begin, visible
from bot.ui.options import MAX_CHOICES, MAX_VALUE, Suggested


async def _suggest(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    """Suggest the models that made what is in the galleries that who types can see."""
    engine, guild_id = home(interaction).engine, interaction.guild_id or 0
    channels = visible(interaction, await engine.exhibition.channels(guild_id))
    known = ((each, engine.catalog.find(each)) for each in await engine.exhibition.models(guild_id, channels))
    names = {model_id: model.name if model else model_id for model_id, model in known}
    return [
        app_commands.Choice(name=name[:MAX_VALUE], value=model_id)
        for model_id, name in names.items()
        if typed.lower() in f"{model_id} {name}".lower()
    ][:MAX_CHOICES]


class GalleryCommand(commands.Cog):
    """Shows what is in a server's gallery."""

    @app_commands.command(name="gallery", description=text("command-gallery"))
    @app_commands.describe(
        artist=text("option-gallery-artist"),
        model=text("option-gallery-model"),
        when=text("option-gallery-when"),
        order=text("option-gallery-order"),
    )
    @app_commands.choices(
        when=[
            app_commands.Choice(name=text("choice-gallery-week"), value="week"),
            app_commands.Choice(name=text("choice-gallery-month"), value="month"),
            app_commands.Choice(name=text("choice-gallery-all"), value="all"),
        ],
        order=[
            app_commands.Choice(name=text("choice-gallery-newest"), value="newest"),
            app_commands.Choice(name=text("choice-gallery-stars"), value="stars"),
            app_commands.Choice(name=text("choice-gallery-random"), value="random"),
        ],
    )
    @app_commands.autocomplete(model=_suggest)
    @app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
    @app_commands.allowed_installs(guilds=True, users=False)
    async def gallery(
        self,
        interaction: Interaction,
        artist: discord.User | None = None,
        model: Suggested | None = None,
        when: str = "all",
        order: str = "newest",
    ) -> None:
        """Answer privately."""
        known = None if model is None else home(interaction).engine.catalog.find(model)
        wish = Wish(
            artist_id=None if artist is None else artist.id,
            model=model if known is None else known.id,
            when=cast("When", when),
            order=cast("Order", order),
        )
        await begin(interaction, wish)


async def setup(bot: commands.Bot) -> None:
    """Add the feature to the bot."""
    bot.add_dynamic_items(*GALLERY_PARTS)
    await bot.add_cog(GalleryCommand())
