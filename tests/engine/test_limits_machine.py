"""Whatever happens in whatever order: used + reserved + left = what may be made, and so it is with dollars."""

import asyncio
import tempfile
from collections import Counter
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule
from pydantic import SecretStr

from bot.engine import Answer, Engine, NotCancellable, OperatorLimits, OverBudget, OverLimit, SystemClock
from bot.engine.accept import accept
from bot.engine.follow import _settle  # pyright: ignore[reportPrivateUsage] - what settles a request
from bot.engine.late import _complete, _fail  # pyright: ignore[reportPrivateUsage] - what takes in what came late
from bot.engine.moves import take_in
from bot.images import Downloader, Encoder, PictureStore
from bot.runapi import Routes, RunAPI, State, TaskStatus
from bot.store import UNFINISHED, Delivery, Failure, Session, Store, TaskState
from tests.engine.test_accept import CATALOG, DRAFT

USERS, GUILD, MANAGER = (101, 102), 7, 201
LIMIT = 4
PRICE = Decimal("0.08")
SERVER = {"budget_a_day": "0.56", "budget_a_month": "0.90"}
OPERATOR = OperatorLimits.of(25, "unlimited", budget_a_day=Decimal("0.64"), budget_a_month=Decimal("1.20"))
BUDGETS = {
    "server-day": Decimal("0.56"),
    "server-month": Decimal("0.90"),
    "operator-day": Decimal("0.64"),
    "operator-month": Decimal("1.20"),
}
COSTS = (None, "0.05", "0.08", "0.20")
"""What RunAPI says that a task did cost; more than it quoted occurs."""
SHIFTS = (
    ("UTC", datetime(2026, 11, 20, 23, 30, tzinfo=UTC)),
    ("Europe/Berlin", datetime(2026, 3, 28, 22, 30, tzinfo=UTC)),
    ("Europe/Berlin", datetime(2026, 10, 24, 21, 30, tzinfo=UTC)),
    ("Africa/Cairo", datetime(2026, 4, 23, 21, 30, tzinfo=UTC)),
    ("America/Havana", datetime(2026, 11, 1, 3, 30, tzinfo=UTC)),
    ("Asia/Tokyo", datetime(2026, 11, 30, 14, 30, tzinfo=UTC)),
)
"""Time zones, and half an hour before their midnights; soon after, clocks are changed, or a month begins."""


class Clock(SystemClock):
    """A clock that a test sets."""

    time = SHIFTS[0][1]

    def now(self) -> datetime:
        return self.time


@dataclass
class Asked:
    """A request that was accepted: whose, from which counters, and what came of its tasks so far.

    Attributes:
        unfinished: its tasks that are not over, `sent` those that RunAPI has, `expired` those that were given up.
        charged: dollars by task, of those for which RunAPI charges or may charge.
    """

    request_id: int
    user_id: int
    amount: int
    day: str
    budgets: tuple[tuple[str, str], ...]
    unfinished: list[int]
    answered: bool = False
    over: bool = False
    made: int = 0
    sent: set[int] = field(default_factory=set[int])
    expired: set[int] = field(default_factory=set[int])
    charged: dict[int, Decimal] = field(default_factory=dict[int, Decimal])

    @property
    def cost(self) -> Decimal:
        return sum(self.charged.values(), Decimal(0))


