"""What somebody asked for, newest first: their history, pages of it, and what is suggested from it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, or_, select

from bot.store.records import Request, RequestState
from bot.store.short_ids import understood
from bot.store.tables import requests


@dataclass(frozen=True, slots=True)
class Search:
    """What of somebody's history is wanted.

    Attributes:
        model: a model's id, None for every model.
        text: what the prompt contains, whatever the case of its ASCII letters; None for every prompt.
    """

    model: str | None = None
    text: str | None = None


class History:
    """Everybody's requests that were answered and not deleted, seen through one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def page(self, user_id: int, search: Search, *, up_to: int | None, offset: int, limit: int) -> Sequence[Request]:
        """Return a user's requests, newest first, without the `offset` newest.

        Args:
            up_to: the id of the newest request that counts, so that pages stay as they are while others are made.
        """
        wanted = _matching(user_id, search, up_to)
        return self._all(_newest_first(select(requests).where(*wanted)).offset(offset).limit(limit))

    def count(self, user_id: int, search: Search, *, up_to: int | None) -> int:
        """Return how many requests all pages have."""
        query = select(func.count()).select_from(requests).where(*_matching(user_id, search, up_to))
        return self._connection.execute(query).scalar_one()

    def newest_in(self, user_id: int, channel_id: int | None) -> Request | None:
        """Return a user's newest request in a channel, or None."""
        here = (*_matching(user_id, Search(), None), requests.c.channel_id == channel_id)
        return next(iter(self._all(_newest_first(select(requests).where(*here)).limit(1))), None)

    def suggested(self, user_id: int, typed: str, limit: int) -> Sequence[Request]:
        """Return a user's newest requests whose short id begins with what is typed, or whose prompt contains it."""
        query = select(requests).where(*_matching(user_id, Search(), None))
        if typed.strip():
            said = requests.c.prompt.contains(typed.strip(), autoescape=True)
            begun = understood(typed)
            query = query.where(or_(requests.c.short_id.startswith(begun), said) if begun else said)
        return self._all(_newest_first(query).limit(limit))

    def models(self, user_id: int) -> Sequence[str]:
        """Return the ids of the models that a user asked, by their names."""
        query = select(requests.c.model).where(*_matching(user_id, Search(), None)).distinct()
        return self._connection.execute(query.order_by(requests.c.model)).scalars().all()

    def _all(self, query: Select[Any]) -> Sequence[Request]:
        return [Request(**row) for row in self._connection.execute(query).mappings()]


def _matching(user_id: int, search: Search, up_to: int | None) -> Sequence[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = [
        requests.c.user_id == user_id,
        requests.c.state != RequestState.LAPSED,
        requests.c.deleted_at.is_(None),
    ]
    if up_to is not None:
        wanted.append(requests.c.id <= up_to)
    if search.model is not None:
        wanted.append(requests.c.model == search.model)
    if search.text is not None:
        wanted.append(requests.c.prompt.contains(search.text, autoescape=True))
    return wanted


def _newest_first(query: Select[Any]) -> Select[Any]:
    return query.order_by(requests.c.created_at.desc(), requests.c.id.desc())
