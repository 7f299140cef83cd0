"""What an error of a call to Discord means for whoever made it.

Codes: https://discord.com/developers/docs/topics/opcodes-and-status-codes#json.
"""

from enum import Enum, auto

import aiohttp
import discord

UNKNOWN_CHANNEL = 10003
UNKNOWN_GUILD = 10004
UNKNOWN_MESSAGE = 10008
UNKNOWN_WEBHOOK = 10015
UNKNOWN_INTERACTION = 10062
OPENING_DIRECT_MESSAGES_TOO_FAST = 40003
TOO_LARGE = 40005
ALREADY_ACKNOWLEDGED = 40060
MISSING_ACCESS = 50001
EMPTY_MESSAGE = 50006
INVALID_WEBHOOK_TOKEN = 50027
INVALID_FORM_BODY = 50035
ARCHIVED_THREAD = 50083
NO_REPLY_WITHOUT_HISTORY = 160002
THREAD_IS_THERE = 160004
LOCKED_THREAD = 160005
FULL_OF_THREADS = frozenset({160006, 160007})
"""A server has as many active threads, or an announcement channel's, as it can have."""
BLOCKED_BY_AUTOMOD, TITLE_BLOCKED_BY_AUTOMOD = 200000, 200001
BLOCKED_AS_HARMFUL_LINK = 240000

_NO_CODE = 0
"""What discord.py says where the body is not Discord's: a page of Cloudflare, or a proxy's."""


class Trouble(Enum):
    """Why a call to Discord did not work."""

    LATER = auto()
    """Discord cannot be reached, is busy or has a fault: the same call may work later."""
    EXPIRED = auto()
    """An interaction's token is not good any more, or never was answered."""
    ANSWERED = auto()
    """The interaction has its first answer already."""
    GONE = auto()
    """The message is not there, or not for who asks."""
    TOO_LARGE = auto()
    """Discord does not take files of that size there."""
    UNFIT = auto()
    """Discord does not take that content, by whatever way it comes."""
    CLOSED = auto()
    """The thread is archived: nothing can be changed in it before a new message opens it, if it is not locked."""
    REFUSED = auto()
    """It does not work this way."""


_BY_CODE = {
    UNKNOWN_WEBHOOK: Trouble.EXPIRED,
    UNKNOWN_INTERACTION: Trouble.EXPIRED,
    INVALID_WEBHOOK_TOKEN: Trouble.EXPIRED,
    ALREADY_ACKNOWLEDGED: Trouble.ANSWERED,
    UNKNOWN_MESSAGE: Trouble.GONE,
    EMPTY_MESSAGE: Trouble.UNFIT,
    INVALID_FORM_BODY: Trouble.UNFIT,
    ARCHIVED_THREAD: Trouble.CLOSED,
    LOCKED_THREAD: Trouble.CLOSED,
    BLOCKED_BY_AUTOMOD: Trouble.UNFIT,
    TITLE_BLOCKED_BY_AUTOMOD: Trouble.UNFIT,
    BLOCKED_AS_HARMFUL_LINK: Trouble.UNFIT,
}


def trouble(error: BaseException) -> Trouble | None:
    """Return what an error of a call to Discord means, or None for one that is not Discord's."""
    if isinstance(error, discord.HTTPException):
        return _trouble(error.status, error.code)
    passing = (discord.RateLimited, aiohttp.ClientError, ConnectionError, TimeoutError)
    return Trouble.LATER if isinstance(error, passing) else None


def _trouble(status: int, code: int) -> Trouble:
    if status == 413 or code == TOO_LARGE:
        return Trouble.TOO_LARGE
    if status == 429 or status >= 500 or code == OPENING_DIRECT_MESSAGES_TOO_FAST:
        return Trouble.LATER
    if code == _NO_CODE and status in (401, 403):
        # Not about this call: the bot's token was replaced, or Cloudflare stands in between.
        return Trouble.LATER
    return _BY_CODE.get(code, Trouble.REFUSED)
