"""What is pressed or chosen under a message, before and after any number of restarts."""

from abc import abstractmethod
from typing import Any, TypeVar

import discord

from bot.ui.base import Interaction, home, report

ItemT_co = TypeVar("ItemT_co", bound=discord.ui.Item[Any], covariant=True)


class Persistent(discord.ui.DynamicItem[ItemT_co], template=r"easel:"):
    """A button or a select that is known by its custom_id alone."""

    async def interaction_check(self, interaction: Interaction, /) -> bool:
        """Let through what was not told before."""
        return home(interaction).is_new(interaction)

    async def callback(self, interaction: Interaction) -> None:
        """Do what it is for; what goes wrong is told to the person who used it."""
        try:
            await self.used(interaction)
        except Exception as error:  # noqa: BLE001 - discord.py has no handler for errors in dynamic items
            await report(interaction, error)

    @abstractmethod
    async def used(self, interaction: Interaction) -> None:
        """Do what it is for."""
