"""Telling the owner of a request that it is over, in one new message that links to the reply."""

from datetime import datetime

from bot.delivery._calls import Calls, NotThisWay
from bot.delivery._channels import Channel, channel_of, direct_channel, find_ours, mentioning_owner
from bot.delivery._nonces import forgotten, notice_nonce
from bot.delivery._replies import link_to
from bot.engine import Undeliverable
from bot.i18n import text
from bot.reply_address import is_public
from bot.store import Request


async def notify(calls: Calls, request: Request, began_at: datetime | None) -> None:
    """Send a notice in the request's channel, else to its owner themselves.

    Args:
        began_at: when that was begun before, so that it may have arrived; None for never.

    Raises:
        Undeliverable, Uncertain, TryLater: as `bot.engine.Courier.notify` does.
    """
    reasons: list[str] = []
    for direct in (False, True) if is_public(request) else (True,):
        try:
            channel = await direct_channel(calls, request) if direct else channel_of(calls.client, request)
            await _notify_in(calls, channel, request, began_at)
        except NotThisWay as reason:
            reasons.append(str(reason))
        else:
            return
    raise Undeliverable("; ".join(reasons))


async def _notify_in(calls: Calls, channel: Channel, request: Request, began_at: datetime | None) -> None:
    """Send a notice once: it is looked for before it is repeated, save while Discord knows its nonce."""
    link = link_to(calls.client, request)

    async def arrived() -> bool:
        return await find_ours(calls, channel, began_at, lambda message: link in message.content) is not None

    if began_at is not None and forgotten(began_at) and await arrived():
        return
    said = text(f"notice-{request.state}", locale=request.locale, mention=f"<@{request.user_id}>", link=link)
    try:
        async with calls.within(calls.deadlines.show):
            await channel.send(
                said,
                nonce=notice_nonce(request),
                suppress_embeds=True,
                allowed_mentions=mentioning_owner(request),
            )
    except NotThisWay:
        # It is refused now, but an earlier try may have arrived.
        if began_at is None or not await arrived():
            raise
