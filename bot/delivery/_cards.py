"""Cards of reports in a server's log channel, and the hiding of what was reported."""

import io
import logging
from collections.abc import Sequence

import discord

from bot.delivery._calls import Calls, NotThisWay, TooLarge, TryLater
from bot.delivery._letters import Letter
from bot.delivery._replies import ReplyMessage, reply_messages
from bot.discord_private import read_from_cdn
from bot.engine import TooMuch
from bot.errors import EaselError
from bot.store import Details, Report
from bot.ui.messages import Reply

log = logging.getLogger(__name__)


async def post(calls: Calls, guild_id: int | None, channel_id: int, letter: Letter) -> int:
    """Send a card with its pictures hidden; return the message's id.

    Raises:
        TooMuch: smaller pictures may do, or none.
        EaselError: Discord does not take it.
    """
    channel = calls.client.get_partial_messageable(channel_id, guild_id=guild_id)
    try:
        async with calls.within(calls.deadlines.upload(letter.size)):
            files = letter.files(hidden=True)
            sent = await channel.send(letter.reply.content, view=letter.reply.view, files=files, suppress_embeds=True)
    except (NotThisWay, TryLater) as error:
        if isinstance(error, TooLarge) and letter.has_files:
            raise TooMuch(str(error)) from error
        log.warning("a report cannot be shown in the log channel %s: %s", channel_id, error)
        raise EaselError("report-unposted", channel=f"<#{channel_id}>") from error
    return sent.id


async def edit(calls: Calls, report: Report, card: Reply) -> bool:
    """Have a card say something else; return whether it is there.

    Raises:
        EaselError: Discord cannot do that now.
    """
    if report.channel_id is None or report.message_id is None:
        return False
    channel = calls.client.get_partial_messageable(report.channel_id, guild_id=report.guild_id)
    try:
        async with calls.within(calls.deadlines.show):
            await channel.get_partial_message(report.message_id).edit(content=card.content, view=card.view)
    except NotThisWay as error:
        log.info("the card of a report is not there any more: %s", error)
        return False
    except TryLater as error:
        raise EaselError("report-unposted", channel=f"<#{report.channel_id}>") from error
    return True


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
