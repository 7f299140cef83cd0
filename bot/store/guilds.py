"""What the managers of a server decided: its settings, and the log of who changed what."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Text, bindparam, insert, select, type_coerce
from sqlalchemy.dialects.sqlite import insert as upsert

from bot.store.prepared import Prepared
from bot.store.records import AuditEntry
from bot.store.tables import audit, guilds

# What every request needs, run by the driver itself: as text, as it is kept.
_SETTINGS = Prepared(select(type_coerce(guilds.c.settings, Text)).where(guilds.c.id == bindparam("wanted")), "wanted")


class Guilds:
    """The servers' settings, seen through one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def settings(self, guild_id: int) -> str:
        """Return what was set, as the text of a JSON object; an empty one where nothing was."""
        kept: str | None = _SETTINGS.scalar(self._connection, {"wanted": guild_id})
        return "{}" if kept is None else kept

    def change(self, guild_id: int, settings: Mapping[str, Any], now: datetime) -> None:
        """Replace a server's settings."""
        row = {"settings": settings, "changed_at": now}
        self._connection.execute(
            upsert(guilds).values(id=guild_id, **row).on_conflict_do_update(index_elements=["id"], set_=row)
        )


class Audit:
    """The log of changes, seen through one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, guild_id: int, actor_id: int, now: datetime, action: str, *, before: Any, after: Any) -> None:
        """Record what somebody changed."""
        row = {"guild_id": guild_id, "actor_id": actor_id, "at": now, "action": action}
        self._connection.execute(insert(audit), {**row, "before": before, "after": after})

    def newest(self, guild_id: int, limit: int) -> Sequence[AuditEntry]:
        """Return the newest changes in a server, newest first."""
        query = select(audit).where(audit.c.guild_id == guild_id).order_by(audit.c.at.desc(), audit.c.id.desc())
        return [AuditEntry(**row) for row in self._connection.execute(query.limit(limit)).mappings()]
