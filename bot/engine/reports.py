"""What people are told of what they made."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.engine.guild_settings import GuildSettings
from bot.engine.limits import OperatorLimits, Standing, Who, standing
from bot.store import Session, Usage


@dataclass(frozen=True, slots=True)
class UsageReport:
    """What a user made, by UTC days, and what is left of their allowance where they are."""

    today: Usage
    month: Usage
    all_time: Usage
    by_model: Sequence[tuple[str, Usage]]
    standing: Standing


def usage_report(session: Session, who: Who, now: datetime, operator: OperatorLimits) -> UsageReport:
    """Return what a user made and what is left."""
    return UsageReport(
        today=session.usage.of_user(who.user_id, since=now.date().isoformat()),
        month=session.usage.of_user(who.user_id, since=now.date().replace(day=1).isoformat()),
        all_time=session.usage.of_user(who.user_id),
        by_model=session.usage.of_user_by_model(who.user_id),
        standing=standing(session, who, GuildSettings.of(session, who.guild_id), now, operator),
    )
