"""Results that members reported."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from bot.store.posts import Posts
from bot.store.records import Decision, Reason, Report
from bot.store.tables import report_reasons, reports

CARD = "report"
"""The kind of the posts that are cards of reports."""

_OPEN: dict[str, Any] = {"decision": None, "actor_id": None, "decided_at": None}


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
        """Open a report, also one that there is: it gets a new card."""
        row = {"request_id": request_id, "guild_id": guild_id, "card": 1, "created_at": now}
        again = {**_OPEN, "card": reports.c.card + 1}
        self._connection.execute(
            upsert(reports).values(**row, **_OPEN).on_conflict_do_update(index_elements=["request_id"], set_=again)
        )

    def put_reason(self, request_id: int, user_id: int, reason: str, now: datetime) -> None:
        """Record why somebody reports it, in place of what they said before."""
        row = {"request_id": request_id, "user_id": user_id, "reason": reason, "created_at": now}
        keys = ["request_id", "user_id"]
        changed = {"reason": reason}
        self._connection.execute(
            upsert(report_reasons).values(row).on_conflict_do_update(index_elements=keys, set_=changed)
        )

    def decide(self, request_id: int, decision: Decision, actor_id: int, now: datetime) -> bool:
        """Record what somebody decided; return False where that was decided already."""
        undecided = update(reports).where(reports.c.request_id == request_id, reports.c.decision.is_(None))
        decided = undecided.values(decision=decision, actor_id=actor_id, decided_at=now)
        return self._connection.execute(decided).rowcount == 1

    def forget(self, request_ids: Sequence[int], now: datetime) -> None:
        """Erase the reports of requests, and have all their cards deleted."""
        posts = Posts(self._connection)
        found = select(reports.c.request_id, reports.c.card).where(reports.c.request_id.in_(request_ids))
        for request_id, cards in self._connection.execute(found).all():
            for card in range(1, cards + 1):
                posts.unwant(CARD, f"{request_id}.{card}", now)
        self._connection.execute(delete(reports).where(reports.c.request_id.in_(request_ids)))

    def forget_user(self, user_id: int, now: datetime) -> None:
        """Erase what somebody said in reports, also on their newest cards."""
        theirs = select(report_reasons.c.request_id).where(report_reasons.c.user_id == user_id)
        reported = self._connection.execute(theirs).scalars().all()
        self._connection.execute(delete(report_reasons).where(report_reasons.c.user_id == user_id))
        for request_id in reported:
            report = self.get(request_id)
            if report is not None:
                Posts(self._connection).touch(CARD, report.post, now)
