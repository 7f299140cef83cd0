"""Who may manage a server."""

from bot.errors import EaselError
from bot.ui.base import Interaction


class ManagersOnly(EaselError):
    """The user may not manage the server, or this is none."""


def managed_guild(interaction: Interaction) -> int:
    """Return the id of the server in which somebody acts, who may manage it.

    Discord asks for the permission too, but lets a server give a command to others.

    Raises:
        ManagersOnly: they may not, or it is not in a server.
    """
    if interaction.guild_id is None:
        raise ManagersOnly("servers-only")
    if not interaction.permissions.manage_guild:
        raise ManagersOnly("managers-only")
    return interaction.guild_id
