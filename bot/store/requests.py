"""Requests and the pictures that they edit."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any

from sqlalchemy import Connection, bindparam, exists, func, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from bot.store.prepared import Prepared, one_of
from bot.store.records import UNFINISHED, Delivery, Request, RequestState, Source, TaskState
from bot.store.short_ids import new_short_id
from bot.store.tables import requests, sources, tasks, users

# Statements that every request needs, built once: SQLAlchemy takes longer to build one than SQLite to run it.
_ADD_USER = Prepared(upsert(users).on_conflict_do_nothing(), "id", "created_at")
_ADD = Prepared(
    upsert(requests).on_conflict_do_nothing(index_elements=["short_id"]),
    *(column.name for column in requests.c if column.name != "id"),
)
_BY_ID = Prepared(select(requests).where(requests.c.id == bindparam("wanted")))
_BY_SHORT_ID = Prepared(select(requests).where(requests.c.short_id == bindparam("wanted")))
_BY_MESSAGE = Prepared(
    select(requests).where(requests.c.message_id == bindparam("wanted")).order_by(requests.c.id.desc()).limit(1)
)
_BLANK: dict[str, Any] = {
    **dict.fromkeys(requests.c.keys()),
    **dict.fromkeys(("spoiler", "age_restricted"), False),
    **dict.fromkeys(("pictures_made", "unpriced"), 0),
    "cost": Decimal(0),
}
_SOURCES = Prepared(select(sources).where(sources.c.request_id == bindparam("wanted")).order_by(sources.c.number))


@cache
def _move(states: tuple[RequestState, ...], *columns: str) -> Prepared:
    """Return what changes these columns of a request that is in one of some states."""
    which = (requests.c.id == bindparam("moved"), requests.c.state.in_(one_of(states)))
    return Prepared(update(requests).where(*which), *columns)


@cache
def _change(*columns: str) -> Prepared:
    """Return what changes these columns of a request."""
    return Prepared(update(requests).where(requests.c.id == bindparam("changed")), *columns)


class Requests:
    """The requests, seen through one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, *, user_id: int, created_at: datetime, **values: Any) -> Request:
        """Insert a request under a new short id, and its user when they are new."""
        _ADD_USER.change(self._connection, {"id": user_id, "created_at": created_at})
        row: dict[str, Any] = {**_BLANK, **values, "user_id": user_id, "created_at": created_at}
        row |= {"state": RequestState.ACCEPTED, "delivery": Delivery.OPEN}
        while True:
            row["short_id"] = new_short_id()
            row["id"] = _ADD.insert(self._connection, row)
            if row["id"] is not None:
                return Request(**row)

    def get(self, request_id: int) -> Request | None:
        """Return the request, or None."""
        return self._one(_BY_ID, request_id)

    def by_short_id(self, short_id: str) -> Request | None:
        """Return the request with this short id, or None."""
        return self._one(_BY_SHORT_ID, short_id)

    def short_ids(self, request_ids: Sequence[int]) -> Sequence[str]:
        """Return the short ids of requests."""
        query = select(requests.c.short_id).where(requests.c.id.in_(request_ids)).order_by(requests.c.id)
        return self._connection.execute(query).scalars().all()

    def by_message(self, message_id: int) -> Request | None:
        """Return the request whose reply is this message, or None."""
        return self._one(_BY_MESSAGE, message_id)

    def _one(self, query: Prepared, wanted: int | str) -> Request | None:
        row = query.one(self._connection, {"wanted": wanted})
        return None if row is None else Request(**row)

    def unfinished_ids(self) -> Sequence[int]:
        """Return the ids of the requests whose end has not been told.

        Those of which nothing has been sent to RunAPI come last, each kind oldest first.
        """
        begun = exists().where(tasks.c.request_id == requests.c.id, tasks.c.state != TaskState.QUEUED)
        query = select(requests.c.id).where(requests.c.delivery == Delivery.OPEN).order_by(begun.desc(), requests.c.id)
        return self._connection.execute(query).scalars().all()

    def move(self, request_id: int, *states: RequestState, to: RequestState, **values: Any) -> bool:
        """Change the state if it is one of `states`; return whether it was."""
        move = _move(states, "state", *values)
        return move.change(self._connection, {"moved": request_id, "state": to, **values}) == 1

    def change(self, request_id: int, **values: Any) -> None:
        """Set columns other than the state."""
        _change(*values).change(self._connection, {"changed": request_id, **values})

    def renew(self, request_id: int, reply: Mapping[str, Any]) -> None:
        """Set where the reply is, unless the request is forgotten: then that is not to be known again."""
        kept = update(requests).where(requests.c.id == request_id, requests.c.forgotten.is_(None))
        self._connection.execute(kept.values(reply=reply))

    def last_asked(self, user_id: int, guild_id: int, since: datetime) -> datetime | None:
        """Return when a user's last request in a server was made, None if not after `since`; what lapsed is none."""
        asked = (requests.c.user_id == user_id, requests.c.guild_id == guild_id, requests.c.created_at > since)
        query = select(func.max(requests.c.created_at)).where(*asked, requests.c.state != RequestState.LAPSED)
        return self._connection.execute(query).scalar()

    def last_shown(self, user_id: int, channel_id: int, since: datetime) -> datetime | None:
        """Return when a user last asked in a channel for what others see, None if not after `since`."""
        asked = (requests.c.user_id == user_id, requests.c.created_at > since, requests.c.channel_id == channel_id)
        seen = (requests.c.private.is_(False), requests.c.state != RequestState.LAPSED)
        return self._connection.execute(select(func.max(requests.c.created_at)).where(*asked, *seen)).scalar()

    def tasks_under_way(self, user_id: int, guild_id: int, since: datetime) -> int:
        """Return how many tasks are not over of the requests that a user made in a server after `since`."""
        asked = (requests.c.user_id == user_id, requests.c.guild_id == guild_id, requests.c.created_at > since)
        query = select(func.count()).select_from(requests.join(tasks)).where(*asked, tasks.c.state.in_(UNFINISHED))
        return self._connection.execute(query).scalar_one()

    def add_sources(self, request_id: int, rows: Sequence[Mapping[str, Any]]) -> tuple[Source, ...]:
        """Insert what the request edits, numbered from 1 in the order given."""
        for number, row in enumerate(rows, 1):
            self._connection.execute(insert(sources).values(request_id=request_id, number=number, **row))
        return self.sources(request_id) if rows else ()

    def sources(self, request_id: int) -> tuple[Source, ...]:
        """Return what the request edits, in order."""
        return tuple(Source(**row) for row in _SOURCES.all(self._connection, {"wanted": request_id}))

    def keep_source(self, source: Source, file: str) -> None:
        """Record the file in the picture store that holds a source's bytes."""
        self._connection.execute(
            update(sources)
            .where(sources.c.request_id == source.request_id, sources.c.number == source.number)
            .values(file=file)
        )
