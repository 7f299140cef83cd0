"""Voting: a member has one vote, for somebody else's picture, and sees the pictures in an order of their own."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.engine import blocks
from bot.errors import EaselError
from bot.store import Details, Entry, Round, RoundState, Session


class NotVoted(EaselError):
    """A vote cannot be taken; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Ballot:
    """One picture of a round as a voter sees it.

    Attributes:
        details: the request that made it.
        number: which it is of the `total` that they can vote for, from 1, in their order.
        chosen: whether their vote is for it.
        voted: whether they have voted at all.
        before, after: the ids of the entries beside it; None at the ends.
    """

    round: Round
    entry: Entry
    details: Details
    number: int
    total: int
    chosen: bool
    voted: bool
    before: int | None
    after: int | None


def look(
    session: Session, short_id: str, voter_id: int, entry_id: int | None, now: datetime, *, among_adults: bool
) -> Ballot:
    """Return one of the pictures that somebody can vote for; one that is not there any more is their first.

    Args:
        among_adults: whether they are where only adults are; elsewhere pictures from such places are left out.

    Raises:
        NotVoted: nobody votes now, or there is nothing that they could vote for.
        Blocked: they are blocked in the server.
    """
    round_ = _voting(session, short_id, voter_id, now)
    standing = [each for each in session.entries.standing(round_, now) if each.user_id != voter_id]
    offered = shuffled(round_, voter_id, [each for each in standing if among_adults or not each.age_restricted])
    if not offered:
        raise NotVoted("round-nothing-to-vote")
    ids = [entry.id for entry in offered]
    at = ids.index(entry_id) if entry_id in ids else 0
    entry = offered[at]
    request = session.requests.get(entry.request_id)
    assert request is not None  # noqa: S101 - an entry goes with its request
    vote = session.votes.of_user(round_.id, voter_id)
    before, after = (ids[at - 1] if at > 0 else None), (ids[at + 1] if at + 1 < len(ids) else None)
    chosen, voted = vote == entry.id, vote is not None
    return Ballot(round_, entry, session.details(request), at + 1, len(ids), chosen, voted, before, after)


def cast(session: Session, short_id: str, voter_id: int, entry_id: int, now: datetime) -> None:
    """Vote for an entry, in place of what was voted for before; a second vote for the same takes it back.

    Raises:
        NotVoted: nobody votes now, the picture is not there any more, or it is the voter's own.
        Blocked: they are blocked in the server.
    """
    round_ = _voting(session, short_id, voter_id, now)
    entry = next((each for each in session.entries.standing(round_, now) if each.id == entry_id), None)
    if entry is None:
        raise NotVoted("round-entry-gone")
    if entry.user_id == voter_id:
        raise NotVoted("round-own-entry")
    if session.votes.of_user(round_.id, voter_id) == entry.id:
        session.votes.remove(round_.id, voter_id)
    else:
        session.votes.put(entry, voter_id, now)


def shuffled(round_: Round, voter_id: int, entries: Sequence[Entry]) -> Sequence[Entry]:
    """Return entries in a voter's own order, which stays: so that none has the advantage of being the first."""

    def weight(entry: Entry) -> bytes:
        return hashlib.sha256(f"{round_.short_id} {voter_id} {entry.id}".encode()).digest()

    return sorted(entries, key=weight)


def _voting(session: Session, short_id: str, voter_id: int, now: datetime) -> Round:
    round_ = session.rounds.by_short_id(short_id)
    if round_ is None or round_.state is not RoundState.VOTING or now >= round_.ends_at:
        raise NotVoted("round-not-voting")
    blocks.check(session, round_.guild_id, voter_id, now)
    return round_
