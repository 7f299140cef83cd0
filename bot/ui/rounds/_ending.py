"""Ending a round before its time: a question, and the buttons that answer it."""

import re
from typing import Any, Self

import discord

from bot.i18n import text
from bot.store import Round, RoundState
from bot.ui.base import Interaction, home
from bot.ui.managers import managed_guild
from bot.ui.persistent import Persistent
from bot.ui.typed import literal


class EndRound(
    Persistent[discord.ui.Button[Any]],
    template=r"easel:round-end:(?P<act>next|off):(?P<id>[0-9a-z]+):(?P<state>announced|open|voting)",
):
    """Ends what goes on in a round, or calls it off; it says in which state it was when that was asked."""

    def __init__(self, act: str, short_id: str, state: RoundState, label: str) -> None:
        style = discord.ButtonStyle.danger if act == "off" else discord.ButtonStyle.primary
        custom_id = f"easel:round-end:{act}:{short_id}:{state}"
        super().__init__(discord.ui.Button(label=label, style=style, custom_id=custom_id))
        self._act = act
        self._short_id = short_id
        self._state = state

    @classmethod
    async def from_custom_id(
        cls, interaction: Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Make the button that was pressed."""
        return cls(match["act"], match["id"], RoundState(match["state"]), "")

    async def used(self, interaction: Interaction) -> None:
        """Do it, and say so in place of the question."""
        managed_guild(interaction)
        rounds = home(interaction).engine.rounds
        off = self._act == "off"
        ended = await rounds.end(self._short_id, self._state, by=interaction.user.id, call_off=off)
        said = text(f"round-end-{ended.state}", locale=str(interaction.locale), theme=literal(ended.theme))
        await interaction.response.edit_message(content=said, view=None)


def question(round_: Round, locale: str) -> tuple[str, discord.ui.View]:
    """Return what to ask before a round is ended, and the buttons that answer it."""
    view = discord.ui.View(timeout=None)
    if round_.state is not RoundState.ANNOUNCED:
        onward = "button-round-vote-now" if round_.state is RoundState.OPEN else "button-round-count"
        view.add_item(EndRound("next", round_.short_id, round_.state, text(onward, locale=locale)))
    off = text("button-round-call-off", locale=locale)
    view.add_item(EndRound("off", round_.short_id, round_.state, off))
    return text(f"round-end-question-{round_.state}", locale=locale, theme=literal(round_.theme)), view
