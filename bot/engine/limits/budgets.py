"""What may be spent: by a server and by the operator, on a day and in a month.

A request reserves what its tasks are to cost, of every budget or of none, and takes what they did cost in its place
when it is over. RunAPI may charge more than it quoted; a budget is then overdrawn by that.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal
from zoneinfo import ZoneInfo

from bot.catalog import Action, Model, Options
from bot.engine.guild_settings import GuildSettings
from bot.engine.limits.days import Window, day, month
from bot.engine.limits.operator import OperatorLimits
from bot.errors import EaselError
from bot.money import dollars
from bot.store import Budget, Session, Spending, Task, TaskState

Whose = Literal["server", "operator"]
Span = Literal["day", "month"]

OPERATOR = 0
"""Whose budgets the operator's are, in place of a server's id."""

NOTHING = Decimal(0)

Quotes = Sequence[Decimal]
"""Dollars that each of a request's tasks is to cost."""

Question = tuple[Action, Model, Options]
"""What is asked for, as far as its price depends on it."""

QuotesOf = Callable[[Action, Model, Options], Quotes | None]
"""Tells what is known, at once, of what a request would cost; None where that is not all of it."""


class OverBudget(EaselError):
    """What is left of a budget does not suffice."""


class PriceUnknown(EaselError):
    """There is a budget, and what the request costs is not known.

    Attributes:
        question: what would have to be known.
    """

    def __init__(self, *, question: Question) -> None:
        super().__init__("budget-price-unknown", model=question[1].name)
        self.question = question


@dataclass(frozen=True, slots=True)
class Purse:
    """A budget with its limit in dollars, and when it begins anew."""

    budget: Budget
    limit: Decimal
    ends: datetime
    whose: Whose
    span: Span


@dataclass(frozen=True, slots=True)
class Funds:
    """A budget and what is gone of it, in dollars."""

    purse: Purse
    spending: Spending

    @property
    def left(self) -> Decimal:
        """Dollars that can still be taken."""
        return max(self.purse.limit - self.spending.reserved - self.spending.spent, NOTHING)


def purses(guild_id: int | None, settings: GuildSettings, now: datetime, operator: OperatorLimits) -> Sequence[Purse]:
    """Return the budgets from which a request in a server, or outside of servers, is paid, the operator's last."""
    a_day, a_month = settings.budget_a_day, settings.budget_a_month
    found: list[Purse] = []
    if guild_id is not None and (a_day is not None or a_month is not None):
        zone = ZoneInfo(settings.time_zone)
        found += _purse("server", guild_id, "day", a_day, day(now, zone))
        found += _purse("server", guild_id, "month", a_month, month(now, zone))
    a_day, a_month = operator.budget_a_day, operator.budget_a_month
    if a_day is not None or a_month is not None:
        found += _purse("operator", OPERATOR, "day", a_day, day(now))
        found += _purse("operator", OPERATOR, "month", a_month, month(now))
    return found


def _purse(whose: Whose, subject_id: int, span: Span, limit: Decimal | None, window: Window) -> Sequence[Purse]:
    if limit is None:
        return ()
    return (Purse(Budget(f"{whose}-{span}", subject_id, window.period), limit, window.ends, whose, span),)


def funds(
    session: Session, guild_id: int | None, settings: GuildSettings, now: datetime, operator: OperatorLimits
) -> Sequence[Funds]:
    """Return how the budgets stand from which a request would be paid."""
    return [Funds(each, session.budgets.spending(each.budget)) for each in purses(guild_id, settings, now, operator)]


def spend(session: Session, owed: Sequence[Purse], quotes: Quotes | None, question: Question) -> Decimal:
    """Take what a request is to cost from budgets; return how much that is.

    Args:
        owed: the budgets.
        quotes: what each of its tasks is to cost, None where that is not known.
        question: of what the price is.

    Raises:
        OverBudget: one of them does not suffice; the transaction is to be undone.
        PriceUnknown: there is a budget, and what it costs is not known.
    """
    for purse in owed:
        if purse.limit == NOTHING and (quotes is None or sum(quotes) > NOTHING):
            raise OverBudget(f"budget-none-{purse.whose}", span=purse.span)
    if owed and quotes is None:
        raise PriceUnknown(question=question)
    price = sum(quotes or (), NOTHING)
    for purse in owed:
        if session.budgets.take(purse.budget, price, purse.limit) is None:
            raise _over(session, purse, price)
    return price


def _over(session: Session, purse: Purse, price: Decimal) -> OverBudget:
    left = Funds(purse, session.budgets.spending(purse.budget)).left
    return OverBudget(
        f"budget-{purse.whose}",
        span=purse.span,
        used_up="no" if left else "yes",
        left=dollars(left),
        price=dollars(price),
        reset=str(int(purse.ends.timestamp())),
    )


_MAY_BE_CHARGED = frozenset({TaskState.COMPLETED, TaskState.CANCELLED, TaskState.EXPIRED, TaskState.UNKNOWN})
"""How a task ended that RunAPI may finish, and charge; it charges nothing for one that fails."""


def charged(tasks: Sequence[Task]) -> Decimal:
    """Return what tasks that are over cost in dollars: by their quote where RunAPI does not say."""
    return sum((_charged(task) for task in tasks), NOTHING)


def _charged(task: Task) -> Decimal:
    if task.cost is not None:
        return task.cost
    sent = task.submitted_at is not None
    return (task.quote or NOTHING) if sent and task.state in _MAY_BE_CHARGED else NOTHING
