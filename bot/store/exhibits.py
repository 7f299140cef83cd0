"""Galleries as they are to be looked through: what is posted there by now, and may be shown to who looks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Integer, Select, and_, cast, func, or_, select

from bot.store.posts import PostState
from bot.store.stars import SEEN, stars_of
from bot.store.tables import pictures, posts, requests, users, withdrawals

GALLERY = "gallery"
"""The kind of a gallery's posts; the key is the picture's id."""

Order = Literal["newest", "stars", "random"]

_MODULUS = 2**31 - 1
"""A prime: multiplied by a seed and taken modulo this, ids that follow each other are strewn."""

MAX_SEED = _MODULUS - 1


@dataclass(frozen=True, slots=True)
class GallerySearch:
    """Which of a server's pictures in galleries are wanted, and in which order.

    Attributes:
        channels: the ids of the galleries that are looked through.
        artist_id: whose, None for everybody's.
        model: a model's id, None for every model.
        since: made after that moment, None for ever.
        order: newest in the gallery first, most stars first, or at random.
        seed: of the order at random, from 1 to MAX_SEED.
        up_to: the id of the newest post that counts, so that pages stay as they are while more are posted.
        among_adults: whether pictures from age-restricted channels are among them.
        self_stars: whether artists' own stars count.
    """

    guild_id: int
    channels: frozenset[int]
    artist_id: int | None = None
    model: str | None = None
    since: datetime | None = None
    order: Order = "newest"
    seed: int = 1
    up_to: int | None = None
    among_adults: bool = False
    self_stars: bool = False


@dataclass(frozen=True, slots=True)
class Posted:
    """A picture in a gallery: the post, what it shows, and how many stars that has."""

    post_id: int
    channel_id: int
    message_id: int
    picture_id: int
    request_id: int
    stars: int


class Exhibits:
    """What is in galleries, seen through one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def channels(self, guild_id: int) -> Sequence[int]:
        """Return the ids of the channels in which a server's gallery has posts."""
        there = select(posts.c.channel_id).where(posts.c.guild_id == guild_id, *_THERE).distinct()
        return self._connection.execute(there).scalars().all()

    def count(self, search: GallerySearch) -> int:
        """Return how many pictures a search finds."""
        found = _found(search).with_only_columns(func.count())
        return self._connection.execute(found).scalar_one()

    def page(self, search: GallerySearch, *, offset: int, limit: int) -> Sequence[Posted]:
        """Return some of the pictures that a search finds, in its order."""
        count = stars_of(pictures.c.id, self_stars=search.self_stars)
        orders: dict[Order, tuple[ColumnElement[Any], ...]] = {
            "newest": (posts.c.id.desc(),),
            "stars": (count.desc(), posts.c.id.desc()),
            "random": (posts.c.id * search.seed % _MODULUS, posts.c.id),
        }
        columns = (
            posts.c.id.label("post_id"),
            posts.c.channel_id,
            posts.c.message_id,
            pictures.c.id.label("picture_id"),
            pictures.c.request_id,
            count.label("stars"),
        )
        query = _found(search).with_only_columns(*columns).order_by(*orders[search.order])
        return [Posted(**row) for row in self._connection.execute(query.offset(offset).limit(limit)).mappings()]

    def get(self, search: GallerySearch, picture_id: int) -> Posted | None:
        """Return a picture if it is in the gallery, and a search finds it there."""
        count = stars_of(pictures.c.id, self_stars=search.self_stars).label("stars")
        columns = (posts.c.id.label("post_id"), posts.c.channel_id, posts.c.message_id)
        query = _found(search).with_only_columns(
            *columns, pictures.c.id.label("picture_id"), pictures.c.request_id, count
        )
        row = self._connection.execute(query.where(pictures.c.id == picture_id)).mappings().one_or_none()
        return None if row is None else Posted(**row)

    def newest(self, guild_id: int) -> int | None:
        """Return the id of the newest post in a server's gallery, None where there is none."""
        newest = select(func.max(posts.c.id)).where(posts.c.guild_id == guild_id, *_THERE)
        return self._connection.execute(newest).scalar()

    def models(self, guild_id: int, channels: frozenset[int]) -> Sequence[str]:
        """Return the ids of the models that made what is in galleries, by their names."""
        query = _found(GallerySearch(guild_id, channels, among_adults=True)).with_only_columns(requests.c.model)
        return self._connection.execute(query.distinct().order_by(requests.c.model)).scalars().all()


_THERE: tuple[ColumnElement[bool], ...] = (
    posts.c.kind == GALLERY,
    posts.c.state == PostState.WANTED,
    posts.c.message_id.is_not(None),
)


def hung(channels: frozenset[int]) -> ColumnElement[bool]:
    """Return whether a picture has a post in one of these galleries; for queries that `with_posts` has joined."""
    return and_(*_THERE, posts.c.channel_id.in_(sorted(channels)))


def shown_to_others() -> ColumnElement[bool]:
    """Return whether a picture's artist lets galleries show it; for queries with users and withdrawals joined."""
    return and_(or_(users.c.gallery.is_(None), users.c.gallery != "never"), withdrawals.c.picture_id.is_(None))


def _found(search: GallerySearch) -> Select[Any]:
    joined = (
        posts.join(pictures, pictures.c.id == cast(posts.c.key, Integer))
        .join(requests, requests.c.id == pictures.c.request_id)
        .outerjoin(users, users.c.id == requests.c.user_id)
        .outerjoin(withdrawals, withdrawals.c.picture_id == pictures.c.id)
    )
    # What is about to go from the gallery, for its original went, is not shown meanwhile.
    query = select(posts.c.id).select_from(joined).where(hung(search.channels), *SEEN, shown_to_others())
    query = query.where(posts.c.guild_id == search.guild_id, requests.c.guild_id == search.guild_id)
    if search.up_to is not None:
        query = query.where(posts.c.id <= search.up_to)
    if search.artist_id is not None:
        query = query.where(requests.c.user_id == search.artist_id)
    if search.model is not None:
        query = query.where(requests.c.model == search.model)
    if search.since is not None:
        query = query.where(requests.c.created_at > search.since)
    if not search.among_adults:
        query = query.where(requests.c.age_restricted.is_(False))
    return query
