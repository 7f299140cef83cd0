"""The bot's own messages in servers that belong to no request's reply: gallery posts, announcements, how-tos.

An outbox. A transaction marks a post together with the rows that the post is about:

    session.posts.want(kind, key, guild_id, channel_id, due_at)   # it is to be there, from `due_at` on
    session.posts.touch(kind, key, now)                           # it is to show what the rows say by now
    session.posts.unwant(kind, key, now)                          # it is not to be there any more

and whoever ran it calls `engine.posts.wake()` afterwards. `Posts` then makes Discord agree, right after a restart too:
it sends a post once, edits it in place, at most once in `Patience.edit`, and deletes it. `kind` is a feature's word,
`key` says which of its posts it is, such as a request's id with a picture's number.

What a post shows comes from a renderer, which the feature registers once when it is loaded:

    bot.poster.register(kind, renderer, again=False)

`bot.ui.posts` says what a renderer is. `again` decides what happens when somebody deletes the message in Discord: it
is made again, or the post stays away until it was not wanted in between.

A message that is there already and belongs to something else can be kept current too (`session.posts.adopt`, and
`owned=False` to register its kind): it is only edited, never sent or deleted.

A channel that is gone, or does not let the bot post, is put aside: the server's managers are told once, and it is tried
again when channels, roles or settings of the server change (`retry`) and every `RETRY_EVERY`.
"""

import asyncio
import logging
import secrets
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from bot.engine.guild_settings import GuildSettings
from bot.engine.pacing import backoff
from bot.engine.ports import Clock, Drawing, NoPlace, Poster, PostGone, PostRefused, TryLater
from bot.store import Post, PostState, Session, Store, StoreUnavailable

log = logging.getLogger(__name__)

RETRY_EVERY = timedelta(hours=1)
"""How often a post is tried again that could not be made as it is to be."""

LOOK_EVERY = 30.0
"""Seconds between two looks at what is due, at most."""

LOOKED_AT = 500
"""Posts that one look takes in."""

CHANNELS_AT_ONCE = 4
"""Channels that are posted in together; in one channel, posts go one after the other."""


