"""Days and months as a time zone has them, of 23 and of 25 hours too."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import NamedTuple


class Window(NamedTuple):
    """A span of time in which something is counted.

    Attributes:
        period: its name: YYYY-MM-DD, or YYYY-MM.
        ends: when the next one begins.
    """

    period: str
    ends: datetime


def day(now: datetime, zone: tzinfo = UTC) -> Window:
    """Return the day of `now` in a time zone."""
    return _day(now.replace(second=0, microsecond=0), zone)


@lru_cache(maxsize=256)
def _day(now: datetime, zone: tzinfo) -> Window:
    """Return the day of a whole minute, at which days end wherever there are people."""
    today = now.astimezone(zone).date()
    return Window(today.isoformat(), _begins(today + timedelta(days=1), zone, now))


def month(now: datetime, zone: tzinfo = UTC) -> Window:
    """Return the month of `now` in a time zone."""
    first = now.astimezone(zone).date().replace(day=1)
    # Every month has 28 days, and none has 32.
    return Window(f"{first:%Y-%m}", _begins((first + timedelta(days=31)).replace(day=1), zone, now))


def _begins(coming: date, zone: tzinfo, now: datetime) -> datetime:
    """Return when a day that is still to come begins, or the one after it where a time zone skips it."""
    midnight = datetime.combine(coming, time(), zone)
    # Where clocks are changed at midnight a day has two of them, the first of which may be over, or none.
    both = (midnight.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    return next(end for end in both if end > now and end.astimezone(zone).date() >= coming)
