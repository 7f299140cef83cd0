"""The bot's own messages in servers that are no request's reply, as they are to be and as they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, exists, insert, select, update

from bot.store.tables import posts

_NOT_THERE: dict[str, Any] = {"message_id": None, "fingerprint": "", "nonce": None, "began_at": None}


THREAD = "thread"
"""The kind of posts that are threads of messages, and no messages themselves."""


class PostState(StrEnum):
    """Whether a post is to be there."""

    WANTED = "wanted"
    UNWANTED = "unwanted"
    LEFT = "left"
    """Somebody deleted it, and it is not made again."""


@dataclass(frozen=True, slots=True)
class Post:
    """A message of the bot's own that belongs to what `kind` and `key` say.

    Attributes:
        channel_id: where it is, or is to be.
        message_id: None while it is not there.
        nonce: under which it is being sent, since `began_at`; None where nothing is.
        fingerprint: of what it shows; empty while it is not there.
        edited_at: when it was sent or edited last.
        due_at: when it is to be looked at; None while it is as it is to be.
        version: counts its changes, so that none is lost that comes while it is looked at.
        trouble: why it cannot be made as it is to be, None where it can.
        told: whether the server's managers were told of that.
    """

    id: int
    kind: str
    key: str
    guild_id: int
    channel_id: int
    message_id: int | None
    state: PostState
    nonce: str | None
    began_at: datetime | None
    fingerprint: str
    edited_at: datetime | None
    due_at: datetime | None
    version: int
    trouble: str | None
    told: bool

    def __post_init__(self) -> None:
        object.__setattr__(self, "state", PostState(self.state))


class Posts:
    """The posts, seen through one connection.

    What a post shows is not kept here: whoever marks one in a transaction changes there what it shows, and
    calls `bot.engine.posts.Posts.wake` afterwards.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def want(self, kind: str, key: str, guild_id: int, channel_id: int, due_at: datetime) -> None:
        """Mark a post as one that is to be there from a moment on.

        One that is there stays where it is; one that is not is made in `channel_id` then. One that somebody deleted,
        and that is left so, stays so until it was not wanted in between.
        """
        post = self.get(kind, key)
        if post is None:
            row = {"kind": kind, "key": key, "guild_id": guild_id, "channel_id": channel_id, "due_at": due_at}
            blank = {"state": PostState.WANTED, "fingerprint": "", "version": 0, "told": False}
            self._connection.execute(insert(posts).values({**blank, **row}))
        elif post.state is PostState.LEFT:
            return
        elif post.message_id is None and post.nonce is None and post.channel_id != channel_id:
            moved = {"channel_id": channel_id, "trouble": None, "told": False}
            self._mark(post, state=PostState.WANTED, due_at=due_at, **moved)
        elif post.state is PostState.UNWANTED:
            self._mark(post, state=PostState.WANTED, due_at=due_at)
        elif post.message_id is None and post.nonce is None and post.trouble is None:
            self._mark(post, due_at=due_at)

    def adopt(self, kind: str, key: str, now: datetime, *, guild_id: int, channel_id: int, message_id: int) -> None:
        """Mark a message that is there already as one that shows something else by now; it is never sent or deleted."""
        post = self.get(kind, key)
        where = {"guild_id": guild_id, "channel_id": channel_id, "message_id": message_id}
        if post is None:
            blank = {"state": PostState.WANTED, "fingerprint": "", "version": 0, "told": False}
            self._connection.execute(insert(posts).values({**blank, **where, "kind": kind, "key": key, "due_at": now}))
        elif post.message_id == message_id:
            self.touch(kind, key, now)
        else:
            self._mark(post, **where, state=PostState.WANTED, due_at=now)

    def drop(self, kind: str, key: str) -> None:
        """Forget a post, and leave its message as it is."""
        self._connection.execute(delete(posts).where(posts.c.kind == kind, posts.c.key == key))

    def touch(self, kind: str, key: str, now: datetime) -> None:
        """Mark a post that is to be there as one that shows something else by now; without one, nothing is done.

        One that is due already, or later, stays so.
        """
        post = self.get(kind, key)
        if post is not None and post.state is PostState.WANTED:
            self._mark(post, due_at=post.due_at or now)

    def unwant(self, kind: str, key: str, now: datetime) -> None:
        """Mark a post as one that is not to be there any more."""
        post = self.get(kind, key)
        if post is not None and post.state is PostState.WANTED:
            self._mark(post, state=PostState.UNWANTED, due_at=now)
        elif post is not None and post.state is PostState.LEFT:
            self._connection.execute(delete(posts).where(posts.c.id == post.id))

    def move(self, kind: str, guild_id: int, channel_id: int, now: datetime) -> None:
        """Have a server's posts of a kind that are not there yet made in another channel; those that are stay."""
        unsent = (posts.c.message_id.is_(None), posts.c.nonce.is_(None), posts.c.state == PostState.WANTED)
        elsewhere = (posts.c.kind == kind, posts.c.guild_id == guild_id, posts.c.channel_id != channel_id)
        moved = {"channel_id": channel_id, "due_at": now, "trouble": None, "told": False}
        marked = update(posts).where(*unsent, *elsewhere)
        self._connection.execute(marked.values(**moved, version=posts.c.version + 1))

    def get(self, kind: str, key: str) -> Post | None:
        """Return a post, or None."""
        return next(iter(self._all(posts.c.kind == kind, posts.c.key == key)), None)

    def by_id(self, post_id: int) -> Post | None:
        """Return a post, or None."""
        return next(iter(self._all(posts.c.id == post_id)), None)

    def by_message(self, message_id: int) -> Post | None:
        """Return the post that is this message, or None."""
        return next(iter(self._all(posts.c.message_id == message_id)), None)

    def by_messages(self, message_ids: Sequence[int]) -> Sequence[Post]:
        """Return the posts that are among these messages."""
        return self._all(posts.c.message_id.in_(message_ids))

    def of_channel(self, channel_id: int) -> Sequence[Post]:
        """Return the posts of a channel."""
        return self._all(posts.c.channel_id == channel_id)

    def of_guild(self, guild_id: int, kind: str) -> Sequence[Post]:
        """Return a server's posts of a kind."""
        return self._all(posts.c.guild_id == guild_id, posts.c.kind == kind)

    def of_kind(self, kind: str) -> Sequence[Post]:
        """Return all posts of a kind."""
        return self._all(posts.c.kind == kind)

    def due(self, limit: int) -> Sequence[Post]:
        """Return the posts that are to be looked at, now or later; the one that is due first comes first."""
        query = select(posts).where(posts.c.due_at.is_not(None)).order_by(posts.c.due_at, posts.c.id).limit(limit)
        return [Post(**row) for row in self._connection.execute(query).mappings()]

    def begin(self, post: Post, nonce: str, now: datetime) -> bool:
        """Record that a post is about to be sent under a nonce; return False where it was marked meanwhile."""
        as_it_was = update(posts).where(posts.c.id == post.id, posts.c.version == post.version)
        return self._connection.execute(as_it_was.values(nonce=nonce, began_at=now)).rowcount == 1

    def settle(self, post: Post, message_id: int, fingerprint: str, now: datetime) -> None:
        """Record that a post is there and shows something; what was marked meanwhile stays due.

        What else waits in its channel is due at once where that took a new post: an edit takes less than that.
        """
        shown: dict[str, Any] = {"message_id": message_id, "fingerprint": fingerprint, "nonce": None, "began_at": None}
        if fingerprint != post.fingerprint or message_id != post.message_id:
            shown["edited_at"] = now
        mine = update(posts).where(posts.c.id == post.id)
        self._connection.execute(mine.values(**shown, trouble=None, told=False))
        self._connection.execute(mine.where(posts.c.version == post.version).values(due_at=None))
        if message_id != post.message_id:
            waits = (*_takes_the_same(post), posts.c.trouble.is_not(None))
            self._connection.execute(update(posts).where(*waits).values(due_at=now, trouble=None, told=False))

    def gone(self, post: Post, now: datetime, *, again: bool) -> None:
        """Record that a post's message is not there any more.

        Args:
            again: whether it is made again where it is wanted, though nobody asked for it to be deleted.
        """
        current = self.by_id(post.id)
        if current is None or current.message_id != post.message_id:
            return
        if current.state is PostState.UNWANTED:
            self._connection.execute(delete(posts).where(posts.c.id == post.id))
        elif again or post.state is PostState.UNWANTED:
            self._mark(post, **_NOT_THERE, due_at=now)
        else:
            self._mark(post, **_NOT_THERE, due_at=None, state=PostState.LEFT, trouble=None, told=False)

    def remove(self, post: Post) -> None:
        """Forget a post that has nothing to show and is not there any more, unless it was marked meanwhile."""
        as_it_was = (posts.c.id == post.id, posts.c.version == post.version)
        if not self._connection.execute(delete(posts).where(*as_it_was)).rowcount:
            self._connection.execute(update(posts).where(posts.c.id == post.id).values(_NOT_THERE))

    def put_off(self, post: Post, until: datetime) -> None:
        """Record that a post is to be looked at again later, unless it was marked meanwhile."""
        as_it_was = update(posts).where(posts.c.id == post.id, posts.c.version == post.version)
        self._connection.execute(as_it_was.values(due_at=until))

    def put_aside(self, post: Post, trouble: str, until: datetime, *, sent: bool) -> bool:
        """Record why a post cannot be made as it is to be; return whether nobody was told of that in its channel.

        Args:
            until: when it is to be tried again.
            sent: whether it may have been sent all the same.
        """
        self.put_off(post, until)
        mine = update(posts).where(posts.c.id == post.id)
        self._connection.execute(mine.values(trouble=trouble))
        if not sent:
            self._connection.execute(mine.values(nonce=None, began_at=None))
        told = exists().where(*_takes_the_same(post), posts.c.told)
        return not self._connection.execute(select(told)).scalar_one()

    def told(self, post: Post) -> None:
        """Record that the server's managers were told why a post cannot be made as it is to be."""
        self._connection.execute(update(posts).where(posts.c.id == post.id).values(told=True))

    def retry(self, now: datetime, guild_id: int | None = None) -> bool:
        """Have what could not be made tried again, in a server or everywhere; return whether there is such a thing."""
        waits = update(posts).where(posts.c.trouble.is_not(None))
        if guild_id is not None:
            waits = waits.where(posts.c.guild_id == guild_id)
        return self._connection.execute(waits.values(due_at=now)).rowcount > 0

    def _mark(self, post: Post, **values: Any) -> None:
        marked = update(posts).where(posts.c.id == post.id)
        self._connection.execute(marked.values(**values, version=posts.c.version + 1))

    def _all(self, *which: ColumnElement[bool]) -> Sequence[Post]:
        found = select(posts).where(*which).order_by(posts.c.id)
        return [Post(**row) for row in self._connection.execute(found).mappings()]


def _takes_the_same(post: Post) -> Sequence[ColumnElement[bool]]:
    """Return which posts need the same permissions in a channel as one does: a thread needs others than a message."""
    alike = posts.c.kind == THREAD if post.kind == THREAD else posts.c.kind != THREAD
    return (posts.c.channel_id == post.channel_id, alike)
