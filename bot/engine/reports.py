"""What people are told of what they made."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.engine import limits
from bot.store import Session, Usage


@dataclass(frozen=True, slots=True)
class UsageReport:
    """What a user made and what is left; days are UTC."""

    today: Usage
    month: Usage
    all_time: Usage
    by_model: Sequence[tuple[str, Usage]]
    left: int
    limit: int
    resets_at: datetime


def usage_report(session: Session, user_id: int, now: datetime, *, daily_limit: int) -> UsageReport:
    """Return what a user made and what is left."""
    return UsageReport(
        today=session.usage.of_user(user_id, since=now.date().isoformat()),
        month=session.usage.of_user(user_id, since=now.date().replace(day=1).isoformat()),
        all_time=session.usage.of_user(user_id),
        by_model=session.usage.of_user_by_model(user_id),
        left=limits.left(session, user_id, now, daily_limit),
        limit=daily_limit,
        resets_at=limits.resets_at(now),
    )
