"""How fast somebody may ask in a server: the time between two requests, and tasks at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.engine.guild_settings import GuildSettings
from bot.engine.limits.budgets import Funds
from bot.engine.limits.counters import Who
from bot.errors import EaselError
from bot.store import Session

LONGEST_UNDER_WAY = timedelta(days=1)
"""How old a request that is still under way can be; most are over within minutes."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast somebody may ask where they are.

    Attributes:
        cooldown: seconds between two requests.
        tasks_at_once: None is no limit of the server's.
        funds: how the budgets stand from which their requests are paid.
    """

    cooldown: int
    tasks_at_once: int | None
    funds: Sequence[Funds]


class TooSoon(EaselError):
    """The user's last request in the server, or in the channel, is too short a time ago."""


class TooManyAtOnce(EaselError):
    """The user has too many tasks under way in the server."""


def check_cooldown(session: Session, who: Who, settings: GuildSettings, now: datetime) -> None:
    """Check that the last request that a user made in a server is long enough ago.

    Raises:
        TooSoon: it is not; the sentence says when it will be.
    """
    if who.guild_id is None or not settings.cooldown or settings.exempt_roles & who.role_ids:
        return
    pause = timedelta(seconds=settings.cooldown)
    last = session.requests.last_asked(who.user_id, who.guild_id, now - pause)
    if last is not None:
        raise TooSoon("too-soon", seconds=settings.cooldown, again=str(int((last + pause).timestamp()) + 1))


def check_slow_mode(session: Session, user_id: int, channel_id: int | None, seconds: int, now: datetime) -> None:
    """Check that a user's last request in a channel that others saw is as long ago as its slow mode says.

    Discord itself slows only messages, and a reply fills the channel as one does.

    Args:
        seconds: of the slow mode; 0 is none.

    Raises:
        TooSoon: it is not; the sentence says when it will be.
    """
    if not seconds or channel_id is None:
        return
    pause = timedelta(seconds=seconds)
    last = session.requests.last_shown(user_id, channel_id, now - pause)
    if last is not None:
        raise TooSoon("too-soon-here", seconds=seconds, again=str(int((last + pause).timestamp()) + 1))


def check_tasks(session: Session, who: Who, settings: GuildSettings, now: datetime, tasks: int) -> None:
    """Check that a user may have `tasks` more under way in a server.

    Raises:
        TooManyAtOnce: they may not.
    """
    limit = settings.tasks_at_once
    if who.guild_id is None or limit is None or settings.exempt_roles & who.role_ids:
        return
    under_way = session.requests.tasks_under_way(who.user_id, who.guild_id, now - LONGEST_UNDER_WAY)
    if under_way + tasks > limit:
        raise TooManyAtOnce("too-many-at-once", limit=limit, running=under_way, asked=tasks)
