"""Apps > Edit image: edit the pictures of any message."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.errors import EaselError
from bot.i18n import text
from bot.ui.base import Interaction, home
from bot.ui.edit_button import editable
from bot.ui.edit_draft import EditDraft
from bot.ui.editing import open_form
from bot.ui.message_menu import MessageMenu
from bot.ui.pictures_of import check_attachments, pictures_of
from bot.ui.shown import shown_by


class EditImage(MessageMenu):
    """Edits the pictures of any message, by a form."""

    def __init__(self, bot: commands.Bot) -> None:
        super().__init__(bot, app_commands.ContextMenu(name=text("command-edit-image"), callback=self.edit_image))

    async def edit_image(self, interaction: Interaction, message: discord.Message) -> None:
        """Show the form for the pictures of a message."""
        made = await shown_by(message, home(interaction).engine, self._bot)
        if made is not None:
            draft = EditDraft.of_result(editable(made), "edit_image")
        else:
            pictures = pictures_of(message)
            if not pictures:
                check_attachments(message)
                raise EaselError("edit-no-picture")
            draft = EditDraft.of_message(pictures, message)
        await open_form(interaction, draft)


async def setup(bot: commands.Bot) -> None:
    """Add the feature to the bot."""
    await bot.add_cog(EditImage(bot))
