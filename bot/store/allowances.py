"""Allowances: what may be used in a period, what is reserved and what is used; and the usage that results."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Integer, bindparam, func, insert, select, type_coerce, update
from sqlalchemy.dialects.sqlite import insert as upsert

from bot.store.prepared import Prepared
from bot.store.records import Usage
from bot.store.tables import allowances, reservations, usage


class Allowance(NamedTuple):
    """A counter: whose it is and for which period. `scope` says what is counted."""

    scope: str
    subject_id: int
    period: str


class Counted(NamedTuple):
    """What a counter says; `granted` is what may be used on top of the limit."""

    reserved: int = 0
    used: int = 0
    granted: int = 0


# Statements that every request needs, built once: SQLAlchemy takes longer to build one than SQLite to run it.
_NEW = upsert(allowances)
_GONE = allowances.c.reserved + allowances.c.used - allowances.c.granted
_TAKE = Prepared(
    _NEW.on_conflict_do_update(
        index_elements=allowances.primary_key,
        set_={"reserved": allowances.c.reserved + _NEW.excluded.reserved},
        where=_GONE + _NEW.excluded.reserved <= bindparam("limit"),
    ),
    *Allowance._fields,
    "reserved",
    "used",
)
_GONE_NOW = Prepared(select(_GONE).where(*(allowances.c[name] == bindparam(name) for name in Allowance._fields)))
_TAKE_GRANTED = (
    update(allowances)
    .where(
        allowances.c.scope == bindparam("of_scope"),
        allowances.c.subject_id == bindparam("of_subject"),
        allowances.c.period == bindparam("of_period"),
        _GONE + bindparam("amount", type_=Integer) <= bindparam("limit", type_=Integer),
    )
    .values(reserved=allowances.c.reserved + bindparam("amount", type_=Integer))
    .returning(_GONE)
)
_NEW_GRANT = upsert(allowances)
_GRANT = _NEW_GRANT.on_conflict_do_update(
    index_elements=allowances.primary_key,
    set_={"granted": allowances.c.granted + _NEW_GRANT.excluded.granted},
)
_RESERVE = Prepared(insert(reservations), "request_id", "amount", *Allowance._fields)
_SETTLE = Prepared(
    update(reservations)
    .where(reservations.c.request_id == bindparam("settled"), reservations.c.used.is_(None))
    .values(used=func.min(bindparam("made", type_=Integer), reservations.c.amount))
    .returning(*reservations.c)
)
_USE = Prepared(
    update(allowances)
    .where(
        allowances.c.scope == bindparam("of_scope"),
        allowances.c.subject_id == bindparam("of_subject"),
        allowances.c.period == bindparam("of_period"),
    )
    .values(
        reserved=allowances.c.reserved - bindparam("freed"),
        used=allowances.c.used + bindparam("made"),
    )
)
_NEW_USAGE = upsert(usage)
_ADD_USAGE = Prepared(
    _NEW_USAGE.on_conflict_do_update(
        index_elements=usage.primary_key,
        set_={name: usage.c[name] + _NEW_USAGE.excluded[name] for name in ("requests", "pictures", "unpriced", "cost")},
    ),
    *usage.c.keys(),
)


class Allowances:
    """The counters and the reservations on them, seen through one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def take(self, allowance: Allowance, amount: int, limit: int) -> int | None:
        """Reserve `amount` if used and reserved then keep within `limit` and what was granted, else return None.

        One conditional statement decides, so commands that arrive together cannot overspend on any engine.

        Returns:
            What is gone of `limit` then; less than 0 while there is more left than that, for it was granted.
        """
        if amount > limit:  # only what was granted can still suffice, and then there is a counter
            asked = {"amount": amount, "limit": limit, **_named(allowance)}
            return self._connection.execute(_TAKE_GRANTED, asked).scalar()
        row = {**allowance._asdict(), "reserved": amount, "used": 0, "limit": limit}
        return _GONE_NOW.scalar(self._connection, row) if _TAKE.change(self._connection, row) else None

    def reserve(self, request_id: int, allowance: Allowance, amount: int) -> None:
        """Record for which request `amount` was taken."""
        _RESERVE.change(self._connection, {"request_id": request_id, "amount": amount, **allowance._asdict()})

    def settle(self, request_id: int, used: int) -> None:
        """Turn the request's reservations into `used` and give back the rest; twice is as once."""
        for row in _SETTLE.all(self._connection, {"settled": request_id, "made": used}):
            counter = _named(Allowance(row["scope"], row["subject_id"], row["period"]))
            _USE.change(self._connection, {**counter, "freed": row["amount"], "made": row["used"]})

    def counted(self, allowance: Allowance) -> Counted:
        """Return what is reserved, what is used and what was granted."""
        query = select(allowances.c.reserved, allowances.c.used, allowances.c.granted).where(*_is(allowance))
        row = self._connection.execute(query).one_or_none()
        return Counted() if row is None else Counted(*row)

    def grant(self, allowance: Allowance, amount: int) -> None:
        """Add `amount` to what may be used on top of the limit."""
        row = {**allowance._asdict(), "reserved": 0, "used": 0, "granted": amount}
        self._connection.execute(_GRANT, row)

    def reset(self, allowance: Allowance) -> int:
        """Make what is used 0, and return what it was; what is reserved stays."""
        used = self.counted(allowance).used
        self._connection.execute(update(allowances).where(*_is(allowance)).values(used=0))
        return used


