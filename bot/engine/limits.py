"""How much a user may make: pictures a day, counted in UTC."""

from datetime import UTC, datetime, time, timedelta

from bot.errors import EaselError
from bot.store import Allowance, Session

SCOPE = "user-day"


class OverLimit(EaselError):
    """The user has nothing left today."""


def daily(user_id: int, now: datetime) -> Allowance:
    """Return the counter of a user's pictures on the day of `now`."""
    return Allowance(SCOPE, user_id, now.astimezone(UTC).date().isoformat())


def resets_at(now: datetime) -> datetime:
    """Return when the day of `now` ends."""
    return datetime.combine(now.astimezone(UTC).date() + timedelta(days=1), time(), UTC)


def left(session: Session, user_id: int, now: datetime, limit: int) -> int:
    """Return how many pictures a user may still make today."""
    return max(limit - sum(session.allowances.counted(daily(user_id, now))), 0)


def take(session: Session, user_id: int, now: datetime, *, amount: int, limit: int) -> tuple[Allowance, int]:
    """Take `amount` pictures from a user's day; return the counter from which they came, and how many are left.

    Raises:
        OverLimit: there are not so many left; nothing was taken.
    """
    allowance = daily(user_id, now)
    taken = session.allowances.take(allowance, amount, limit)
    if taken is None:
        reset = str(int(resets_at(now).timestamp()))
        remaining = left(session, user_id, now, limit)
        raise OverLimit("limit-reached", limit=limit, left=remaining, asked=amount, reset=reset)
    return allowance, limit - taken
