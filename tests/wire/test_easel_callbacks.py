"""Callbacks across restarts: what is called while Easel is down is found when it is up again."""

import asyncio
from collections.abc import Callable

import pytest
from pydantic import HttpUrl, SecretStr

from bot.engine import looks, pacing
from tests.callbacks import free_port
from tests.wire.easel import FOREVER, Studio


@pytest.fixture(name="called")
def _called(idle_studio: Studio, monkeypatch: pytest.MonkeyPatch) -> Studio:
    """A studio with callbacks, in which nothing but a callback or a start has a task looked at a second time."""
    port = free_port()
    callbacks = {
        "runapi_callback_secret": SecretStr(idle_studio.sandbox.callback_secret),
        "public_url": HttpUrl(f"http://127.0.0.1:{port}"),
        "callback_port": port,
    }
    idle_studio.settings = idle_studio.settings.model_copy(update=callbacks)
    for module in (pacing, looks):
        monkeypatch.setattr(module, "SAFETY_NET", FOREVER)
    monkeypatch.setattr(looks, "FIRST_LOOK", 0.0)
    idle_studio.sandbox.task_seconds = FOREVER
    return idle_studio


async def until(look: Callable[[], object]) -> None:
    """Wait until `look` is true, asked again and again: nothing announces what it looks at."""
    async with asyncio.timeout(10.0):
        while not look():  # noqa: ASYNC110
            await asyncio.sleep(0.005)


async def looked(studio: Studio) -> None:
    """Wait until RunAPI has been asked after its task."""
    await until(lambda: any(call.method == "GET" and "_image/" in call.path for call in studio.sandbox.calls))


async def test_one_that_came_while_easel_was_down_loses_nothing(called: Studio) -> None:
    async with called.running():
        reply = await called.imagine()
        await looked(called)
    called.sandbox.task_seconds = 0.0
    await until(lambda: called.sandbox.callbacks)
    async with called.running():
        await called.finish()
    assert reply.original is not None
    assert "**completed**" in reply.original.content
    assert len(called.sandbox.tasks) == 1


async def test_one_that_comes_after_a_restart_is_heard(called: Studio) -> None:
    async with called.running():
        reply = await called.imagine()
        await looked(called)
    called.sandbox.calls.clear()
    async with called.running():
        await looked(called)
        await called.finish()
    assert reply.original is not None
    assert "**completed**" in reply.original.content
    assert [sent.status for sent in called.sandbox.callbacks] == [204]
