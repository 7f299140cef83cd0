"""What the pages of the settings panel are made from."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import discord

from bot.catalog import Catalog
from bot.engine import GuildSettings
from bot.errors import EaselError
from bot.store import AuditEntry, Block
from bot.ui.base import Interaction, home
from bot.ui.settings._values import CHANNELS

LOGGED = 10
"""Changes that the panel shows."""


class ServerUnavailable(EaselError):
    """Discord does not say now what a server has, so nothing can be said to be missing in it."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A server as its settings panel shows it.

    Attributes:
        catalog: the models that the operator offers.
        audit: the newest changes, newest first.
        blocks: who is blocked, by the newest block first.
        daily_limit: pictures a day that the operator set for everyone.
    """

    settings: GuildSettings
    guild: discord.Guild
    catalog: Catalog
    audit: Sequence[AuditEntry]
    blocks: Sequence[Block]
    daily_limit: int
    locale: str

    def has(self, field: str, each: int) -> bool:
        """Whether the channel or role that a field names is there."""
        if field in CHANNELS:
            return self.guild.get_channel_or_thread(each) is not None
        return self.guild.get_role(each) is not None

    def gone(self, field: str) -> list[int | str]:
        """Return what a field names that is not there any more: channels, roles, models."""
        if field == "models":
            return sorted(self.settings.models - {model.id for model in self.catalog.models})
        return [each for each in self.ids(field) if not self.has(field, each)]

    def there(self, field: str) -> list[int]:
        """Return the channels or roles that a field names and that are there."""
        return [each for each in self.ids(field) if self.has(field, each)]

    def ids(self, field: str) -> list[int]:
        """Return the channels or roles that a field names."""
        value: Collection[int] | int | None = getattr(self.settings, field)
        if value is None:
            return []
        return [value] if isinstance(value, int) else sorted(value)


async def scene(interaction: Interaction, settings: GuildSettings | None = None) -> Scene:
    """Return the server in which somebody acts.

    Args:
        settings: its settings, where they are at hand.

    Raises:
        ServerUnavailable: Discord does not say what is in it.
    """
    engine, guild = home(interaction).engine, interaction.guild
    if guild is None or guild.unavailable:
        raise ServerUnavailable("settings-server-unavailable")
    settings = settings or await engine.settings.of(guild.id)
    audit = await engine.settings.audit(guild.id, LOGGED)
    blocks = await engine.blocks.current(guild.id)
    daily = engine.limits.operator.daily
    return Scene(settings, guild, engine.catalog, audit, blocks, daily, str(interaction.locale))
