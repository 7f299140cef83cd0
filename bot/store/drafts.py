"""Drafts: what somebody has chosen for a request that they have not made yet."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from bot.store.records import StoredDraft
from bot.store.short_ids import new_short_id
from bot.store.tables import drafts


class Drafts:
    """The drafts, seen through one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, user_id: int, content: Mapping[str, Any], now: datetime) -> StoredDraft:
        """Insert a draft under a new short id."""
        while True:
            draft = StoredDraft(new_short_id(), user_id, content, now)
            row = {"id": draft.id, "user_id": user_id, "content": content, "changed_at": now}
            if self._connection.execute(upsert(drafts).values(row).on_conflict_do_nothing()).rowcount:
                return draft

    def get(self, draft_id: str) -> StoredDraft | None:
        """Return the draft, or None."""
        row = self._connection.execute(select(drafts).where(drafts.c.id == draft_id)).mappings().one_or_none()
        return None if row is None else StoredDraft(**row)

    def change(self, draft_id: str, content: Mapping[str, Any], now: datetime) -> None:
        """Replace what a draft holds."""
        self._connection.execute(update(drafts).where(drafts.c.id == draft_id).values(content=content, changed_at=now))

    def remove(self, draft_id: str) -> None:
        """Forget a draft."""
        self._connection.execute(delete(drafts).where(drafts.c.id == draft_id))

    def sweep(self, before: datetime) -> int:
        """Forget the drafts that were not changed since `before`; return how many."""
        return self._connection.execute(delete(drafts).where(drafts.c.changed_at < before)).rowcount
