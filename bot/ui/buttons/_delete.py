"""Deleting a reply, after a question."""

import discord

from bot.errors import EaselError
from bot.i18n import text
from bot.store import Details, Forgotten
from bot.ui.base import Interaction, home
from bot.ui.request_button import RequestButton


class Delete(RequestButton, template=r"easel:delete:(?P<id>[0-9a-z]+)"):
    """Asks whether the reply is to be deleted; its author may, and who may manage messages there."""

    action = "delete"

    async def pressed(self, interaction: Interaction, details: Details) -> None:
        """Ask."""
        request = details.request
        _check_may_delete(interaction, details)
        # Deferred as an update, this press's token can delete the reply where the bot itself has no access.
        await interaction.response.defer()
        await home(interaction).renew_reply(interaction, request)
        view = discord.ui.View(timeout=None)
        locale = str(interaction.locale)
        view.add_item(DeleteConfirmed(request.short_id, text("button-delete-confirmed", locale=locale)))
        await interaction.followup.send(text("delete-question", locale=locale), view=view, ephemeral=True)

    async def pressed_forgotten(self, interaction: Interaction, why: Forgotten) -> None:
        """Delete the message at once: it is all that is left, and Discord knows whose it is."""
        if not _is_theirs(interaction) and not interaction.permissions.manage_messages:
            return await super().pressed_forgotten(interaction, why)
        await interaction.response.defer()
        return await interaction.delete_original_response()


def _is_theirs(interaction: Interaction) -> bool:
    """Whether a message answers or names who pressed its button, or is in their direct messages."""
    message = interaction.message
    if message is None or interaction.guild_id is None:
        return message is not None and interaction.context.dm_channel
    asked = message.interaction_metadata
    if asked is not None:
        return asked.user.id == interaction.user.id
    answered = None if message.reference is None else message.reference.resolved
    named = {user.id for user in message.mentions}
    return interaction.user.id in named | ({answered.author.id} if isinstance(answered, discord.Message) else set())


class DeleteConfirmed(RequestButton, template=r"easel:delete-confirmed:(?P<id>[0-9a-z]+)"):
    """Deletes a reply and the pictures that are kept."""

    action = "delete-confirmed"
    style = discord.ButtonStyle.danger

    async def pressed(self, interaction: Interaction, details: Details) -> None:
        """Delete; pressed twice it is as once."""
        _check_may_delete(interaction, details)
        await interaction.response.defer()
        removed = details.request.deleted_at is not None or await home(interaction).remove_reply(details.request)
        if removed:
            await home(interaction).engine.forget(details)
        said = text("deleted" if removed else "delete-impossible", locale=str(interaction.locale))
        await interaction.edit_original_response(content=said, view=None)


def _check_may_delete(interaction: Interaction, details: Details) -> None:
    author = details.request.user_id
    if interaction.user.id != author and not interaction.permissions.manage_messages:
        raise EaselError("only-author-deletes", author=str(author))
