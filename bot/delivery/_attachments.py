"""Getting the pictures that people attached, and those that replies show."""

import asyncio
import math
from pathlib import Path

import discord

from bot.delivery._calls import Calls, NotThisWay
from bot.delivery._replies import reply_messages
from bot.discord_errors import trouble
from bot.discord_private import read_from_cdn
from bot.engine import backoff
from bot.errors import EaselError
from bot.store import Request, Source
from bot.ui.wording import result_name

FETCH_TRIES = 3
"""Downloads of somebody's attachment before it counts as not to be had."""

MEBIBYTE = 1024 * 1024


async def fetch(calls: Calls, source: Source, to: Path, limit: int) -> None:
    """Write the bytes of a picture that somebody attached to a file.

    Raises:
        EaselError: Discord does not give them, or they are more than `limit`.
    """
    if source.url is None:
        raise EaselError("image-unavailable")
    await _save(calls, source.url, source.file_name, to, limit)


async def fetch_result(calls: Calls, request: Request, number: int, to: Path, limit: int) -> bool:
    """Write the bytes of a picture as its reply shows them to a file; return whether it shows them.

    Raises:
        EaselError: Discord does not give them, or they are more than `limit`.
        TryLater: Discord may show the reply later.
    """
    for way in reply_messages(calls.client, request):
        try:
            async with calls.within(calls.deadlines.show):
                message = await way.fetch()
        except NotThisWay:
            continue
        # The address of an attachment expires; a message that is fetched anew has a new one.
        shown = [each for each in message.attachments if f"{result_name(request, number)}." in each.filename]
        for attachment in shown:
            await _save(calls, attachment.url, attachment.filename, to, limit)
            return True
    return False


async def _save(calls: Calls, url: str, name: str, to: Path, limit: int) -> None:
    data = await _download(calls, url)
    if len(data) > limit:
        size = math.ceil(len(data) / MEBIBYTE)
        raise EaselError("image-too-large", name=name, size=size, limit=limit // MEBIBYTE)
    await asyncio.to_thread(to.write_bytes, data)


async def _download(calls: Calls, url: str) -> bytes:
    tries = 0
    while True:
        tries += 1
        try:
            async with asyncio.timeout(calls.deadlines.deliver):
                return await read_from_cdn(calls.client, url)
        except (discord.NotFound, discord.Forbidden) as error:
            raise EaselError("image-unavailable") from error
        except Exception as error:
            if trouble(error) is None:
                raise
            if tries >= FETCH_TRIES:
                raise EaselError("image-unavailable") from error
            await asyncio.sleep(backoff(tries))
