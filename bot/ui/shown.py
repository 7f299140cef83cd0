"""Which of Easel's requests a message shows."""

import re

import discord

from bot.engine import Engine
from bot.store import Details

_BUTTON = re.compile(r"easel:[a-z-]+:(?P<id>[0-9a-z]+)")

_FILE = re.compile(r"(?:SPOILER_)?easel-(?P<id>[0-9a-z]+)-\d+\.")
"""What the bot calls a picture of the request with that short id, when it brings it."""


async def shown_by(message: discord.Message, engine: Engine, bot: discord.Client) -> Details | None:
    """Return the request whose reply a message is, or forwards; None where it is none.

    It is known by the message's id, a message of the bot's own also by its buttons or its files. So whose picture it
    is, and what stays with it, is known wherever it goes within Discord.
    """
    made = await engine.find_by_message(message.id)
    if made is not None:
        return made
    if bot.user is not None and message.author.id == bot.user.id:
        short_id = _named_in(message)
        return None if short_id is None else await engine.find(short_id)
    forwarded = message.reference
    if forwarded is None or forwarded.type is not discord.MessageReferenceType.forward:
        return None
    return None if forwarded.message_id is None else await engine.find_by_message(forwarded.message_id)


def _named_in(message: discord.Message) -> str | None:
    """Return the short id that the buttons or the files of one of the bot's own messages carry."""
    rows = (row for row in message.components if isinstance(row, discord.ActionRow))
    carried = [_BUTTON.fullmatch(child.custom_id or "") for row in rows for child in row.children]
    carried += [_FILE.match(each.filename) for each in message.attachments]
    return next((found["id"] for found in carried if found), None)
