"""Waiting for RunAPI's callbacks: a task that is called back about is looked at once.

A callback only ends a wait. What became of the task is still asked of RunAPI: the one text on signatures is older than
the bodies of today, a secret that got out could then at most cause looks, and there is one way to the end of a task.
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Generator
from contextlib import contextmanager

from bot.engine.ports import Clock

log = logging.getLogger(__name__)

EARLY_KEPT = 1000
"""Callbacks that are kept for tasks that nobody waits for yet: one may be quicker than the answer to its create."""


class Call:
    """One task's callback.

    Args:
        promised: whether RunAPI was asked for it.
    """

    def __init__(self, callbacks: "Callbacks", *, promised: bool) -> None:
        self._callbacks = callbacks
        self._promised = promised
        self._came = asyncio.Event()

    @property
    def came(self) -> bool:
        """Whether it has come."""
        return self._came.is_set()

    @property
    def expected(self) -> bool:
        """Whether it has not come yet, and can be relied on to come."""
        return self._promised and not self.came and self._callbacks.trusted

    def come(self) -> None:
        """Note that it has come."""
        self._came.set()

    def missed(self) -> None:
        """Note that the task is over; where its callback should have come by now, callbacks lose their trust."""
        if self._promised and not self.came:
            self._callbacks.distrust()

    async def sleep(self, seconds: float, clock: Clock) -> None:
        """Wait, but no longer than until the callback comes; one that has come already cuts nothing short."""
        if self.came or not self._promised:
            await clock.sleep(seconds)
            return
        waits = [asyncio.create_task(clock.sleep(seconds)), asyncio.create_task(self._came.wait())]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()


class Callbacks:
    """Who waits for which task's callback.

    Args:
        url: where RunAPI is to call, or None where it is not to.

    Attributes:
        trusted: whether callbacks come as they should. One that does not takes the trust away until the next one
            comes: meanwhile tasks are looked at as often as if there were none.
    """

    def __init__(self, url: str | None) -> None:
        self.url = url
        self.trusted = url is not None
        self._awaited: dict[str, Call] = {}
        self._early: OrderedDict[str, None] = OrderedDict()

    @contextmanager
    def awaited(self, runapi_id: str | None, url: str | None) -> Generator[Call]:
        """Take the callback about a task, also one that came before, as long as the context lasts.

        Args:
            url: where RunAPI was asked to call about it.
        """
        if runapi_id is None or self.url is None:
            yield Call(self, promised=False)
            return
        call = self._awaited[runapi_id] = Call(self, promised=url == self.url)
        if runapi_id in self._early:
            del self._early[runapi_id]
            call.come()
        try:
            yield call
        finally:
            if self._awaited.get(runapi_id) is call:
                del self._awaited[runapi_id]

    def come(self, runapi_id: str) -> bool:
        """Note that a task's callback came; return whether somebody waited for it."""
        self.trusted = True
        call = self._awaited.get(runapi_id)
        if call is not None:
            call.come()
            return True
        self._early[runapi_id] = None
        if len(self._early) > EARLY_KEPT:
            self._early.popitem(last=False)
        return False

    def distrust(self) -> None:
        """Rely on callbacks no more until one comes."""
        if self.trusted:
            self.trusted = False
            log.warning(
                "a task was over and RunAPI's callback about it had not come: see that %s is reached from outside; "
                "until one comes, tasks are asked after as often as without callbacks",
                self.url,
            )
