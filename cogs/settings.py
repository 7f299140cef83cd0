"""`/settings`: what the managers of a server decide about Easel there."""

import io

import discord
from discord import app_commands
from discord.ext import commands

from bot.i18n import text
from bot.ui.base import Interaction, home
from bot.ui.managers import managed_guild
from bot.ui.settings import FILE_NAME, PANELS, Control, exported, offer_import, page, scene


@app_commands.default_permissions(manage_guild=True)
@app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
@app_commands.allowed_installs(guilds=True, users=False)
class Settings(commands.GroupCog, name="settings", description=text("command-settings")):
    """Lets managers decide."""

    @app_commands.command(description=text("command-settings-panel"))
    async def panel(self, interaction: Interaction) -> None:
        """Show the first page of the panel, privately."""
        await _open(interaction, "panel")

    @app_commands.command(description=text("command-settings-art"))
    async def art(self, interaction: Interaction) -> None:
        """Show the first page of the panel for art channels, privately."""
        await _open(interaction, "art")

    @app_commands.command(description=text("command-settings-export"))
    async def export(self, interaction: Interaction) -> None:
        """Give all settings as one file, privately."""
        settings = await home(interaction).engine.settings.of(managed_guild(interaction))
        file = discord.File(io.BytesIO(exported(settings)), FILE_NAME)
        said = text("settings-exported", locale=str(interaction.locale))
        await interaction.response.send_message(said, file=file, ephemeral=True)

    @app_commands.command(name="import", description=text("command-settings-import"))
    @app_commands.describe(file=text("option-settings-file"))
    async def import_(self, interaction: Interaction, file: discord.Attachment) -> None:
        """Show what a file would change, and ask, privately."""
        managed_guild(interaction)
        await offer_import(interaction, file)


async def _open(interaction: Interaction, panel: str) -> None:
    managed_guild(interaction)
    await interaction.response.send_message(view=page(PANELS[panel][0], await scene(interaction)), ephemeral=True)


async def setup(bot: commands.Bot) -> None:
    """Add the feature to the bot."""
    bot.add_dynamic_items(Control)
    await bot.add_cog(Settings())
