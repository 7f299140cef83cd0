"""What the managers of a server decide about it, and who decided what."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from bot.catalog import Catalog
from bot.engine import art_channels
from bot.engine.guild_settings import GuildSettings, change
from bot.engine.policy import catalog_for
from bot.engine.ports import Clock
from bot.store import AuditEntry, Session, Store


class SettingsOfGuilds:
    """The settings of all servers.

    Args:
        catalog: the models that the operator offers.
        changed: awaited with a server's id after its settings have changed.
    """

    def __init__(self, store: Store, clock: Clock, catalog: Catalog, changed: Callable[[int], Awaitable[None]]) -> None:
        self._store = store
        self._clock = clock
        self._catalog = catalog
        self._changed = changed

    async def of(self, guild_id: int | None) -> GuildSettings:
        """Return a server's settings; outside a server, and where nothing was set, the defaults."""
        if guild_id is None:
            return GuildSettings()
        return await self._store.read(lambda session: GuildSettings.of(session, guild_id))

    async def change(self, guild_id: int, by: int, changes: Mapping[str, Any]) -> tuple[GuildSettings, int]:
        """Change some of a server's settings, and record each that differs; return all, and how many did.

        Args:
            by: the user who wants that.
            changes: new values by field, as `GuildSettings` takes them; fields that are left out stay as they are.

        Raises:
            InvalidSettings: some do not fit; nothing has changed.
        """
        now = self._clock.now()

        def work(session: Session) -> tuple[GuildSettings, int]:
            before = GuildSettings.of(session, guild_id)
            after, count = change(session, guild_id, now, by=by, changes=changes)
            art_channels.settings_changed(session, guild_id, before, after, now)
            return after, count

        settings, count = await self._store.write(work)
        if count:
            await self._changed(guild_id)
        return settings, count

    async def audit(self, guild_id: int, limit: int) -> Sequence[AuditEntry]:
        """Return the newest entries of a server's audit log, newest first."""
        return await self._store.read(lambda session: session.audit.newest(guild_id, limit))

    async def catalog_in(self, guild_id: int | None) -> Catalog:
        """Return the models that a server allows, with its own defaults; outside a server, all."""
        return catalog_for(await self.of(guild_id), self._catalog)
