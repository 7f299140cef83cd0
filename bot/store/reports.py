"""Results that members reported."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from bot.store.records import Decision, Reason, Report
from bot.store.tables import report_reasons, reports

_OPEN: dict[str, Any] = {
    "channel_id": None,
    "message_id": None,
    "decision": None,
    "actor_id": None,
    "decided_at": None,
}


class Reports:
    """The reports, seen through one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, request_id: int) -> Report | None:
        """Return the report of a request's result, or None."""
        found = select(reports).where(reports.c.request_id == request_id)
        row = self._connection.execute(found).mappings().one_or_none()
        if row is None:
            return None
        mine = select(report_reasons.c.user_id, report_reasons.c.reason, report_reasons.c.created_at)
        mine = mine.where(report_reasons.c.request_id == request_id)
        mine = mine.order_by(report_reasons.c.created_at, report_reasons.c.user_id)
        reasons = tuple(Reason(**each) for each in self._connection.execute(mine).mappings())
        return Report(**row, reasons=reasons)

    def open(self, request_id: int, guild_id: int, now: datetime) -> None:
        """Open a report, also one that was decided: it gets a new card."""
        row = {"request_id": request_id, "guild_id": guild_id, "created_at": now}
        self._connection.execute(
            upsert(reports).values(**row, **_OPEN).on_conflict_do_update(index_elements=["request_id"], set_=_OPEN)
        )

    def put_reason(self, request_id: int, user_id: int, reason: str, now: datetime) -> None:
        """Record why somebody reports it, in place of what they said before."""
        row = {"request_id": request_id, "user_id": user_id, "reason": reason, "created_at": now}
        keys = ["request_id", "user_id"]
        changed = {"reason": reason}
        self._connection.execute(
            upsert(report_reasons).values(row).on_conflict_do_update(index_elements=keys, set_=changed)
        )

    def place(self, request_id: int, channel_id: int, message_id: int) -> None:
        """Record where the card is."""
        placed = update(reports).where(reports.c.request_id == request_id)
        self._connection.execute(placed.values(channel_id=channel_id, message_id=message_id))

    def decide(self, request_id: int, decision: Decision, actor_id: int, now: datetime) -> bool:
        """Record what somebody decided; return False where that was decided already."""
        undecided = update(reports).where(reports.c.request_id == request_id, reports.c.decision.is_(None))
        decided = undecided.values(decision=decision, actor_id=actor_id, decided_at=now)
        return self._connection.execute(decided).rowcount == 1
