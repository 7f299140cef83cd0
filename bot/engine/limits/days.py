"""Days as a time zone has them, of 23 and of 25 hours too."""

from datetime import UTC, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import NamedTuple


class Window(NamedTuple):
    """A span of time in which something is counted.

    Attributes:
        period: its name: YYYY-MM-DD.
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
    midnight = datetime.combine(today + timedelta(days=1), time(), zone)
    # Where clocks are changed at midnight a day has two of them, the first of which may be over, or none.
    both = (midnight.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    return Window(today.isoformat(), next(end for end in both if end > now and end.astimezone(zone).date() > today))
