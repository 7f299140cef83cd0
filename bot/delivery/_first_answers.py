"""The first answer to an interaction: giving it, and finding it again when it is not known whether Discord took it."""

import asyncio
from typing import Any, cast

import discord

from bot.delivery._calls import Calls, NotThisWay
from bot.delivery._replies import carries_buttons_of, webhook_of
from bot.discord_errors import Trouble, trouble
from bot.engine import Answer
from bot.reply_address import InteractionReply
from bot.store import Request
from bot.ui.messages import Reply


class NotAnswered(Exception):
    """Discord did not take the first answer: it came too late."""


class MaybeAnswered(Exception):
    """Whether Discord took the first answer is not known."""


async def answer(interaction: discord.Interaction[Any], reply: Reply, *, private: bool, seconds: float) -> Answer:
    """Answer an interaction within some seconds; return where the reply is.

    Raises:
        NotAnswered: it came too late.
        MaybeAnswered: whether Discord took it is not known.
        discord.HTTPException: Discord refuses it.
    """
    try:
        async with asyncio.timeout(seconds):
            sent = await interaction.response.send_message(
                reply.content, view=reply.view, ephemeral=private, suppress_embeds=True
            )
    except Exception as error:
        match trouble(error):
            case Trouble.EXPIRED:
                raise NotAnswered(str(error)) from error
            case Trouble.ANSWERED | Trouble.LATER:
                raise MaybeAnswered(repr(error)) from error
            case _:
                raise
    message = cast("discord.InteractionMessage", sent.resource)
    # Without the permission to use external apps, Discord makes the answer ephemeral whatever was asked.
    address = InteractionReply.of(interaction, ephemeral=message.flags.ephemeral)
    return Answer(address.to_json(), interaction.channel_id, message.id)


async def find_answer(calls: Calls, request: Request, address: InteractionReply) -> Answer | None:
    """Return where the first answer to a request is, or None where there is none.

    An interaction that was told twice has one answer, which belongs to the request whose id its buttons carry.

    Raises:
        TryLater: it cannot be known now.
    """
    try:
        async with calls.within(calls.deadlines.show):
            # Discord takes "@original" for the id of an interaction's first answer.
            message = await webhook_of(calls.client, address).fetch_message(cast("int", "@original"))
    except NotThisWay:
        return None
    if not carries_buttons_of(message, request):
        return None
    found = InteractionReply(address.application_id, address.token, address.expires_at, message.flags.ephemeral)
    return Answer(found.to_json(), message.channel.id, message.id)
