"""`/privacy`: what somebody decides about their pictures, a copy of what is kept of them, and its end."""

import asyncio
from typing import cast

import aiohttp
import discord
from discord import app_commands
from discord.ext import commands

from bot.engine import Export
from bot.i18n import text
from bot.store import GalleryChoice
from bot.ui.base import Interaction, home, tell
from bot.ui.forget_me import question

DIRECT_FILE_BYTES = 10 * 1024 * 1024
"""Bytes of a file that a direct message takes (Discord's documentation: what a file may have without boosts)."""

SENDING = 60.0
"""Seconds in which a direct message must be sent, together with discord.py's own retries."""


class Privacy(commands.GroupCog, name="privacy", description=text("command-privacy")):
    """Lets people decide about their pictures and about what is kept of them."""

    @app_commands.command(description=text("command-privacy-edits"))
    @app_commands.describe(allow=text("option-allow"))
    async def edits(self, interaction: Interaction, allow: bool | None = None) -> None:
        """Record whether others may edit somebody's pictures, if that is said, and say how it is; privately."""
        engine = home(interaction).engine
        if allow is not None:
            await engine.privacy.allow_edits(interaction.user.id, allowed=allow)
        allowed = await engine.privacy.edits_allowed(interaction.user.id)
        await tell(interaction, "privacy-edits-allowed" if allowed else "privacy-edits-not-allowed")

    @app_commands.command(description=text("command-privacy-gallery"))
    @app_commands.describe(show=text("option-gallery-show"))
    @app_commands.choices(
        show=[
            app_commands.Choice(name=text("choice-gallery-show"), value="show"),
            app_commands.Choice(name=text("choice-gallery-unprompted"), value="unprompted"),
            app_commands.Choice(name=text("choice-gallery-never"), value="never"),
        ]
    )
    async def gallery(self, interaction: Interaction, show: str | None = None) -> None:
        """Record how somebody's pictures may be shown in galleries, if that is said, and say how it is; privately."""
        engine = home(interaction).engine
        if show is not None:
            await engine.gallery.choose(interaction.user.id, cast("GalleryChoice", show))
        await tell(interaction, f"privacy-gallery-{await engine.gallery.choice(interaction.user.id)}")

    @app_commands.command(description=text("command-privacy-artist"))
    @app_commands.describe(show=text("option-artist-show"))
    async def artist(self, interaction: Interaction, show: bool | None = None) -> None:
        """Record whether others may look at somebody's profile, if that is said, and say how it is; privately."""
        exhibition = home(interaction).engine.exhibition
        if show is not None:
            await exhibition.show_profile(interaction.user.id, shown=show)
        shown = await exhibition.profile_shown(interaction.user.id)
        await tell(interaction, "privacy-artist-shown" if shown else "privacy-artist-private")

    @app_commands.command(description=text("command-privacy-export"))
    async def export(self, interaction: Interaction) -> None:
        """Send everything that is kept of somebody as a file to themselves."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        async with home(interaction).engine.privacy.export(interaction.user.id, limit=DIRECT_FILE_BYTES) as export:
            said = _described(export, str(interaction.locale))
            if await _sent_directly(interaction.user, said, export):
                await tell(interaction, "privacy-export-sent")
            else:
                said = text("privacy-export-here", locale=str(interaction.locale)) + "\n" + said
                await interaction.followup.send(said, file=_file(export), ephemeral=True)

    @app_commands.command(description=text("command-privacy-delete"))
    async def delete(self, interaction: Interaction) -> None:
        """Ask whether what is kept of somebody is to be deleted, and say what that is."""
        kept = await home(interaction).engine.privacy.holdings(interaction.user.id)
        asked, view = question(interaction.user.id, kept, str(interaction.locale))
        await interaction.response.send_message(asked, view=view, ephemeral=True)


def _described(export: Export, locale: str) -> str:
    said = [text("privacy-export-contents", locale=locale, pictures=export.pictures)]
    if export.left_out:
        said.append(text("privacy-export-left-out", locale=locale, count=export.left_out))
    return "\n".join(said)


def _file(export: Export) -> discord.File:
    return discord.File(export.path, filename=export.name)


async def _sent_directly(user: discord.User | discord.Member, said: str, export: Export) -> bool:
    """Send somebody their data; return False where Discord does not take it."""
    try:
        async with asyncio.timeout(SENDING):
            await user.send(said, file=_file(export))
    except (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError):
        return False
    return True


async def setup(bot: commands.Bot) -> None:
    """Add the feature to the bot."""
    await bot.add_cog(Privacy())
