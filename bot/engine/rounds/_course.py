"""The course of a round: what is to be done when, and what a round is after it.

Everything is decided from the row and the time. So a round that was to move on while the bot did not run does so at its
next start, and says that it is late; who makes or votes has the whole time for it all the same.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.engine.rounds import _posts
from bot.store import Entry, Round, RoundState, Session

LATE_AFTER = timedelta(minutes=2)
"""From when on it is said that something was late."""

PLACES = 3

NOTICE: Sequence[tuple[timedelta, timedelta]] = (
    (timedelta(days=3), timedelta(days=1)),
    (timedelta(hours=6), timedelta(hours=1)),
    (timedelta(minutes=45), timedelta(minutes=15)),
)
"""How long before the end those who take part are reminded, by how long it lasts at least; what is shorter has none."""


def first_due(state: RoundState, opens_at: datetime, closes_at: datetime, length: timedelta) -> datetime:
    """Return when something is first to be done about a new round."""
    return opens_at if state is RoundState.ANNOUNCED else closes_at - _notice(length)


def move_on(session: Session, round_: Round, now: datetime) -> Round:
    """Do all that is due by now; return the round as it is then."""
    while round_.due_at is not None and round_.due_at <= now:
        after = _step(session, round_, now)
        if after is None:
            return round_
        round_ = after
    return round_


def move_now(session: Session, round_: Round, now: datetime) -> Round | None:
    """End what goes on before its time; return the round then, None where it has moved on meanwhile."""
    if round_.state is RoundState.OPEN:
        return _vote(session, round_, now, now)
    return _end(session, round_, now, now) if round_.state is RoundState.VOTING else None


def call_off(session: Session, round_: Round, now: datetime) -> Round | None:
    """End a round without winners; return it then, None where it has moved on meanwhile."""
    return _moved(session, round_, now, state=RoundState.CANCELLED, ends_at=now, due_at=None)


def end_of(round_: Round) -> datetime:
    """Return when what goes on is to end."""
    ends = {RoundState.ANNOUNCED: round_.opens_at, RoundState.OPEN: round_.closes_at}
    return ends.get(round_.state, round_.ends_at)


def _step(session: Session, round_: Round, now: datetime) -> Round | None:
    planned = end_of(round_)
    if now < planned:
        return _remind(session, round_, now)
    if round_.state is RoundState.ANNOUNCED:
        return _open(session, round_, planned, now)
    if round_.state is RoundState.OPEN:
        return _vote(session, round_, planned, now)
    return _end(session, round_, planned, now)


def _remind(session: Session, round_: Round, now: datetime) -> Round | None:
    _posts.remind(session, round_, now)
    return session.rounds.change(round_, due_at=end_of(round_))


def _open(session: Session, round_: Round, planned: datetime, now: datetime) -> Round | None:
    opens_at, late = _began(round_, RoundState.OPEN, planned, now)
    length = timedelta(seconds=round_.length)
    closes_at = opens_at + length
    times = {"opens_at": opens_at, "closes_at": closes_at, "ends_at": closes_at + timedelta(seconds=round_.voting)}
    due_at = closes_at - _notice(length)
    return _moved(session, round_, now, state=RoundState.OPEN, late=late, due_at=due_at, **times)


def _vote(session: Session, round_: Round, planned: datetime, now: datetime) -> Round | None:
    """Begin the voting; with one picture, or none, there is nothing to vote on."""
    if len(session.entries.standing(round_, now)) < 2:
        return _end(session, round_, planned, now)
    closes_at, late = _began(round_, RoundState.VOTING, planned, now)
    voting = timedelta(seconds=round_.voting)
    ends_at = closes_at + voting
    times = {"closes_at": closes_at, "ends_at": ends_at, "due_at": ends_at - _notice(voting)}
    return _moved(session, round_, now, state=RoundState.VOTING, late=late, **times)


def _end(session: Session, round_: Round, planned: datetime, now: datetime) -> Round | None:
    ends_at, late = _began(round_, RoundState.ENDED, planned, now)
    closes_at = ends_at if round_.state is RoundState.OPEN else round_.closes_at
    entries = session.entries.standing(round_, now)
    tally = session.votes.tally(round_, now)
    times = {"closes_at": closes_at, "ends_at": ends_at, "due_at": None}
    ended = _moved(session, round_, now, state=RoundState.ENDED, late=late, **times)
    if ended is not None:
        for entry, place in places(entries, tally).items():
            session.entries.place(entry, tally.get(entry, 0), place)
    return ended


def places(entries: Sequence[Entry], tally: Mapping[int, int]) -> Mapping[int, int | None]:
    """Return the place of each entry by its id, None where it has none; who has as many votes shares a place.

    An entry that is alone has the first; else a place takes a vote.
    """
    if len(entries) == 1:
        return {entries[0].id: 1}
    counted = {entry.id: tally.get(entry.id, 0) for entry in entries}
    ranks = {entry: 1 + sum(more > mine for more in counted.values()) for entry, mine in counted.items()}
    return {entry: rank if counted[entry] and rank <= PLACES else None for entry, rank in ranks.items()}


def _began(round_: Round, state: RoundState, planned: datetime, now: datetime) -> tuple[datetime, Mapping[str, int]]:
    """Return when a state begins, and what was late by then."""
    if now - planned <= LATE_AFTER:
        return planned, round_.late
    return now, {**round_.late, state: int(planned.timestamp())}


def _moved(session: Session, before: Round, now: datetime, **values: Any) -> Round | None:
    after = session.rounds.change(before, **values)
    if after is not None:
        _posts.moved(session, before, after, now)
    return after


def _notice(lasts: timedelta) -> timedelta:
    return next((notice for least, notice in NOTICE if lasts >= least), timedelta(0))
