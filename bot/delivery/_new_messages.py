"""Bringing a result as a new message, exactly once."""

from functools import partial
from typing import cast

import discord

from bot.delivery._calls import Calls, NoReply, NotThisWay, Unfit
from bot.delivery._channels import Channel, channel_of, direct_channel, find_ours, mentioning_owner, replied_to
from bot.delivery._letters import Letter
from bot.delivery._nonces import forgotten, new_nonce
from bot.delivery._replies import carries_buttons_of
from bot.engine import Delivered, Intend
from bot.i18n import text
from bot.store import Request, RequestState


async def send_in_channel(calls: Calls, letter: Letter, intend: Intend) -> Delivered:
    """Send a message where the request was made, in reply to what was there where Discord lets it.

    Raises:
        NotThisWay: it is refused.
        Uncertain: whether an earlier try arrived cannot be known.
        TryLater: it may be tried again.
    """
    return await _send(calls, channel_of(calls.client, letter.request), letter, intend)


async def send_directly(calls: Calls, letter: Letter, intend: Intend) -> Delivered:
    """Send a direct message to the owner of the request; raises as `send_in_channel` does."""
    return await _send(calls, await direct_channel(calls, letter.request), letter, intend)


async def _send(calls: Calls, channel: Channel, letter: Letter, intend: Intend) -> Delivered:
    """Send a message once: its nonce is stored first, and after a crash it is looked for before it is repeated."""
    request = letter.request
    direct = isinstance(channel, discord.DMChannel)
    nonce, began_at = request.delivery_nonce, request.delivery_began_at
    if nonce is None or request.sent_directly != direct:
        nonce = new_nonce(request, direct=direct)
        await intend(nonce)
        return await _post(calls, channel, letter, nonce)
    if (began_at is None or forgotten(began_at)) and (found := await _find_sent(calls, channel, letter)):
        return found
    try:
        return await _post(calls, channel, letter, nonce)
    except Unfit:
        raise
    except NotThisWay:
        # It is refused now, but an earlier try may have arrived.
        if found := await _find_sent(calls, channel, letter):
            return found
        raise


async def _find_sent(calls: Calls, channel: Channel, letter: Letter) -> Delivered | None:
    """Return the message that was sent before, or None if there is none."""
    request = letter.request
    message = await find_ours(calls, channel, request.delivery_began_at, partial(_is_sent_for, request=request))
    if message is None:
        return None
    return letter.delivered(message.channel.id, message.id, as_links=not message.attachments)


def _is_sent_for(message: discord.Message, request: Request) -> bool:
    """Return whether a message was sent to bring a request's end; the old one has the same buttons."""
    return message.id != request.message_id and carries_buttons_of(message, request)


async def _post(calls: Calls, channel: Channel, letter: Letter, nonce: str) -> Delivered:
    """Send a message; in the channel of the request it is a reply, where Discord lets it."""
    reference = None if isinstance(channel, discord.DMChannel) else replied_to(letter.request)
    try:
        return await _post_replying(calls, channel, letter, nonce, reference)
    except NoReply:
        return await _post_replying(calls, channel, letter, nonce, None)


async def _post_replying(
    calls: Calls, channel: Channel, letter: Letter, nonce: str, reference: discord.MessageReference | None
) -> Delivered:
    # What was made where only adults are is hidden where Discord asks nobody's age.
    hidden = letter.request.age_restricted and isinstance(channel, discord.DMChannel)
    async with calls.within(calls.deadlines.upload(letter.size)):
        message = await channel.send(
            f"{_preface(letter.request)}\n{letter.reply.content}",
            view=letter.reply.view,
            files=letter.files(hidden=hidden),
            nonce=nonce,
            reference=cast("discord.MessageReference", reference),
            suppress_embeds=True,
            allowed_mentions=mentioning_owner(letter.request),
        )
    return letter.delivered(message.channel.id, message.id)


def _preface(request: Request) -> str:
    made = request.state is RequestState.COMPLETED
    sentence = "delivered-elsewhere" if made else "delivered-failure-elsewhere"
    return text(sentence, locale=request.locale, mention=f"<@{request.user_id}>")
