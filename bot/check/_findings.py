"""What a check finds."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bot.i18n import text


class Level(StrEnum):
    """How well something is; `FAIL` means that the bot could not run."""

    OK = "ok"
    WARN = "warn"
    FAIL = "FAIL"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line for the operator."""

    level: Level
    said: str

    def __str__(self) -> str:
        return f"{self.level.value:<5} {self.said}"


Say = Callable[[Finding], None]


def ok(said: str) -> Finding:
    """Return that something is as it should be."""
    return Finding(Level.OK, said)


def warn(said: str) -> Finding:
    """Return that the bot could run, but something is not as it should be."""
    return Finding(Level.WARN, said)


def fail(said: str) -> Finding:
    """Return that the bot could not run."""
    return Finding(Level.FAIL, said)


async def guarded(area: str, looking: Coroutine[Any, Any, object], say: Say, *, seconds: float) -> None:
    """Await a check for at most so many seconds; that it did not end, or broke, is a finding too.

    Args:
        area: what is looked at: `folder`, `database`, `discord` or `runapi`.
    """
    try:
        async with asyncio.timeout(seconds):
            await looking
    except TimeoutError:
        say(fail(text("check-too-slow", area=area, seconds=f"{seconds:g}")))
    except Exception as error:  # noqa: BLE001 - one check that breaks must not stop the others
        # Only its kind: its words may hold a secret.
        say(fail(text("check-broken", area=area, kind=type(error).__name__)))
