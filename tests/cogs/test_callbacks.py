"""With callbacks, a picture is there as soon as RunAPI says that it is done; without one, a little later."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from bot.app import CannotStart
from bot.callbacks import PATH
from bot.engine import callbacks, pacing
from bot.engine import looks as looks_module
from bot.sandbox import Fault, Sandbox
from tests.callbacks import free_port
from tests.world import WAIT_SECONDS, World, world

NEVER = 3600.0
Calling: TypeAlias = Callable[..., AbstractAsyncContextManager[World]]


@asynccontextmanager
async def _calling(folder: Path, *, heard: bool = True, **changed: Any) -> AsyncGenerator[World]:
    port = free_port()
    async with Sandbox(task_seconds=1e6) as sandbox:
        settings: dict[str, Any] = {
            "runapi_callback_secret": sandbox.callback_secret,
            "public_url": f"http://127.0.0.1:{port if heard else free_port()}/",
            "callback_port": port,
            **changed,
        }
        async with world(folder, sandbox=sandbox, **settings) as built:
            yield built


@pytest.fixture(name="calling")
def _calling_world(tmp_path: Path) -> Calling:
    """Makes a world that RunAPI can call back (with `heard=False`: that it calls in vain); its tasks wait."""
    return partial(_calling, tmp_path)


def patient(monkeypatch: pytest.MonkeyPatch, *, first: float = NEVER, net: float = NEVER) -> None:
    """Let a task whose callback is expected be looked at first and then again after other times than usual."""
    for module in (pacing, looks_module):
        monkeypatch.setattr(module, "FIRST_LOOK", first)
        monkeypatch.setattr(module, "SAFETY_NET", net)


async def submitted(world: World, shown: Any) -> None:
    """Wait until it is written down that RunAPI has the task."""
    async with asyncio.timeout(WAIT_SECONDS):
        while (await world.details(shown)).tasks[0].runapi_id is None:  # noqa: ASYNC110 - nothing announces it
            await asyncio.sleep(0.005)


def looks(world: World) -> int:
    return sum(call.method == "GET" and "_image/" in call.path for call in world.sandbox.calls)


async def test_only_the_callback_is_waited_for(calling: Calling, monkeypatch: pytest.MonkeyPatch) -> None:
    patient(monkeypatch)
    async with calling() as world:
        shown = await world.slash("imagine", prompt="a red fox")
        await submitted(world, shown)
        await world.complete()
        assert world.statuses() == ["pending", "completed"]
        assert len(shown.response.attachments) == 1
        assert looks(world) == 1
        assert [sent.status for sent in world.sandbox.callbacks] == [204]


async def test_it_takes_two_looks_so_that_the_status_is_seen_to_move(
    calling: Calling, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient(monkeypatch, first=0.0)
    async with calling() as world:
        shown = await world.slash("imagine", prompt="a red fox")
        await world.until(lambda: looks(world))
        assert looks(world) == 1
        await world.complete()
        assert looks(world) == 2
        assert len(shown.response.attachments) == 1


async def test_a_failure_is_called_back_too(calling: Calling, monkeypatch: pytest.MonkeyPatch) -> None:
    patient(monkeypatch)
    async with calling() as world:
        shown = await world.slash("imagine", prompt="a red fox [fail]")
        await world.until(lambda: world.sandbox.tasks)
        await world.complete()
        assert "**failed**" in shown.response.content
        assert await world.left(world.ada) == world.settings.daily_images_per_user


async def test_one_that_does_not_arrive_costs_time_and_nothing_else(
    calling: Calling, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    patient(monkeypatch, first=0.0, net=0.2)
    async with calling(heard=False) as world:
        shown = await world.slash("imagine", prompt="a red fox")
        await world.until(lambda: looks(world))
        await world.complete()
        assert len(shown.response.attachments) == 1
        assert {sent.status for sent in world.sandbox.callbacks} == {None}
        assert [record.name for record in caplog.records if record.levelno >= logging.WARNING] == [callbacks.__name__]
        patient(monkeypatch)
        shown = await world.imagine("a blue fox")
        assert len(shown.response.attachments) == 1


async def test_what_it_says_is_asked_of_runapi(calling: Calling, monkeypatch: pytest.MonkeyPatch) -> None:
    """A callback that comes too soon, or lies, ends nothing; from then on the task is looked at often."""
    patient(monkeypatch)
    async with calling() as world:
        shown = await world.slash("imagine", prompt="a red fox")
        [made] = (await world.until(lambda: world.sandbox.tasks)).values()
        await world.bot.engine.called_back(made.id)
        await world.until(lambda: looks(world) == 2)
        assert "**completed**" not in shown.response.content
        world.sandbox.callback_secret = "d3Jvbmc="
        await world.complete()
        assert len(shown.response.attachments) == 1
        assert world.sandbox.callbacks[0].status == 401


async def test_one_about_a_task_that_is_over_or_unknown(calling: Calling, monkeypatch: pytest.MonkeyPatch) -> None:
    patient(monkeypatch)
    async with calling() as world:
        world.sandbox.task_seconds = 0.0
        shown = await world.imagine()
        [made] = (await world.details(shown)).tasks
        assert await world.bot.engine.called_back(made.runapi_id or "")
        assert not await world.bot.engine.called_back("tsk_unknown")


async def test_runapi_is_told_where_to_call_in_every_attempt(calling: Calling) -> None:
    address = f"http://127.0.0.1:{free_port()}/bot"
    async with calling(public_url=f"{address}/", runapi_routes="flat") as world:
        world.sandbox.faults.add(Fault.UNAVAILABLE, retry_after=0.0)
        world.sandbox.task_seconds = 0.0
        await world.imagine()
        assert [body["callback_url"] for body in world.asked()] == [f"{address}{PATH}"] * 2


async def test_without_the_settings_nothing_of_it_is_there(world: World) -> None:
    await world.imagine()
    assert ["callback_url" in body for body in world.asked()] == [False]
    assert world.sandbox.callbacks == []


async def test_one_that_nobody_can_listen_for_is_said(calling: Calling) -> None:
    async with calling() as world:
        port = world.settings.callback_port
        with pytest.raises(CannotStart, match=f"^Port {port} at 127.0.0.1 cannot be listened at for callbacks"):
            async with world._assembled():  # pyright: ignore[reportPrivateUsage]
                pass
