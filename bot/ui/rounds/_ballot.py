"""The ballot: a private panel in which a member looks through a round's pictures and votes for one."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

import discord

from bot.engine.rounds import Ballot
from bot.i18n import text
from bot.ui.base import Interaction, home
from bot.ui.panels import panel
from bot.ui.persistent import Persistent
from bot.ui.places import is_age_restricted
from bot.ui.typed import literal
from bot.ui.wording import alt_text

PICTURE_BYTES = 8 * 1024 * 1024
"""Bytes of a picture on a ballot; of one that is larger the thumbnail is shown."""

FIRST = 0
"""Stands in a custom_id where no entry is meant: the first in the voter's order."""


class OpenBallot(Persistent[discord.ui.Button[Any]], template=r"easel:round-vote:(?P<id>[0-9a-z]+)"):
    """The button of a round by which members open their ballots."""

    def __init__(self, short_id: str, label: str) -> None:
        button = discord.ui.Button[Any](
            label=label, style=discord.ButtonStyle.primary, custom_id=f"easel:round-vote:{short_id}"
        )
        super().__init__(button)
        self.short_id = short_id

    @classmethod
    async def from_custom_id(
        cls, interaction: Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Make the button that was pressed."""
        return cls(match["id"], "")

    async def used(self, interaction: Interaction) -> None:
        """Open a ballot for who pressed it, and nobody else."""
        ballot = await _ballot(interaction, self.short_id, FIRST)
        await interaction.response.defer(ephemeral=True, thinking=True)
        view, files = await _shown(interaction, ballot)
        await interaction.followup.send(view=view, files=files, ephemeral=True)


class Ballots(
    Persistent[discord.ui.Button[Any]],
    template=r"easel:round-ballot:(?P<act>look|vote):(?P<id>[0-9a-z]+):(?P<entry>\d{1,18})",
):
    """A button of a ballot: it shows another picture, or votes for the one that is shown."""

    def __init__(self, item: discord.ui.Button[Any], act: str, short_id: str, entry_id: int) -> None:
        super().__init__(item)
        self._act = act
        self._short_id = short_id
        self._entry_id = entry_id

    @classmethod
    async def from_custom_id(
        cls, interaction: Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Make the button that was pressed."""
        button = item if isinstance(item, discord.ui.Button) else discord.ui.Button[Any]()
        return cls(button, match["act"], match["id"], int(match["entry"]))

    @classmethod
    def make(cls, act: str, ballot: Ballot, entry_id: int, label: str, **looks: Any) -> Self:
        """Return a button that shows an entry, or votes for it."""
        custom_id = f"easel:round-ballot:{act}:{ballot.round.short_id}:{entry_id}"
        button = discord.ui.Button[Any](label=label, custom_id=custom_id, **looks)
        return cls(button, act, ballot.round.short_id, entry_id)

    async def used(self, interaction: Interaction) -> None:
        """Do it, and show the ballot as it is then."""
        await interaction.response.defer()
        if self._act == "vote":
            await home(interaction).engine.rounds.vote(self._short_id, interaction.user.id, self._entry_id)
        view, files = await _shown(interaction, await _ballot(interaction, self._short_id, self._entry_id))
        await interaction.edit_original_response(view=view, attachments=files)


async def _ballot(interaction: Interaction, short_id: str, entry_id: int) -> Ballot:
    among_adults = is_age_restricted(interaction.channel)
    rounds = home(interaction).engine.rounds
    return await rounds.ballot(short_id, interaction.user.id, entry_id or None, among_adults=among_adults)


async def _shown(interaction: Interaction, ballot: Ballot) -> tuple[discord.ui.LayoutView, Sequence[discord.File]]:
    """Return the panel that shows a ballot, with its picture where that is kept."""
    engine, locale = home(interaction).engine, str(interaction.locale)
    path = await engine.rounds.picture(ballot, min(PICTURE_BYTES, interaction.filesize_limit))
    files = [] if path is None else [_file(ballot, path, alt_text(ballot.details, engine.catalog))]
    parts: list[str | discord.ui.Item[Any]] = []
    for file in files:
        gallery = discord.ui.MediaGallery[Any]()
        gallery.add_item(media=file, description=file.description, spoiler=file.spoiler)
        parts.append(gallery)
    if not files:
        parts.append(text("round-ballot-no-picture", locale=locale))
    parts.append(_said(ballot, locale))
    title = text("round-ballot-title", locale=locale, theme=literal(ballot.round.theme))
    ends = discord.utils.format_dt(ballot.round.ends_at, "R")
    view = panel(title, *parts, footer=text("round-ballot-footer", locale=locale, ends=ends))
    view.add_item(discord.ui.ActionRow[Any](*_buttons(ballot, locale)))
    return view, files


def _said(ballot: Ballot, locale: str) -> str:
    which = text("round-ballot-which", locale=locale, number=ballot.number, total=ballot.total)
    if ballot.chosen:
        return f"{which} · {text('round-ballot-chosen', locale=locale)}"
    return f"{which} · {text('round-ballot-elsewhere' if ballot.voted else 'round-ballot-open', locale=locale)}"


def _buttons(ballot: Ballot, locale: str) -> Sequence[Ballots]:
    label = text("round-ballot-take-back" if ballot.chosen else "round-ballot-vote", locale=locale)
    style = discord.ButtonStyle.secondary if ballot.chosen else discord.ButtonStyle.success
    buttons = [Ballots.make("vote", ballot, ballot.entry.id, label, style=style)]
    if ballot.before is not None:
        buttons.insert(0, Ballots.make("look", ballot, ballot.before, text("round-ballot-previous", locale=locale)))
    if ballot.after is not None:
        buttons.append(Ballots.make("look", ballot, ballot.after, text("round-ballot-next", locale=locale)))
    return buttons


def _file(ballot: Ballot, path: Path, described: str) -> discord.File:
    spoiler = ballot.details.request.spoiler
    name = f"entry-{ballot.number}{path.suffix}"
    return discord.File(path, filename=name, description=described, spoiler=spoiler)
