"""Hiding the pictures of a reply that shows them."""

import io
import logging
from collections.abc import Sequence

import discord

from bot.delivery._calls import Calls, NotThisWay, TryLater
from bot.delivery._replies import ReplyMessage, reply_messages
from bot.discord_private import read_from_cdn
from bot.errors import EaselError
from bot.store import Details

log = logging.getLogger(__name__)


async def hide(calls: Calls, details: Details) -> bool:
    """Make the pictures of a reply spoilers, as they are shown; return whether they are.

    Raises:
        EaselError: Discord cannot do that now.
    """
    try:
        for way in reply_messages(calls.client, details.request):
            try:
                await _hide(calls, way, [picture.url for picture in details.pictures])
            except NotThisWay as error:
                log.info("request %s is not hidden this way: %s", details.request.short_id, error)
            else:
                return True
    except TryLater as error:
        raise EaselError("report-later") from error
    return False


async def _hide(calls: Calls, way: ReplyMessage, urls: Sequence[str]) -> None:
    async with calls.within(calls.deadlines.show):
        message = await way.fetch()
    async with calls.within(calls.deadlines.upload(sum(each.size for each in message.attachments))):
        files = [await _hidden(calls, each) for each in message.attachments]
        await way.edit(content=_without_links(message.content, urls), attachments=files)


async def _hidden(calls: Calls, shown: discord.Attachment) -> discord.File:
    data = io.BytesIO(await read_from_cdn(calls.client, shown.url))
    name = shown.filename.removeprefix("SPOILER_")
    return discord.File(data, filename=name, description=shown.description, spoiler=True)


def _without_links(content: str, urls: Sequence[str]) -> str:
    """Return what a reply says with the lines hidden that link to its pictures."""
    lines = content.split("\n")
    return "\n".join(
        f"||{line}||" if "||" not in line and any(url in line for url in urls if url) else line for line in lines
    )