class UsageLog:
    """What was used, by user, server, model and UTC day, seen through one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(
        self,
        *,
        user_id: int,
        guild_id: int | None,
        model: str,
        day: str,
        pictures: int,
        cost: Decimal,
        unpriced: int = 0,
        requests: int = 1,
    ) -> None:
        """Add what came of a request.

        Args:
            day: YYYY-MM-DD, in UTC.
            cost: in dollars, of all its pictures but the `unpriced`.
            requests: 0 where the request was added before.
        """
        row = {
            "user_id": user_id,
            "guild_id": guild_id or 0,
            "model": model,
            "day": day,
            "requests": requests,
            "pictures": pictures,
            "unpriced": unpriced,
            "cost": cost,
        }
        _ADD_USAGE.change(self._connection, row)

    def of_user_by_day(self, user_id: int, since: str) -> Mapping[str, Usage]:
        """Return days (YYYY-MM-DD) from `since` on, in order, and what a user used on each; others had no use."""
        query = (
            select(usage.c.day, *_TOTALS)
            .where(usage.c.user_id == user_id, usage.c.day >= since)
            .group_by(usage.c.day)
            .order_by(usage.c.day)
        )
        rows = self._connection.execute(query).mappings()
        return {row["day"]: Usage(**{name: row[name] for name in _SUMMED}) for row in rows}

    def of_user_by_model(self, user_id: int) -> Sequence[tuple[str, Usage]]:
        """Return model ids and what a user used of each, most pictures first."""
        query = (
            select(usage.c.model, *_TOTALS)
            .where(usage.c.user_id == user_id)
            .group_by(usage.c.model)
            .order_by(func.sum(usage.c.pictures).desc(), usage.c.model)
        )
        rows = self._connection.execute(query).mappings()
        return [(row["model"], Usage(**{name: row[name] for name in _SUMMED})) for row in rows]


_SUMMED = ("requests", "pictures", "unpriced", "cost")

_TOTALS = [type_coerce(func.coalesce(func.sum(usage.c[name]), 0), usage.c[name].type).label(name) for name in _SUMMED]


def _named(allowance: Allowance) -> dict[str, Any]:
    return {"of_scope": allowance.scope, "of_subject": allowance.subject_id, "of_period": allowance.period}


def _is(allowance: Allowance) -> tuple[ColumnElement[bool], ...]:
    return (
        allowances.c.scope == allowance.scope,
        allowances.c.subject_id == allowance.subject_id,
        allowances.c.period == allowance.period,
    )
