"""What people are told of what they made, and managers of what was made in their server."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.engine.guild_settings import GuildSettings
from bot.engine.limits import OperatorLimits, Standing, Who, day, standing
from bot.engine.ports import Clock
from bot.store import SLOT, By, Outcome, RequestState, Session, Store, Usage

CHARTED_DAYS = 30
"""Days of which `/usage` shows a chart, today's among them."""

Key = str | int | None
"""A day (YYYY-MM-DD), the id of a model, a member, a role or a channel; None is what is not known (any more)."""


@dataclass(frozen=True, slots=True)
class UsageReport:
    """What a user made, by UTC days, and what is left of their allowance where they are.

    Attributes:
        by_day: the last `CHARTED_DAYS` days, oldest first, without those on which nothing was made.
        day: today.
    """

    today: Usage
    month: Usage
    all_time: Usage
    by_model: Sequence[tuple[str, Usage]]
    by_day: Mapping[str, Usage]
    day: date
    standing: Standing

    @property
    def days(self) -> Sequence[date]:
        """The days of the chart, oldest first."""
        return [self.day - timedelta(days=ago) for ago in reversed(range(CHARTED_DAYS))]


def usage_report(session: Session, who: Who, now: datetime, operator: OperatorLimits) -> UsageReport:
    """Return what a user made and what is left."""
    today = now.astimezone(UTC).date()
    first, of_month = today - timedelta(days=CHARTED_DAYS - 1), today.replace(day=1)
    by_day = session.usage.of_user_by_day(who.user_id, min(first, of_month).isoformat())
    by_model = session.usage.of_user_by_model(who.user_id)
    return UsageReport(
        today=by_day.get(today.isoformat(), Usage()),
        month=sum((each for day, each in by_day.items() if day >= of_month.isoformat()), Usage()),
        all_time=sum((each for _, each in by_model), Usage()),
        by_model=by_model,
        by_day={day: each for day, each in by_day.items() if day >= first.isoformat()},
        day=today,
        standing=standing(session, who, GuildSettings.of(session, who.guild_id), now, operator),
    )


@dataclass(slots=True)
class Made:
    """What came of some requests.

    Attributes:
        waits: seconds from command to result of those that were completed, and of how many each.
        unpriced: pictures of unknown cost, which `cost` (dollars) leaves out.
    """

    key: Key = None
    completed: int = 0
    failed: int = 0
    cancelled: int = 0
    pictures: int = 0
    unpriced: int = 0
    cost: Decimal = Decimal(0)
    waits: Counter[int] = field(default_factory=Counter[int])

    @property
    def requests(self) -> int:
        """How many requests are over."""
        return self.completed + self.failed + self.cancelled

    @property
    def success(self) -> float | None:
        """The share, 0 to 1, of those that gave a picture, of all that were not cancelled; None without any."""
        tried = self.completed + self.failed
        return self.completed / tried if tried else None

    def waited(self, share: float) -> int | None:
        """Return the seconds within which a share (0 to 1) of the completed was done; 0.5 is the median."""
        passed = 0
        for seconds in sorted(self.waits):
            passed += self.waits[seconds]
            if passed >= share * self.completed:
                return seconds
        return None

    def add(self, outcome: Outcome) -> None:
        """Count some more."""
        match outcome.state:
            case RequestState.COMPLETED:
                self.completed += outcome.requests
                self.waits[outcome.waited] += outcome.requests
            case RequestState.CANCELLED:
                self.cancelled += outcome.requests
            case _:
                self.failed += outcome.requests
        self.pictures += outcome.pictures
        self.unpriced += outcome.unpriced
        self.cost += Decimal(outcome.cost) / 1_000_000


@dataclass(frozen=True, slots=True)
class GuildReport:
    """What was made in a server on the last days.

    Attributes:
        first, last: the days, in the server's time zone `zone`.
        total: everything together.
        lines: by `by`: days in order, else the most pictures first. A request counts for each of its user's roles.
    """

    by: By
    first: date
    last: date
    zone: str
    total: Made
    lines: Sequence[Made]


class Reporter:
    """Adds up what was made in servers."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def of_guild(self, guild_id: int, days: int, by: By) -> GuildReport:
        """Return what was made in a server on so many days, today's among them."""
        now = self._clock.now()
        return await self._store.read(lambda session: guild_report(session, guild_id, days, by, now))


def guild_report(session: Session, guild_id: int, days: int, by: By, now: datetime) -> GuildReport:
    """Return what was made in a server on `days` days, that of `now` among them."""
    name = GuildSettings.of(session, guild_id).time_zone
    zone = ZoneInfo(name)
    last = now.astimezone(zone).date()
    first = last - timedelta(days=days - 1)
    since = datetime.combine(first, time(), zone).astimezone(UTC)
    outcomes = session.outcomes.of_guild(guild_id, by, since, day(now, zone).ends)
    total, known = Made(), dict[Key, Made]()
    if by == "day":
        known |= {key: Made(key) for key in ((first + timedelta(days=each)).isoformat() for each in range(days))}
    for outcome in outcomes:
        total.add(outcome)
        for key in _keys(outcome, by, guild_id, zone):
            known.setdefault(key, Made(key)).add(outcome)
    lines = [*known.values()] if by == "day" else sorted(known.values(), key=_most_first)
    return GuildReport(by, first, last, name, total, lines)


def _keys(outcome: Outcome, by: By, guild_id: int, zone: ZoneInfo) -> Iterable[Key]:
    if by == "day":
        return (datetime.fromtimestamp(outcome.key * SLOT, zone).date().isoformat(),)
    if by == "role":
        # The role that everybody has goes by the server's id, and says nothing.
        return [each for each in outcome.key or () if each != guild_id] or (None,)
    return (outcome.key,)


def _most_first(made: Made) -> tuple[int, int, str]:
    return -made.pictures, -made.requests, str(made.key)
