"""What people see when something goes wrong."""

import asyncio
import logging
import re
import socket
import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import discord
import pytest
from discord import app_commands

from bot.engine import Patience
from bot.sandbox import Fault
from bot.store import Delivery, RequestState, database
from bot.ui.base import Interaction
from tests.world import World, world

IMPATIENT = Patience(submit=timedelta(0), resubmit=timedelta(0))
NOT_COUNTED = "It does not count against your allowance."


async def ended_failed(world: World, shown: Any, *says: str) -> None:
    """Check that a reply ends with the reason, what to do, and that it does not count."""
    assert "⚠️ **failed**" in shown.response.content
    for sentence in (*says, NOT_COUNTED):
        assert sentence in shown.response.content
    assert shown.response.attachments == []
    assert await world.left(world.ada) == world.settings.daily_images_per_user
    buttons = [button["label"] for row in shown.response.components for button in row["components"]]
    assert buttons == ["Try again", "Delete"]


async def test_an_account_out_of_credit_is_said_to_be_the_operators_matter(world: World) -> None:
    shown = await world.imagine("a red fox [402]")
    await ended_failed(world, shown, "out of credit. Nothing was charged.", "operator must top it up")


async def test_what_runapi_does_not_accept_is_told_in_its_words(world: World) -> None:
    shown = await world.imagine("a red fox [422]")
    await ended_failed(world, shown, "is not acceptable", "Nothing was charged. Change your prompt or options")


async def test_a_failed_task_is_told_in_the_models_words(world: World) -> None:
    shown = await world.imagine("a red fox [fail]")
    await ended_failed(world, shown, "rejected by the safety system", "Change the prompt and try again.")


async def test_a_busy_runapi_is_asked_again_after_the_time_that_it_names(world: World) -> None:
    world.sandbox.faults.add(Fault.RATE_LIMITED, retry_after=1)
    began = asyncio.get_running_loop().time()
    shown = await world.imagine("a red fox")
    assert asyncio.get_running_loop().time() - began >= 1.0
    assert "**completed**" in shown.response.content
    assert len({call.headers["idempotency-key"] for call in world.creates()}) == 1


async def test_a_runapi_that_stays_busy_is_given_up(tmp_path: Path) -> None:
    async with world(tmp_path, patience=IMPATIENT) as built:
        built.sandbox.faults.add(Fault.RATE_LIMITED, times=None)
        shown = await built.imagine("a red fox")
        await ended_failed(built, shown, "too many requests", "Please try again in a few minutes.")


async def test_a_request_that_hangs_can_be_cancelled(world: World) -> None:
    shown = await world.slash("imagine", prompt="a red fox [hang]")
    await world.until(lambda: world.sandbox.tasks)
    await world.press(shown, "cancel")
    await world.settle()
    assert "🚫 **cancelled**" in shown.response.content
    assert NOT_COUNTED in shown.response.content
    assert await world.left(world.ada) == world.settings.daily_images_per_user


async def test_a_wrong_key_is_said_to_be_the_operators_matter(tmp_path: Path) -> None:
    async with world(tmp_path, runapi_api_key="runapi_wrong") as built:
        shown = await built.imagine("a red fox")
        await ended_failed(built, shown, "does not recognise this bot. Nothing was charged.", "operator")
        assert "runapi_wrong" not in shown.response.content


