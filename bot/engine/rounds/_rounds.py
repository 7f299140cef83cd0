"""The rounds of all servers."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeAlias, TypeVar

from bot.catalog import Catalog
from bot.engine.ports import Clock
from bot.engine.posts import Posts
from bot.engine.rounds import _ballots, _course, _entering, _podium, _posts, _starting
from bot.engine.rounds._ballots import Ballot
from bot.engine.rounds._starting import Plan
from bot.errors import EaselError
from bot.images import Encoder, Fitted, PictureStore
from bot.store import Details, Entry, Picture, Round, RoundState, Session, Store, StoreUnavailable

log = logging.getLogger(__name__)

LOOK_EVERY = 60.0
"""Seconds between two looks at what is due, at most: a host's clock may be set."""

PAGE = 5
"""Rounds on a page of a server's history."""

T = TypeVar("T")

Shown: TypeAlias = tuple[Entry, Details]
"""An entry with the request that made it."""


class NotEnded(EaselError):
    """What was asked for is over, or nothing goes on there."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A round as everybody may know it: how votes fall is only known once it is over.

    Attributes:
        entries, artists: how many entered, and of how many members.
        votes: how many votes were given; None while it goes on.
        placed: what won a place, the first first; nothing while it goes on.
    """

    round: Round
    entries: int
    artists: int
    votes: int | None
    placed: Sequence[Shown]


@dataclass(frozen=True, slots=True)
class RoundsPage:
    """One page of a server's rounds that are over, newest first; `number` is from 0, `live` are those that go on."""

    live: Sequence[Standing]
    over: Sequence[Standing]
    number: int
    pages: int
    total: int


