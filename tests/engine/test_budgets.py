"""What a server and the operator may spend: what is taken from it, when, and what comes back."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.engine import Accepted, Funds, GuildSettings, OperatorLimits, OverBudget, OverLimit, PriceUnknown, limits
from bot.engine.accept import accept
from bot.engine.follow import _settle  # pyright: ignore[reportPrivateUsage] - what settles a request
from bot.engine.late import _complete, _fail  # pyright: ignore[reportPrivateUsage] - what takes in what came late
from bot.i18n import DEFAULT_LOCALE, text
from bot.runapi import State, TaskStatus
from bot.store import Failure, Session, Store, TaskState
from tests.engine.test_accept import CATALOG, DRAFT, NOW

GUILD, OTHER = 7, 8
PRICE = Decimal("0.08")
MIDNIGHT, NEXT_MONTH = datetime(2026, 11, 21, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)
SENT: dict[str, Any] = {"idempotency_key": "key", "status_path": "/v1/x", "submitted_at": NOW}


@pytest.fixture(name="store")
async def _store(tmp_path: Path) -> AsyncGenerator[Store]:
    async with Store.open(tmp_path / "easel.db") as store:
        yield store


class Paying:
    """Asks where a server, and the operator, have budgets; every task costs `price`."""

    def __init__(self, store: Store, a_day: str | None = None, a_month: str | None = None) -> None:
        budgets = [None if each is None else Decimal(each) for each in (a_day, a_month)]
        self.store = store
        self.operator = OperatorLimits.of(500, budget_a_day=budgets[0], budget_a_month=budgets[1])
        self.price: Decimal | None = PRICE

    async def decide(self, **settings: Any) -> None:
        """Set the server's settings."""
        await self.store.write(lambda session: session.guilds.change(GUILD, settings, NOW))

    async def ask(self, count: int = 1, *, now: datetime = NOW, **changed: Any) -> Accepted:
        """Ask for pictures that need a task each."""
        draft = replace(DRAFT, options={"count": count}, **changed)
        quotes = None if self.price is None else [self.price] * count

        def quotes_of(*_: object) -> list[Decimal] | None:
            return quotes

        return await self.store.write(
            lambda session: accept(session, draft, CATALOG, now, self.operator, quotes_of=quotes_of)
        )

    async def refused(self, count: int = 1, **changed: Any) -> str:
        """Ask for too much; return what is said."""
        before = await self.funds()
        with pytest.raises(OverBudget) as caught:
            await self.ask(count, **changed)
        assert await self.funds() == before
        return text(caught.value.sentence, locale=DEFAULT_LOCALE, **caught.value.args_)

    async def funds(self, guild: int | None = GUILD, now: datetime = NOW) -> list[Funds]:
        def look(session: Session) -> list[Funds]:
            return list(limits.funds(session, guild, GuildSettings.of(session, guild), now, self.operator))

        return await self.store.read(look)

    async def stand(self, **where: Any) -> list[tuple[str, str, str]]:
        """Return what is reserved, spent and left of each budget."""
        return [tuple(f"{amount:.2f}" for amount in (*each.spending, each.left)) for each in await self.funds(**where)]  # pyright: ignore[reportReturnType] - three

    async def end(self, accepted: Accepted, *ends: tuple[TaskState, str | None], sent: bool = True) -> None:
        """End a request's tasks, each in a state and with what RunAPI says that it cost."""

        def end(session: Session) -> None:
            session.acknowledge(accepted.details.request.id, NOW, reply={}, channel_id=1, message_id=2)
            for task, (state, cost) in zip(accepted.details.tasks, ends, strict=True):
                values = {**SENT, "idempotency_key": str(task.id)} if sent else {}
                amount = None if cost is None else Decimal(cost)
                failure = Failure("task-expired", {"minutes": 14}) if state is TaskState.EXPIRED else None
                session.tasks.move(
                    task.id, task.state, to=state, cost=amount, finished_at=NOW, failure=failure, **values
                )
            request = session.requests.get(accepted.details.request.id)
            assert request is not None
            _settle(session, session.details(request), NOW)

        await self.store.write(end)


async def test_a_server_and_the_operator_pay_for_a_day_and_for_a_month(store: Store) -> None:
    paying = Paying(store, "1", "9")
    await paying.decide(budget_a_day="0.50", budget_a_month="5")
    await paying.ask(2)
    assert await paying.stand() == [
        ("0.16", "0.00", "0.34"),
        ("0.16", "0.00", "4.84"),
        ("0.16", "0.00", "0.84"),
        ("0.16", "0.00", "8.84"),
    ]
    await paying.ask(guild_id=None)
    await paying.ask(guild_id=OTHER)
    assert await paying.stand() == [
        ("0.16", "0.00", "0.34"),
        ("0.16", "0.00", "4.84"),
        ("0.32", "0.00", "0.68"),
        ("0.32", "0.00", "8.68"),
    ]


