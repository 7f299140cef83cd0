"""A server's rounds, page by page."""

import re
from collections.abc import Iterator
from typing import Any, Self

import discord

from bot.engine.rounds import ON_THE_PODIUM, RoundsPage, Standing
from bot.i18n import text
from bot.store import RoundState
from bot.ui.base import Interaction, home
from bot.ui.panels import panel
from bot.ui.persistent import Persistent
from bot.ui.rounds._wording import artist, counted, end_of
from bot.ui.typed import literal


class TurnRounds(Persistent[discord.ui.Button[Any]], template=r"easel:rounds:(?P<page>\d{1,6})"):
    """A button that turns to another page, before and after any number of restarts."""

    def __init__(self, page: int, label: str = "") -> None:
        super().__init__(discord.ui.Button(label=label, custom_id=f"easel:rounds:{page}"))
        self.page = page

    @classmethod
    async def from_custom_id(
        cls, interaction: Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Make the button that was pressed."""
        return cls(int(match["page"]))

    async def used(self, interaction: Interaction) -> None:
        """Show the page in place of the one that is there."""
        page = await home(interaction).engine.rounds.page(interaction.guild_id or 0, self.page)
        await interaction.response.edit_message(view=history(page, str(interaction.locale)))


def history(page: RoundsPage, locale: str) -> discord.ui.LayoutView:
    """Return a page of a server's rounds: those that go on, and some of those that are over."""
    parts = [list(_lines(each, locale)) for each in (*page.live, *page.over)]
    parts = parts or [[text("rounds-none", locale=locale)]]
    footer = text("rounds-page", locale=locale, page=page.number + 1, pages=page.pages, total=page.total)
    view = panel(text("rounds-title", locale=locale), *parts, footer=footer)
    before = [TurnRounds(page.number - 1, text("rounds-newer", locale=locale))] if page.number > 0 else []
    after = [TurnRounds(page.number + 1, text("rounds-older", locale=locale))] if page.number < page.pages - 1 else []
    if before or after:
        view.add_item(discord.ui.ActionRow[Any](*before, *after))
    return view


def _lines(standing: Standing, locale: str) -> Iterator[str]:
    round_ = standing.round
    when = discord.utils.format_dt(end_of(round_), "R" if round_.state.live else "d")
    yield f"**{literal(round_.theme)}** · <#{round_.channel_id}>"
    yield f"-# {text(f'rounds-state-{round_.state}', locale=locale, when=when)} · {counted(standing, locale)}"
    for entry, details in standing.placed[:ON_THE_PODIUM]:
        yield artist(entry, details, locale)
    if round_.state is RoundState.ENDED and not standing.placed:
        yield text("round-no-winner", locale=locale)
