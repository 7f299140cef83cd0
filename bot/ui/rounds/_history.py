"""A server's rounds, page by page."""

from collections.abc import Iterator

import discord

from bot.engine.rounds import ON_THE_PODIUM, RoundsPage, Standing
from bot.i18n import text
from bot.store import RoundState
from bot.ui.base import Interaction, home
from bot.ui.panels import panel
from bot.ui.rounds._wording import artist, counted, end_of
from bot.ui.turning import Turn
from bot.ui.typed import literal


class TurnRounds(Turn, template=r"easel:rounds:(?P<page>\d{1,6})"):
    """Turns to another page of a server's rounds."""

    lists = "rounds"

    async def shown(self, interaction: Interaction) -> discord.ui.LayoutView:
        """Return the page."""
        page = await home(interaction).engine.rounds.page(interaction.guild_id or 0, self.page)
        return history(page, str(interaction.locale))


def history(page: RoundsPage, locale: str) -> discord.ui.LayoutView:
    """Return a page of a server's rounds: those that go on, and some of those that are over."""
    parts = [list(_lines(each, locale)) for each in (*page.live, *page.over)]
    parts = parts or [[text("rounds-none", locale=locale)]]
    footer = text("rounds-page", locale=locale, page=page.number + 1, pages=page.pages, total=page.total)
    view = panel(text("rounds-title", locale=locale), *parts, footer=footer)
    labels = (text("rounds-newer", locale=locale), text("rounds-older", locale=locale))
    TurnRounds.add_to(view, page.number, page.pages, labels)
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
