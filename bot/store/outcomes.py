"""What came of a server's requests, counted by what they have in common."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, NamedTuple

from sqlalchemy import ColumnElement, Connection, Integer, case, func, select, type_coerce

from bot.store.records import NOBODY, RequestState
from bot.store.tables import requests

By = Literal["day", "member", "role", "model", "channel"]
"""What requests are told apart by."""

SLOT = 15 * 60
"""Seconds of the spans by which requests of a day are counted: every time zone's day begins with one."""

OVER = (RequestState.COMPLETED, RequestState.FAILED, RequestState.CANCELLED)


class Outcome(NamedTuple):
    """Requests that have something in common, ended alike, and took as long.

    Attributes:
        key: the model, the ids of a member, of roles or of a channel, or a day's slot (seconds since 1970 by `SLOT`);
            None where that is not known any more.
        waited: whole seconds from the command to the end.
        cost: in micro-dollars.
    """

    key: Any
    state: RequestState
    waited: int
    requests: int
    pictures: int
    unpriced: int
    cost: int


_MICROSECONDS = 1_000_000
_AT = type_coerce(requests.c.created_at, Integer)
_WAITED = (type_coerce(requests.c.finished_at, Integer) - _AT + _MICROSECONDS // 2) // _MICROSECONDS
# Who asked for what is forgotten is known for some days yet, for limits alone.
_KEYS: Mapping[By, ColumnElement[Any]] = {
    "day": _AT // (SLOT * _MICROSECONDS),
    "member": case((requests.c.forgotten.is_(None), func.nullif(requests.c.user_id, NOBODY))),
    "role": requests.c.roles,
    "model": requests.c.model,
    "channel": requests.c.channel_id,
}


class Outcomes:
    """What came of requests, seen through one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of_guild(self, guild_id: int, by: By, since: datetime, until: datetime) -> Sequence[Outcome]:
        """Return what came of the requests made in a server from `since` to before `until` that are over."""
        key = _KEYS[by].label("key")
        counted = (
            func.count(),
            func.sum(requests.c.pictures_made),
            func.sum(requests.c.unpriced),
            func.sum(type_coerce(requests.c.cost, Integer)),
        )
        query = (
            select(key, requests.c.state, _WAITED.label("waited"), *counted)
            .where(requests.c.guild_id == guild_id, requests.c.created_at >= since, requests.c.created_at < until)
            .where(requests.c.state.in_(OVER), requests.c.finished_at.is_not(None))
            .group_by("key", requests.c.state, "waited")
        )
        return [
            Outcome(key, RequestState(state), waited, made, pictures, unpriced, cost)
            for key, state, waited, made, pictures, unpriced, cost in self._connection.execute(query)
        ]
