"""Entering a round by a button under a result, and taking a picture out again."""

import re
from collections.abc import Sequence
from typing import Any, Self

import discord

from bot.errors import EaselError
from bot.i18n import text
from bot.store import Details
from bot.ui.base import Interaction, home, tell
from bot.ui.persistent import Persistent
from bot.ui.request_button import RequestButton
from bot.ui.typed import literal


class EnterRound(RequestButton, template=r"easel:round:(?P<id>[0-9a-z]+)"):
    """Enters a result in the round of its channel, or takes it out; of several pictures it asks which."""

    action = "round"

    @classmethod
    def of(cls, details: Details) -> Self:
        """Return the button as it is to be under a result."""
        locale, standing = details.request.locale, details.round
        if len(details.pictures) != 1:
            return cls(details.request.short_id, text("button-round-pictures", locale=locale))
        entered = standing is not None and standing.entered
        label = text("button-round-withdraw" if entered else "button-round-enter", locale=locale)
        return cls(details.request.short_id, label)

    async def pressed(self, interaction: Interaction, details: Details) -> None:
        """Do it, and let the reply say so; only the author may."""
        if interaction.user.id != details.request.user_id:
            raise EaselError("round-not-yours", author=str(details.request.user_id))
        if details.round is None:
            raise EaselError("round-closed")
        if len(details.pictures) > 1:
            return await _ask_which(interaction, details)
        await interaction.response.defer()
        # What the button says is done: it may be from before another press, or from a round that is over.
        out = self.item.label == text("button-round-withdraw", locale=details.request.locale)
        return await _settle(interaction, details, [] if out else [1])


class PickEntries(Persistent[discord.ui.Select[Any]], template=r"easel:round-pictures:(?P<id>[0-9a-z]+)"):
    """A list of a result's pictures, in which those are chosen that are in the round."""

    def __init__(self, item: discord.ui.Select[Any], short_id: str) -> None:
        super().__init__(item)
        self.short_id = short_id

    @classmethod
    async def from_custom_id(
        cls, interaction: Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Make the list in which somebody chose."""
        select = item if isinstance(item, discord.ui.Select) else discord.ui.Select[Any]()
        return cls(select, match["id"])

    async def used(self, interaction: Interaction) -> None:
        """Enter what is chosen and take out the rest."""
        await _take_choice(interaction, self.short_id, [int(value) for value in self.item.values])


async def _ask_which(interaction: Interaction, details: Details) -> None:
    locale = str(interaction.locale)
    numbers = [picture.number for picture in details.pictures]
    entered = () if details.round is None else details.round.entered
    select = discord.ui.Select[Any](
        custom_id=f"easel:round-pictures:{details.request.short_id}",
        placeholder=text("round-pick-none", locale=locale),
        min_values=0,
        max_values=len(numbers),
    )
    for number in numbers:
        label = text("round-pick-picture", locale=locale, number=number)
        select.add_option(label=label, value=str(number), default=number in entered)
    view = discord.ui.View(timeout=None)
    view.add_item(select)
    await interaction.response.send_message(text("round-pick", locale=locale), view=view, ephemeral=True)


async def _take_choice(interaction: Interaction, short_id: str, wanted: Sequence[int]) -> None:
    details = await home(interaction).engine.find(short_id)
    if details is None or details.round is None:
        raise EaselError("round-closed")
    await interaction.response.defer()
    await _settle(interaction, details, wanted)


async def _settle(interaction: Interaction, details: Details, wanted: Sequence[int]) -> None:
    """Have just these pictures of a result be in the round, say so, and let the reply say it.

    Raises:
        EaselError: one of them cannot be in it; those before it are.
    """
    engine, user_id = home(interaction).engine, interaction.user.id
    entered = () if details.round is None else details.round.entered
    try:
        for picture in details.pictures:
            if picture.number in entered and picture.number not in wanted:
                await engine.rounds.withdraw(details, picture, user_id)
        for picture in details.pictures:
            if picture.number in wanted and picture.number not in entered:
                await engine.rounds.enter(details, picture, user_id)
    finally:
        now = await engine.find(details.request.short_id)
        if now is not None:
            await home(interaction).show_standing(now)
    theme = "" if details.round is None else literal(details.round.round.theme)
    await tell(interaction, "round-entered" if wanted else "round-withdrawn", theme=theme)
