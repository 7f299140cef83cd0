"""Answers to messages: one sentence each, which mentions nobody."""

import asyncio
import logging
import secrets
from collections.abc import Mapping
from typing import cast

import discord

from bot.discord_errors import NO_REPLY_WITHOUT_HISTORY, Trouble, trouble
from bot.errors import EaselError
from bot.i18n import text
from bot.ui.asked import locale_of
from bot.ui.base import TELLING_DEADLINE
from bot.ui.typed import literal_args

log = logging.getLogger(__name__)


async def tell(message: discord.Message, sentence: str, **args: str | int) -> None:
    """Reply to a message with a sentence of the catalog; what goes wrong is only logged.

    Where the bot may not write, its author is told by a direct message.
    """
    content = text(sentence, locale=locale_of(message), **args)
    try:
        async with asyncio.timeout(TELLING_DEADLINE):
            await _reply_or_write(message, content)
    except Exception as error:
        if trouble(error) is None:
            raise
        log.warning("%s could not be told: %r", message.author.id, error)


async def report(message: discord.Message, error: Exception) -> None:
    """Tell the author of a message what went wrong; the log keeps what they are not told."""
    args: Mapping[str, str | int]
    if isinstance(error, EaselError):
        log.log(error.level, "%s was told: %s", message.author.id, error, exc_info=error.__cause__)
        sentence, args = error.sentence, literal_args(error.args_)
    else:
        reference = secrets.token_hex(4)
        log.error("a message met a fault, reference %s", reference, exc_info=error)
        sentence, args = "unexpected", {"reference": reference}
    if isinstance(error, EaselError) and error.private:
        await _tell_alone(message, sentence, args)
    else:
        await tell(message, sentence, **args)


async def _tell_alone(message: discord.Message, sentence: str, args: Mapping[str, str | int]) -> None:
    """Say a sentence to the author of a message by a direct message; where they take none, reply that it is private."""
    try:
        async with asyncio.timeout(TELLING_DEADLINE):
            await message.author.send(text(sentence, locale=locale_of(message), **args), suppress_embeds=True)
    except Exception as error:
        if trouble(error) is None:
            raise
        log.info("%s could not be told by a direct message: %r", message.author.id, error)
        await tell(message, "refused-privately")


async def _reply_or_write(message: discord.Message, content: str) -> None:
    try:
        await _reply(message, content)
    except discord.HTTPException as error:
        if trouble(error) in (None, Trouble.LATER):
            raise
        await message.author.send(content, suppress_embeds=True)


async def _reply(message: discord.Message, content: str) -> None:
    """Reply to a message, or where the bot may not read the channel's history, only write there."""
    reference = message.to_reference(fail_if_not_exists=False)
    try:
        await _send(message, content, reference)
    except discord.HTTPException as error:
        if error.code != NO_REPLY_WITHOUT_HISTORY:
            raise
        await _send(message, content, None)


async def _send(message: discord.Message, content: str, reference: discord.MessageReference | None) -> None:
    await message.channel.send(
        content,
        nonce=str(message.id),
        reference=cast("discord.MessageReference", reference),
        suppress_embeds=True,
    )
