"""What people have chosen for requests that they have not made yet."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from bot.engine.ports import Clock
from bot.store import Session, Store, StoredDraft


class Drafts:
    """The drafts of all users, each kept for `sweep.DRAFTS_KEPT` after its last change."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def add(self, user_id: int, content: Mapping[str, Any]) -> StoredDraft:
        """Keep what somebody has chosen."""
        now = self._clock.now()
        return await self._store.write(lambda session: session.drafts.add(user_id, content, now))

    async def get(self, draft_id: str) -> StoredDraft | None:
        """Return a draft, or None where it is not kept any more."""
        return await self._store.read(lambda session: session.drafts.get(draft_id))

    async def change(self, draft_id: str, content: Mapping[str, Any]) -> None:
        """Replace what a draft holds."""
        now = self._clock.now()
        await self._store.write(lambda session: session.drafts.change(draft_id, content, now))

    async def amend(
        self, draft_id: str, change: Callable[[Mapping[str, Any]], Mapping[str, Any]]
    ) -> StoredDraft | None:
        """Replace what a draft holds by what `change` makes of it; return it, or None where it is not kept any more.

        What two changes do that come together is done one after the other.
        """
        now = self._clock.now()

        def amend(session: Session) -> StoredDraft | None:
            draft = session.drafts.get(draft_id)
            if draft is None:
                return None
            changed = replace(draft, content=change(draft.content), changed_at=now)
            session.drafts.change(draft_id, changed.content, now)
            return changed

        return await self._store.write(amend)
