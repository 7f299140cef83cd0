"""One call to Discord: how long it may take, and what to do about it when it does not work."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
import discord

from bot.discord_errors import NO_REPLY_WITHOUT_HISTORY, Trouble, trouble
from bot.discord_private import lift_global_limit
from bot.engine import TryLater

SLOWEST_UPLOAD = 256 * 1024
"""Bytes a second that an upload is given time for."""


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Seconds for one call to Discord together with discord.py's own retries.

    Attributes:
        answer: for the first answer to an interaction, which Discord takes for 3 s.
        show: for what is only a status, and for what somebody waits for at a button.
        deliver: for what carries pictures, and as long again as `SLOWEST_UPLOAD` takes for them.
    """

    answer: float = 5.0
    show: float = 10.0
    deliver: float = 60.0

    def upload(self, size: int) -> float:
        """Return the seconds for what carries `size` bytes of pictures."""
        return self.deliver + size / SLOWEST_UPLOAD


class NotThisWay(Exception):
    """This way does not lead to the person; the text says why."""


class Gone(NotThisWay):
    """The message is not there, or not for who asks."""


class Unfit(NotThisWay):
    """Discord does not take what the message carries: its files, or its text."""


class TooLarge(Unfit):
    """Discord does not take files of that size here."""


class NoReply(NotThisWay):
    """A message may be sent, but not as a reply."""


@dataclass(frozen=True, slots=True)
class Calls:
    """What whoever calls Discord needs: the client to call through, and the time that it may take."""

    client: discord.Client
    deadlines: Deadlines

    @asynccontextmanager
    async def within(self, seconds: float) -> AsyncGenerator[None]:
        """Bound a call to Discord, and turn what goes wrong into what to do next.

        Raises:
            NotThisWay: Discord refuses it; what kind of it says what else may do.
            TryLater: the same call may work later.
        """
        try:
            async with asyncio.timeout(seconds):
                yield
        except asyncio.CancelledError:
            lift_global_limit(self.client)
            raise
        except (discord.DiscordException, OSError, RuntimeError, aiohttp.ClientError, TimeoutError) as error:
            if isinstance(error, TimeoutError):
                lift_global_limit(self.client)
            meant = _meaning(error, closed=self.client.is_closed())
            if meant is None:
                raise
            raise meant from error


def _meaning(error: Exception, *, closed: bool) -> Exception | None:
    """Return what to do about an error of a call to Discord, None for a fault of ours; `closed`: the client is."""
    if isinstance(error, discord.HTTPException) and error.code == NO_REPLY_WITHOUT_HISTORY:
        return NoReply(str(error))
    kind = trouble(error)
    if kind is None:
        # aiohttp's word for a session that is closed: the next client, or the next start, goes on.
        return TryLater(repr(error)) if closed and isinstance(error, RuntimeError) else None
    if kind is Trouble.LATER:
        return TryLater(repr(error))
    means = {Trouble.GONE: Gone, Trouble.TOO_LARGE: TooLarge, Trouble.UNFIT: Unfit}
    return means.get(kind, NotThisWay)(str(error))