class Rounds:
    """Starts rounds, takes entries and votes, and moves each on when its time has come."""

    def __init__(
        self, *, store: Store, clock: Clock, catalog: Catalog, pictures: PictureStore, encoder: Encoder, posts: Posts
    ) -> None:
        self._store = store
        self._clock = clock
        self._catalog = catalog
        self._pictures = pictures
        self._encoder = encoder
        self._posts = posts
        self._woken = asyncio.Event()

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """Move rounds on while in the block; what was due while the bot did not run is done first."""
        running = asyncio.create_task(self._run(), name="rounds")
        try:
            yield
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            self._woken.clear()
            try:
                pause = await self.look()
            except StoreUnavailable as error:
                log.error("rounds wait for the database: %s", error)  # noqa: TRY400 - no bug to trace
                pause = LOOK_EVERY
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._woken.wait()

    async def look(self) -> float:
        """Move on what is due; return the seconds until something may be due again.

        Raises:
            StoreUnavailable: the database cannot be written.
        """
        now, faulty = self._clock.now(), False
        for round_ in await self._store.read(lambda session: session.rounds.due(now)):
            try:
                await self._marking(lambda session, due=round_: _move_on(session, due.id, now))
            except StoreUnavailable:
                raise
            except Exception:
                # A fault of ours in one round must not keep the others from going on.
                log.exception("the round %s met a fault", round_.short_id)
                faulty = True
        due_at = await self._store.read(lambda session: session.rounds.next_due())
        if due_at is None or faulty:
            return LOOK_EVERY
        return min(max((due_at - self._clock.now()).total_seconds(), 0.0), LOOK_EVERY)

    async def start(self, plan: Plan, *, by: int) -> Round:
        """Start a round, or announce one that begins later.

        Raises:
            NotStarted: such a round cannot be, or the channel has one that is not over; nothing has changed.
        """
        now = self._clock.now()
        started = await self._marking(lambda session: _starting.start(session, plan, self._catalog, now, by=by))
        self._woken.set()
        return started

    async def live_in(self, channel_id: int) -> Round:
        """Return a channel's round that is not over.

        Raises:
            NotEnded: there is none.
        """
        round_ = await self._store.read(lambda session: session.rounds.live_in(channel_id))
        if round_ is None:
            raise NotEnded("round-none-here")
        return round_

    async def end(self, short_id: str, state: RoundState, *, by: int, call_off: bool = False) -> Round:
        """End what goes on in a round before its time: making, so that voting begins; or voting; or all of it.

        Args:
            state: in which it was when somebody decided that.
            by: the user who wants that.
            call_off: whether it ends without winners.

        Raises:
            NotEnded: it is in another state by now; nothing has changed.
        """
        now = self._clock.now()

        def end(session: Session) -> Round:
            round_ = session.rounds.by_short_id(short_id)
            if round_ is None or round_.state is not state:
                raise NotEnded("round-moved-on")
            move = _course.call_off if call_off else _course.move_now
            after = move(session, round_, now)
            if after is None:
                raise NotEnded("round-moved-on")
            before = _starting.audited(round_)
            session.audit.add(
                round_.guild_id, by, now, _starting.AUDITED, before=before, after=_starting.audited(after)
            )
            return after

        ended = await self._marking(end)
        self._woken.set()
        return ended

    async def channel_gone(self, channel_id: int) -> None:
        """Call off the round of a channel that is deleted."""
        now = self._clock.now()

        def call_off(session: Session) -> None:
            round_ = session.rounds.live_in(channel_id)
            if round_ is not None:
                _course.call_off(session, round_, now)
                _posts.withdraw(session, round_, now)

        await self._marking(call_off)

    async def guild_gone(self, guild_id: int) -> None:
        """Call off the rounds of a server that is deleted or does not want the bot any more."""
        for round_ in await self._store.read(lambda session: session.rounds.live_of(guild_id)):
            await self.channel_gone(round_.channel_id)

    async def enter(self, details: Details, picture: Picture, user_id: int) -> Round:
        """Enter a picture in the round of its channel, and return that; one that is in stays so.

        Raises:
            NotEntered: it cannot be; the sentence says why.
            Blocked: the user is blocked in the server.
        """
        now = self._clock.now()
        return await self._marking(lambda session: _entering.enter(session, details, picture, user_id, now))

    async def withdraw(self, details: Details, picture: Picture, user_id: int) -> Round:
        """Take a picture out of the round of its channel, and return that; one that is not in stays so.

        Raises:
            NotEntered: it takes no entries any more, or the picture is somebody else's.
        """
        now = self._clock.now()
        return await self._marking(lambda session: _entering.withdraw(session, details, picture, user_id, now))

    async def ballot(self, short_id: str, voter_id: int, entry_id: int | None, *, among_adults: bool) -> Ballot:
        """Return one of the pictures that somebody can vote for; one that is not there any more is their first.

        Args:
            among_adults: whether they are where only adults are; elsewhere pictures from such places are left out.

        Raises:
            NotVoted: nobody votes now, or there is nothing that they could vote for.
            Blocked: they are blocked in the server.
        """
        now = self._clock.now()
        return await self._store.read(
            lambda session: _ballots.look(session, short_id, voter_id, entry_id, now, among_adults=among_adults)
        )

    async def vote(self, short_id: str, voter_id: int, entry_id: int) -> None:
        """Vote for an entry, in place of what was voted for before; a second vote for the same takes it back.

        Raises:
            NotVoted: nobody votes now, the picture is not there any more, or it is the voter's own.
            Blocked: they are blocked in the server.
        """
        now = self._clock.now()
        await self._store.write(lambda session: _ballots.cast(session, short_id, voter_id, entry_id, now))

    async def standing(self, short_id: str) -> Standing | None:
        """Return how a round stands, or None where there is none."""

        def find(session: Session) -> Standing | None:
            round_ = session.rounds.by_short_id(short_id)
            return None if round_ is None else _standing(session, round_)

        return await self._store.read(find)

    async def page(self, guild_id: int, number: int = 0) -> RoundsPage:
        """Return a page of a server's rounds; one that is not there is the last."""

        def find(session: Session) -> RoundsPage:
            total = session.rounds.count_over(guild_id)
            pages = max(1, -(-total // PAGE))
            shown = min(number, pages - 1)
            over = session.rounds.over(guild_id, offset=shown * PAGE, limit=PAGE)
            live = [_standing(session, each) for each in session.rounds.live_of(guild_id)]
            return RoundsPage(live, [_standing(session, each) for each in over], shown, pages, total)

        return await self._store.read(find)

    def podium(self, standing: Standing, *, among_adults: bool) -> AbstractAsyncContextManager[Fitted | None]:
        """Return a context that gives a picture of the winners; None where none can be made now.

        Args:
            among_adults: whether it is for an age-restricted channel; elsewhere pictures from one are left out.
        """
        return _podium.podium(standing.placed, self._pictures, self._encoder, among_adults=among_adults)

    async def picture(self, ballot: Ballot, limit: int) -> Path | None:
        """Return the file that shows a ballot's picture best in `limit` bytes, None where none is kept."""
        meant = next((each for each in ballot.details.pictures if each.id == ballot.entry.picture_id), None)
        return None if meant is None else await _podium.shown_file(meant, self._pictures, limit)

    async def _marking(self, work: Callable[[Session], T]) -> T:
        """Run a transaction that may mark posts, and have these looked at."""
        done = await self._store.write(work)
        self._posts.wake()
        return done


def _move_on(session: Session, round_id: int, now: datetime) -> None:
    round_ = session.rounds.get(round_id)
    if round_ is not None:
        _course.move_on(session, round_, now)


def _standing(session: Session, round_: Round) -> Standing:
    entries, artists = session.entries.count(round_.id)
    over = round_.state is RoundState.ENDED
    placed: list[Shown] = []
    for entry in session.entries.placed(round_.id) if over else ():
        request = session.requests.get(entry.request_id)
        if request is not None:
            placed.append((entry, session.details(request)))
    return Standing(round_, entries, artists, session.entries.votes(round_.id) if over else None, placed)
