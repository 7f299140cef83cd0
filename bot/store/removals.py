"""Replies that are gone from Discord: which requests they were of, and what goes with them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, literal, select, update

from bot.store.records import DIRECTLY, Delivery, RequestState
from bot.store.tables import pictures, requests, sources
from bot.store.types import Moment

_SHOWN = (
    requests.c.state == RequestState.COMPLETED,
    requests.c.delivery == Delivery.DELIVERED,
    requests.c.deleted_at.is_(None),
    requests.c.forgotten.is_(None),
)
"""What has pictures and was brought, so that it is not brought again."""


class Removals:
    """Replies that are gone, seen through one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def shown_by(self, message_ids: Sequence[int]) -> Sequence[int]:
        """Return the ids of the requests whose pictures these messages show."""
        return self._ids(requests.c.message_id.in_(message_ids))

    def shown_in(self, guild_id: int, channel_id: int, limit: int) -> Sequence[int]:
        """Return the ids of requests whose pictures a server's channel or thread shows."""
        return self._ids(requests.c.guild_id == guild_id, requests.c.channel_id == channel_id, limit=limit)

    def shown_throughout(self, guild_id: int, limit: int) -> Sequence[int]:
        """Return the ids of requests made in a server that the bot was in, whose pictures were brought there."""
        directly = func.coalesce(requests.c.delivery_nonce, "").contains(DIRECTLY)
        return self._ids(requests.c.guild_id == guild_id, requests.c.bot_present.is_(True), ~directly, limit=limit)

    def newest(self, limit: int) -> Sequence[int]:
        """Return the ids of the newest requests whose pictures a message shows of which Discord would tell the bot."""
        told = (requests.c.bot_present.is_(True), requests.c.message_id.is_not(None))
        query = select(requests.c.id).where(*told, *_SHOWN).order_by(requests.c.id.desc()).limit(limit)
        return self._connection.execute(query).scalars().all()

    def remove(self, request_ids: Sequence[int], now: datetime) -> Sequence[str]:
        """Record that replies are gone; return the files of their pictures that nobody names any more.

        What others are making of these pictures keeps what it needs until it is over.
        """
        made = select(pictures.c.file, pictures.c.thumbnail).where(pictures.c.request_id.in_(request_ids))
        names = {name for row in self._connection.execute(made).all() for name in row if name}
        mine = pictures.c.request_id.in_(request_ids)
        self._connection.execute(update(pictures).where(mine).values(file=None, thumbnail=None))
        gone = update(requests).where(requests.c.id.in_(request_ids))
        self._connection.execute(gone.values(deleted_at=func.coalesce(requests.c.deleted_at, literal(now, Moment()))))
        named = self._connection.execute(select(sources.c.file).where(sources.c.file.in_(names))).scalars()
        return sorted(names - {name for name in named if name})

    def _ids(self, *which: ColumnElement[bool], limit: int | None = None) -> Sequence[int]:
        query = select(requests.c.id).where(*which, *_SHOWN).limit(limit)
        return self._connection.execute(query).scalars().all()
