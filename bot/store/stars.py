"""Stars: which pictures members liked, and what their artists want to be shown."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, cast

from sqlalchemy import ColumnElement, Connection, Select, delete, func, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from bot.store.facts import Facts
from bot.store.records import Delivery, RequestState
from bot.store.tables import pictures, requests, stars, withdrawals

GALLERIES = "galleries"
"""The name of the fact which galleries are to be gone through, for a server's settings or an artist's mind changed."""


class Stars:
    """The stars, seen through one connection.

    A star is there while its user gives it by the button or by a reaction.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, picture_id: int, user_id: int, now: datetime, *, reaction: bool = False) -> None:
        """Let somebody star a picture, by the button or by a reaction; done twice it is as once."""
        way = {"by_reaction": True} if reaction else {"by_button": True}
        row = {"picture_id": picture_id, "user_id": user_id, "created_at": now}
        row |= {"by_reaction": reaction, "by_button": not reaction}
        keys = ["picture_id", "user_id"]
        self._connection.execute(upsert(stars).values(row).on_conflict_do_update(index_elements=keys, set_=way))

    def take(self, picture_id: int, user_id: int | None = None, *, reaction: bool = False) -> None:
        """Take back a star that was given in one way; one that was given in the other too stays.

        Args:
            user_id: None for everybody's.
        """
        mine = [stars.c.picture_id == picture_id, *([] if user_id is None else [stars.c.user_id == user_id])]
        way, other = (stars.c.by_reaction, stars.c.by_button) if reaction else (stars.c.by_button, stars.c.by_reaction)
        self._connection.execute(delete(stars).where(*mine, way, ~other))
        self._connection.execute(update(stars).where(*mine, way).values({way.name: False}))

    def count(self, picture_id: int, *, self_stars: bool) -> int:
        """Return how many stars a picture has.

        Args:
            self_stars: whether its artist's own counts.
        """
        counted = _counted(self_stars=self_stars).where(stars.c.picture_id == picture_id)
        return self._connection.execute(counted.with_only_columns(func.count())).scalar_one()

    def of_request(self, request_id: int, *, self_stars: bool) -> Mapping[int, int]:
        """Return how many stars a request's pictures have, by number; without those that have none."""
        counted = _counted(self_stars=self_stars).where(pictures.c.request_id == request_id)
        query = counted.with_only_columns(pictures.c.number, func.count()).group_by(pictures.c.number)
        return dict(cast("Sequence[tuple[int, int]]", self._connection.execute(query).all()))

    def given(self, user_id: int, picture_ids: Sequence[int], *, reaction: bool = False) -> frozenset[int]:
        """Return which of these pictures somebody starred in one way."""
        way = stars.c.by_reaction if reaction else stars.c.by_button
        mine = select(stars.c.picture_id).where(stars.c.user_id == user_id, stars.c.picture_id.in_(picture_ids), way)
        return frozenset(self._connection.execute(mine).scalars())

    def by_reaction(self, picture_id: int) -> frozenset[int]:
        """Return the ids of the users who star a picture by a reaction."""
        given = select(stars.c.user_id).where(stars.c.picture_id == picture_id, stars.c.by_reaction)
        return frozenset(self._connection.execute(given).scalars())

    def of_user(self, user_id: int, limit: int) -> Sequence[int]:
        """Return the ids of pictures that somebody starred."""
        given = select(stars.c.picture_id).where(stars.c.user_id == user_id).limit(limit)
        return self._connection.execute(given).scalars().all()

    def forget(self, picture_ids: Sequence[int], user_id: int | None = None) -> None:
        """Forget the stars of pictures, everybody's or one user's."""
        mine = [stars.c.picture_id.in_(picture_ids), *([] if user_id is None else [stars.c.user_id == user_id])]
        self._connection.execute(delete(stars).where(*mine))

    def in_guild(self, guild_id: int, after: int, limit: int) -> Sequence[int]:
        """Return the ids above `after` of a server's starred pictures, in order."""
        return self._pictures(after, limit, requests.c.guild_id == guild_id)

    def of_artist(self, user_id: int, after: int, limit: int) -> Sequence[int]:
        """Return the ids above `after` of somebody's pictures that others starred, in order."""
        return self._pictures(after, limit, requests.c.user_id == user_id)

    def _pictures(self, after: int, limit: int, which: ColumnElement[bool]) -> Sequence[int]:
        query = _counted(self_stars=True).where(which, pictures.c.id > after).with_only_columns(pictures.c.id)
        return self._connection.execute(query.distinct().order_by(pictures.c.id).limit(limit)).scalars().all()

    def withdraw(self, picture_id: int, actor_id: int, now: datetime) -> None:
        """Keep a picture out of galleries from now on."""
        row = {"picture_id": picture_id, "actor_id": actor_id, "created_at": now}
        self._connection.execute(upsert(withdrawals).values(row).on_conflict_do_nothing())

    def is_withdrawn(self, picture_id: int) -> bool:
        """Return whether a picture is kept out of galleries."""
        kept_out = select(withdrawals.c.picture_id).where(withdrawals.c.picture_id == picture_id)
        return self._connection.execute(kept_out).scalar() is not None

    def recent_messages(self, guild_id: int, since: datetime, limit: int) -> Sequence[int]:
        """Return the ids of a server's newest requests from after a moment whose results others see."""
        mine = (requests.c.guild_id == guild_id, requests.c.created_at > since, requests.c.message_id.is_not(None))
        query = select(requests.c.id).where(*mine, *SEEN).order_by(requests.c.created_at.desc()).limit(limit)
        return self._connection.execute(query).scalars().all()

    def mark(self, whose: Literal["guild", "artist"], each: int) -> None:
        """Note that all starred pictures of a server, or of an artist, are to be gone through."""
        marked = self.marked()
        Facts(self._connection).put(GALLERIES, {**marked, f"{whose} {each}": marked.get(f"{whose} {each}", 0) + 1})

    def marked(self) -> Mapping[str, int]:
        """Return what is to be gone through, as `guild 1` or `artist 1`, and how often it was marked."""
        return Facts(self._connection).get(GALLERIES) or {}

    def unmark(self, what: str, times: int) -> None:
        """Note that something was gone through, unless it was marked again meanwhile."""
        left = {name: marked for name, marked in self.marked().items() if (name, marked) != (what, times)}
        Facts(self._connection).put(GALLERIES, left)


SEEN: tuple[ColumnElement[bool], ...] = (
    requests.c.state == RequestState.COMPLETED,
    requests.c.delivery == Delivery.DELIVERED,
    requests.c.bot_present.is_(True),
    requests.c.private.is_(False),
    requests.c.deleted_at.is_(None),
    requests.c.forgotten.is_(None),
)
"""Results that others than their author see."""


def _counted(*, self_stars: bool) -> Select[Any]:
    """Return a query for the stars that count, with their pictures and requests."""
    joined = stars.join(pictures, pictures.c.id == stars.c.picture_id).join(
        requests, requests.c.id == pictures.c.request_id
    )
    query = select(stars.c.picture_id).select_from(joined)
    return query if self_stars else query.where(stars.c.user_id != requests.c.user_id)


def stars_of(picture_id: ColumnElement[int], *, self_stars: bool) -> ColumnElement[int]:
    """Return how many stars the picture of a row has, in a query that has requests too.

    Args:
        self_stars: whether its artist's own counts.
    """
    counted = select(func.count()).select_from(stars).where(stars.c.picture_id == picture_id)
    if not self_stars:
        counted = counted.where(stars.c.user_id != requests.c.user_id)
    return counted.correlate(pictures, requests).scalar_subquery()
