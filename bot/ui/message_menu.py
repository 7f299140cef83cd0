"""Commands in the menu of a message (Apps > ...)."""

from discord import app_commands
from discord.ext import commands


class MessageMenu(commands.Cog):
    """A feature that is such a command; discord.py takes these only one by one, and not with their cog.

    Args:
        menu: the command.
    """

    def __init__(self, bot: commands.Bot | commands.AutoShardedBot, menu: app_commands.ContextMenu) -> None:
        self._bot = bot
        self._menu = menu

    async def cog_load(self) -> None:
        """Add the command."""
        self._bot.tree.add_command(self._menu)

    async def cog_unload(self) -> None:
        """Take the command away."""
        self._bot.tree.remove_command(self._menu.name, type=self._menu.type)
