"""The message that is a request's reply: the ways to it, and what is done to it there."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import discord

from bot.delivery._calls import Calls, Gone, NotThisWay
from bot.delivery._channels import channel_of
from bot.engine import TryLater
from bot.errors import EaselError
from bot.reply_address import InteractionReply, is_public, reply_address
from bot.store import Details, Request
from bot.ui.messages import Reply, restated

log = logging.getLogger(__name__)


class ReplyMessage(Protocol):
    """The message as one way leads to it; its errors are discord.py's, and `NotThisWay`."""

    async def edit(self, **fields: Any) -> None:
        """Edit it; the fields are those of `discord.Message.edit`."""
        ...

    async def delete(self) -> None:
        """Delete it."""
        ...

    async def fetch(self) -> discord.Message:
        """Return it as it stands."""
        ...


@dataclass(frozen=True, slots=True)
class _ByToken:
    """By the token of an interaction, wherever the bot is and whoever sees the message."""

    webhook: discord.Webhook
    message_id: int

    async def edit(self, **fields: Any) -> None:
        await self.webhook.edit_message(self.message_id, **fields)

    async def delete(self) -> None:
        await self.webhook.delete_message(self.message_id)

    async def fetch(self) -> discord.Message:
        return await self.webhook.fetch_message(self.message_id)


@dataclass(frozen=True, slots=True)
class _ByBot:
    """By the bot's own token."""

    client: discord.Client
    request: Request

    async def edit(self, **fields: Any) -> None:
        await message_of(self.client, self.request).edit(**fields)

    async def delete(self) -> None:
        await message_of(self.client, self.request).delete()

    async def fetch(self) -> discord.Message:
        return await message_of(self.client, self.request).fetch()


def reply_messages(client: discord.Client, request: Request) -> Sequence[ReplyMessage]:
    """Return a request's reply by each way that may lead to it now, the one to be tried first before the others."""
    ways: list[ReplyMessage] = []
    address = reply_address(request)
    if request.message_id is not None and isinstance(address, InteractionReply) and address.alive:
        ways.append(_ByToken(webhook_of(client, address), request.message_id))
    if is_public(request) and request.message_id is not None:
        ways.append(_ByBot(client, request))
    return ways


def webhook_of(client: discord.Client, address: InteractionReply) -> discord.Webhook:
    """Return the webhook by which an interaction's token works."""
    return discord.Webhook.partial(address.application_id, address.token, client=client)


def message_of(client: discord.Client, request: Request) -> discord.PartialMessage:
    """Return the message that is a request's reply.

    Raises:
        NotThisWay: it is not known which that is.
    """
    if request.message_id is None:
        raise NotThisWay("the reply has no id")
    return channel_of(client, request).get_partial_message(request.message_id)


def link_to(client: discord.Client, request: Request) -> str:
    """Return where people open the message that is a request's reply.

    Raises:
        NotThisWay: it is not known which that is.
    """
    message = message_of(client, request)
    # The message's own `jump_url` knows only servers that the bot is in, and those once Discord has told of them.
    return f"{message.channel.jump_url}/{message.id}"


def carries_buttons_of(message: discord.Message, request: Request) -> bool:
    """Return whether the buttons of a message are those of a request."""
    buttons = [each for row in message.components if isinstance(row, discord.ActionRow) for each in row.children]
    return any((button.custom_id or "").endswith(f":{request.short_id}") for button in buttons)


async def show(calls: Calls, request: Request, reply: Reply) -> None:
    """Let the message say something; what goes wrong is only logged, for the next edit makes it good."""
    try:
        for message in reply_messages(calls.client, request):
            try:
                async with calls.within(calls.deadlines.show):
                    await message.edit(content=reply.content, view=reply.view)
            except NotThisWay as error:
                log.info("the status of request %s is not shown this way: %s", request.short_id, error)
            else:
                return
    except TryLater as error:
        log.info("the status of request %s could not be shown: %s", request.short_id, error)


async def restate(calls: Calls, details: Details) -> None:
    """Have the message say anew how its pictures stand with a round; what goes wrong is only logged."""
    try:
        for way in reply_messages(calls.client, details.request):
            try:
                async with calls.within(calls.deadlines.show):
                    reply = restated((await way.fetch()).content, details)
                    await way.edit(content=reply.content, view=reply.view)
            except NotThisWay as error:
                log.info("request %s does not say how it stands this way: %s", details.request.short_id, error)
            else:
                return
    except TryLater as error:
        log.info("request %s does not say how it stands: %s", details.request.short_id, error)


async def remove(calls: Calls, request: Request) -> bool:
    """Delete the message; return whether it is gone.

    Raises:
        EaselError: Discord cannot say now.
    """
    gone = later = False
    for message in reply_messages(calls.client, request):
        try:
            async with calls.within(calls.deadlines.show):
                await message.delete()
        except (NotThisWay, TryLater) as error:
            log.info("the reply to request %s is not deleted this way: %s", request.short_id, error)
            gone = isinstance(error, Gone)
            later = later or isinstance(error, TryLater)
        else:
            return True
    if later and not gone:
        raise EaselError("delete-later")
    return gone
