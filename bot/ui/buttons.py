"""The buttons under a reply. A button carries a request's short id; all else is in the database."""

import re
from abc import abstractmethod
from typing import Any, ClassVar, Self

import discord

from bot.errors import EaselError
from bot.i18n import text
from bot.reply_address import is_public
from bot.store import Details
from bot.ui.again import draft_again
from bot.ui.base import Interaction, home, report, tell


class RequestButton(discord.ui.DynamicItem[discord.ui.Button[Any]], template=r"easel:(?P<id>)"):
    """A button that does something with a request, before and after any number of restarts."""

    action: ClassVar[str]
    style: ClassVar[discord.ButtonStyle] = discord.ButtonStyle.secondary

    def __init__(self, short_id: str, label: str) -> None:
        super().__init__(discord.ui.Button(label=label, style=self.style, custom_id=f"easel:{self.action}:{short_id}"))
        self.short_id = short_id

    @classmethod
    async def from_custom_id(
        cls,
        interaction: Interaction,
        item: discord.ui.Item[Any],
        match: re.Match[str],
        /,
    ) -> Self:
        """Make the button that was pressed."""
        return cls(match["id"], getattr(item, "label", None) or cls.action)

    async def interaction_check(self, interaction: Interaction, /) -> bool:
        """Let a press through that was not told before."""
        return home(interaction).is_new(interaction)

    async def callback(self, interaction: Interaction) -> None:
        """Do what the button says; what goes wrong is told to the person who pressed it."""
        try:
            details = await home(interaction).engine.find(self.short_id)
            if details is None:
                await tell(interaction, "request-gone")
            else:
                await self.pressed(interaction, details)
        except Exception as error:  # noqa: BLE001 - discord.py has no handler for errors in dynamic items
            await report(interaction, error)

    @abstractmethod
    async def pressed(self, interaction: Interaction, details: Details) -> None:
        """Do what the button says."""


class Cancel(RequestButton, template=r"easel:cancel:(?P<id>[0-9a-z]+)"):
    """Ends a request that is under way; only its author may."""

    action = "cancel"

    async def pressed(self, interaction: Interaction, details: Details) -> None:
        """Cancel; the reply is edited by what follows."""
        request = details.request
        if interaction.user.id != request.user_id:
            raise EaselError("only-author-cancels", author=str(request.user_id))
        await interaction.response.defer()
        await home(interaction).renew_reply(interaction, request)
        await home(interaction).engine.cancel(request.id, by=interaction.user.id)


class Notify(RequestButton, template=r"easel:notify:(?P<id>[0-9a-z]+)"):
    """Lets the author of a request that takes long know when it is over; only they may."""

    action = "notify"

    async def pressed(self, interaction: Interaction, details: Details) -> None:
        """Record the wish, and say where it will be fulfilled."""
        request = details.request
        if interaction.user.id != request.user_id:
            raise EaselError("only-author-notified", author=str(request.user_id))
        await interaction.response.defer()
        await home(interaction).renew_reply(interaction, request)
        await home(interaction).engine.notify(request.id)
        here = is_public(request) and _may_send(interaction)
        await tell(interaction, "notify-here" if here else "notify-direct")


def _may_send(interaction: Interaction) -> bool:
    may = interaction.app_permissions
    return may.send_messages_in_threads if isinstance(interaction.channel, discord.Thread) else may.send_messages


class Reroll(RequestButton, template=r"easel:reroll:(?P<id>[0-9a-z]+)"):
    """Makes the same once more, as a request of whoever presses it."""

    action = "reroll"

    async def pressed(self, interaction: Interaction, details: Details) -> None:
        """Begin a new request; without the seed, for that would give the same picture."""
        draft = draft_again(interaction, details, origin="reroll")
        await home(interaction).begin(interaction, draft)


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


BUTTONS: tuple[type[RequestButton], ...] = (Cancel, Notify, Reroll, Delete, DeleteConfirmed)
"""Every button, for the client to listen to."""
