"""When to ask RunAPI about a task: learned from the tasks that finished."""

import asyncio
import random
from collections import defaultdict, deque
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta

from bot.engine.ports import Clock

REMEMBERED = 20
"""Finished tasks of a kind from which its timing is learned."""

FIRST_LOOK = 2.0
"""Seconds after which a waiting task is looked at once, so that its status is seen to move."""

SLOWEST = 5.0
"""Seconds between two looks, at most."""

QUICKEST = 0.25
"""Seconds between two looks, at least."""


LONGEST_PAUSE = 60.0
"""Seconds for which RunAPI's Retry-After is heeded, at most: somebody waits, and a deadline must be seen to pass."""

SAFETY_NET = 30.0
"""Seconds between two looks at a task whose end RunAPI calls back about: they find what got lost on the way."""

FEWEST_CALLS = 2.0
"""Calls that may be under way together however much trouble there is."""

DECREASE = 0.5
"""What is left of the calls that may be under way together, after RunAPI asked for fewer (RFC 5681, 3.1)."""

INCREASE = 1.0
"""Calls more that may be under way together after as many went well as were (RFC 5681, 3.1)."""

EARLIEST = datetime.min.replace(tzinfo=UTC)

QUICK = 1.0
"""Seconds up to which a task's kind is quick, so that it is looked at as soon as it is made."""


