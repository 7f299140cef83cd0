"""Rounds: themes in channels, at most one at a time in each."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from bot.store.prepared import Prepared
from bot.store.round_records import LIVE, Round, RoundState
from bot.store.round_tables import rounds
from bot.store.short_ids import new_short_id

_LIVE = rounds.c.state.in_(sorted(LIVE))
_OVER = rounds.c.state.in_([RoundState.ENDED, RoundState.CANCELLED])

# Every result in a server asks this one.
_OPEN_IN = Prepared(select(rounds.c.id).where(rounds.c.channel_id == bindparam("channel"), rounds.c.state == "open"))


class Rounds:
    """The rounds, seen through one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, **values: Any) -> Round | None:
        """Insert a round under a new short id; None where its channel has one that is not over."""
        while self.live_in(values["channel_id"]) is None:
            row: dict[str, Any] = {**values, "short_id": new_short_id(), "late": {}}
            added = self._connection.execute(upsert(rounds).values(row).on_conflict_do_nothing().returning(rounds.c.id))
            round_id = added.scalar_one_or_none()
            if round_id is not None:
                return self.get(round_id)
        return None

    def get(self, round_id: int) -> Round | None:
        """Return the round, or None."""
        return self._one(select(rounds).where(rounds.c.id == round_id))

    def by_short_id(self, short_id: str) -> Round | None:
        """Return the round with this short id, or None."""
        return self._one(select(rounds).where(rounds.c.short_id == short_id))

    def live_in(self, channel_id: int) -> Round | None:
        """Return a channel's round that is not over, or None."""
        return self._one(select(rounds).where(rounds.c.channel_id == channel_id, _LIVE))

    def open_in(self, channel_id: int) -> Round | None:
        """Return a channel's round that takes entries, or None."""
        round_id = _OPEN_IN.scalar(self._connection, {"channel": channel_id})
        return None if round_id is None else self.get(round_id)

    def live_of(self, guild_id: int) -> Sequence[Round]:
        """Return a server's rounds that are not over."""
        query = select(rounds).where(rounds.c.guild_id == guild_id, _LIVE).order_by(rounds.c.id)
        return [Round(**row) for row in self._connection.execute(query).mappings()]

    def due(self, now: datetime) -> Sequence[Round]:
        """Return the rounds for which something is to be done by now, the longest due first."""
        query = select(rounds).where(rounds.c.due_at <= now).order_by(rounds.c.due_at, rounds.c.id)
        return [Round(**row) for row in self._connection.execute(query).mappings()]

    def next_due(self) -> datetime | None:
        """Return when something is to be done next, None for never."""
        return self._connection.execute(select(func.min(rounds.c.due_at))).scalar()

    def change(self, before: Round, **values: Any) -> Round | None:
        """Change a round that is still in the state that it had; return it, or None where it is in another."""
        unmoved = update(rounds).where(rounds.c.id == before.id, rounds.c.state == before.state)
        if self._connection.execute(unmoved.values(values)).rowcount == 0:
            return None
        return self.get(before.id)

    def over(self, guild_id: int, *, offset: int, limit: int) -> Sequence[Round]:
        """Return a server's rounds that are over, newest first."""
        query = select(rounds).where(rounds.c.guild_id == guild_id, _OVER)
        query = query.order_by(rounds.c.created_at.desc(), rounds.c.id.desc()).offset(offset).limit(limit)
        return [Round(**row) for row in self._connection.execute(query).mappings()]

    def count_over(self, guild_id: int) -> int:
        """Return how many of a server's rounds are over."""
        query = select(func.count()).select_from(rounds).where(rounds.c.guild_id == guild_id, _OVER)
        return self._connection.execute(query).scalar_one()

    def _one(self, query: Select[Any]) -> Round | None:
        row = self._connection.execute(query).mappings().one_or_none()
        return None if row is None else Round(**row)
