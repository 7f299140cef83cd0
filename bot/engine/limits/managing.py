"""What the managers of a server do with its members' allowances; each change is in the audit log."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.engine.guild_settings import GuildSettings
from bot.engine.limits.budgets import Funds, funds
from bot.engine.limits.counters import Standing, Who, of_server, standing
from bot.engine.limits.days import day
from bot.engine.limits.operator import OperatorLimits
from bot.engine.limits.pace import Pace
from bot.engine.ports import Clock
from bot.store import Session, Store

MAX_GRANT = 1000
"""Pictures that one grant may add."""

GRANTED, RESET = "grant", "reset"
"""The actions under which changes are in the audit log."""


class Limits:
    """The allowances of all users.

    Args:
        operator: what the operator allows.
    """

    def __init__(self, store: Store, clock: Clock, operator: OperatorLimits) -> None:
        self._store = store
        self._clock = clock
        self.operator = operator

    async def of_guild(self, guild_id: int) -> tuple[GuildSettings, datetime]:
        """Return a server's settings, among which are its limits, and when its next day begins."""
        settings = await self._store.read(lambda session: GuildSettings.of(session, guild_id))
        return settings, day(self._clock.now(), ZoneInfo(settings.time_zone)).ends

    async def standing(
        self, user_id: int, guild_id: int | None = None, role_ids: frozenset[int] = frozenset()
    ) -> Standing:
        """Return what a user may still make today in a server, or outside of servers."""
        now, who = self._clock.now(), Who(user_id, guild_id, role_ids)

        def look(session: Session) -> Standing:
            return standing(session, who, GuildSettings.of(session, who.guild_id), now, self.operator)

        return await self._store.read(look)

    async def funds(self, guild_id: int | None) -> Sequence[Funds]:
        """Return how the budgets stand from which requests in a server, or outside of servers, are paid."""
        now = self._clock.now()

        def look(session: Session) -> Sequence[Funds]:
            return funds(session, guild_id, GuildSettings.of(session, guild_id), now, self.operator)

        return await self._store.read(look)

    async def pace(self, guild_id: int | None, role_ids: frozenset[int] = frozenset()) -> Pace:
        """Return how fast somebody may ask in a server, or outside of servers."""
        now = self._clock.now()

        def look(session: Session) -> Pace:
            settings = GuildSettings.of(session, guild_id)
            known = funds(session, guild_id, settings, now, self.operator)
            if settings.exempt_roles & role_ids:
                return Pace(0, None, known)
            return Pace(settings.cooldown, settings.tasks_at_once, known)

        return await self._store.read(look)

    async def grant(self, guild_id: int, user_id: int, role_ids: frozenset[int], pictures: int, *, by: int) -> Standing:
        """Let a user make `pictures` more in a server today, 1 to `MAX_GRANT`; return how they stand then.

        The operator's ceiling stays where it is.

        Raises:
            StoreUnavailable: the database cannot be written; nothing has changed.
        """
        now, who = self._clock.now(), Who(user_id, guild_id, role_ids)

        def grant(session: Session) -> Standing:
            settings = GuildSettings.of(session, guild_id)
            counter = of_server(who, guild_id, settings, now, self.operator)
            granted = session.allowances.counted(counter.allowance).granted
            session.allowances.grant(counter.allowance, pictures)
            before, after = ({"user": str(user_id), "pictures": each} for each in (granted, granted + pictures))
            session.audit.add(guild_id, by, now, GRANTED, before=before, after=after)
            return standing(session, who, settings, now, self.operator)

        return await self._store.write(grant)

    async def reset(self, guild_id: int, user_id: int, role_ids: frozenset[int], *, by: int) -> tuple[int, Standing]:
        """Forget what a user made in a server today, though not what is under way.

        The operator's count stays as it is.

        Returns:
            How many pictures that gave back in the server, and how the user stands then.

        Raises:
            StoreUnavailable: the database cannot be written; nothing has changed.
        """
        now, who = self._clock.now(), Who(user_id, guild_id, role_ids)

        def reset(session: Session) -> tuple[int, Standing]:
            settings = GuildSettings.of(session, guild_id)
            counter = of_server(who, guild_id, settings, now, self.operator)
            used = session.allowances.reset(counter.allowance)
            if used:
                before, after = ({"user": str(user_id), "pictures": each} for each in (used, 0))
                session.audit.add(guild_id, by, now, RESET, before=before, after=after)
            return used, standing(session, who, settings, now, self.operator)

        return await self._store.write(reset)
