"""Worlds in which waiting takes no time, and what came of a request in one."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
import simcord

from bot import app
from bot.engine import Patience, UpstreamState
from bot.engine.upstream import LAST_TRIAL
from bot.images import Downloader
from bot.runapi import new_client
from bot.sandbox import Call
from bot.store import Task
from tests.world import World, world

LONG = timedelta(minutes=4).total_seconds()
"""Seconds from which on a wait is nobody's in a hurry: the engine's own housekeeping."""

LIMIT = 60.0
"""Seconds that a request may take by the host's clock."""

NOT_COUNTED = "It does not count against your allowance."
UNREACHED = "could not be downloaded to be shown here: [open it]"
IMPATIENT = Patience(submit=timedelta(seconds=10), resubmit=timedelta(minutes=3), deadline=timedelta(minutes=5))

SHAPES: tuple[Any, ...] = ("text", "fields", "structured", "coded", "message", "msg", "html", "plain")
"""How an error may be written."""


class FlyingClock:
    """A clock on which waiting takes no time: it is put forward instead. It begins well before midnight."""

    def __init__(self) -> None:
        now = datetime.now(UTC)
        self._ahead = min(now, now.replace(hour=12)) - now

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    async def sleep(self, seconds: float) -> None:
        if seconds >= LONG:
            await asyncio.sleep(seconds)
        self._ahead += timedelta(seconds=seconds)
        await asyncio.sleep(0)


def _hasty_client(seconds: float) -> httpx.AsyncClient:
    http = new_client()
    http.timeout = httpx.Timeout(5, read=seconds)
    return http


@asynccontextmanager
async def quick_world(
    folder: Path, *, patience: Patience | None = None, answer_within: float | None = None, **changed: Any
) -> AsyncGenerator[World]:
    """Yield a world whose engine lives by a clock on which waiting takes no time.

    Args:
        patience: by that clock.
        answer_within: seconds that RunAPI and its files are given to answer; else as in real use.
        changed: settings.
    """
    with pytest.MonkeyPatch.context() as patch:
        clock = FlyingClock()
        patch.setattr(app, "SystemClock", lambda: clock)
        if answer_within is not None:
            patch.setattr(app, "new_client", partial(_hasty_client, answer_within))
            hasty = partial(Downloader, stall=answer_within, deadline=3 * answer_within)
            patch.setattr(app, "Downloader", hasty)
        async with world(folder, patience=patience, daily_images_per_user=1000, **changed) as built:
            built.clock = clock
            yield built


@dataclass(frozen=True)
class Outcome:
    """What came of a request.

    Attributes:
        content: what the reply says at last.
        files: how many it has attached.
        buttons: their labels.
        creates, looks, downloads: what RunAPI was asked.
        tasks: how many tasks it made.
        used: how much smaller the allowance is.
        task: what the database says of its task.
    """

    content: str
    files: int
    buttons: list[str]
    creates: list[Call]
    looks: list[Call]
    downloads: list[Call]
    tasks: int
    used: int
    task: Task

    @property
    def keys(self) -> set[str]:
        return {call.headers["idempotency-key"] for call in self.creates}

    def completed(self, *, files: int = 1) -> None:
        """Check that it ended with a picture, which counts."""
        assert "✅ **completed**" in self.content
        assert self.files == files
        assert (self.tasks, self.used) == (1, 1)
        assert "10.0.0.7" not in self.content

    def failed(self, sentence: str) -> None:
        """Check that it ended with this sentence and the one that says that it does not count."""
        lines = self.content.splitlines()
        assert lines[0].startswith("⚠️ **failed**")
        assert lines[1:-1] == [sentence, NOT_COUNTED]
        assert (self.files, self.used) == (0, 0)
        assert self.buttons == ["Try again", "Delete"]
        assert "10.0.0.7" not in self.content

    def asked_alike(self, times: int | None = None) -> None:
        """Check that the creates had one key and the same bytes, and how many they were (None: several)."""
        assert len(self.creates) == times if times is not None else len(self.creates) > 1
        assert len({(call.path, call.headers["idempotency-key"], call.body) for call in self.creates}) == 1


def given_as_link(world: World, seen: Outcome, said: str) -> None:
    """Check that it counts, for RunAPI made it and is paid for it, and that what happened is told with its address."""
    seen.completed(files=0)
    assert f"{said}({world.sandbox.url}/files/" in seen.content
    assert seen.buttons == ["Reroll", "Edit", "Remix", "More", "Delete"]


async def imagine(world: World, prompt: str = "a red fox", **options: Any) -> Outcome:
    """Type `/imagine`, wait until the request is over, and say what came of it."""
    return await follow(world, _typing(world, prompt, **options))


async def _typing(world: World, prompt: str, **options: Any) -> simcord.InteractionResult:
    return await world.imagine(prompt, **options)


async def follow(world: World, request: Any) -> Outcome:
    """Await something that makes one request, whose reply it returns, and say what came of it."""
    calls, tasks, left = len(world.sandbox.calls), len(world.sandbox.tasks), await world.left(world.ada)
    async with asyncio.timeout(LIMIT):
        shown = await request
    made = world.sandbox.calls[calls:]
    world.sandbox.faults.clear()
    details = await world.details(shown)
    outcome = Outcome(
        content=shown.response.content,
        files=len(shown.response.attachments),
        buttons=[button["label"] for row in shown.response.components for button in row["components"]],
        creates=[call for call in made if call.method == "POST" and call.path.endswith("/text_to_image")],
        looks=[call for call in made if call.method == "GET" and "/text_to_image/" in call.path],
        downloads=[call for call in made if call.path.startswith("/files/")],
        tasks=len(world.sandbox.tasks) - tasks,
        used=left - await world.left(world.ada),
        task=details.tasks[0],
    )
    if world.bot.engine.upstream in (UpstreamState.OPEN, UpstreamState.PAUSED):
        await _recover(world)
    return outcome


async def _recover(world: World) -> None:
    """Let the bot see that RunAPI is well again, so that no test meets the trouble of the one before."""
    await world.clock.sleep(LAST_TRIAL)
    await world.imagine()
    assert world.bot.engine.upstream not in (UpstreamState.OPEN, UpstreamState.PAUSED)
