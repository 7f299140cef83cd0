"""Budgets: what may be spent in a period, what is reserved and what is spent of it, in dollars."""

from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, bindparam, insert, select, type_coerce, update
from sqlalchemy.dialects.sqlite import insert as upsert

from bot.store.prepared import Prepared
from bot.store.tables import budgets, expenses
from bot.store.types import Money


class Budget(NamedTuple):
    """A counter of dollars: whose it is and for which period. `scope` says whose budget."""

    scope: str
    subject_id: int
    period: str


class Spending(NamedTuple):
    """What such a counter says, in dollars."""

    reserved: Decimal = Decimal(0)
    spent: Decimal = Decimal(0)


_NEW = upsert(budgets)
_GONE = budgets.c.reserved + budgets.c.spent
_TAKE = Prepared(
    _NEW.on_conflict_do_update(
        index_elements=budgets.primary_key,
        set_={"reserved": budgets.c.reserved + _NEW.excluded.reserved},
        where=_GONE + _NEW.excluded.reserved <= bindparam("limit", type_=Money),
    ).returning(type_coerce(_GONE, Money).label("gone")),
    *Budget._fields,
    "reserved",
    "spent",
)
_RESERVE = Prepared(insert(expenses), "request_id", "reserved", *Budget._fields)
_OF_REQUEST = Prepared(select(expenses).where(expenses.c.request_id == bindparam("wanted")))


class Budgets:
    """The budgets and the expenses on them, seen through one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def take(self, budget: Budget, amount: Decimal, limit: Decimal) -> Decimal | None:
        """Reserve `amount` dollars if what is spent and reserved then keeps within `limit`, else return None.

        One conditional statement decides, so commands that arrive together cannot overspend on any engine.

        Returns:
            What is gone of `limit` then.
        """
        if amount > limit:
            return None
        row = {**budget._asdict(), "reserved": amount, "spent": Decimal(0), "limit": limit}
        return _TAKE.scalar(self._connection, row)

    def reserve(self, request_id: int, budget: Budget, amount: Decimal) -> None:
        """Record for which request `amount` was taken."""
        _RESERVE.change(self._connection, {"request_id": request_id, "reserved": amount, **budget._asdict()})

    def settle(self, request_id: int, amount: Decimal) -> None:
        """Turn what a request reserved into `amount` dollars that it cost, which may be more.

        Twice is as once; another amount later takes the place of the first.
        """
        for row in _OF_REQUEST.all(self._connection, {"wanted": request_id}):
            freed = row["reserved"] if row["spent"] is None else Decimal(0)
            more = amount - (row["spent"] or Decimal(0))
            self._connection.execute(
                update(budgets)
                .where(*_is(Budget(row["scope"], row["subject_id"], row["period"])))
                .values(reserved=budgets.c.reserved - freed, spent=budgets.c.spent + more)
            )
            mine = (expenses.c.request_id == request_id, expenses.c.scope == row["scope"])
            self._connection.execute(update(expenses).where(*mine).values(spent=amount))

    def spending(self, budget: Budget) -> Spending:
        """Return what is reserved and what is spent."""
        query = select(budgets.c.reserved, budgets.c.spent).where(*_is(budget))
        row = self._connection.execute(query).one_or_none()
        return Spending() if row is None else Spending(*row)


def _is(budget: Budget) -> tuple[ColumnElement[bool], ...]:
    return (
        budgets.c.scope == budget.scope,
        budgets.c.subject_id == budget.subject_id,
        budgets.c.period == budget.period,
    )
