"""Whatever happens in whatever order: used + reserved + left = what may be made, and so it is with dollars."""

import asyncio
import tempfile
from collections import Counter
from collections.abc import Callable
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
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, precondition, rule
from pydantic import SecretStr

from bot.engine import Answer, Engine, OperatorLimits, OverBudget, OverLimit, SystemClock
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
SERVER = {"budget_a_day": "0.40", "budget_a_month": "0.88"}
OPERATOR = OperatorLimits.of(25, "unlimited", budget_a_day=Decimal("0.48"), budget_a_month=Decimal("0.96"))
BUDGETS = {
    "server-day": Decimal("0.40"),
    "server-month": Decimal("0.88"),
    "operator-day": Decimal("0.48"),
    "operator-month": Decimal("0.96"),
}
COSTS = (None, "0.05", "0.08", "0.20")
"""What RunAPI says that a task did cost; more than it quoted occurs."""
WHICH = st.integers(0, 20)
ENDS = (TaskState.COMPLETED, TaskState.COMPLETED, TaskState.FAILED, TaskState.EXPIRED)
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


def runs(request: Asked) -> bool:
    """Whether RunAPI works on a request."""
    return any(each in request.sent for each in request.unfinished)


def waits(request: Asked) -> bool:
    """Whether a request that was answered is under way."""
    return request.answered and bool(request.unfinished)


def was_given_up(request: Asked) -> bool:
    """Whether something of a request may still come late."""
    return request.over and bool(request.expired)


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

    def write(self, work: Callable[[Session], Any]) -> Any:
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

    @rule(
        target=asked,
        user_id=st.sampled_from(USERS),
        amount=st.integers(1, 3),
        taken=st.sampled_from([True, True, True, None, False]),
        sent=st.integers(0, 3),
    )
    def accept(self, user_id: int, amount: int, taken: bool | None, sent: int) -> Any:
        """Somebody asks; Discord takes the first answer, has not yet, or does not; RunAPI takes some of the tasks."""
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
        if taken is not None:
            self.answer(request, taken=taken)
        for _ in range(sent):
            self.take(request)
        return request

    def one_of(self, which: int, suits: Callable[[Asked], bool]) -> Asked:
        """One of the requests that suit."""
        suitable = [each for each in self.requests if suits(each)]
        return suitable[which % len(suitable)]

    def end(self, request: Asked) -> None:
        """The request is over: nothing is reserved any more."""
        request.over = True
        self.reserved[request.user_id, request.day] -= request.amount
        self.used[request.user_id, request.day] += request.made

    @rule(request=asked)
    def answer_later(self, request: Asked) -> None:
        """Discord takes the first answer after all."""
        self.answer(request, taken=True)

    def answer(self, request: Asked, *, taken: bool) -> None:
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
        self.take(request)

    def take(self, request: Asked) -> None:
        waiting = [each for each in request.unfinished if each not in request.sent]
        if request.answered and waiting:
            sent: dict[str, Any] = {
                "idempotency_key": str(waiting[0]),
                "status_path": "/x",
                "submitted_at": self.clock.time,
            }
            self.write(lambda session: session.tasks.move(waiting[0], *UNFINISHED, to=TaskState.PENDING, **sent))
            request.sent.add(waiting[0])

    @precondition(lambda self: any(map(runs, self.requests)))
    @rule(which=WHICH, ends=st.lists(st.tuples(st.sampled_from(ENDS), st.sampled_from(COSTS)), min_size=1, max_size=3))
    def finish(self, which: int, ends: list[tuple[TaskState, str | None]]) -> None:
        """RunAPI makes a picture, fails, or takes too long: one task after the other."""
        request = self.one_of(which, runs)
        running = [each for each in request.unfinished if each in request.sent]
        for task_id, (to, cost) in zip(running, ends, strict=False):
            request.unfinished.remove(task_id)
            if to is TaskState.COMPLETED:
                self.complete(request, task_id, made(cost))
            else:
                self.fail(request, task_id, to)
        self.look(request)

    def complete(self, request: Asked, task_id: int, status: TaskStatus) -> None:
        now = self.clock.time
        self.write(lambda session: take_in(session, session.tasks.get(task_id), status, *UNFINISHED, now=now))
        request.made += 1
        request.charged[task_id] = PRICE if status.cost is None else status.cost

    def fail(self, request: Asked, task_id: int, to: TaskState) -> None:
        why, now = Failure("task-failed", {"said": "no", "message": ""}), self.clock.time
        self.write(lambda session: session.tasks.move(task_id, *UNFINISHED, to=to, failure=why, finished_at=now))
        if to is TaskState.EXPIRED:
            request.expired.add(task_id)
            request.charged[task_id] = PRICE

    @precondition(lambda self: any(map(waits, self.requests)))
    @rule(which=WHICH)
    def cancel(self, which: int) -> None:
        request = self.one_of(which, waits)
        self.run(self.engine.cancel(request.request_id, by=request.user_id))
        # What was sent RunAPI may finish, and bill.
        request.charged |= {each: PRICE for each in request.unfinished if each in request.sent}
        request.unfinished.clear()
        self.look(request)

    @rule(request=asked)
    def settle(self, request: Asked) -> None:
        """The engine looks once more whether it is over."""
        self.look(request)

    def look(self, request: Asked) -> None:
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

    @precondition(lambda self: any(map(was_given_up, self.requests)))
    @rule(which=WHICH, came=st.booleans(), cost=st.sampled_from(COSTS))
    def come_late(self, which: int, came: bool, cost: str | None) -> None:
        """What was given up comes after all, or RunAPI says that it never will."""
        request = self.one_of(which, was_given_up)
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
    max_examples=30, stateful_step_count=30, deadline=None, phases=set(Phase) - {Phase.shrink}
)
