"""What is known of a member as an artist in a server: starred pictures, rounds won, models."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Text, and_, cast, func, or_, select

from bot.store.exhibits import GALLERY, hung, shown_to_others
from bot.store.round_records import RoundState
from bot.store.round_tables import entries, rounds
from bot.store.stars import SEEN, stars_of
from bot.store.tables import pictures, posts, requests, users, withdrawals


@dataclass(frozen=True, slots=True)
class ArtistSearch:
    """Which of an artist's starred pictures in a server are wanted.

    Attributes:
        channels: the ids of the channels that who asks can look into: a picture is found where it was made, or a
            gallery that shows it is, in one of them; None for every channel.
        own: whether the artist asks: they see also what they keep out of galleries.
        among_adults: whether pictures from age-restricted channels are among them.
        self_stars: whether artists' own stars count.
    """

    artist_id: int
    guild_id: int
    channels: frozenset[int] | None = None
    own: bool = False
    among_adults: bool = False
    self_stars: bool = False


@dataclass(frozen=True, slots=True)
class Starred:
    """A picture and how many stars it has."""

    picture_id: int
    request_id: int
    stars: int


class Artists:
    """The artists, seen through one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def channels(self, artist_id: int, guild_id: int) -> Sequence[int]:
        """Return the ids of the channels in which others see what an artist made."""
        query = select(requests.c.channel_id).where(*_results(artist_id, guild_id), requests.c.channel_id.is_not(None))
        return self._connection.execute(query.distinct()).scalars().all()

    def best(self, search: ArtistSearch, limit: int) -> Sequence[Starred]:
        """Return the pictures of an artist's that have stars, the most first."""
        count = stars_of(pictures.c.id, self_stars=search.self_stars)
        columns = (pictures.c.id.label("picture_id"), pictures.c.request_id, count.label("stars"))
        query = _found(search).with_only_columns(*columns).where(count > 0)
        query = query.order_by(count.desc(), pictures.c.id.desc()).limit(limit)
        return [Starred(**row) for row in self._connection.execute(query).mappings()]

    def stars(self, artist_id: int, guild_id: int, *, self_stars: bool) -> int:
        """Return how many stars an artist's results in a server have in all, wherever these are."""
        count = stars_of(pictures.c.id, self_stars=self_stars)
        results = select(func.coalesce(func.sum(count), 0)).select_from(_MADE).where(*_results(artist_id, guild_id))
        return self._connection.execute(results).scalar_one()

    def rounds_won(self, artist_id: int, guild_id: int) -> int:
        """Return how many of a server's rounds an artist won, alone or with others."""
        won = (entries.c.user_id == artist_id, entries.c.place == 1)
        here = (rounds.c.guild_id == guild_id, rounds.c.state == RoundState.ENDED)
        joined = entries.join(rounds, rounds.c.id == entries.c.round_id)
        query = select(func.count(entries.c.round_id.distinct())).select_from(joined).where(*won, *here)
        return self._connection.execute(query).scalar_one()

    def models(self, artist_id: int, guild_id: int, limit: int) -> Sequence[tuple[str, int]]:
        """Return the models by which an artist made the most results that others see, and how many by each."""
        query = select(requests.c.model, func.count()).where(*_results(artist_id, guild_id))
        query = query.group_by(requests.c.model).order_by(func.count().desc(), requests.c.model).limit(limit)
        return [(model, count) for model, count in self._connection.execute(query).all()]


_MADE = pictures.join(requests, requests.c.id == pictures.c.request_id)


def _results(artist_id: int, guild_id: int) -> Sequence[ColumnElement[bool]]:
    # Added to, the server is no reason to read all of its requests by another index.
    return (requests.c.user_id == artist_id, requests.c.guild_id + 0 == guild_id, *SEEN)


def _found(search: ArtistSearch) -> Select[Any]:
    of_picture = and_(posts.c.kind == GALLERY, posts.c.key == cast(pictures.c.id, Text))
    joined = (
        _MADE.outerjoin(users, users.c.id == requests.c.user_id)
        .outerjoin(withdrawals, withdrawals.c.picture_id == pictures.c.id)
        .outerjoin(posts, of_picture)
    )
    query = select(pictures.c.id).select_from(joined).where(*_results(search.artist_id, search.guild_id))
    if not search.own:
        query = query.where(shown_to_others())
    if search.channels is not None:
        made_there = requests.c.channel_id.in_(sorted(search.channels))
        query = query.where(or_(made_there, hung(search.channels)))
    if not search.among_adults:
        query = query.where(requests.c.age_restricted.is_(False))
    return query
