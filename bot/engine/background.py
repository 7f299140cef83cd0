"""Work that is done beside everything else, whenever there is some."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager

from bot.engine.pacing import backoff
from bot.store import StoreUnavailable

log = logging.getLogger(__name__)


class Background:
    """Does some work once at its start, and again each time that it is woken.

    Args:
        work: what to do; the database says how much of it there is.
        name: what it is called in the log.
    """

    def __init__(self, work: Callable[[], Awaitable[None]], name: str) -> None:
        self._work = work
        self._name = name
        self._woken = asyncio.Event()
        self._rested = asyncio.Event()
        self._rested.set()
        self._running = False

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """Do the work while in the block."""
        self._running = True
        self.wake()
        task = asyncio.create_task(self._run(), name=self._name)
        try:
            yield
        finally:
            self._running = False
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            self._rested.set()

    def wake(self) -> None:
        """Have the work done, or done once more."""
        if self._running:
            self._rested.clear()
        self._woken.set()

    async def drain(self) -> None:
        """Wait until there is nothing to do."""
        await self._rested.wait()

    async def _run(self) -> None:
        tries = 0
        while True:
            await self._woken.wait()
            self._woken.clear()
            try:
                await self._work()
                tries = 0
            except StoreUnavailable as error:
                log.error("%s wait for the database: %s", self._name, error)  # noqa: TRY400 - no bug to trace
                tries += 1
                await asyncio.sleep(backoff(tries))
                self._woken.set()
            except Exception:
                # A fault of ours in one piece of work must not keep what comes later from being done.
                log.exception("%s met a fault", self._name)
            if not self._woken.is_set():
                self._rested.set()
