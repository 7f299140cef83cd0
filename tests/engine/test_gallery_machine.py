"""Whatever happens in whatever order, and wherever a stop comes: what is posted in galleries agrees with the stars."""

import asyncio
import tempfile
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from bot.engine import GALLERY, Gallery, NoPlace, PlaceTrouble, Posts, SystemClock
from bot.engine.settings_of_guilds import SettingsOfGuilds
from bot.engine.stars import Stars
from bot.store import Delivery, Details, GalleryChoice, Post, RequestState, Session, Store
from tests.engine.test_accept import CATALOG
from tests.store.rows import add_request

GUILD, MANAGER, OLD, NEW = 7, 201, 31, 32
ARTISTS, FANS, REQUESTS = (101, 102), (101, 301, 302, 303), 5
LOST = (0, 1)
"""Results that may be withdrawn or deleted; others stay, so that there is something to see."""
CHOICES: tuple[GalleryChoice, ...] = ("show", "unprompted", "never")


class Killed(BaseException):
    """The process ends there."""


@dataclass(frozen=True)
class Drawn:
    """What a post shows: how many stars."""

    fingerprint: str


class Wall:
    """Channels with messages; the engine's Poster, as far as it writes on them."""

    def __init__(self, gallery: Gallery) -> None:
        self.gallery = gallery
        self.messages: dict[int, tuple[int, str, str]] = {}
        """What each message shows, by id: its channel, the post's key, what is shown."""
        self.closed = False
        self.dies: str | None = None
        self.told = 0
        self._last = 0

    def remakes(self, kind: str) -> bool:
        return False

    def owns(self, kind: str) -> bool:
        return kind == GALLERY

    async def draw(self, post: Post) -> Drawn | None:
        if post.kind != GALLERY:
            return Drawn("")
        exhibit = await self.gallery.exhibit(int(post.key))
        return None if exhibit is None else Drawn(f"{exhibit.stars} {exhibit.choice}")

    def check_open(self) -> None:
        if self.closed:
            raise NoPlace("forbidden", "closed")

    async def send(self, post: Post, drawing: Any, nonce: str, began_at: datetime | None) -> int:
        self.check_open()
        found = None if began_at is None else await self.find(post)
        if found is None:
            self._last += 1
            found = self._last
            self.messages[found] = (post.channel_id, post.key, drawing.fingerprint)
        self.maybe_die("send")
        return found

    async def edit(self, post: Post, drawing: Any) -> None:
        if post.kind == GALLERY and post.message_id is not None:
            self.check_open()
            self.messages[post.message_id] = (post.channel_id, post.key, drawing.fingerprint)
            self.maybe_die("edit")

    async def find(self, post: Post) -> int | None:
        self.check_open()
        there = ((each, channel, key) for each, (channel, key, _) in self.messages.items())
        return next((each for each, channel, key in there if (channel, key) == (post.channel_id, post.key)), None)

    async def delete(self, post: Post, message_id: int) -> None:
        self.check_open()
        self.messages.pop(message_id, None)
        self.maybe_die("delete")

    async def tell_managers(self, post: Post, trouble: PlaceTrouble, log_channel: int | None) -> None:
        self.told += 1

    def maybe_die(self, after: str) -> None:
        if self.dies == after:
            self.dies = None
            raise Killed