class Posts:
    """Makes Discord agree with the posts that the database has.

    Args:
        edit_every: how often one post is edited, at most.
    """

    def __init__(self, *, store: Store, clock: Clock, edit_every: timedelta) -> None:
        self._store = store
        self._clock = clock
        self._edit_every = edit_every
        self._poster: Poster | None = None
        self._woken = asyncio.Event()
        self._rested = asyncio.Event()
        self._rested.set()
        self._at_work: dict[int, asyncio.Task[None]] = {}
        self._tries: dict[int, int] = {}
        self._turns = asyncio.Semaphore(CHANNELS_AT_ONCE)

    @asynccontextmanager
    async def running(self, poster: Poster) -> AsyncGenerator[None]:
        """Make Discord agree while in the block; what is left then is taken up the next time."""
        self._poster = poster
        self.wake()
        running = asyncio.create_task(self._run(), name="posts")
        try:
            yield
        finally:
            self._poster = None
            under_way = [running, *self._at_work.values()]
            for task in under_way:
                task.cancel()
            await asyncio.gather(*under_way, return_exceptions=True)
            self._at_work.clear()
            self._rested.set()

    def wake(self) -> None:
        """Look at what is due, now that something was marked."""
        if self._poster is not None:
            self._rested.clear()
        self._woken.set()

    async def drain(self) -> None:
        """Wait until nothing is due but what was edited a moment ago."""
        self.wake()
        await self._rested.wait()

    async def messages_gone(self, message_ids: Sequence[int]) -> None:
        """Take note of messages that Discord has deleted."""
        if not await self._store.read(lambda session: session.posts.by_messages(message_ids)):
            return
        now, remakes = self._clock.now(), self._remakes

        def note(session: Session) -> None:
            for post in session.posts.by_messages(message_ids):
                session.posts.gone(post, now, again=remakes(post.kind))

        await self._store.write(note)
        self.wake()

    async def place_of(self, message_id: int) -> int | None:
        """Return the channel of a post's message, None where that is none."""
        post = await self._store.read(lambda session: session.posts.by_message(message_id))
        return None if post is None else post.channel_id

    async def retry(self, guild_id: int | None = None) -> None:
        """Try again what could not be made, in a server or everywhere, now that it may be possible."""
        now = self._clock.now()
        if await self._store.write(lambda session: session.posts.retry(now, guild_id)):
            self.wake()

    def _remakes(self, kind: str) -> bool:
        return self._poster is not None and self._poster.remakes(kind)

    async def _run(self) -> None:
        tries = 0
        retried = False
        while True:
            try:
                if not retried:
                    await self.retry()
                    retried = True
                self._woken.clear()
                pause = await self._look()
                tries = 0
            except StoreUnavailable as error:
                log.error("posts wait for the database: %s", error)  # noqa: TRY400 - no bug to trace
                tries += 1
                pause = backoff(tries)
            try:
                async with asyncio.timeout(pause):
                    await self._woken.wait()
            except TimeoutError:
                pass

    async def _look(self) -> float:
        """Begin with what is due; return the seconds until something may be due again."""
        now = self._clock.now()
        known = await self._store.read(lambda session: session.posts.due(LOOKED_AT))
        ready = [post for post in known if self._is_ready(post)]
        for channel_id in dict.fromkeys(post.channel_id for post in ready):
            if channel_id not in self._at_work:
                mine = [post.id for post in ready if post.channel_id == channel_id]
                task = asyncio.create_task(self._work_in(channel_id, mine), name=f"posts in {channel_id}")
                self._at_work[channel_id] = task
                task.add_done_callback(lambda _, done=channel_id: self._done_in(done))
        if not self._at_work and not self._woken.is_set():
            self._rested.set()
        next_at = min((self._ready_at(post) for post in known if post not in ready), default=None)
        return LOOK_EVERY if next_at is None else min(max((next_at - now).total_seconds(), 0.0), LOOK_EVERY)

    def _done_in(self, channel_id: int) -> None:
        del self._at_work[channel_id]
        self._woken.set()

    def _is_ready(self, post: Post) -> bool:
        return post.due_at is not None and self._ready_at(post) <= self._clock.now()

    def _ready_at(self, post: Post) -> datetime:
        """Return when a post that is due may be looked at: one that is only to be edited waits for its turn."""
        due_at = post.due_at or self._clock.now()
        if post.message_id is None or post.edited_at is None or post.state is not PostState.WANTED:
            return due_at
        return max(due_at, post.edited_at + self._edit_every)

    async def _work_in(self, channel_id: int, post_ids: Sequence[int]) -> None:
        """Look at posts of one channel, one after the other."""
        async with self._turns:
            for post_id in post_ids:
                try:
                    post = await self._store.read(lambda session, wanted=post_id: session.posts.by_id(wanted))
                    if post is not None and post.channel_id == channel_id and self._is_ready(post):
                        await self._settle(post)
                except StoreUnavailable as error:
                    log.error("a post waits for the database: %s", error)  # noqa: TRY400 - no bug to trace
                    await self._clock.sleep(backoff(1))
                    return

    async def _settle(self, post: Post) -> None:
        """Make Discord agree with a post, and record what came of it."""
        try:
            await self._make_agree(post)
        except NoPlace as error:
            await self._put_aside(post, error)
        except PostRefused as error:
            log.warning("Discord does not take the post %s of kind %s: %s", post.id, post.kind, error)
            await self._put_off(post, RETRY_EVERY)
        except PostGone:
            now, again = self._clock.now(), self._remakes(post.kind)
            await self._store.write(lambda session: session.posts.gone(post, now, again=again))
        except TryLater as error:
            log.info("the post %s of kind %s is not as it is to be yet: %s", post.id, post.kind, error)
            tries = self._tries[post.id] = self._tries.get(post.id, 0) + 1
            await self._put_off(post, timedelta(seconds=backoff(tries)))
        except StoreUnavailable:
            raise
        except Exception:
            # A fault of ours in one post must not keep the others from being made.
            log.exception("the post %s of kind %s met a fault", post.id, post.kind)
            await self._put_off(post, RETRY_EVERY)
        else:
            self._tries.pop(post.id, None)

    async def _make_agree(self, post: Post) -> None:
        assert self._poster is not None  # noqa: S101 - nothing is looked at without one
        drawing = None if post.state is PostState.UNWANTED else await self._poster.draw(post)
        if drawing is None:
            return await self._delete(post, self._poster)
        if post.message_id is None:
            return await self._send(post, self._poster, drawing)
        if drawing.fingerprint != post.fingerprint:
            await self._poster.edit(post, drawing)
        return await self._settled(post, post.message_id, drawing)

    async def _send(self, post: Post, poster: Poster, drawing: Drawing) -> None:
        """Send a post: under a nonce that is stored first, so that it is looked for before it is sent again."""
        nonce, now = post.nonce, self._clock.now()
        if nonce is None:
            nonce = f"p{post.id}-{secrets.token_hex(4)}"
            if not await self._store.write(lambda session: session.posts.begin(post, nonce, now)):
                return
        message_id = await poster.send(post, drawing, nonce, post.began_at)
        await self._settled(post, message_id, drawing)

    async def _settled(self, post: Post, message_id: int, drawing: Drawing) -> None:
        now, fingerprint = self._clock.now(), drawing.fingerprint
        await self._store.write(lambda session: session.posts.settle(post, message_id, fingerprint, now))

    async def _delete(self, post: Post, poster: Poster) -> None:
        message_id = post.message_id
        try:
            if message_id is None and post.began_at is not None:
                message_id = await poster.find(post)
            if message_id is not None and poster.owns(post.kind):
                await poster.delete(post, message_id)
        except NoPlace as error:
            if error.trouble != "gone":
                raise
        await self._store.write(lambda session: session.posts.remove(post))

    async def _put_aside(self, post: Post, error: NoPlace) -> None:
        log.warning("the post %s of kind %s cannot be made: %s", post.id, post.kind, error)
        until = self._clock.now() + RETRY_EVERY

        def put_aside(session: Session) -> tuple[bool, int | None]:
            first = session.posts.put_aside(post, error.trouble, until, sent=error.sent)
            return first, GuildSettings.of(session, post.guild_id).log_channel

        first, log_channel = await self._store.write(put_aside)
        if first and self._poster is not None and self._poster.owns(post.kind):
            await self._poster.tell_managers(post, error.trouble, log_channel)
            await self._store.write(lambda session: session.posts.told(post))

    async def _put_off(self, post: Post, by: timedelta) -> None:
        until = self._clock.now() + by
        await self._store.write(lambda session: session.posts.put_off(post, until))
