"""Rounds and what belongs to them as values: frozen dataclasses whose fields are the tables' columns."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum


class RoundState(StrEnum):
    """How far a round is."""

    ANNOUNCED = "announced"
    OPEN = "open"
    VOTING = "voting"
    ENDED = "ended"
    CANCELLED = "cancelled"

    @property
    def live(self) -> bool:
        """Whether something is still to come."""
        return self in LIVE


LIVE = frozenset({RoundState.ANNOUNCED, RoundState.OPEN, RoundState.VOTING})


@dataclass(frozen=True, slots=True)
class Round:
    """A theme in a channel: pictures are made for it, then voted for.

    Attributes:
        models: ids of the models whose pictures may enter; empty stands for all.
        entries_each: pictures that one member may have in it.
        age_restricted: whether only adults are in its channel, so that pictures from among adults may enter.
        length, voting: seconds for making and for voting.
        state: what goes on now.
        late: by state, when that was to begin (seconds since 1970), where it began late because the bot did not run.
        opens_at, closes_at, ends_at: when making begins and ends, and voting ends; planned, then as it was.
        due_at: when something is to be done next; None when it is over.
    """

    id: int
    short_id: str
    guild_id: int
    channel_id: int
    actor_id: int
    theme: str
    models: tuple[str, ...]
    entries_each: int
    age_restricted: bool
    length: int
    voting: int
    state: RoundState
    late: Mapping[str, int]
    created_at: datetime
    opens_at: datetime
    closes_at: datetime
    ends_at: datetime
    due_at: datetime | None

    def __post_init__(self) -> None:
        object.__setattr__(self, "state", RoundState(self.state))
        object.__setattr__(self, "models", tuple(self.models))

    def planned(self, state: RoundState) -> datetime | None:
        """Return when a state was to begin that began late; None where it did not."""
        seconds = self.late.get(state)
        return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


@dataclass(frozen=True, slots=True)
class Entry:
    """A picture in a round.

    Attributes:
        number: the picture's in its request, from 1.
        slot: which of its artist's entries it is, from 1.
        age_restricted: whether it was made among adults, and is to stay there.
        votes, place: once the round is over, for those that counted.
    """

    id: int
    round_id: int
    request_id: int
    picture_id: int
    number: int
    user_id: int
    slot: int
    age_restricted: bool
    created_at: datetime
    votes: int | None
    place: int | None


@dataclass(frozen=True, slots=True)
class Participation:
    """What a result has to do with the round that takes entries in its channel.

    Attributes:
        entered: the numbers of its pictures that are in it.
    """

    round: Round
    entered: tuple[int, ...]
