"""What the managers of a server do with its blocks."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.engine import blocks
from bot.engine.ports import Clock
from bot.store import Block, Store


class Blocklist:
    """Whom the servers do not let make pictures."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def block(
        self, guild_id: int, user_id: int, reason: str, until: datetime | timedelta | None, by: int
    ) -> None:
        """Let somebody make no pictures in a server, in place of what was decided about them before.

        Args:
            reason: what they are told, at most `blocks.MAX_REASON` characters; may be empty.
            until: when it ends, or after how long; None is until it is taken back.
            by: the user who wants that.

        Raises:
            CannotBlock: it is over already, the reason is too long, or somebody would block themselves.
        """
        now = self._clock.now()
        end = now + until if isinstance(until, timedelta) else until
        block = Block(guild_id, user_id, " ".join(reason.split()), end, by, now)
        await self._store.write(lambda session: blocks.add(session, block))

    async def unblock(self, guild_id: int, user_id: int, by: int) -> bool:
        """Let somebody make pictures in a server again; return whether they were blocked until now."""
        now = self._clock.now()
        return await self._store.write(lambda session: blocks.remove(session, guild_id, user_id, now, by=by))

    async def current(self, guild_id: int) -> Sequence[Block]:
        """Return who is blocked in a server, by the newest block first."""
        now = self._clock.now()
        return await self._store.read(lambda session: blocks.current(session, guild_id, now))