async def test_who_sets_no_budget_has_no_row_of_one(store: Store) -> None:
    paying = Paying(store)
    accepted = await paying.ask()
    assert await paying.funds() == []
    assert accepted.details.quote == PRICE
    await paying.end(accepted, (TaskState.COMPLETED, "0.08"))


@pytest.mark.parametrize(
    ("budget", "said"),
    [
        (
            {"budget_a_day": "0.1"},
            "This server's budget for today has $0.02 left, and this costs about $0.08. {day}",
        ),
        ({"budget_a_day": "0.08"}, "This server's budget for today is used up. {day}"),
        (
            {"budget_a_month": "0.15"},
            "This server's budget for this month has $0.07 left, and this costs about $0.08. {month}",
        ),
        ({"budget_a_month": "0.08"}, "This server's budget for this month is used up. {month}"),
    ],
)
async def test_a_refusal_names_the_budget_and_when_it_begins_anew_and_takes_nothing(
    store: Store, budget: dict[str, str], said: str
) -> None:
    paying = Paying(store)
    await paying.decide(**budget)
    await paying.ask()
    anew = {
        name: f"It begins anew <t:{int(moment.timestamp())}:R>. Nothing was charged."
        for name, moment in (("day", MIDNIGHT), ("month", NEXT_MONTH))
    }
    assert await paying.refused() == said.format(**anew)


async def test_of_the_operators_budget_nobody_is_told_what_is_left(store: Store) -> None:
    day = f" It begins anew <t:{int(MIDNIGHT.timestamp())}:R>. Nothing was charged."
    month = f" It begins anew <t:{int(NEXT_MONTH.timestamp())}:R>. Nothing was charged."
    paying = Paying(store, "0.2")
    await paying.ask(2)
    assert await paying.refused() == (
        "This costs about $0.08, for which this bot's budget for today, for all servers together, does not suffice."
        + day
    )
    paying = Paying(store, None, "0.16")
    await paying.ask(2, guild_id=None)
    said = "This bot's budget for this month, for all servers together, is used up."
    assert await paying.refused() == await paying.refused(guild_id=None) == said + month


async def test_nothing_is_nothing_though_what_costs_nothing_can_be_had(store: Store) -> None:
    paying = Paying(store)
    await paying.decide(budget_a_day="0")
    for paying.price in (PRICE, None):
        assert await paying.refused() == (
            "This server spends nothing on pictures: its budget a day is $0. Who manages the server can change that. "
            "Nothing was charged."
        )
    paying.price = Decimal(0)
    await paying.ask()
    operators = Paying(store, None, "0")
    assert await operators.refused(guild_id=None) == (
        "This bot spends nothing on pictures: its operator's budget a month is $0. Nothing was charged."
    )


async def test_with_a_budget_a_price_has_to_be_known(store: Store) -> None:
    paying = Paying(store)
    paying.price = None
    assert (await paying.ask()).details.quote is None
    await paying.decide(budget_a_month="5")
    with pytest.raises(PriceUnknown) as caught:
        await paying.ask()
    assert text(caught.value.sentence, locale=DEFAULT_LOCALE, **caught.value.args_) == (
        "What may be spent here is limited, and the image service does not say right now what Imagen 4 costs. "
        "Try again in a minute, or take another model. Nothing was charged."
    )
    await paying.ask(guild_id=OTHER)


async def test_what_an_allowance_refuses_a_budget_is_not_asked_for(store: Store) -> None:
    paying = Paying(store, "5")
    paying.operator = replace(paying.operator, daily=0, ceiling=0)
    with pytest.raises(OverLimit):
        await paying.ask()
    assert await paying.stand() == [("0.00", "0.00", "5.00")]


@pytest.mark.parametrize(
    ("ends", "spent"),
    [
        ([(TaskState.COMPLETED, "0.05"), (TaskState.COMPLETED, "0.06")], "0.11"),
        ([(TaskState.COMPLETED, None), (TaskState.COMPLETED, "0.06")], "0.14"),
        ([(TaskState.COMPLETED, "0.50"), (TaskState.FAILED, None)], "0.50"),
        ([(TaskState.FAILED, None), (TaskState.REFUSED, None)], "0.00"),
        ([(TaskState.CANCELLED, None), (TaskState.FAILED, None)], "0.08"),
        ([(TaskState.UNKNOWN, None), (TaskState.EXPIRED, None)], "0.16"),
    ],
)
async def test_what_runapi_charges_is_spent_or_what_it_quoted_where_it_does_not_say(
    store: Store, ends: list[tuple[TaskState, str | None]], spent: str
) -> None:
    paying = Paying(store, "1")
    await paying.end(await paying.ask(2), *ends)
    assert await paying.stand() == [("0.00", spent, f"{1 - Decimal(spent):.2f}")]


