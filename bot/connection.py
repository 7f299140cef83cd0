"""Keeping the bot connected to Discord's gateway, where discord.py by itself would try for ever without a word."""

import asyncio
from dataclasses import dataclass
from typing import NoReturn

import aiohttp
import discord

from bot.client import Easel


@dataclass(frozen=True, slots=True)
class Persistence:
    """How the bot keeps at it, in seconds.

    Attributes:
        ready_within: how long a shard may be without READY before everything is started again.
        first_pause: the pause before the first new start; it doubles each time that nothing was reached.
        longest_pause: the longest pause, so that a day sees fewer starts than the 1000 that Discord allows.
    """

    ready_within: float = 60.0
    first_pause: float = 5.0
    longest_pause: float = 300.0

    def pause(self, failures: int) -> float:
        """Return the pause after so many failures in a row."""
        return min(self.first_pause * 2 ** min(failures - 1, 10), self.longest_pause)


class NotConnected(Exception):
    """The gateway does not let the bot in for now; the text is a sentence for the operator.

    Attributes:
        was_ready: whether all shards were connected before.
    """

    def __init__(self, sentence: str, *, was_ready: bool) -> None:
        super().__init__(sentence)
        self.was_ready = was_ready


class _Shards:
    """Which shards are connected, and since when not all of them are."""

    def __init__(self, bot: Easel) -> None:
        self._bot = bot
        self._connected: set[int] = set()
        self.out_since: float | None = asyncio.get_running_loop().time()
        self.was_ready = False
        bot.add_listener(self._came, "on_shard_connect")
        bot.add_listener(self._came, "on_shard_resumed")
        bot.add_listener(self._went, "on_shard_disconnect")

    async def _came(self, shard_id: int) -> None:
        self._connected.add(shard_id)
        complete = len(self._connected) == self._bot.shard_count
        self.was_ready = self.was_ready or complete
        self.out_since = None if complete else asyncio.get_running_loop().time()

    async def _went(self, shard_id: int) -> None:
        self._connected.discard(shard_id)
        if self.out_since is None:
            self.out_since = asyncio.get_running_loop().time()

    def patience_left(self, patience: float) -> float:
        """Return for how many seconds it need not be looked again."""
        return patience if self.out_since is None else self.out_since + patience - asyncio.get_running_loop().time()


async def keep_connected(bot: Easel, ready_within: float) -> NoReturn:
    """Connect the bot, which is logged in, and stay so.

    Raises:
        NotConnected: a shard was without READY for `ready_within` seconds, or the connection ended.
        discord.PrivilegedIntentsRequired: Discord will not let this bot in as it is.
    """
    shards = _Shards(bot)
    connecting = asyncio.create_task(bot.connect())
    try:
        while not connecting.done():
            left = shards.patience_left(ready_within)
            if left <= 0:
                sentence = f"Discord's gateway has not let the bot in for {ready_within:.0f} seconds."
                raise NotConnected(sentence, was_ready=shards.was_ready)
            await asyncio.wait({connecting}, timeout=left)
        raise _reason(connecting.exception(), was_ready=shards.was_ready)
    finally:
        await _end(connecting)


def _reason(error: BaseException | None, *, was_ready: bool) -> BaseException:
    """Return why a connection has ended, by what discord.py says."""
    passing = (discord.ConnectionClosed, discord.GatewayNotFound, discord.HTTPException, aiohttp.ClientError, OSError)
    if error is None or isinstance(error, passing):
        told = f": {error}" if error else ""
        return NotConnected(f"The connection to Discord's gateway ended{told}.", was_ready=was_ready)
    return error


async def _end(connecting: asyncio.Task[None]) -> None:
    """End discord.py's loop, which takes no notice of a cancellation that meets a shard while it connects anew."""
    while not connecting.done():
        connecting.cancel()
        await asyncio.wait({connecting}, timeout=0.1)
