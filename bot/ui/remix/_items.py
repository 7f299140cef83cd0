"""What is pressed and chosen in a Remix panel. A custom_id carries a draft's short id; all else is in the database."""

import re
from typing import Any, Self

import discord

from bot.ui.base import Interaction
from bot.ui.persistent import Persistent
from bot.ui.remix import _acts
from bot.ui.remix._selects import LEFT_OUT, TURN


class RemixPart(
    Persistent[discord.ui.Item[Any]],
    template=r"easel:remix-(?P<part>model|option|prompt|run):(?P<id>[0-9a-z]+)(?::(?P<option>\w+))?",
):
    """A select or a button of a Remix panel, before and after any number of restarts."""

    def __init__(self, item: discord.ui.Item[Any], *, part: str, draft_id: str, option: str | None) -> None:
        super().__init__(item)
        self._part = part
        self._draft_id = draft_id
        self._option = option

    @classmethod
    async def from_custom_id(
        cls, interaction: Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Make the part that was used."""
        return cls(item, part=match["part"], draft_id=match["id"], option=match["option"])

    async def used(self, interaction: Interaction) -> None:
        """Do what it is for."""
        if isinstance(self.item, discord.ui.Select):
            await self._choose(interaction, self.item.values[0])
        elif self._part == "prompt":
            await _acts.ask_for_text(interaction, self._draft_id)
        else:
            await _acts.run(interaction, self._draft_id)

    async def _choose(self, interaction: Interaction, value: str) -> None:
        if self._option is not None:
            chosen = None if value == LEFT_OUT else value
            await _acts.choose_option(interaction, self._draft_id, self._option, chosen)
        elif value.startswith(TURN):
            await _acts.turn(interaction, self._draft_id, int(value.removeprefix(TURN)))
        else:
            await _acts.choose_model(interaction, self._draft_id, value)
