"""Parts of what is said about rounds."""

from collections.abc import Mapping
from datetime import datetime

from bot.engine.rounds import Standing
from bot.i18n import text
from bot.store import Details, Entry, Round, RoundState
from bot.ui.lineage import jump_link

MEDALS: Mapping[int, str] = {1: "🥇", 2: "🥈", 3: "🥉"}


def end_of(round_: Round) -> datetime:
    """Return when what goes on in a round ends, or when it ended."""
    ends = {RoundState.ANNOUNCED: round_.opens_at, RoundState.OPEN: round_.closes_at}
    return ends.get(round_.state, round_.ends_at)


def counted(standing: Standing, locale: str) -> str:
    """Return how many pictures are in a round, and of how many members."""
    if not standing.entries:
        return text("round-counted-none", locale=locale)
    return text("round-counted", locale=locale, entries=standing.entries, artists=standing.artists)


def artist(entry: Entry, details: Details, locale: str) -> str:
    """Return a line with a place: whose, with how many votes, and where the picture is."""
    medal = MEDALS.get(entry.place or 0, "")
    said = text("round-place", locale=locale, medal=medal, artist=f"<@{entry.user_id}>", votes=entry.votes or 0)
    link = jump_link(details.request)
    return said if link is None else f"{said} · {text('round-place-link', locale=locale, link=link)}"
