"""The buttons by which members star pictures, under results and under what is in a gallery."""

import re
from typing import Any, Self, cast

import discord

from bot.errors import EaselError
from bot.i18n import text
from bot.store import Details
from bot.ui.base import Interaction, home, tell
from bot.ui.persistent import Persistent
from bot.ui.request_button import RequestButton


def star_label(stars: int) -> str:
    """Return what a star button says."""
    return "☆" if stars == 0 else f"☆ {stars}"


class Star(RequestButton, template=r"easel:star:(?P<id>[0-9a-z]+)"):
    """Stars a result's picture, or takes that back; of several it asks which."""

    action = "star"

    async def pressed(self, interaction: Interaction, details: Details) -> None:
        """Do that, and say so privately; the number on the button follows in a moment."""
        if len(details.pictures) == 1:
            return await _toggle(interaction, details, details.pictures[0].number)
        stars = home(interaction).engine.stars
        await stars.check(details, interaction.user.id, interaction.guild_id)
        starred = await stars.starred(details, interaction.user.id)
        view = discord.ui.View(timeout=None)
        view.add_item(StarWhich.of(details, starred, str(interaction.locale)))
        view.stop()
        said = text("star-which", locale=str(interaction.locale))
        await interaction.response.send_message(said, view=view, ephemeral=True)
        return None


class StarWhich(Persistent[discord.ui.Select[Any]], template=r"easel:star-which:(?P<id>[0-9a-z]+)"):
    """Says which of a result's pictures somebody stars."""

    def __init__(self, select: discord.ui.Select[Any], short_id: str) -> None:
        super().__init__(select)
        self._short_id = short_id

    @classmethod
    def of(cls, details: Details, starred: frozenset[int], locale: str) -> Self:
        """Return it for a result of which somebody has starred some pictures."""
        short_id = details.request.short_id
        select = discord.ui.Select[Any](
            custom_id=f"easel:star-which:{short_id}",
            placeholder=text("star-none", locale=locale),
            min_values=0,
            max_values=len(details.pictures),
        )
        for picture in details.pictures:
            label = text("star-picture", locale=locale, number=picture.number)
            select.add_option(label=label, value=str(picture.number), default=picture.number in starred)
        return cls(select, short_id)

    @classmethod
    async def from_custom_id(
        cls, interaction: Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Make the select that was used."""
        return cls(cast("discord.ui.Select[Any]", item), match["id"])

    async def used(self, interaction: Interaction) -> None:
        """Star what was chosen and nothing else."""
        engine, locale = home(interaction).engine, str(interaction.locale)
        details = await engine.find(self._short_id)
        if details is None:
            return await tell(interaction, "request-gone")
        values: list[str] = cast("dict[str, Any]", interaction.data or {}).get("values", [])
        wanted = [int(value) for value in values if value.isdecimal()]
        starred = await engine.stars.star(details, interaction.user.id, interaction.guild_id, wanted)
        view = discord.ui.View(timeout=None)
        view.add_item(StarWhich.of(details, starred, locale))
        view.stop()
        numbers = ", ".join(map(str, sorted(starred)))
        said = text("star-chosen", locale=locale, count=len(starred), numbers=numbers)
        await interaction.response.edit_message(content=said, view=view)
        return None


class PictureButton(RequestButton, template=r"easel:picture:(?P<id>)"):
    """A button under one picture in a gallery: beside the request's short id it carries the picture's number."""

    def __init__(self, short_id: str, number: int, label: str) -> None:
        super().__init__(f"{short_id}:{number}", label)
        self.short_id = short_id
        self.number = number

    @classmethod
    async def from_custom_id(
        cls, interaction: Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Make the button that was pressed."""
        return cls(match["id"], int(match["number"]), getattr(item, "label", None) or cls.action)


class StarPicture(PictureButton, template=r"easel:gallery-star:(?P<id>[0-9a-z]+):(?P<number>[0-9]{1,2})"):
    """Stars a picture from the gallery, or takes that back."""

    action = "gallery-star"

    async def pressed(self, interaction: Interaction, details: Details) -> None:
        """Do that, and say so privately."""
        await _toggle(interaction, details, self.number)


class Withdraw(PictureButton, template=r"easel:gallery-withdraw:(?P<id>[0-9a-z]+):(?P<number>[0-9]{1,2})"):
    """Takes a picture out of the gallery for good; its artist may, and who may manage messages there."""

    action = "gallery-withdraw"

    async def pressed(self, interaction: Interaction, details: Details) -> None:
        """Do that; the post goes in a moment."""
        author = details.request.user_id
        if interaction.user.id != author and not interaction.permissions.manage_messages:
            raise EaselError("only-artist-withdraws", author=str(author))
        await home(interaction).engine.gallery.withdraw(details, self.number, interaction.user.id)
        await tell(interaction, "gallery-withdrawn")


async def _toggle(interaction: Interaction, details: Details, number: int) -> None:
    engine = home(interaction).engine
    on, stars = await engine.stars.toggle(details, interaction.user.id, interaction.guild_id, number)
    await tell(interaction, "star-given" if on else "star-taken", id=details.request.short_id, count=stars)


STAR_BUTTONS: tuple[type[discord.ui.DynamicItem[Any]], ...] = (Star, StarWhich, StarPicture, Withdraw)
"""Every button for stars, for the client to listen to."""
