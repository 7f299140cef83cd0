"""The buttons of a request that is under way."""

import discord

from bot.errors import EaselError
from bot.reply_address import is_public
from bot.store import Details
from bot.ui.base import Interaction, home, tell
from bot.ui.request_button import RequestButton


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
