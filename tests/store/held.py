"""Transactions that last as long as a test wants."""

import asyncio
import threading
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any

from bot.store import Session, Store

PATIENCE = 10.0
"""Seconds that a thread waits for the test, and a test for a thread, before something is wrong."""


class Pause:
    """A point in a transaction at which it waits for the test."""

    def __init__(self) -> None:
        self._reached, self._over = threading.Event(), threading.Event()

    def wait(self) -> None:
        """Wait, in the transaction, until the test ends the pause."""
        self._reached.set()
        assert self._over.wait(PATIENCE)

    async def reached(self) -> None:
        """Wait, in the test, until the transaction is there."""
        assert await asyncio.to_thread(self._reached.wait, PATIENCE)

    def end(self) -> None:
        """Let the transaction go on."""
        self._over.set()


@asynccontextmanager
async def held(
    begin: Callable[[Callable[[Session], Any]], Any], work: Callable[[Session], Any]
) -> AsyncGenerator[asyncio.Task[Any]]:
    """Keep a transaction, begun by `store.read` or `store.write`, open behind what it does while the body runs."""
    pause = Pause()

    def work_and_wait(session: Session) -> Any:
        done = work(session)
        pause.wait()
        return done

    transaction = asyncio.create_task(begin(work_and_wait))
    try:
        await pause.reached()
        yield transaction
    finally:
        pause.end()
        await asyncio.wait([transaction])


async def handed_over(store: Store, *works: Callable[[Session], Any]) -> list[asyncio.Task[Any]]:
    """Begin to write without waiting for the outcome: each stands in the store's queue then."""
    tasks = [asyncio.create_task(store.write(work)) for work in works]
    await asyncio.sleep(0)
    return tasks