class Limits(RuleBasedStateMachine):
    """Two users, a manager, a clock, and an engine that a test moves on."""

    asked = Bundle[Asked]("asked")

    def __init__(self) -> None:
        super().__init__()
        self.used: Counter[tuple[int, str]] = Counter()
        self.reserved: Counter[tuple[int, str]] = Counter()
        self.granted: Counter[tuple[int, str]] = Counter()
        self.requests: list[Asked] = []
        self.clock = Clock()
        self.zone = ZoneInfo("UTC")
        self.runner = asyncio.Runner()
        self.stack = AsyncExitStack()
        folder = Path(self.stack.enter_context(tempfile.TemporaryDirectory()))
        self.store: Store = self.run(self.stack.enter_async_context(Store.open(folder / "easel.db")))
        self.run(self.build(folder))

    async def build(self, folder: Path) -> None:
        http = await self.stack.enter_async_context(httpx.AsyncClient(trust_env=False))
        self.engine = Engine(
            store=self.store,
            catalog=CATALOG,
            runapi=RunAPI(http, base_url="http://127.0.0.1:1", api_key=SecretStr("key")),
            routes=Routes("auto"),
            pictures=PictureStore(folder / "pictures", cap_bytes=2**30, keep=timedelta(days=7)),
            downloader=Downloader(http, trusted_origin="http://127.0.0.1:1"),
            encoder=Encoder(),
            clock=self.clock,
            limits=OPERATOR,
            tasks_at_once=2,
        )

    def run(self, work: Any) -> Any:
        return self.runner.run(work)

    def write(self, work: Any) -> Any:
        return self.run(self.store.write(work))

    @property
    def day(self) -> str:
        return self.clock.time.astimezone(self.zone).strftime("%Y-%m-%d")

    @property
    def periods(self) -> tuple[tuple[str, str], ...]:
        """The budgets of now, by scope and period."""
        there, here = self.clock.time.astimezone(self.zone), self.clock.time
        days = {"server": there, "operator": here}
        spans = {"day": "%Y-%m-%d", "month": "%Y-%m"}
        return tuple((f"{who}-{span}", days[who].strftime(spans[span])) for who in days for span in spans)

    def left(self, user_id: int) -> int:
        key = (user_id, self.day)
        return LIMIT + self.granted[key] - self.used[key] - self.reserved[key]

    def gone(self, budget: tuple[str, str]) -> tuple[Decimal, Decimal]:
        """What should be reserved and spent of a budget."""
        mine = [each for each in self.requests if budget in each.budgets]
        reserved = sum((PRICE * each.amount for each in mine if not each.over), Decimal(0))
        return reserved, sum((each.cost for each in mine if each.over), Decimal(0))

    @initialize(shift=st.sampled_from(SHIFTS))
    def begin(self, shift: tuple[str, datetime]) -> None:
        zone, self.clock.time = shift
        self.zone = ZoneInfo(zone)
        stored = {"pictures_a_day": LIMIT, "time_zone": zone, **SERVER}
        self.write(lambda session: session.guilds.change(GUILD, stored, self.clock.time))

    @rule(hours=st.sampled_from([0.25, 1, 3, 7, 24]))
    def wait(self, hours: float) -> None:
        self.clock.time += timedelta(hours=hours)

    @rule(target=asked, user_id=st.sampled_from(USERS), amount=st.integers(1, 3))
    def accept(self, user_id: int, amount: int) -> Any:
        draft = replace(DRAFT, user_id=user_id, guild_id=GUILD, options={"count": amount})
        fits = amount <= self.left(user_id)
        affordable = all(sum(self.gone(each)) + PRICE * amount <= BUDGETS[each[0]] for each in self.periods)

        def quotes_of(*_: object) -> list[Decimal]:
            return [PRICE] * amount

        try:
            accepted = self.write(
                lambda session: accept(session, draft, CATALOG, self.clock.time, OPERATOR, quotes_of=quotes_of)
            )
        except OverLimit as over:
            assert not fits
            assert over.args_["left"] == max(self.left(user_id), 0)  # noqa: PT017 - it need not be raised
            return multiple()  # pyright: ignore[reportUnknownVariableType] - of nothing
        except OverBudget:
            assert fits
            assert not affordable
            return multiple()  # pyright: ignore[reportUnknownVariableType] - of nothing
        assert fits
        assert affordable
        self.reserved[user_id, self.day] += amount
        assert accepted.left == self.left(user_id)
        tasks = [task.id for task in accepted.details.tasks]
        request = Asked(accepted.details.request.id, user_id, amount, self.day, self.periods, tasks)
        self.requests.append(request)
        return request

    def end(self, request: Asked) -> None:
        """The request is over: nothing is reserved any more."""
        request.over = True
        self.reserved[request.user_id, request.day] -= request.amount
        self.used[request.user_id, request.day] += request.made

    @rule(request=asked, taken=st.booleans())
    def answer(self, request: Asked, taken: bool) -> None:
        """Discord takes the first answer, or does not."""
        if taken:
            self.run(self.engine.acknowledge(request.request_id, Answer({})))
        else:
            self.run(self.engine.lapse(request.request_id))
        if not (request.answered or request.over):
            request.answered = taken
            if not taken:
                request.unfinished.clear()
                self.end(request)

    @rule(request=asked)
    def send(self, request: Asked) -> None:
        """RunAPI takes a task."""
        waiting = [each for each in request.unfinished if each not in request.sent]
        if request.answered and waiting:
            sent = {"idempotency_key": str(waiting[0]), "status_path": "/x", "submitted_at": self.clock.time}
            self.write(lambda session: session.tasks.move(waiting[0], *UNFINISHED, to=TaskState.PENDING, **sent))
            request.sent.add(waiting[0])

    @rule(
        request=asked,
        to=st.sampled_from([TaskState.COMPLETED, TaskState.FAILED, TaskState.EXPIRED]),
        cost=st.sampled_from(COSTS),
    )
    def finish(self, request: Asked, to: TaskState, cost: str | None) -> None:
        """RunAPI makes a picture, fails, or takes too long."""
        running = [each for each in request.unfinished if each in request.sent]
        if not running:
            return
        task_id, now = running[0], self.clock.time
        request.unfinished.remove(task_id)
        if to is TaskState.COMPLETED:
            status = made(cost)
            self.write(lambda session: take_in(session, session.tasks.get(task_id), status, *UNFINISHED, now=now))
            request.made += 1
            request.charged[task_id] = status.cost or PRICE
        else:
            why = Failure("task-failed", {"said": "no", "message": ""})
            self.write(lambda session: session.tasks.move(task_id, *UNFINISHED, to=to, failure=why, finished_at=now))
            if to is TaskState.EXPIRED:
                request.expired.add(task_id)
                request.charged[task_id] = PRICE
        self.settle(request)

    @rule(request=asked)
    def cancel(self, request: Asked) -> None:
        if not request.answered:
            return
        try:
            self.run(self.engine.cancel(request.request_id, by=request.user_id))
        except NotCancellable:
            assert not request.unfinished
        # What was sent RunAPI may finish, and bill.
        request.charged |= {each: PRICE for each in request.unfinished if each in request.sent}
        request.unfinished.clear()
        self.settle(request)

    @rule(request=asked)
    def settle(self, request: Asked) -> None:
        """The engine looks whether it is over, and delivers it; again is as once."""
        if request.unfinished or not request.answered:
            return
        now = self.clock.time

        def settle(session: Session) -> None:
            found = session.requests.get(request.request_id)
            assert found is not None
            _settle(session, session.details(found), now)
            session.requests.change(found.id, delivery=Delivery.DELIVERED)

        self.write(settle)
        if not request.over:
            self.end(request)

    @rule(request=asked, came=st.booleans(), cost=st.sampled_from(COSTS))
    def come_late(self, request: Asked, came: bool, cost: str | None) -> None:
        """What was given up comes after all, or RunAPI says that it never will."""
        if not (request.over and request.expired):
            return
        task_id, now = request.expired.pop(), self.clock.time

        def late(session: Session) -> bool:
            task = session.tasks.get(task_id)
            if came:
                return _complete(session, [(task, made(cost))], now)
            _fail(session, [(task, TaskStatus(State.FAILED))])
            return False

        def deliver(session: Session) -> None:
            session.requests.change(request.request_id, delivery=Delivery.DELIVERED)

        taken_in = self.write(late)
        self.write(deliver)
        if taken_in:
            request.charged[task_id] = made(cost).cost or PRICE
        elif came and cost is not None:  # it was cancelled, and is charged all the same
            request.charged[task_id] = Decimal(cost)
        else:
            del request.charged[task_id]

    @rule(user_id=st.sampled_from(USERS), pictures=st.integers(1, 3))
    def grant(self, user_id: int, pictures: int) -> None:
        self.run(self.engine.limits.grant(GUILD, user_id, frozenset(), pictures, by=MANAGER))
        self.granted[user_id, self.day] += pictures

    @rule(user_id=st.sampled_from(USERS))
    def reset(self, user_id: int) -> None:
        given_back, _ = self.run(self.engine.limits.reset(GUILD, user_id, frozenset(), by=MANAGER))
        assert given_back == self.used.pop((user_id, self.day), 0)

    @invariant()
    def it_adds_up(self) -> None:
        for user_id in USERS:
            key, standing = (user_id, self.day), self.run(self.engine.limits.standing(user_id, GUILD))
            assert standing.used + standing.reserved + standing.left == standing.limit == LIMIT + standing.granted
            found = (standing.used, standing.reserved, standing.granted)
            assert found == (self.used[key], self.reserved[key], self.granted[key])
            assert standing.reset > self.clock.time

    @invariant()
    def dollars_add_up(self) -> None:
        found = self.run(self.engine.limits.funds(GUILD))
        assert [(each.purse.budget.scope, each.purse.budget.period) for each in found] in ([], list(self.periods))
        for each in found:
            purse, gone = each.purse, self.gone((each.purse.budget.scope, each.purse.budget.period))
            assert tuple(each.spending) == gone
            assert each.left == max(purse.limit - sum(gone), Decimal(0))
            # Only what RunAPI charged beyond its quotes can overdraw it.
            beyond = sum(
                (max(request.cost - PRICE * request.amount, Decimal(0)) for request in self.requests), Decimal(0)
            )
            assert sum(gone) <= purse.limit + beyond
            assert purse.ends > self.clock.time

    def teardown(self) -> None:
        self.run(self.stack.aclose())
        self.runner.close()


def made(cost: str | None) -> TaskStatus:
    """What RunAPI says of a task that is done."""
    amount = None if cost is None else Decimal(cost)
    return TaskStatus(State.COMPLETED, ("https://file.runapi.ai/a.png",), cost=amount)


TestLimits = Limits.TestCase
# Each example opens a database, so a failing one is shown as it was found, not made smaller.
TestLimits.settings = settings(
    max_examples=25, stateful_step_count=30, deadline=None, phases=set(Phase) - {Phase.shrink}
)
