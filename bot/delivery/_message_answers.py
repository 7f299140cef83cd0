"""The first answer to a request that began as a message: a message in reply to that one, sent once.

The request itself, which is stored first, is the intention to send it, and gives it its nonce.
"""

import logging
from functools import partial
from typing import cast

import discord

from bot.delivery._calls import Calls, NoReply, NotThisWay
from bot.delivery._channels import channel_of, direct_channel, find_ours, replied_to
from bot.delivery._nonces import answer_nonce, forgotten, refusal_nonce
from bot.delivery._replies import carries_buttons_of
from bot.engine import Answer, TryLater, Uncertain
from bot.i18n import text
from bot.store import Request
from bot.ui.messages import Reply

log = logging.getLogger(__name__)


async def answer(calls: Calls, request: Request, reply: Reply) -> Answer:
    """Send the answer; return where it is.

    Raises:
        NotThisWay: the bot may not write there; the owner of the request was told so where that can be done.
        TryLater: whether Discord took it is not known.
    """
    try:
        return await _post(calls, request, reply)
    except NotThisWay:
        await _tell_refused(calls, request)
        raise


async def find_answer(calls: Calls, request: Request, reply: Reply) -> Answer | None:
    """Return where the answer is, which is sent if it is not there; None where it cannot be sent.

    Where it cannot be known whether it is there, the answer has no message: what comes after it is a new one.

    Raises:
        TryLater: it cannot be known now.
    """
    try:
        if forgotten(request.created_at) and (found := await _find_sent(calls, request)):
            return found
        try:
            return await _post(calls, request, reply)
        except NotThisWay as reason:
            log.info("the first answer to request %s is refused: %s", request.short_id, reason)
        # It is refused now, but an earlier try may have arrived.
        found = await _find_sent(calls, request)
    except Uncertain:
        return Answer(request.reply, request.channel_id)
    if found is None:
        await _tell_refused(calls, request)
    return found


async def _find_sent(calls: Calls, request: Request) -> Answer | None:
    channel = channel_of(calls.client, request)
    message = await find_ours(calls, channel, request.created_at, partial(carries_buttons_of, request=request))
    return None if message is None else Answer(request.reply, request.channel_id, message.id)


async def _post(calls: Calls, request: Request, reply: Reply) -> Answer:
    try:
        message = await _send(calls, request, reply, replied_to(request))
    except NoReply:
        message = await _send(calls, request, reply, None)
    return Answer(request.reply, request.channel_id, message.id)


async def _send(
    calls: Calls, request: Request, reply: Reply, reference: discord.MessageReference | None
) -> discord.Message:
    async with calls.within(calls.deadlines.show):
        return await channel_of(calls.client, request).send(
            reply.content,
            view=reply.view,
            nonce=answer_nonce(request),
            reference=cast("discord.MessageReference", reference),
            suppress_embeds=True,
        )


async def _tell_refused(calls: Calls, request: Request) -> None:
    """Tell the owner of a request by direct message that they get no answer; what goes wrong is only logged."""
    said = text("answer-refused", locale=request.locale, channel=f"<#{request.channel_id}>")
    try:
        channel = await direct_channel(calls, request)
        async with calls.within(calls.deadlines.show):
            await channel.send(said, nonce=refusal_nonce(request), suppress_embeds=True)
    except (NotThisWay, TryLater) as error:
        log.info("the owner of request %s cannot be told that it is not answered: %s", request.short_id, error)
