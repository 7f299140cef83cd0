"""The event loop that the bot runs on."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

try:
    from uvloop import new_event_loop
except ImportError:
    # There is no uvloop for Windows.
    from asyncio import new_event_loop

T = TypeVar("T")


def run(main: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end, on uvloop where there is one, and return what it returns."""
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        return runner.run(main)
