"""An event loop whose time passes only while it waits, and then at once."""

import asyncio
import selectors
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from bot.engine.pacing import Pace

T = TypeVar("T")

BEGINNING = datetime(2026, 11, 20, 12, tzinfo=UTC)
"""The simulated time at 0."""


class _Selector(selectors.DefaultSelector):
    """Adds up what it was to wait instead of waiting."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise RuntimeError("everybody waits, and nothing will ever happen")
        self.now += max(timeout, 0.0)
        return super().select(0)


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._clock = _Selector()
        super().__init__(self._clock)

    def time(self) -> float:
        return self._clock.now


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end in simulated time, which begins at 0."""
    with asyncio.Runner(loop_factory=_Loop) as runner:
        return runner.run(work)


class SimulatedClock:
    """The engine's clock, in simulated time."""

    def now(self) -> datetime:
        return BEGINNING + timedelta(seconds=now())

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


def now() -> float:
    """Return the simulated time in seconds."""
    return asyncio.get_running_loop().time()


async def all_else() -> None:
    """Let everybody else go on until they wait for something."""
    await asyncio.sleep(0.001)


async def most_under_way(pace: Pace, calls: int) -> int:
    """Make calls of a second each; return how many were under way together at most."""
    under_way = most = 0

    async def call() -> None:
        nonlocal under_way, most
        async with pace.call():
            under_way += 1
            most = max(most, under_way)
            await asyncio.sleep(1.0)
            under_way -= 1

    await asyncio.gather(*(call() for _ in range(calls)))
    return most
