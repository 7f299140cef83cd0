"""What people have decided for themselves."""

from datetime import datetime

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert as upsert

from bot.store.tables import users


class Users:
    """The users, seen through one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def allows_edits(self, user_id: int) -> bool:
        """Return whether others may edit somebody's pictures; they may until it is decided otherwise."""
        allowed = self._connection.execute(select(users.c.edits_allowed).where(users.c.id == user_id)).scalar()
        return True if allowed is None else allowed

    def allow_edits(self, user_id: int, now: datetime, *, allowed: bool) -> None:
        """Record whether others may edit somebody's pictures."""
        row = upsert(users).values(id=user_id, created_at=now, edits_allowed=allowed)
        self._connection.execute(row.on_conflict_do_update(index_elements=["id"], set_={"edits_allowed": allowed}))
