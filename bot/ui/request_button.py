"""What the buttons under a reply share. A button carries a request's short id; all else is in the database."""

import re
from abc import abstractmethod
from typing import Any, ClassVar, Self

import discord

from bot.store import Details, Forgotten
from bot.ui.base import Interaction, home, tell
from bot.ui.persistent import Persistent


class RequestButton(Persistent[discord.ui.Button[Any]], template=r"easel:(?P<id>)"):
    """A button that does something with a request, before and after any number of restarts."""

    action: ClassVar[str]
    style: ClassVar[discord.ButtonStyle] = discord.ButtonStyle.secondary

    def __init__(self, short_id: str, label: str, *, row: int | None = None) -> None:
        custom_id = f"easel:{self.action}:{short_id}"
        super().__init__(discord.ui.Button(label=label, style=self.style, custom_id=custom_id, row=row))
        self.short_id = short_id

    @classmethod
    async def from_custom_id(
        cls,
        interaction: Interaction,
        item: discord.ui.Item[Any],
        match: re.Match[str],
        /,
    ) -> Self:
        """Make the button that was pressed."""
        return cls(match["id"], getattr(item, "label", None) or cls.action)

    async def used(self, interaction: Interaction) -> None:
        """Do what the button says."""
        details = await home(interaction).engine.find(self.short_id)
        if details is None:
            await tell(interaction, "request-gone")
        elif details.request.forgotten is not None:
            await self.pressed_forgotten(interaction, details.request.forgotten)
        else:
            await self.pressed(interaction, details)

    async def pressed_forgotten(self, interaction: Interaction, why: Forgotten) -> None:
        """Say why there is nothing to do anything with."""
        await tell(interaction, "request-forgotten-wish" if why is Forgotten.WISH else "request-forgotten-age")

    @abstractmethod
    async def pressed(self, interaction: Interaction, details: Details) -> None:
        """Do what the button says."""
