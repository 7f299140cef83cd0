"""Whatever happens in whatever order: one round a channel, no vote for oneself, counts that agree, one result."""

import asyncio
import tempfile
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.catalog import Catalog
from bot.engine import Blocked, SystemClock
from bot.engine.forgetting import Forgetter
from bot.engine.posts import Posts
from bot.engine.removals import Removals
from bot.engine.rounds import RESULT, NotEnded, NotEntered, NotStarted, NotVoted, Plan, Rounds
from bot.images import Encoder, PictureStore
from bot.store import Block, Delivery, Details, Entry, RequestState, Round, RoundState, Session, Store, TaskState
from tests.store.rows import add_request

T = TypeVar("T")

GUILD, CHANNELS, MANAGER = 7, (8, 9), 900
USERS = st.sampled_from((101, 102, 103, 104))
HOURS = st.sampled_from((1, 11, 24, 25, 60))
CATALOG = Catalog.load()
BEGINNING = datetime(2026, 11, 20, 12, tzinfo=UTC)


class Clock(SystemClock):
    """A clock that a test sets."""

    time = BEGINNING

    def now(self) -> datetime:
        return self.time


class RoundsMachine(RuleBasedStateMachine):
    """Two channels of a server, a manager, and four members who make, enter and vote."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = Clock()
        self.runner = asyncio.Runner()
        self.stack = AsyncExitStack()
        self.folder = Path(self.stack.enter_context(tempfile.TemporaryDirectory()))
        self.store: Store
        self.rounds: Rounds
        self.made: dict[int, Details] = {}
        self.votes: dict[tuple[int, int], int] = {}
        """Which entry somebody voted for, by round and voter."""
        self.blocked: set[int] = set()
        self.ended: set[int] = set()
        self.called_off: set[int] = set()

    def run(self, work: Any) -> Any:
        return self.runner.run(work)

    def read(self, work: Callable[[Session], T]) -> T:
        return self.run(self.store.read(work))

    @initialize()
    def open(self) -> None:
        self.opened = AsyncExitStack()
        self.store = self.run(self.opened.enter_async_context(Store.open(self.folder / "easel.db")))
        pictures = PictureStore(self.folder / "pictures", cap_bytes=10**9, keep=timedelta(days=7))
        self.run(pictures.open())
        posts = Posts(store=self.store, clock=self.clock, edit_every=timedelta(0))
        self.removals = Removals(
            store=self.store, pictures=pictures, clock=self.clock, posts=posts, missed_after=timedelta(0)
        )
        self.forgetter = Forgetter(store=self.store, pictures=pictures, clock=self.clock, posts=posts)
        self.rounds = Rounds(
            store=self.store,
            clock=self.clock,
            catalog=CATALOG,
            pictures=pictures,
            encoder=Encoder(),
            posts=posts,
        )

    def all_rounds(self) -> list[Round]:
        return self.read(
            lambda session: [*session.rounds.live_of(GUILD), *session.rounds.over(GUILD, offset=0, limit=1000)]
        )

    def live(self) -> list[Round]:
        return [each for each in self.all_rounds() if each.state.live]

    def entries(self, round_: Round) -> list[Entry]:
        return [*self.read(lambda session: session.entries.of_round(round_.id))]

    @rule(
        channel=st.sampled_from(CHANNELS),
        entries_each=st.integers(1, 2),
        starts=st.sampled_from((0, 0, 10)),
        times=st.integers(1, 2),
    )
    def start(self, channel: int, entries_each: int, starts: int, times: int) -> None:
        busy = any(each.channel_id == channel for each in self.live())
        day = timedelta(days=1)
        plan = Plan(GUILD, channel, "Foxes", day, day, entries_each, starts_in=timedelta(hours=starts))

        async def start_together() -> list[Any]:
            together = (self.rounds.start(plan, by=MANAGER) for _ in range(times))
            return await asyncio.gather(*together, return_exceptions=True)

        came = self.run(start_together())
        assert sum(isinstance(each, Round) for each in came) == (0 if busy else 1)
        assert all(isinstance(each, Round | NotStarted) for each in came)

    @rule(hours=HOURS)
    def wait(self, hours: int) -> None:
        self.clock.time += timedelta(hours=hours)
        self.run(self.rounds.look())

    @rule(hours=HOURS)
    def restart(self, hours: int) -> None:
        """The bot is down for a while."""
        self.run(self.opened.aclose())
        self.clock.time += timedelta(hours=hours)
        self.open()
        self.run(self.rounds.look())

    @rule(user=USERS, channel=st.sampled_from(CHANNELS))
    def make(self, user: int, channel: int) -> None:
        now = self.clock.time

        def make(session: Session) -> Details:
            request = add_request(session, user_id=user, channel_id=channel, guild_id=GUILD, created_at=now)
            task = session.tasks.add(request.id, 1, now)
            sent: dict[str, Any] = {"idempotency_key": f"key {task.id}", "status_path": "/v1/tsk"}
            session.tasks.move(task.id, TaskState.QUEUED, to=TaskState.COMPLETED, **sent)
            session.pictures.add(task, ["https://example.com/fox"], created_at=now, expires_at=now)
            session.requests.move(request.id, RequestState.ACCEPTED, to=RequestState.COMPLETED, finished_at=now)
            session.requests.change(request.id, delivery=Delivery.DELIVERED)
            made = session.requests.get(request.id)
            assert made is not None
            return session.details(made)

        details = self.run(self.store.write(make))
        self.made[details.request.id] = details

    @rule(channel=st.sampled_from(CHANNELS))
    def hold_up_to_voting(self, channel: int) -> None:
        """What chance alone seldom brings about: several members in a round that is voted in."""
        if any(each.channel_id == channel for each in self.live()):
            return
        day = timedelta(days=1)
        round_ = self.run(self.rounds.start(Plan(GUILD, channel, "Owls", day, day), by=MANAGER))
        for user in sorted({101, 102, 103, 104} - self.blocked):
            self.make(user, channel)
            details = self.made[max(self.made)]
            self.run(self.rounds.enter(details, details.pictures[0], user))
        self.run(self.rounds.end(round_.short_id, RoundState.OPEN, by=MANAGER))

    @precondition(lambda self: self.made)
    @rule(data=st.data())
    def enter(self, data: Any) -> None:
        self.try_to_enter(self.made[data.draw(st.sampled_from(sorted(self.made)))])

    @rule(user=USERS, channel=st.sampled_from(CHANNELS))
    def enter_everything(self, user: int, channel: int) -> None:
        """A member makes three more and tries to enter all that they have."""
        for _ in range(3):
            self.make(user, channel)
        for details in self.made.values():
            if details.request.user_id == user:
                self.try_to_enter(details)

    def try_to_enter(self, details: Details) -> None:
        """Enter a picture, which works just where it may."""
        request = details.request
        user = request.user_id
        open_ = next((each for each in self.live() if each.channel_id == request.channel_id and self.takes(each)), None)
        mine = [] if open_ is None else [each for each in self.entries(open_) if each.user_id == user]
        there = any(each.request_id == request.id for each in mine)
        fits = open_ is not None and user not in self.blocked and (there or len(mine) < open_.entries_each)
        try:
            self.run(self.rounds.enter(details, details.pictures[0], user))
        except (NotEntered, Blocked):
            assert not fits
        else:
            assert fits

    def takes(self, round_: Round) -> bool:
        return round_.state is RoundState.OPEN and self.clock.time < round_.closes_at

    @precondition(lambda self: self.made)
    @rule(data=st.data())
    def withdraw(self, data: Any) -> None:
        details = self.made[data.draw(st.sampled_from(sorted(self.made)))]
        try:
            round_ = self.run(self.rounds.withdraw(details, details.pictures[0], details.request.user_id))
        except NotEntered:
            return
        assert all(each.request_id != details.request.id for each in self.entries(round_))

    @precondition(lambda self: any(each.state is RoundState.VOTING for each in self.live()))
    @rule(user=USERS, data=st.data())
    def vote(self, user: int, data: Any) -> None:
        round_ = data.draw(st.sampled_from([each for each in self.live() if each.state is RoundState.VOTING]))
        entries = self.entries(round_)
        if entries:
            self.try_to_vote(round_, user, data.draw(st.sampled_from(entries)))

    @precondition(lambda self: any(each.state is RoundState.VOTING for each in self.live()))
    @rule(data=st.data(), blocked=st.none() | USERS)
    def all_vote_and_it_ends(self, data: Any, blocked: int | None) -> None:
        """Everybody votes, one of them may be blocked then, and the votes are counted."""
        round_ = data.draw(st.sampled_from([each for each in self.live() if each.state is RoundState.VOTING]))
        entries = self.entries(round_)
        for user in (101, 102, 103, 104) if entries else ():
            self.try_to_vote(round_, user, data.draw(st.sampled_from(entries)))
        if blocked is not None:
            self.block(blocked)
        self.run(self.rounds.end(round_.short_id, RoundState.VOTING, by=MANAGER))

    def try_to_vote(self, round_: Round, user: int, entry: Entry) -> None:
        """Vote, which works just where it may; a second vote for the same takes the first back."""
        may = user not in self.blocked and entry.user_id not in {user, *self.blocked}
        try:
            self.run(self.rounds.vote(round_.short_id, user, entry.id))
        except (NotVoted, Blocked):
            assert not may
            return
        assert may
        if self.votes.get((round_.id, user)) == entry.id:
            del self.votes[round_.id, user]
        else:
            self.votes[round_.id, user] = entry.id

    @precondition(lambda self: any(each.state is RoundState.VOTING for each in self.live()))
    @rule(user=USERS, data=st.data())
    def look_through(self, user: int, data: Any) -> None:
        """A ballot leads from its first picture to its last, each once, none of them the voter's own."""
        round_ = data.draw(st.sampled_from([each for each in self.live() if each.state is RoundState.VOTING]))
        seen: list[int] = []
        at: int | None = None
        try:
            while not seen or at is not None:
                ballot = self.run(self.rounds.ballot(round_.short_id, user, at, among_adults=False))
                assert (ballot.number, ballot.entry.user_id == user) == (len(seen) + 1, False)
                assert ballot.chosen == (self.votes.get((round_.id, user)) == ballot.entry.id)
                seen.append(ballot.entry.id)
                at = ballot.after
        except (NotVoted, Blocked):
            assert not seen
        others = {e.id for e in self.entries(round_) if e.user_id not in {user, *self.blocked}}
        assert set(seen) == (set[int]() if user in self.blocked else others)
        assert len(seen) == len(set(seen))

    @precondition(lambda self: self.made)
    @rule(data=st.data())
    def delete(self, data: Any) -> None:
        request_id = data.draw(st.sampled_from(sorted(self.made)))
        self.drop(lambda round_, entry: round_.state.live and entry.request_id == request_id)
        self.run(self.removals.remove([request_id]))
        del self.made[request_id]

    @rule(user=USERS)
    def forget(self, user: int) -> None:
        self.drop(lambda _, entry: entry.user_id == user)
        self.run(self.forgetter.forget_user(user))
        self.made = {key: each for key, each in self.made.items() if each.request.user_id != user}
        self.votes = {key: entry for key, entry in self.votes.items() if key[1] != user}

    def drop(self, which: Callable[[Round, Entry], bool]) -> None:
        gone = {entry.id for round_ in self.all_rounds() for entry in self.entries(round_) if which(round_, entry)}
        self.votes = {key: entry for key, entry in self.votes.items() if entry not in gone}

    @rule(user=USERS)
    def block(self, user: int) -> None:
        block = Block(GUILD, user, "", None, MANAGER, self.clock.time)
        self.run(self.store.write(lambda session: session.blocks.put(block)))
        self.blocked.add(user)

    @rule(user=USERS)
    def unblock(self, user: int) -> None:
        self.run(self.store.write(lambda session: session.blocks.remove(GUILD, user)))
        self.blocked.discard(user)

    @precondition(lambda self: self.live())
    @rule(data=st.data(), call_off=st.sampled_from((False, False, True)), stale=st.booleans())
    def end(self, data: Any, *, call_off: bool, stale: bool) -> None:
        round_ = data.draw(st.sampled_from(self.live()))
        state = RoundState.OPEN if stale and round_.state is RoundState.VOTING else round_.state
        may = state is round_.state and (call_off or state is not RoundState.ANNOUNCED)
        try:
            after = self.run(self.rounds.end(round_.short_id, state, by=MANAGER, call_off=call_off))
        except NotEnded:
            assert not may
            return
        assert may
        if call_off:
            assert after.state is RoundState.CANCELLED
            self.called_off.add(after.id)

    @invariant()
    def at_most_one_goes_on_in_a_channel(self) -> None:
        channels = [each.channel_id for each in self.live()]
        assert len(channels) == len(set(channels))

    @invariant()
    def nobody_has_more_than_they_may_or_votes_for_themselves(self) -> None:
        for round_ in self.all_rounds():
            by = [each.user_id for each in self.entries(round_)]
            assert all(by.count(user) <= round_.entries_each for user in by)
        kept = self.read(
            lambda session: {
                (round_.id, user): session.votes.of_user(round_.id, user)
                for round_ in [*session.rounds.live_of(GUILD), *session.rounds.over(GUILD, offset=0, limit=1000)]
                for user in (101, 102, 103, 104)
            }
        )
        assert {key: entry for key, entry in kept.items() if entry is not None} == self.votes

    @invariant()
    def what_ended_is_counted_and_told_once(self) -> None:
        for round_ in self.all_rounds():
            told = self.read(lambda session, key=round_.short_id: session.posts.get(RESULT, key))
            assert (told is not None) == (round_.state is RoundState.ENDED)
            assert (round_.state is RoundState.CANCELLED) == (round_.id in self.called_off)
            if round_.state is RoundState.ENDED and round_.id not in self.ended:
                self.ended.add(round_.id)
                self.check_counts(round_)

    def check_counts(self, round_: Round) -> None:
        standing = [each for each in self.entries(round_) if each.user_id not in self.blocked]
        for entry in standing:
            given = [voter for (of, voter), voted in self.votes.items() if (of, voted) == (round_.id, entry.id)]
            assert entry.votes == len([each for each in given if each not in self.blocked])
        best = max((entry.votes or 0 for entry in standing), default=0)
        firsts = {entry.id for entry in standing if entry.place == 1}
        alone = len(standing) == 1
        assert firsts == {e.id for e in standing if alone or (best and e.votes == best)}
        assert all(entry.place is None for entry in self.entries(round_) if entry.user_id in self.blocked)

    def teardown(self) -> None:
        self.run(self.opened.aclose())
        self.run(self.stack.aclose())
        self.runner.close()


TestRounds = RoundsMachine.TestCase
# Each example opens a database, so a failing one is shown as it was found, not made smaller.
TestRounds.settings = settings(
    max_examples=25, stateful_step_count=40, deadline=None, phases=set(Phase) - {Phase.shrink}
)
