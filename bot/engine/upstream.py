"""How RunAPI is, by what the calls to it meet; every call passes here, and new tasks wait here while it has trouble."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Hashable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

from bot.engine.pacing import EARLIEST, Pace
from bot.engine.ports import Clock
from bot.runapi import InsufficientCredits, Maintenance, RateLimited, Redirected, Refusal, RunAPIError

log = logging.getLogger(__name__)

CALLS_AT_ONCE = 8
"""Calls to RunAPI that may be under way together."""

OPEN_AFTER = 5
"""Calls in a row without an answer after which RunAPI counts as down."""

FIRST_TRIAL = 5.0
"""Seconds after which one task is tried while RunAPI counts as down."""

LAST_TRIAL = 60.0
"""Seconds between two such tries, at most; each that fails doubles them."""

RATE_LIMITED_PAUSE = 1.0
"""Seconds for which calls are held back after a 429 that does not say for how long."""

Kind = Literal["create", "look", "other"]


class KeptBack(Exception):
    """While a create waited for its turn, RunAPI got into trouble: it is not to be sent now."""


class UpstreamState(StrEnum):
    """How RunAPI is; the words are those of a circuit breaker, which an open circuit lets nothing through.

    * CLOSED: well.
    * SLOWED: it asked for fewer calls (429, 455, 503), so fewer are under way together.
    * PAUSED: its account is out of credit (402); no task is sent before there is some again.
    * OPEN: it does not answer; one task at a time is tried.
    """

    CLOSED = "closed"
    SLOWED = "slowed"
    PAUSED = "paused"
    OPEN = "open"


class Upstream:
    """Bounds and counts the calls to RunAPI, and keeps new tasks back while it has trouble."""

    def __init__(self, clock: Clock, calls_at_once: int = CALLS_AT_ONCE) -> None:
        self._clock = clock
        self._pace = Pace(calls_at_once, clock)
        self._tripped: UpstreamState | None = None
        self._told = UpstreamState.CLOSED
        self._since = EARLIEST
        self._failures = 0
        self._trial_of: Hashable = None
        self._trial_pause = FIRST_TRIAL
        self._trial_at: datetime | None = None
        self._credit: int | None = None
        self._changed = asyncio.Event()

    @property
    def state(self) -> UpstreamState:
        """How RunAPI is."""
        if self._tripped is not None:
            return self._tripped
        return UpstreamState.SLOWED if self._pace.slowed else UpstreamState.CLOSED

    @property
    def since(self) -> datetime:
        """Since when tasks are kept back, while they are."""
        return self._since

    @property
    def changed(self) -> asyncio.Event:
        """What is set when the state changes the next time."""
        return self._changed

    @property
    def credit(self) -> int | None:
        """US cents that were left when RunAPI refused for want of them, as far as it said."""
        return self._credit

    @property
    def out_of_credit(self) -> bool:
        """Whether a new task would only wait for somebody to pay."""
        return self.state is UpstreamState.PAUSED and not self._trial_is_due()

    @asynccontextmanager
    async def create(self, task: Hashable, *, maybe_made: bool = False) -> AsyncGenerator[None]:
        """Wait for the turn of a create, hold it, and learn from how it ends; arguments as of `admits`.

        Raises:
            KeptBack: it is not to be sent now.
        """
        async with self._call("create", first=self._tripped is not None):
            if not self.admits(task, maybe_made=maybe_made):
                raise KeptBack
            yield

    @asynccontextmanager
    async def look(self) -> AsyncGenerator[None]:
        """Wait for the turn of a look at a task, hold it, and learn from how it ends."""
        async with self._call("look"):
            yield

    @asynccontextmanager
    async def call(self) -> AsyncGenerator[None]:
        """Wait for the turn of any other call, hold it, and learn from how it ends."""
        async with self._call("other"):
            yield

    @asynccontextmanager
    async def _call(self, kind: Kind, *, first: bool = False) -> AsyncGenerator[None]:
        async with self._pace.call(look=kind == "look", first=first) as began:
            try:
                yield
            except RunAPIError as error:
                self._met(error, kind, began)
                raise
            else:
                self._answered(kind, began)
            finally:
                self._tell()

    def _met(self, error: RunAPIError, kind: Kind, began: datetime) -> None:
        match error:
            case RateLimited() | Maintenance():
                self._pace.slow_down(began)
                usual = RATE_LIMITED_PAUSE if isinstance(error, RateLimited) else 0.0
                self._pace.hold_back(error.retry_after or usual)
            case InsufficientCredits() if kind == "create":
                self._run_out(began)
            case _:
                pass
        match error:
            case Redirected():
                pass
            case Refusal() | RateLimited():
                self._answered("other", began)
            case _ if kind != "other":
                self._failures += 1
                if self._failures >= OPEN_AFTER or (kind == "create" and self._tripped is UpstreamState.OPEN):
                    self._give_out(began, tried=kind == "create")
            case _:
                pass

    def _answered(self, kind: Kind, began: datetime) -> None:
        self._failures = 0
        if kind != "other":
            self._pace.speed_up()
        if began < self._since:  # it says nothing about what came later
            return
        if self._tripped is UpstreamState.OPEN or (self._tripped is UpstreamState.PAUSED and kind == "create"):
            self._close()

    def _run_out(self, began: datetime) -> None:
        if self._tripped is not UpstreamState.PAUSED:
            log.error("RunAPI's account is out of credit, so nothing new is sent: top it up at runapi.ai/billing")
            self._trip(UpstreamState.PAUSED)
            # Whether there is any use in trying again, the balance will say.
            self._trial_at = None
        elif began >= self._since and self._trial_at is not None:
            self._try_later()

    def _give_out(self, began: datetime, *, tried: bool) -> None:
        self._pace.slow_to_least()
        if self._tripped is not UpstreamState.OPEN:
            log.error("RunAPI does not answer, so one task at a time is tried")
            self._trip(UpstreamState.OPEN)
        elif tried and began >= self._since:
            self._try_later()

    def _trip(self, to: UpstreamState) -> None:
        if self._tripped is None:
            self._since = self._clock.now()
        self._tripped = to
        self._trial_pause = FIRST_TRIAL / 2
        self._try_later()

    def _try_later(self) -> None:
        self._trial_pause = min(self._trial_pause * 2, LAST_TRIAL)
        self._trial_at = self._clock.now() + timedelta(seconds=self._trial_pause)
        self._trial_of = None

    def _close(self) -> None:
        log.warning("RunAPI is well again")
        self._tripped = self._trial_of = self._credit = None

    def _tell(self) -> None:
        if self.state is not self._told:
            self._wake()

    def _wake(self) -> None:
        """Let those look again who wait."""
        self._told = self.state
        self._changed.set()
        self._changed = asyncio.Event()

    def restore(self, since: datetime, credit: int | None) -> None:
        """Take up that RunAPI's account was out of credit before a stop, with so many US cents left."""
        self._trip(UpstreamState.PAUSED)
        self._since, self._credit, self._trial_at = since, credit, None
        self._wake()

    def learn_balance(self, cents: int | None) -> None:
        """Take in what RunAPI says is left while it refuses for want of credit; None where it does not say."""
        if self._tripped is not UpstreamState.PAUSED:
            return
        if cents is not None and self._credit is not None and cents > self._credit:
            self._close()
        else:
            self._credit = cents
            # Some may be too little for one model and enough for another: what is asked next is tried.
            if self._trial_at is None and self._trial_of is None and (cents is None or cents > 0):
                self._trial_at = self._clock.now()
        self._wake()

    def _trial_is_due(self) -> bool:
        if self._trial_at is None or self._trial_of is not None:
            return False
        now = self._clock.now()
        self._trial_at = min(self._trial_at, now + timedelta(seconds=LAST_TRIAL))
        return now >= self._trial_at

    def admits(self, task: Hashable, *, maybe_made: bool = False) -> bool:
        """Return whether a task may be sent now; while there is trouble, it is then the one that is tried.

        Args:
            task: what tells it from all others, whichever attempt at it this is.
            maybe_made: whether it may have been made already, so that asking again costs nothing.
        """
        if self._tripped is None or task == self._trial_of:
            return True
        if maybe_made and self._tripped is UpstreamState.PAUSED:
            return True
        if self._trial_is_due():
            self._trial_of = task
            return True
        return False

    def leave(self, task: Hashable) -> None:
        """Let another be tried in place of a task that needs no more."""
        if task == self._trial_of:
            self._trial_of = None
            self._wake()

    async def admitted(self, task: Hashable, within: float, *, maybe_made: bool = False) -> bool:
        """Wait, `within` seconds at most, until a task may be sent; return whether it may."""
        until = self._clock.now() + timedelta(seconds=within)
        while not self.admits(task, maybe_made=maybe_made):
            now = self._clock.now()
            if now >= until:
                return False
            wake = until if self._trial_at is None or self._trial_of is not None else min(until, self._trial_at)
            await self.sleep(max((wake - now).total_seconds(), 0.0), self._changed)
        return True

    async def sleep(self, seconds: float, unless: asyncio.Event) -> None:
        """Wait, but no longer than until `unless` is set."""
        waits = [asyncio.ensure_future(self._clock.sleep(seconds)), asyncio.ensure_future(unless.wait())]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
