"""Getting the pictures that people attached."""

import asyncio
import math
from pathlib import Path

import discord

from bot.delivery._calls import Calls
from bot.discord_errors import trouble
from bot.discord_private import read_from_cdn
from bot.engine import backoff
from bot.errors import EaselError
from bot.store import Source

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
    data = await _download(calls, source.url)
    if len(data) > limit:
        size = math.ceil(len(data) / MEBIBYTE)
        raise EaselError("image-too-large", name=source.file_name, size=size, limit=limit // MEBIBYTE)
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
