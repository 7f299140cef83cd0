"""Whatever happens in whatever order: used + reserved + left = what may be made."""

import asyncio
import tempfile
from collections import Counter
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule

from bot.engine import Limits, OperatorLimits, OverLimit, SystemClock
from bot.engine.accept import accept
from bot.store import Session, Store
from tests.engine.test_accept import CATALOG, DRAFT

USERS, GUILD, MANAGER = (101, 102), 7, 201
LIMIT = 4
OPERATOR = OperatorLimits.of(25, "unlimited")
SHIFTS = (
    ("UTC", datetime(2026, 11, 20, 23, 30, tzinfo=UTC)),
    ("Europe/Berlin", datetime(2026, 3, 28, 22, 30, tzinfo=UTC)),
    ("Europe/Berlin", datetime(2026, 10, 24, 21, 30, tzinfo=UTC)),
    ("Africa/Cairo", datetime(2026, 4, 23, 21, 30, tzinfo=UTC)),
    ("America/Havana", datetime(2026, 11, 1, 3, 30, tzinfo=UTC)),
)
"""Time zones, and half an hour before their midnights; soon after, their clocks are changed (save for UTC's)."""


class Clock(SystemClock):
    """A clock that a test sets."""

    time = SHIFTS[0][1]

    def now(self) -> datetime:
        return self.time


@dataclass(frozen=True)
class Taken:
    """A request that was accepted: whose, how many pictures, and on which day of the server's."""

    request_id: int
    user_id: int
    amount: int
    day: str


class Allowances(RuleBasedStateMachine):
    """Two users, a manager, and a clock."""

    taken = Bundle[Taken]("taken")

    def __init__(self) -> None:
        super().__init__()
        self.used: Counter[tuple[int, str]] = Counter()
        self.reserved: Counter[tuple[int, str]] = Counter()
        self.granted: Counter[tuple[int, str]] = Counter()
        self.open: set[int] = set()
        self.clock = Clock()
        self.zone = ZoneInfo("UTC")
        self.runner = asyncio.Runner()
        self.stack = AsyncExitStack()
        folder = self.stack.enter_context(tempfile.TemporaryDirectory())
        self.store: Store = self.run(self.stack.enter_async_context(Store.open(Path(folder) / "easel.db")))
        self.limits = Limits(self.store, self.clock, OPERATOR)

    def run(self, work: Any) -> Any:
        return self.runner.run(work)

    @property
    def day(self) -> str:
        return self.clock.time.astimezone(self.zone).strftime("%Y-%m-%d")

    def left(self, user_id: int) -> int:
        key = (user_id, self.day)
        return LIMIT + self.granted[key] - self.used[key] - self.reserved[key]

    @initialize(shift=st.sampled_from(SHIFTS))
    def begin(self, shift: tuple[str, datetime]) -> None:
        zone, self.clock.time = shift
        self.zone = ZoneInfo(zone)
        stored = {"pictures_a_day": LIMIT, "time_zone": zone}
        self.run(self.store.write(lambda session: session.guilds.change(GUILD, stored, self.clock.time)))

    @rule(hours=st.sampled_from([0.25, 1, 3, 7, 24]))
    def wait(self, hours: float) -> None:
        self.clock.time += timedelta(hours=hours)

    @rule(target=taken, user_id=st.sampled_from(USERS), amount=st.integers(1, 3))
    def accept(self, user_id: int, amount: int) -> Any:
        draft = replace(DRAFT, user_id=user_id, guild_id=GUILD, options={"count": amount})
        fits = amount <= self.left(user_id)
        try:
            accepted = self.run(
                self.store.write(lambda session: accept(session, draft, CATALOG, self.clock.time, OPERATOR))
            )
        except OverLimit as over:
            assert not fits
            assert over.args_["left"] == max(self.left(user_id), 0)  # noqa: PT017 - it need not be raised
            return multiple()  # pyright: ignore[reportUnknownVariableType] - of nothing
        assert fits
        self.reserved[user_id, self.day] += amount
        assert accepted.left == self.left(user_id)
        request_id = accepted.details.request.id
        self.open.add(request_id)
        return Taken(request_id, user_id, amount, self.day)

    def over(self, taken: Taken, made: int) -> None:
        if taken.request_id in self.open:
            self.open.remove(taken.request_id)
            self.reserved[taken.user_id, taken.day] -= taken.amount
            self.used[taken.user_id, taken.day] += made

    @rule(request=taken)
    def lapse(self, request: Taken) -> None:
        """Discord did not take the first answer."""
        self.run(self.store.write(lambda session: session.lapse(request.request_id, self.clock.time)))
        self.over(request, 0)

    @rule(request=taken, part=st.integers(0, 3))
    def settle(self, request: Taken, part: int) -> None:
        """It is delivered, whole or in part, or failed or was cancelled, and gave nothing."""
        made = min(part, request.amount)

        def settle(session: Session) -> None:
            session.allowances.settle(request.request_id, made)

        self.run(self.store.write(settle))
        self.over(request, made)

    @rule(user_id=st.sampled_from(USERS), pictures=st.integers(1, 3))
    def grant(self, user_id: int, pictures: int) -> None:
        self.run(self.limits.grant(GUILD, user_id, frozenset(), pictures, by=MANAGER))
        self.granted[user_id, self.day] += pictures

    @rule(user_id=st.sampled_from(USERS))
    def reset(self, user_id: int) -> None:
        given_back, _ = self.run(self.limits.reset(GUILD, user_id, frozenset(), by=MANAGER))
        assert given_back == self.used.pop((user_id, self.day), 0)

    @invariant()
    def it_adds_up(self) -> None:
        for user_id in USERS:
            key, standing = (user_id, self.day), self.run(self.limits.standing(user_id, GUILD))
            assert standing.used + standing.reserved + standing.left == standing.limit == LIMIT + standing.granted
            found = (standing.used, standing.reserved, standing.granted)
            assert found == (self.used[key], self.reserved[key], self.granted[key])
            assert standing.reset > self.clock.time

    def teardown(self) -> None:
        self.run(self.stack.aclose())
        self.runner.close()


TestAllowances = Allowances.TestCase
# Each example opens a database, so a failing one is shown as it was found, not made smaller.
TestAllowances.settings = settings(
    max_examples=25, stateful_step_count=25, deadline=None, phases=set(Phase) - {Phase.shrink}
)