class Galleries(RuleBasedStateMachine):
    """Five results of two artists, people who star them, a manager, and stops."""

    def __init__(self) -> None:
        super().__init__()
        self.stars: dict[int, set[int]] = {}
        self.reactions: dict[int, set[int]] = {}
        self.withdrawn: set[int] = set()
        self.deleted: set[int] = set()
        self.choices: dict[int, GalleryChoice] = dict.fromkeys(ARTISTS, "show")
        self.threshold, self.own = 2, False
        self.details: list[Details] = []
        self.runner = asyncio.Runner()
        self.stack = AsyncExitStack()
        folder = self.stack.enter_context(tempfile.TemporaryDirectory())
        self.store: Store = self.run(self.stack.enter_async_context(Store.open(Path(folder) / "easel.db")))
        self.clock = SystemClock()
        self.start()
        self.wall = Wall(self.gallery)

    def start(self) -> None:
        self.posts = Posts(store=self.store, clock=self.clock, edit_every=timedelta(0))
        self.given = Stars(store=self.store, clock=self.clock, posts=self.posts)
        self.gallery = Gallery(store=self.store, clock=self.clock, posts=self.posts)
        self.settings = SettingsOfGuilds(self.store, self.clock, CATALOG, self.posts.retry)

    def run(self, work: Any) -> Any:
        return self.runner.run(work)

    @initialize()
    def begin(self) -> None:
        self.change(gallery_channel=OLD, gallery_stars=2, gallery_reaction="⭐")
        self.details = [
            self.run(self.store.write(lambda session, of=each: _result(session, of))) for each in range(REQUESTS)
        ]
        self.stars = {details.pictures[0].id: set() for details in self.details}
        self.reactions = {details.pictures[0].id: set() for details in self.details}

    def change(self, **changes: Any) -> None:
        self.run(self.settings.change(GUILD, MANAGER, changes))

    @rule(of=st.integers(0, REQUESTS - 1), fans=st.sets(st.sampled_from(FANS), min_size=1))
    def star(self, of: int, fans: set[int]) -> None:
        details = self.details[of]
        picture, author = details.pictures[0].id, details.request.user_id
        for fan in sorted(fans):
            if of in self.deleted or (fan == author and not self.own):
                continue
            on, _ = self.run(self.given.toggle(details, fan, GUILD, 1))
            assert on == (fan not in self.stars[picture])
            self.stars[picture] ^= {fan}

    @rule(of=st.integers(0, REQUESTS - 1), fan=st.sampled_from(FANS), added=st.booleans())
    def react(self, of: int, fan: int, added: bool) -> None:
        details = self.details[of]
        picture, author = details.pictures[0].id, details.request.user_id
        self.run(self.given.reacted(900 + of, GUILD, fan, "⭐", added=added))
        if of in self.deleted or (added and fan == author and not self.own):
            return
        (self.reactions[picture].add if added else self.reactions[picture].discard)(fan)

    @rule(of=st.sampled_from(LOST))
    def withdraw(self, of: int) -> None:
        self.run(self.gallery.withdraw(self.details[of], 1, MANAGER))
        self.withdrawn.add(of)

    @rule(artist=st.sampled_from(ARTISTS), choice=st.sampled_from(CHOICES))
    def choose(self, artist: int, choice: GalleryChoice) -> None:
        self.run(self.gallery.choose(artist, choice))
        self.choices[artist] = choice

    @rule(of=st.sampled_from(LOST))
    def delete(self, of: int) -> None:
        from bot.engine.agreement import agree_requests  # noqa: PLC0415 - what `Removals` does, without its files

        def remove(session: Session) -> None:
            session.removals.remove([self.details[of].request.id], self.clock.now())
            agree_requests(session, [self.details[of].request.id], self.clock.now())

        self.run(self.store.write(remove))
        self.deleted.add(of)

    @rule(stars=st.integers(1, 3))
    def threshold_is(self, stars: int) -> None:
        self.change(gallery_stars=stars)
        self.threshold = stars

    @rule(own=st.booleans())
    def own_stars_are(self, own: bool) -> None:
        self.change(gallery_self_stars=own)
        self.own = own

    @rule(channel=st.sampled_from([OLD, NEW]))
    def gallery_is(self, channel: int) -> None:
        self.change(gallery_channel=channel)

    @rule(closed=st.booleans())
    def channels_close_or_open(self, closed: bool) -> None:
        self.wall.closed = closed

    @rule(after=st.sampled_from(["send", "edit", "delete"]))
    def a_stop_comes(self, after: str) -> None:
        """Work until that was done and not recorded, then start anew."""
        self.wall.dies = after
        with suppress(Killed):
            self.run(self.work(died=lambda: self.wall.dies is None))
        self.wall.dies = None
        self.start()
        self.wall.gallery = self.gallery

    @rule()
    def all_agree_in_the_end(self) -> None:
        self.wall.closed = False
        self.run(self.work(died=lambda: False))
        shown = sorted((key, said) for _, key, said in self.wall.messages.values())
        assert shown == sorted(self.expected())
        kept = self.run(self.store.read(lambda session: session.posts.of_guild(GUILD, GALLERY)))
        assert sorted(post.message_id for post in kept) == sorted(self.wall.messages)

    def expected(self) -> list[tuple[str, str]]:
        found: list[tuple[str, str]] = []
        for number, details in enumerate(self.details):
            picture, author = details.pictures[0].id, details.request.user_id
            given = self.stars[picture] | self.reactions[picture]
            count = len(given - (set() if self.own else {author}))
            fit = number not in self.withdrawn | self.deleted and self.choices[author] != "never"
            if fit and count >= self.threshold:
                found.append((str(picture), f"{count} {self.choices[author]}"))
        return found

    async def work(self, died: Any) -> None:
        """Let the engine work until it has nothing more to do, or dies."""
        async with asyncio.timeout(60), self.posts.running(self.wall), self.gallery.running():
            await self.posts.retry()
            await self.gallery.drain()
            resting = asyncio.create_task(self.posts.drain())
            while not resting.done() and not died():  # noqa: ASYNC110 - nothing announces a death
                await asyncio.sleep(0)
            resting.cancel()

    def teardown(self) -> None:
        if self.details:
            self.all_agree_in_the_end()
        self.run(self.all_closed())
        self.runner.close()

    async def all_closed(self) -> None:
        await self.stack.aclose()


def _result(session: Session, of: int) -> Details:
    request = add_request(session, user_id=ARTISTS[of % 2], guild_id=GUILD, message_id=900 + of)
    task = session.tasks.add(request.id, 1, datetime.now(UTC))
    now = datetime.now(UTC)
    session.pictures.add(task, ["https://a.example/1.png"], created_at=now, expires_at=now)
    session.requests.change(request.id, message_id=900 + of, delivery=Delivery.DELIVERED)
    session.requests.move(request.id, RequestState.ACCEPTED, to=RequestState.COMPLETED, finished_at=now)
    found = session.requests.get(request.id)
    assert found is not None
    return session.details(found)


TestGalleries = Galleries.TestCase
# Each example opens a database, so a failing one is shown as it was found, not made smaller.
TestGalleries.settings = settings(
    max_examples=20, stateful_step_count=25, deadline=None, phases=set(Phase) - {Phase.shrink}
)
