"""Waiting for something to become true, without sleeping."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

__all__ = ["WAIT_SECONDS", "Changes"]

T = TypeVar("T")
WAIT_SECONDS = 30.0
"""How long a test waits before it fails, also on a machine that is busy with others."""


class Changes:
    """Wakes those who wait whenever anything changed."""

    def __init__(self) -> None:
        self._condition = asyncio.Condition()

    async def notify(self) -> None:
        async with self._condition:
            self._condition.notify_all()

    async def until(self, look: Callable[[], T | None], timeout: float = WAIT_SECONDS) -> T:  # noqa: ASYNC109
        """The first value of `look` that is true, asked again after every change.

        Raises `TimeoutError` after `timeout` seconds.
        """
        async with asyncio.timeout(timeout), self._condition:
            while not (value := look()):
                await self._condition.wait()
            return value
