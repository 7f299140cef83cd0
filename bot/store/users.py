"""What people have decided for themselves."""

from datetime import datetime
from typing import Any, Literal, cast

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert as upsert

from bot.store.tables import users

GalleryChoice = Literal["show", "unprompted", "never"]
"""How somebody's pictures may be shown in galleries: with their prompts, without them, not at all."""


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
        self._put(user_id, now, edits_allowed=allowed)

    def gallery(self, user_id: int) -> GalleryChoice:
        """Return how somebody's pictures may be shown in galleries."""
        chosen = self._connection.execute(select(users.c.gallery).where(users.c.id == user_id)).scalar()
        return "show" if chosen is None else cast("GalleryChoice", chosen)

    def choose_gallery(self, user_id: int, now: datetime, choice: GalleryChoice) -> None:
        """Record how somebody's pictures may be shown in galleries."""
        self._put(user_id, now, gallery=choice)

    def shows_profile(self, user_id: int) -> bool:
        """Return whether others may look at somebody's profile; they may until it is decided otherwise."""
        shown = self._connection.execute(select(users.c.profile_shown).where(users.c.id == user_id)).scalar()
        return True if shown is None else shown

    def show_profile(self, user_id: int, now: datetime, *, shown: bool) -> None:
        """Record whether others may look at somebody's profile."""
        self._put(user_id, now, profile_shown=shown)

    def _put(self, user_id: int, now: datetime, **decided: Any) -> None:
        row = upsert(users).values(id=user_id, created_at=now, **decided)
        self._connection.execute(row.on_conflict_do_update(index_elements=["id"], set_=decided))
