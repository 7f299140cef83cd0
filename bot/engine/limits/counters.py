"""The counters that a picture takes from, all or none.

The operator counts a user's pictures everywhere together, for they pay them; a server counts those that are made in it,
in its own days. A server may allow as much as it likes: the operator's ceiling holds there too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.engine.guild_settings import GuildSettings, Unlimited
from bot.engine.limits.days import day
from bot.engine.limits.operator import OperatorLimits
from bot.errors import EaselError
from bot.store import Allowance, Session

SCOPE = "user-day"
"""A user's pictures on a day; of a server the scope goes on with its id."""

WITHOUT_END = 2**62
"""The limit of a counter that has none."""


class OverLimit(EaselError):
    """The user has nothing left today."""


@dataclass(frozen=True, slots=True)
class Who:
    """Whose pictures are counted, and where; `guild_id` is None in direct messages."""

    user_id: int
    guild_id: int | None = None
    role_ids: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Counter:
    """A counter with its limit, None where it only counts, and when it begins anew."""

    allowance: Allowance
    limit: int | None
    ends: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """How somebody stands with the counter of theirs that has the least left.

    Attributes:
        limit: pictures on a day with what was granted; None is without end, and then so is `left`.
        left: pictures that are left of that.
        reset: when the day ends.
        by_operator: whether that is the operator's counter while there is one of the server's too.
        reserved: pictures that are under way, `used` those that were made, `granted` those on top of the limit: of the
            server's counter in a server, else of the operator's.
    """

    limit: int | None
    left: int | None
    reset: datetime
    by_operator: bool
    reserved: int
    used: int
    granted: int


def allowed(settings: GuildSettings, role_ids: frozenset[int]) -> int | Unlimited | None:
    """Return the pictures that a server lets a member make on a day; None is what the operator set."""
    if settings.exempt_roles & role_ids:
        return "unlimited"
    by_role = [settings.pictures_by_role[role] for role in role_ids if role in settings.pictures_by_role]
    numbers = [each for each in by_role if isinstance(each, int)]
    if len(numbers) < len(by_role):
        return "unlimited"
    return max(numbers) if numbers else settings.pictures_a_day


def of_server(who: Who, guild_id: int, settings: GuildSettings, now: datetime, operator: OperatorLimits) -> Counter:
    """Return the counter of a user's pictures in a server."""
    own = allowed(settings, who.role_ids)
    window = day(now, ZoneInfo(settings.time_zone))
    limit = operator.daily if own is None else None if own == "unlimited" else own
    return Counter(Allowance(f"{SCOPE}:{guild_id}", who.user_id, window.period), limit, window.ends)


def counters(who: Who, settings: GuildSettings, now: datetime, operator: OperatorLimits) -> Sequence[Counter]:
    """Return the counters from which a user's picture is taken, the operator's last."""
    window = day(now)
    everywhere = Allowance(SCOPE, who.user_id, window.period)
    if who.guild_id is None:
        return (Counter(everywhere, operator.daily, window.ends),)
    return (
        of_server(who, who.guild_id, settings, now, operator),
        Counter(everywhere, operator.ceiling, window.ends),
    )


def standing(session: Session, who: Who, settings: GuildSettings, now: datetime, operator: OperatorLimits) -> Standing:
    """Return what a user may still make today."""
    known = [(each, session.allowances.counted(each.allowance)) for each in counters(who, settings, now, operator)]
    least: tuple[int, int, int] | None = None
    for number, (counter, counted) in enumerate(known):
        if counter.limit is not None:
            limit = counter.limit + counted.granted
            left = max(limit - counted.reserved - counted.used, 0)
            if least is None or left < least[0]:
                least = (left, limit, number)
    left, limit, number = (None, None, 0) if least is None else least
    counted = known[0][1]
    return Standing(limit, left, known[number][0].ends, number > 0, *counted)


def take(
    session: Session, who: Who, settings: GuildSettings, now: datetime, operator: OperatorLimits, *, amount: int
) -> tuple[Sequence[Allowance], int | None]:
    """Take `amount` pictures from a user's day; return the counters they come from, and how many are left at most.

    Raises:
        OverLimit: there are not so many left; the transaction is to be undone.
    """
    taken: list[Allowance] = []
    lefts: list[int] = []
    for number, counter in enumerate(counters(who, settings, now, operator)):
        gone = session.allowances.take(
            counter.allowance, amount, WITHOUT_END if counter.limit is None else counter.limit
        )
        if gone is None:
            raise _over(session, counter, amount, everywhere=number > 0)
        taken.append(counter.allowance)
        if counter.limit is not None:
            lefts.append(counter.limit - gone)
    return taken, min(lefts, default=None)


def _over(session: Session, counter: Counter, amount: int, *, everywhere: bool) -> OverLimit:
    counted = session.allowances.counted(counter.allowance)
    limit = (counter.limit or 0) + counted.granted
    left = max(limit - counted.reserved - counted.used, 0)
    reset = str(int(counter.ends.timestamp()))
    if limit == 0:
        return OverLimit("limit-none")
    sentence = "limit-reached-everywhere" if everywhere else "limit-reached"
    return OverLimit(sentence, limit=limit, left=left, asked=amount, reset=reset)
