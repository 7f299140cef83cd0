"""Art channels: what a result there gets beside itself, and the how-to that says what holds in one.

What is to be there is marked in the transaction of what it follows from; `bot.engine.posts` makes Discord agree.
"""

from collections.abc import Sequence
from datetime import datetime

from bot.engine.guild_settings import GuildSettings
from bot.engine.ports import Clock
from bot.engine.posts import Posts
from bot.store import THREAD, Details, Post, PostState, Request, RequestState, Session, Store

FORUM, HOW_TO = "forum", "how-to"
"""Kinds of posts besides `THREAD`: a result's post in a forum, by the request's short id as its thread is; a how-to, by
its channel's id."""

SAID = frozenset(
    {
        "art_channels",
        "models",
        "default_models",
        "default_aspect_ratio",
        "largest_resolution",
        "most_pictures",
        "private",
        "pictures_a_day",
        "cooldown",
        "tasks_at_once",
    }
)
"""The settings of which a how-to says something."""


def want_posts(session: Session, request: Request, now: datetime) -> bool:
    """Mark what a result gets that was just delivered; return whether that is anything.

    Only what others see in the channel itself gets it: a thread can have no thread of its own.
    """
    shown = request.bot_present and not request.private and request.message_id is not None
    if request.guild_id is None or request.channel_id is None or not shown:
        return False
    if request.state is not RequestState.COMPLETED:
        return False
    channel = GuildSettings.of(session, request.guild_id).art_channels.get(request.channel_id)
    if channel is None:
        return False
    if channel.threads:
        session.posts.want(THREAD, request.short_id, request.guild_id, request.channel_id, now)
    if channel.forum is not None:
        session.posts.want(FORUM, request.short_id, request.guild_id, channel.forum, now)
    return channel.threads or channel.forum is not None


def unwant_posts(session: Session, request_ids: Sequence[int], now: datetime) -> None:
    """Mark that results are gone, and so their posts are to go; a thread in which people talk is theirs."""
    for short_id in session.requests.short_ids(request_ids):
        for kind in (THREAD, FORUM):
            session.posts.unwant(kind, short_id, now)


def settings_changed(
    session: Session, guild_id: int, before: GuildSettings, after: GuildSettings, now: datetime
) -> None:
    """Mark a server's how-tos as its settings are now; what somebody deleted is made again."""
    old, new = before.exported(), after.exported()
    if all(old[name] == new[name] for name in SAID):
        return
    wanted = {channel_id for channel_id, channel in after.art_channels.items() if channel.how_to}
    for post in session.posts.of_guild(guild_id, HOW_TO):
        if int(post.key) not in wanted or post.state is PostState.LEFT:
            session.posts.unwant(HOW_TO, post.key, now)
    for channel_id in sorted(wanted):
        session.posts.want(HOW_TO, str(channel_id), guild_id, channel_id, now)
        session.posts.touch(HOW_TO, str(channel_id), now)


class ArtChannels:
    """The art channels of all servers."""

    def __init__(self, *, store: Store, clock: Clock, posts: Posts) -> None:
        self._store = store
        self._clock = clock
        self._posts = posts

    async def result(self, post: Post) -> Details | None:
        """Return the result that a thread or a post in a forum is about, or None."""

        def find(session: Session) -> Details | None:
            request = session.requests.by_short_id(post.key)
            return None if request is None else session.details(request)

        return await self._store.read(find)

    async def refresh(self) -> None:
        """Have all how-tos say what holds by now: the models may be others since the last start."""
        now = self._clock.now()

        def mark(session: Session) -> bool:
            posts = session.posts.of_kind(HOW_TO)
            for post in posts:
                session.posts.touch(HOW_TO, post.key, now)
            return bool(posts)

        if await self._store.write(mark):
            self._posts.wake()
