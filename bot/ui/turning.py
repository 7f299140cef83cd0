"""Buttons that turn a list's pages, before and after any number of restarts."""

import re
from abc import abstractmethod
from typing import Any, ClassVar, Self

import discord

from bot.ui.base import Interaction
from bot.ui.persistent import Persistent


class Turn(Persistent[discord.ui.Button[Any]], template=r"easel:(?P<page>)"):
    """A button that shows another page of a list in place of the one that is there.

    Attributes:
        lists: what is listed, as the custom id has it: `easel:<lists>:<page>`.
        page: from 0.
    """

    lists: ClassVar[str]

    def __init__(self, page: int, label: str = "") -> None:
        super().__init__(discord.ui.Button(label=label, custom_id=f"easel:{self.lists}:{page}"))
        self.page = page

    @classmethod
    async def from_custom_id(
        cls, interaction: Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Make the button that was pressed."""
        return cls(int(match["page"]))

    @classmethod
    def add_to(cls, view: discord.ui.LayoutView, page: int, pages: int, labels: tuple[str, str]) -> None:
        """Put the buttons under a page that turn to the ones before and after it, where there are such.

        Args:
            labels: what they say.
        """
        before, after = labels
        turns = [cls(page - 1, before)] if page > 0 else []
        if page < pages - 1:
            turns.append(cls(page + 1, after))
        if turns:
            view.add_item(discord.ui.ActionRow[Any](*turns))

    async def used(self, interaction: Interaction) -> None:
        """Show the page."""
        await interaction.response.edit_message(view=await self.shown(interaction))

    @abstractmethod
    async def shown(self, interaction: Interaction) -> discord.ui.LayoutView:
        """Return the page."""
