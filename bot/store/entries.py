"""What is in rounds: pictures that entered, and votes for them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import count as counting
from typing import Any

from sqlalchemy import Connection, Select, delete, exists, func, or_, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from bot.store.records import Picture
from bot.store.round_records import Entry, Round
from bot.store.round_tables import entries, rounds, votes
from bot.store.tables import blocks, pictures, requests

_ENTRIES: Select[Any] = (
    select(entries, pictures.c.number, requests.c.age_restricted)
    .join(pictures, pictures.c.id == entries.c.picture_id)
    .join(requests, requests.c.id == entries.c.request_id)
)


class Entries:
    """The entries, seen through one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, round_: Round, picture: Picture, user_id: int, now: datetime) -> bool:
        """Enter a picture of a user's; return whether it is in, which it is not where they have entered enough.

        Each entry takes one of its artist's slots, of which each is there once: also two that come together do not
        make one too many.
        """
        mine = self.of_artist(round_.id, user_id)
        if any(each.picture_id == picture.id for each in mine):
            return True
        taken = {each.slot for each in mine}
        slot = next(each for each in counting(1) if each not in taken)
        if slot > round_.entries_each:
            return False
        row = {"round_id": round_.id, "request_id": picture.request_id, "picture_id": picture.id}
        row |= {"user_id": user_id, "slot": slot, "created_at": now}
        return self._connection.execute(upsert(entries).values(row).on_conflict_do_nothing()).rowcount == 1

    def remove(self, round_id: int, picture_id: int) -> bool:
        """Take a picture out, with the votes for it; return whether it was in."""
        gone = delete(entries).where(entries.c.round_id == round_id, entries.c.picture_id == picture_id)
        return self._connection.execute(gone).rowcount == 1

    def get(self, entry_id: int) -> Entry | None:
        """Return the entry, or None."""
        return next(iter(self._all(_ENTRIES.where(entries.c.id == entry_id))), None)

    def of_round(self, round_id: int) -> Sequence[Entry]:
        """Return a round's entries, the first that came in first."""
        return self._all(_ENTRIES.where(entries.c.round_id == round_id))

    def of_artist(self, round_id: int, user_id: int) -> Sequence[Entry]:
        """Return what somebody has in a round."""
        return self._all(_ENTRIES.where(entries.c.round_id == round_id, entries.c.user_id == user_id))

    def of_request(self, round_id: int, request_id: int) -> Sequence[Entry]:
        """Return a request's pictures that are in a round."""
        return self._all(_ENTRIES.where(entries.c.round_id == round_id, entries.c.request_id == request_id))

    def standing(self, round_: Round, now: datetime) -> Sequence[Entry]:
        """Return the entries that count: not those of who is blocked in the server now."""
        blocked = _is_blocked(round_.guild_id, entries.c.user_id, now)
        return self._all(_ENTRIES.where(entries.c.round_id == round_.id, ~blocked))

    def rounds_of(self, request_ids: Sequence[int]) -> Sequence[int]:
        """Return the ids of the rounds in which pictures of requests are."""
        query = select(entries.c.round_id).where(entries.c.request_id.in_(request_ids)).distinct()
        return self._connection.execute(query.order_by(entries.c.round_id)).scalars().all()

    def drop(self, request_ids: Sequence[int], *, from_live_only: bool = False) -> None:
        """Take the pictures of requests out of rounds, with the votes for them.

        Args:
            from_live_only: whether what is in rounds that are over stays there.
        """
        gone = delete(entries).where(entries.c.request_id.in_(request_ids))
        if from_live_only:
            gone = gone.where(entries.c.round_id.in_(select(rounds.c.id).where(rounds.c.due_at.is_not(None))))
        self._connection.execute(gone)

    def count(self, round_id: int) -> tuple[int, int]:
        """Return how many entries a round has, and of how many artists."""
        counts = select(func.count(), func.count(entries.c.user_id.distinct())).where(entries.c.round_id == round_id)
        pictures_, artists = self._connection.execute(counts).one()
        return pictures_, artists

    def votes(self, round_id: int) -> int:
        """Return how many votes were counted for a round's entries."""
        query = select(func.coalesce(func.sum(entries.c.votes), 0)).where(entries.c.round_id == round_id)
        return self._connection.execute(query).scalar_one()

    def placed(self, round_id: int) -> Sequence[Entry]:
        """Return the entries of a round that won a place, the first place first."""
        won = self._all(_ENTRIES.where(entries.c.round_id == round_id, entries.c.place.is_not(None)))
        return sorted(won, key=lambda entry: entry.place or 0)

    def place(self, entry_id: int, votes_: int, place: int | None) -> None:
        """Record how an entry did."""
        self._connection.execute(update(entries).where(entries.c.id == entry_id).values(votes=votes_, place=place))

    def _all(self, query: Select[Any]) -> Sequence[Entry]:
        rows = self._connection.execute(query.order_by(entries.c.id)).mappings()
        return [Entry(**row) for row in rows]


class Votes:
    """The votes, seen through one connection: one a member and round."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, entry: Entry, user_id: int, now: datetime) -> None:
        """Vote for an entry, in place of what the same user voted for before."""
        chosen = {"entry_id": entry.id, "artist_id": entry.user_id, "created_at": now}
        row = {"round_id": entry.round_id, "user_id": user_id, **chosen}
        self._connection.execute(
            upsert(votes).values(row).on_conflict_do_update(index_elements=votes.primary_key, set_=chosen)
        )

    def remove(self, round_id: int, user_id: int) -> None:
        """Take a vote back."""
        self._connection.execute(delete(votes).where(votes.c.round_id == round_id, votes.c.user_id == user_id))

    def of_user(self, round_id: int, user_id: int) -> int | None:
        """Return the id of the entry that somebody voted for, or None."""
        query = select(votes.c.entry_id).where(votes.c.round_id == round_id, votes.c.user_id == user_id)
        return self._connection.execute(query).scalar()

    def tally(self, round_: Round, now: datetime) -> Mapping[int, int]:
        """Return how many votes each entry has, by its id; those of who is blocked in the server now do not count."""
        blocked = _is_blocked(round_.guild_id, votes.c.user_id, now)
        query = select(votes.c.entry_id, func.count().label("given")).where(votes.c.round_id == round_.id, ~blocked)
        counted = self._connection.execute(query.group_by(votes.c.entry_id))
        return {row.entry_id: row.given for row in counted}


def _is_blocked(guild_id: int, user_id: Any, now: datetime) -> Any:
    return exists().where(
        blocks.c.guild_id == guild_id,
        blocks.c.user_id == user_id,
        or_(blocks.c.until.is_(None), blocks.c.until > now),
    )
