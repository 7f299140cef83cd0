"""RunAPI's trouble as a whole: nobody is blamed for it, and it is got over without anybody's doing."""

import json
import logging
import sqlite3
from collections.abc import AsyncGenerator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.engine import Patience, UpstreamState, creates, watch
from bot.engine import upstream as upstream_module
from bot.sandbox import Fault
from bot.store import UPSTREAM, TaskState
from tests.world import World, texts, world

WAITING = "Waiting: this bot’s account at the image service is out of credit."  # noqa: RUF001
OUT_OF_CREDIT = "This bot’s account at the image service is out of credit. Nothing was charged."  # noqa: RUF001


@pytest.fixture(name="quick", autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let waits be short, by the host's clock."""
    monkeypatch.setattr(watch, "PROBE_EVERY", 0.02)
    monkeypatch.setattr(upstream_module, "FIRST_TRIAL", 0.2)
    monkeypatch.setattr(upstream_module, "OPEN_AFTER", 2)
    monkeypatch.setattr(creates, "SHOWN_AFTER", 0.02)


@pytest.fixture(name="broke")
async def _broke(tmp_path: Path) -> AsyncGenerator[World]:
    """A world whose account at RunAPI is empty."""
    async with world(tmp_path) as built:
        built.sandbox.credit_cents = 0.0
        yield built


async def run_out(broke: World) -> None:
    """Let the bot find out that its account is empty."""
    await broke.imagine()
    await broke.until(lambda: broke.told(broke.opal) or broke.bot.engine.upstream is UpstreamState.PAUSED)


async def top_up(broke: World) -> None:
    broke.sandbox.credit_cents = 10_000.0
    await broke.until(lambda: broke.bot.engine.upstream is UpstreamState.CLOSED)


async def test_the_person_is_told_that_it_is_not_their_fault_and_nothing_is_counted(broke: World) -> None:
    shown = await broke.imagine()
    assert "⚠️ **failed**" in shown.response.content
    assert OUT_OF_CREDIT in shown.response.content
    assert "This is not your fault" in shown.response.content
    assert await broke.left(broke.ada) == broke.settings.daily_images_per_user


async def test_what_is_known_is_said_at_once_and_nothing_is_taken_for_it(broke: World) -> None:
    await run_out(broke)
    asked = len(broke.creates())
    shown = await broke.slash("imagine", prompt="a red fox")
    assert shown.ephemeral
    assert shown.response.content.startswith(OUT_OF_CREDIT)
    assert len(broke.creates()) == asked
    assert await broke.left(broke.ada) == broke.settings.daily_images_per_user


async def test_credit_is_seen_by_itself_and_the_next_is_made(broke: World) -> None:
    await run_out(broke)
    await top_up(broke)
    shown = await broke.imagine()
    assert "**completed**" in shown.response.content


async def test_the_operator_is_told_when_it_begins_and_when_it_is_over(
    broke: World, caplog: pytest.LogCaptureFixture
) -> None:
    await run_out(broke)
    await broke.until(lambda: broke.told(broke.opal))
    await top_up(broke)
    await broke.until(lambda: len(broke.told(broke.opal)) > 1)
    begins, over = broke.told(broke.opal)
    assert "out of credit (HTTP 402)" in begins
    assert "https://runapi.ai/billing" in begins
    assert over == "RunAPI takes pictures again."
    assert any("out of credit" in each.getMessage() for each in caplog.records if each.levelno == logging.ERROR)


async def test_the_operator_of_a_team_is_its_owner(broke: World) -> None:
    broke.env.create_user("team")
    await run_out(broke)
    assert len(await broke.until(lambda: broke.told(broke.opal))) == 1


async def test_an_operator_who_takes_no_messages_stops_nothing(broke: World, caplog: pytest.LogCaptureFixture) -> None:
    broke.env.inject_error("POST", "/users/@me/channels", status=403, code=50007)
    await run_out(broke)
    await broke.until(lambda: any("cannot be told" in each.getMessage() for each in caplog.records))
    await top_up(broke)


async def test_the_operator_is_told_once_an_hour_however_often_it_begins_and_the_bot_restarts(broke: World) -> None:
    for _ in range(2):
        broke.sandbox.credit_cents = 0.0
        await run_out(broke)
        await broke.until(lambda: written(broke).get("credit") == 0)
        await broke.restart()
        await broke.until(lambda: broke.bot.engine.upstream is UpstreamState.PAUSED)
        await top_up(broke)
    await broke.until(lambda: len(broke.told(broke.opal)) > 1)
    begins, over = broke.told(broke.opal)
    assert ("HTTP 402" in begins, over) == (True, "RunAPI takes pictures again.")


async def test_the_operator_is_told_again_while_it_lasts(broke: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "TOLD_EVERY", watch.TOLD_EVERY * 0)
    await run_out(broke)
    await broke.until(lambda: len(broke.told(broke.opal)) > 2)


async def test_a_restart_forgets_nothing(broke: World) -> None:
    await run_out(broke)
    asked = len(broke.creates())
    await broke.until(lambda: broke.told(broke.opal))
    await broke.restart()
    await broke.until(lambda: broke.bot.engine.upstream is UpstreamState.PAUSED)
    shown = await broke.slash("imagine", prompt="a red fox")
    assert shown.response.content.startswith(OUT_OF_CREDIT)
    assert len(broke.creates()) == asked
    await top_up(broke)


async def two_at_once(built: World) -> tuple[Any, Any]:
    """Take two requests while the engine stands still, then let it go on with them, one after the other.

    Returns:
        the reply to the one that was refused, and to the one that waits.
    """
    shown = [await built.slash("imagine", prompt="a red fox") for _ in range(2)]
    await built.run_engine()
    refused = await built.until(lambda: [each for each in shown if "**failed**" in each.response.content])
    waits = await built.until(lambda: [each for each in shown if WAITING in each.response.content])
    return refused[0], waits[0]


def written(built: World) -> dict[str, Any]:
    """Return what the bot wrote down of how RunAPI is."""
    with closing(sqlite3.connect(built.settings.database_path)) as connection:
        row = connection.execute("SELECT value FROM facts WHERE name = ?", (UPSTREAM,)).fetchone()
    return json.loads(row[0]) if row else {}


async def test_what_was_taken_before_waits_for_credit_and_says_so(tmp_path: Path) -> None:
    async with world(tmp_path, tasks_at_once=1, engine=False) as built:
        built.sandbox.credit_cents = 0.0
        _, second = await two_at_once(built)
        assert "**pending**" in second.response.content
        assert len(built.creates()) == 1
        built.sandbox.credit_cents = 10_000.0
        await built.settle()
        assert "**completed**" in second.response.content
        assert "Waiting" not in second.response.content


async def test_what_was_taken_before_does_not_wait_for_ever(tmp_path: Path) -> None:
    patience = Patience(submit=Patience().submit / 400)
    async with world(tmp_path, tasks_at_once=1, engine=False, patience=patience) as built:
        built.sandbox.credit_cents = 0.0
        refused, second = await two_at_once(built)
        assert refused is not second
        await built.settle()
        assert OUT_OF_CREDIT in second.response.content
        assert len(built.creates()) == 1
        assert (await built.details(second)).tasks[0].state is TaskState.REFUSED
        assert await built.left(built.ada) == built.settings.daily_images_per_user


async def test_a_runapi_that_is_down_is_tried_with_one_task_and_the_others_wait(tmp_path: Path) -> None:
    async with world(tmp_path, task_seconds=0.0) as built:
        built.sandbox.faults.add(Fault.RESET, times=None)
        shown = await built.slash("imagine", prompt="one")
        await built.until(lambda: built.bot.engine.upstream is UpstreamState.OPEN)
        other = await built.slash("imagine", prompt="two", by=built.bob)
        await built.until(lambda: "Waiting: the image service is not answering" in other.response.content)
        assert "**pending**" in other.response.content
        assert [body["prompt"] for body in built.asked()] == ["one"] * len(built.creates())
        await built.until(lambda: "Waiting: the image service is not answering" in shown.response.content)
        built.sandbox.faults.clear()
        await built.settle()
        for each in (shown, other):
            assert "**completed**" in each.response.content


async def test_what_waits_can_be_cancelled(tmp_path: Path) -> None:
    async with world(tmp_path, tasks_at_once=1, engine=False) as built:
        built.sandbox.credit_cents = 0.0
        _, second = await two_at_once(built)
        await built.press(second, "cancel")
        await built.settle()
        assert "🚫 **cancelled**" in second.response.content


async def test_help_says_nothing_of_a_runapi_that_is_well(world: World) -> None:
    assert "⚠️" not in texts(await world.slash("help"))


async def test_help_says_that_there_is_no_credit(broke: World) -> None:
    await run_out(broke)
    assert "out of credit, so no pictures can be made" in texts(await broke.slash("help"))


async def test_help_says_that_runapi_is_slow(world: World) -> None:
    world.sandbox.faults.add(Fault.UNAVAILABLE, retry_after=0)
    await world.imagine()
    assert "asking for fewer calls right now" in texts(await world.slash("help"))


async def test_of_several_tasks_of_one_request_one_is_tried_too(world: World) -> None:
    world.sandbox.faults.add(Fault.BAD_GATEWAY, times=None)
    first = await world.slash("imagine", by=world.bob, prompt="a red fox")
    await world.until(lambda: world.bot.engine.upstream is UpstreamState.OPEN)
    await world.press(first, "cancel", by=world.bob)
    world.sandbox.faults.clear()
    world.sandbox.faults.add(Fault.HANG)
    tried = len(world.creates())
    shown = await world.slash("imagine", prompt="a blue fox", count=4)
    await world.until(lambda: len(world.creates()) > tried)
    # Whatever else was sent with it has arrived once RunAPI answers something that is asked later.
    async with httpx.AsyncClient() as http:
        await http.get(f"{world.sandbox.url}/v1/models")
    assert len(world.creates()) == tried + 1
    await world.press(shown, "cancel")
    await world.settle()