async def test_what_was_cancelled_before_it_was_sent_or_lapsed_costs_nothing(store: Store) -> None:
    paying = Paying(store, "1")
    await paying.end(await paying.ask(), (TaskState.CANCELLED, None), sent=False)
    lapsed = await paying.ask()
    await store.write(lambda session: session.lapse(lapsed.details.request.id, NOW))
    assert await paying.stand() == [("0.00", "0.00", "1.00")]


async def test_more_than_was_quoted_overdraws_a_budget_which_then_gives_nothing(store: Store) -> None:
    paying = Paying(store, "0.1")
    await paying.end(await paying.ask(), (TaskState.COMPLETED, "0.50"))
    assert await paying.stand() == [("0.00", "0.50", "0.00")]
    assert "is used up" in await paying.refused()


@pytest.mark.parametrize(("cost", "spent"), [("0.05", "0.05"), (None, "0.08")])
async def test_what_came_late_is_taken_in_place_of_its_quote(store: Store, cost: str | None, spent: str) -> None:
    paying = Paying(store, "1")
    accepted = await paying.ask()
    await paying.end(accepted, (TaskState.EXPIRED, None))
    [task] = accepted.details.tasks
    amount = None if cost is None else Decimal(cost)
    status = TaskStatus(State.COMPLETED, ("https://file.runapi.ai/a.png",), cost=amount)

    def come(session: Session) -> bool:
        session.requests.change(accepted.details.request.id, delivery="delivered")
        return _complete(session, [(session.tasks.get(task.id), status)], NOW)

    assert await store.write(come)
    assert (await paying.stand())[0][:2] == ("0.00", spent)


async def test_what_failed_late_goes_back(store: Store) -> None:
    paying = Paying(store, "1")
    accepted = await paying.ask()
    await paying.end(accepted, (TaskState.EXPIRED, None))
    [task] = accepted.details.tasks
    failed = TaskStatus(State.FAILED, error="no")
    await store.write(lambda session: _fail(session, [(session.tasks.get(task.id), failed)]))
    assert (await paying.stand())[0][:2] == ("0.00", "0.00")


async def test_days_and_months_are_the_servers_there_and_utcs_for_the_operator(store: Store) -> None:
    paying = Paying(store, "5", "5")
    await paying.decide(budget_a_day="0.08", budget_a_month="0.16", time_zone="Asia/Tokyo")
    late = datetime(2026, 11, 30, 14, 59, tzinfo=UTC)  # a minute before December in Tokyo
    await paying.ask(now=late)
    december = late + timedelta(minutes=1)
    assert f"<t:{int(december.timestamp())}:R>" in await paying.refused(now=late)
    await paying.ask(now=december)
    left = [(each.purse.budget.period, each.left) for each in await paying.funds(now=december)]
    assert left == [
        ("2026-12-01", Decimal(0)),
        ("2026-12", PRICE),
        ("2026-11-30", 5 - 2 * PRICE),
        ("2026-11", 5 - 2 * PRICE),
    ]


async def test_200_at_once_do_not_overspend(store: Store) -> None:
    paying = Paying(store, None, "9")
    await paying.decide(budget_a_day="0.40")
    outcomes = await asyncio.gather(*(paying.ask() for _ in range(200)), return_exceptions=True)
    assert sum(isinstance(each, OverBudget) for each in outcomes) == 195
    assert await paying.stand() == [("0.40", "0.00", "0.00"), ("0.40", "0.00", "8.60")]


@pytest.mark.parametrize(
    ("zone", "now", "period", "ends"),
    [
        ("UTC", "2026-12-31T23:59", "2026-12", "2027-01-01T00:00"),
        ("UTC", "2028-02-01T00:00", "2028-02", "2028-03-01T00:00"),
        ("Europe/Berlin", "2026-03-31T21:59", "2026-03", "2026-03-31T22:00"),
        ("America/Havana", "2026-10-31T12:00", "2026-10", "2026-11-01T04:00"),  # at the first of two midnights
    ],
)
def test_a_month_ends_when_the_next_begins(zone: str, now: str, period: str, ends: str) -> None:
    window = limits.month(datetime.fromisoformat(now).replace(tzinfo=UTC), ZoneInfo(zone))
    assert window == (period, datetime.fromisoformat(ends).replace(tzinfo=UTC))


@settings(deadline=None)
@given(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)), st.timezones())  # noqa: DTZ001 - as it asks
def test_a_month_ends_when_it_says(now: datetime, zone: ZoneInfo) -> None:
    period, ends = limits.month(now, zone)
    assert timedelta(0) < ends - now <= timedelta(days=31, hours=26)
    assert limits.month(ends, zone).period > period
    assert limits.month(ends - timedelta(microseconds=1), zone).period == period