class Durations:
    """How long finished tasks took, by model and action, as far as looks can tell: between two of them."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], deque[tuple[float, float]]] = defaultdict(lambda: deque(maxlen=REMEMBERED))

    def add(self, model: str, action: str, unfinished: float, finished: float) -> None:
        """Remember a task that completed.

        Args:
            unfinished: seconds after which it was last seen not to be over.
            finished: seconds after which it was seen to be.
        """
        self._known[model, action].append((unfinished, finished))

    def usual(self, model: str, action: str) -> tuple[float, float] | None:
        """Return between how many seconds tasks of a kind usually end, or None while that is not known."""
        known = self._known[model, action]
        if not known:
            return None
        unfinished, finished = (sorted(each) for each in zip(*known, strict=True))
        return unfinished[len(known) // 10], finished[len(known) * 9 // 10]


def next_look(elapsed: float, usual: tuple[float, float] | None, *, started: bool) -> float:
    """Return how many seconds to wait before RunAPI is asked about a task.

    Args:
        elapsed: seconds since the task was submitted.
        usual: between how many seconds tasks of its kind usually end, if that is known.
        started: whether the task was seen processing.
    """
    if usual is None:
        return min(max(QUICKEST, elapsed / 6), SLOWEST)
    low, high = usual
    begin = low - max(0.25, low / 40)
    if elapsed < begin:
        look = FIRST_LOOK if not started and elapsed < FIRST_LOOK < begin / 2 else begin
        return look - elapsed
    if elapsed > high:
        return min(max(QUICKEST, (elapsed - begin) / 8), SLOWEST)
    return min(max(QUICKEST, (high - begin) / 8), SLOWEST)


def first_look(elapsed: float, usual: tuple[float, float] | None, *, started: bool) -> float:
    """Return how many seconds to wait before RunAPI is asked about a task for the first time; arguments as above.

    A task that may be done is looked at at once: one of a quick or unknown kind, one that was left before a stop.
    """
    just_begun = started and elapsed < QUICK
    if just_begun or (usual is not None and elapsed < usual[0] and usual[0] > QUICK):
        return next_look(elapsed, usual, started=started)
    return 0.0


def net_look(elapsed: float) -> float:
    """Return how many seconds to wait before RunAPI is asked about a task whose end it calls back about.

    It is looked at once early, so that its status is seen to move and one that was left before a stop is found.

    Args:
        elapsed: seconds since the task was submitted.
    """
    return FIRST_LOOK - elapsed if elapsed < FIRST_LOOK else SAFETY_NET


class Pace:
    """Bounds how many calls to RunAPI are under way, and holds all of them back when RunAPI asks for that.

    Looks come before creates: what is nearly done is brought to its end before more is begun. After trouble fewer
    calls are under way together, and one more again with each round of calls that went well: additive increase,
    multiplicative decrease, by which TCP shares a line that it does not know the width of (RFC 5681).
    """

    def __init__(self, calls_at_once: int, clock: Clock) -> None:
        self._clock = clock
        self._most = calls_at_once
        self._limit = float(calls_at_once)
        self._under_way = 0
        self._looks: deque[asyncio.Future[None]] = deque()
        self._others: deque[asyncio.Future[None]] = deque()
        self._until = self._slowed_at = EARLIEST

    @property
    def slowed(self) -> bool:
        """Whether fewer calls may be under way than in good times."""
        return self._limit < self._most

    @property
    def calls_at_once(self) -> int:
        """How many calls may be under way together now."""
        return int(self._limit)

    @asynccontextmanager
    async def call(self, *, look: bool = False, first: bool = False) -> AsyncGenerator[datetime]:
        """Wait for the turn of one call and hold it; yield when it began.

        Args:
            look: whether it goes before what is no look.
            first: whether it goes before everything that waits.
        """
        await self._turn(self._looks if look or first else self._others, first=first)
        try:
            while (left := self._held_back()) > 0:
                await self._clock.sleep(left)
            yield self._clock.now()
        finally:
            self._release()

    def _held_back(self) -> float:
        """Return for how many seconds no call may begin; a clock that is set back does not make that longer."""
        now = self._clock.now()
        self._until = min(self._until, now + timedelta(seconds=LONGEST_PAUSE))
        return (self._until - now).total_seconds()

    async def _turn(self, line: deque[asyncio.Future[None]], *, first: bool) -> None:
        if self._under_way < self.calls_at_once:
            self._under_way += 1
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if first:
            line.appendleft(turn)
        else:
            line.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._release()
            raise

    def _release(self) -> None:
        self._under_way -= 1
        self._let_in()

    def _let_in(self) -> None:
        for line in (self._looks, self._others):
            while line and self._under_way < self.calls_at_once:
                turn = line.popleft()
                if not turn.done():
                    self._under_way += 1
                    turn.set_result(None)

    def hold_back(self, seconds: float) -> None:
        """Let no call begin for `seconds` from now, `LONGEST_PAUSE` at most."""
        until = self._clock.now() + timedelta(seconds=min(seconds, LONGEST_PAUSE))
        self._until = max(self._until, until)

    def slow_down(self, began: datetime) -> None:
        """Let fewer calls be under way together, once for all those that met the same trouble.

        Args:
            began: when the call began that met it.
        """
        if began >= self._slowed_at:
            self._limit = max(self._limit * DECREASE, FEWEST_CALLS)
            self._slowed_at = self._clock.now()

    def slow_to_least(self) -> None:
        """Let as few calls be under way together as can be."""
        self._limit, self._slowed_at = FEWEST_CALLS, self._clock.now()

    def speed_up(self) -> None:
        """Count a call that went well."""
        if self.slowed:
            self._limit = min(self._limit + INCREASE / self._limit, self._most)
            self._let_in()


class Rush:
    """Work that somebody waits for, entered as a context, any number at once; what nobody waits for comes after it."""

    def __init__(self) -> None:
        self._at_work = 0
        self._nobody = asyncio.Event()
        self._nobody.set()

    def __enter__(self) -> None:
        self._at_work += 1
        self._nobody.clear()

    def __exit__(self, *_: object) -> None:
        self._at_work -= 1
        if not self._at_work:
            self._nobody.set()

    async def over(self, within: float | None = None) -> None:
        """Wait until nobody is at work, `within` seconds at most."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                while self._at_work:
                    await self._nobody.wait()


def backoff(tries: int, asked: float | None = None) -> float:
    """Return the seconds to wait after the `tries`-th failure.

    That is what RunAPI asked for, `LONGEST_PAUSE` at most, else doubling from 0.5 to 30. Up to half as much is added
    at random, so that many do not come back at once.
    """
    base = min(0.5 * 2 ** min(tries - 1, 6), 30.0) if asked is None else min(asked, LONGEST_PAUSE)
    return base * random.uniform(1.0, 1.5)  # noqa: S311 - spreads load, guards nothing
