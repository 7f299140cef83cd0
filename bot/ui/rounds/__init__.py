"""Rounds as people see them: what is said in their channel, the buttons, the ballot and the history."""

from bot.ui.rounds._ballot import Ballots, OpenBallot
from bot.ui.rounds._ending import EndRound, question
from bot.ui.rounds._entering import EnterRound, PickEntries
from bot.ui.rounds._history import TurnRounds, history
from bot.ui.rounds._posts import renderers
from bot.ui.rounds._standing import standing_line, with_standing

ROUND_BUTTONS = (EnterRound, PickEntries, OpenBallot, Ballots, EndRound, TurnRounds)
"""Every part that is pressed or chosen from, for the client to listen to."""

__all__ = [
    "ROUND_BUTTONS",
    "EnterRound",
    "history",
    "question",
    "renderers",
    "standing_line",
    "with_standing",
]
