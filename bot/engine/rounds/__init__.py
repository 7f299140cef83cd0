"""Rounds: a theme in a channel, pictures made for it, and a vote; all of it on a schedule that is kept in the rows."""

from bot.engine.rounds._ballots import Ballot, NotVoted
from bot.engine.rounds._course import LATE_AFTER
from bot.engine.rounds._entering import NotEntered, enter_made
from bot.engine.rounds._gone import pictures_changed, pictures_gone
from bot.engine.rounds._podium import ON_THE_PODIUM
from bot.engine.rounds._posts import ANNOUNCEMENT, KINDS, REMINDER, RESULT, VOTING
from bot.engine.rounds._rounds import NotEnded, Rounds, RoundsPage, Shown, Standing
from bot.engine.rounds._starting import (
    MAX_ENTRIES,
    MAX_LENGTH,
    MAX_THEME,
    MIN_LENGTH,
    NotStarted,
    Plan,
)

__all__ = [
    "ANNOUNCEMENT",
    "KINDS",
    "LATE_AFTER",
    "MAX_ENTRIES",
    "MAX_LENGTH",
    "MAX_THEME",
    "MIN_LENGTH",
    "ON_THE_PODIUM",
    "REMINDER",
    "RESULT",
    "VOTING",
    "Ballot",
    "NotEnded",
    "NotEntered",
    "NotStarted",
    "NotVoted",
    "Plan",
    "Rounds",
    "RoundsPage",
    "Shown",
    "Standing",
    "enter_made",
    "pictures_changed",
    "pictures_gone",
]