async def test_a_runapi_that_is_down_is_said_to_be_down(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    async with world(tmp_path, patience=IMPATIENT, runapi_base_url=url) as built:
        shown = await built.imagine("a red fox")
        await ended_failed(built, shown, "cannot be reached right now", "try again in a few minutes")


async def test_an_answer_that_stays_lost_is_not_asked_for_again(tmp_path: Path) -> None:
    async with world(tmp_path, patience=IMPATIENT) as built:
        built.sandbox.faults.add(Fault.HANG)
        shown = await built.slash("imagine", prompt="a red fox")
        await built.until(lambda: built.sandbox.tasks)
        await built.sandbox.__aexit__(None, None, None)
        await built.settle()
        await ended_failed(built, shown, "nobody can say whether the picture was made", "Try again.")
        assert len(built.creates()) == 1


async def test_an_answer_that_comes_too_late_costs_nothing(world: World) -> None:
    world.env.inject_error("POST", "/interactions/*/callback", status=404, code=10062)
    await world.imagine("a red fox")
    assert len(world.calls()) == 1
    assert world.creates() == []
    assert await world.left(world.ada) == world.settings.daily_images_per_user


async def test_an_answer_that_discord_refuses_costs_nothing_and_another_says_so(world: World) -> None:
    world.forgiven += (discord.HTTPException,)
    world.env.inject_error("POST", "/interactions/*/callback", status=400, code=50035)
    shown = await world.imagine("a red fox")
    assert shown.ephemeral
    assert shown.response.content.startswith("Something went wrong on my side.")
    assert world.creates() == []
    assert await world.left(world.ada) == world.settings.daily_images_per_user


@pytest.mark.parametrize(("status", "code"), [(503, 0), (400, 40060)], ids=["trouble", "taken already"])
async def test_an_answer_in_doubt_is_looked_for_before_runapi_is_asked(world: World, status: int, code: int) -> None:
    world.env.inject_error("POST", "/interactions/*/callback", status=status, code=code)
    await world.imagine("a red fox")
    assert [call.method for call in world.calls()] == ["POST", "GET"]
    assert world.creates() == []
    assert await world.left(world.ada) == world.settings.daily_images_per_user


@contextmanager
def locked(path: Path) -> Generator[None]:
    """Hold the database's write lock, as another process might."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        yield


async def test_a_database_that_cannot_be_written_is_told_and_got_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_TIMEOUT", 0.05)
    async with world(tmp_path) as built:
        # The engine writes at its start too.
        await built.settle()
        with locked(built.settings.database_path):
            shown = await built.imagine("a red fox")
        assert shown.ephemeral
        assert shown.response.content == (
            "I cannot save anything right now, so I did not start. Try again in a few minutes. Nothing was charged."
        )
        assert built.creates() == []

        shown = await built.imagine("a red fox")
        assert "**completed**" in shown.response.content


async def test_a_request_under_way_waits_for_the_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "BUSY_TIMEOUT", 0.05)
    async with world(tmp_path, task_seconds=1e6) as built:
        shown = await built.slash("imagine", prompt="a red fox")
        await built.until(lambda: looks(built) > 0)
        with locked(built.settings.database_path):
            built.sandbox.task_seconds = 0.0
            before = looks(built)
            await built.until(lambda: looks(built) > before + 1)
            assert "**completed**" not in shown.response.content
        await built.settle()
        assert "**completed**" in shown.response.content
        assert len(built.creates()) == 1


def looks(world: World) -> int:
    """Return how often RunAPI was asked how a task stands."""
    return sum(call.method == "GET" and "/text_to_image/" in call.path for call in world.sandbox.calls)


async def test_a_press_on_a_database_that_cannot_be_read_is_answered(world: World) -> None:
    shown = await world.imagine("a red fox")
    world.sql("ALTER TABLE requests RENAME TO gone")
    pressed = await world.press(shown, "reroll")
    assert pressed.ephemeral
    assert pressed.response.content.startswith("I cannot save anything right now")
    world.sql("ALTER TABLE gone RENAME TO requests")


class Breakage(Exception):
    """What nobody foresaw."""


async def test_a_fault_in_a_command_shows_a_reference_that_the_log_has_too(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    @app_commands.command(name="broken", description="A command that breaks")
    async def broken(interaction: Interaction) -> None:
        raise Breakage("the secret inside")

    command = cast("Any", broken)
    world.forgiven += (Breakage,)
    await world.restart(lambda bot: bot.tree.add_command(command))
    shown = await world.slash("broken")

    assert shown.ephemeral
    assert shown.response.content.startswith("Something went wrong on my side. Try again")
    assert "secret" not in shown.response.content
    reference = re.search(r"reference: (\w+)$", shown.response.content)
    assert reference is not None
    [record] = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert reference[1] in record.getMessage()
    assert record.exc_info is not None
    assert isinstance(record.exc_info[1], Breakage)


async def test_a_fault_under_way_ends_the_request_with_a_reference(
    slow_world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world = slow_world
    shown = await world.slash("imagine", prompt="a red fox")
    await world.until(lambda: looks(world) > 0)
    details = await world.details(shown)
    await world.stop_engine()
    # A status address of another origin is one that no rule makes and no rule forgives.
    world.sql("UPDATE tasks SET status_path = 'https://example.com/elsewhere'")
    await world.run_engine()
    await world.settle()
    reference = re.search(r"reference: (\w+)", shown.response.content)
    assert reference is not None
    assert any(reference[1] in record.getMessage() for record in caplog.records)
    await ended_failed(world, shown, "Something went wrong on my side.")
    assert (await world.details(shown)).request.state is RequestState.FAILED
    assert details.request.state is RequestState.ACKNOWLEDGED


async def test_a_fault_in_showing_a_picture_is_said_instead_of_it(
    slow_world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world = slow_world
    shown = await world.slash("imagine", prompt="a red fox")
    await world.until(lambda: looks(world) > 0)
    # No alt text can be made with a name as long as that.
    world.sql("UPDATE requests SET model = ?", "x" * 3000)
    await world.complete()
    request = (await world.details(shown)).request
    status, reason, end = shown.response.content.splitlines()
    assert status == f"✅ **completed** · `{request.short_id}`"
    reference = re.search(r"^Something went wrong on my side\. .*reference: (\w+)", reason)
    assert reference is not None
    assert any(reference[1] in record.getMessage() for record in caplog.records)
    assert end == f"The picture was made, and is kept under `{request.short_id}`: /show brings it."
    assert request.delivery is Delivery.DELIVERED
