"""Who waits long can ask to be mentioned when it is over: once, and nobody else is."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.engine import NotNotifiable, Patience
from tests.world import World, world

SOON = Patience(round=timedelta(seconds=0.02), notify_after=timedelta())
LATE = Patience(round=timedelta(seconds=0.02), notify_after=timedelta(hours=1))


@pytest.fixture(name="slow")
async def _slow(tmp_path: Path) -> AsyncGenerator[World]:
    """A world whose tasks wait for the test, and that offers to notify soon."""
    async with world(tmp_path, task_seconds=1e6, patience=SOON) as built:
        yield built


def labels(shown: Any) -> list[str]:
    return [button["label"] for row in shown.response.components for button in row["components"]]


async def offered(world: World, prompt: str = "a red fox", **options: Any) -> Any:
    """Type `/imagine` and wait until RunAPI has the task and the button is there."""
    shown = await world.slash("imagine", prompt=prompt, **options)
    await world.until(lambda: world.sandbox.tasks and "Notify me" in labels(shown))
    return shown


async def wanted(world: World, **options: Any) -> Any:
    shown = await offered(world, **options)
    await world.press(shown, "notify")
    return shown


def link(world: World, shown: Any) -> str:
    return f"https://discord.com/channels/{world.guild.id}/{world.channel.id}/{shown.response.id}"


def notices(world: World) -> list[str]:
    """Return what was said in the channel beside replies, oldest first."""
    return [message.content for message in world.channel.history() if "/channels/" in message.content]


async def test_what_takes_long_can_be_waited_for_elsewhere(slow: World) -> None:
    shown = await offered(slow)
    assert labels(shown) == ["Cancel", "Notify me"]
    assert [call.method for call in slow.calls()] == ["POST", "PATCH"]

    pressed = await slow.press(shown, "notify")
    [told] = pressed.followups
    assert told.ephemeral
    assert told.content == "I will mention you here when it is over."

    await slow.complete()
    assert "**completed**" in shown.response.content
    assert notices(slow) == [f"{slow.ada.mention}, your picture is ready: {link(slow, shown)}"]
    body = slow.bodies()[-1]
    assert body["allowed_mentions"] == {"parse": [], "users": [slow.ada.id]}
    assert body["enforce_nonce"] is True
    assert len(str(body["nonce"])) <= 25


async def test_what_is_quick_has_no_such_button(tmp_path: Path) -> None:
    async with world(tmp_path, task_seconds=1e6, patience=LATE) as built:
        shown = await built.slash("imagine", prompt="a red fox")
        await built.process(shown)
        assert labels(shown) == ["Cancel"]
        await built.complete()
        assert notices(built) == []
        assert len(built.calls()) == 3


async def test_who_does_not_press_is_not_notified(slow: World) -> None:
    await offered(slow)
    await slow.complete()
    assert notices(slow) == []


async def test_only_its_author_can_be_notified(slow: World) -> None:
    shown = await offered(slow)
    pressed = await slow.press(shown, "notify", by=slow.bob)
    assert pressed.ephemeral
    assert pressed.response.content == (
        f"Only {slow.ada.mention} can be notified of this. Run /imagine for a picture of your own."
    )
    await slow.complete()
    assert notices(slow) == []


async def test_pressed_twice_it_is_one_message(slow: World) -> None:
    shown = await wanted(slow)
    await slow.press(shown, "notify")
    await slow.complete()
    assert len(notices(slow)) == 1


async def test_a_failure_is_notified_too(slow: World) -> None:
    shown = await wanted(slow, prompt="a red fox [fail]")
    await slow.complete()
    assert "**failed**" in shown.response.content
    assert notices(slow) == [f"{slow.ada.mention}, your request ended without a picture: {link(slow, shown)}"]


async def test_who_cancels_their_own_is_not_notified_of_that(slow: World) -> None:
    shown = await wanted(slow)
    await slow.press(shown, "cancel")
    await slow.settle()
    assert "**cancelled**" in shown.response.content
    assert notices(slow) == []


async def test_who_is_cancelled_by_somebody_else_is_notified(slow: World) -> None:
    shown = await wanted(slow)
    await slow.bot.engine.cancel((await slow.details(shown)).request.id, by=slow.grace.id)
    await slow.settle()
    assert notices(slow) == [f"{slow.ada.mention}, your request was cancelled: {link(slow, shown)}"]


async def test_the_button_and_the_wish_outlive_a_restart(slow: World) -> None:
    shown = await offered(slow)
    await slow.restart()
    await slow.press(shown, "notify")
    await slow.restart()
    await slow.complete()
    assert len(notices(slow)) == 1


async def test_a_private_request_is_notified_of_in_private(slow: World) -> None:
    shown = await offered(slow, private=True)
    pressed = await slow.press(shown, "notify")
    [told] = pressed.followups
    assert told.content.startswith("I cannot mention you here, so I will send you a direct message when it is over.")
    await slow.complete()
    [message] = slow.ada.user.dm_channel.history()
    assert message.content.startswith(f"{slow.ada.mention}, your picture is ready: ")
    assert slow.channel.history(viewer=slow.bob) == []


async def test_where_the_bot_may_not_write_it_writes_to_the_owner(slow: World) -> None:
    await wanted(slow)
    slow.env.inject_error("POST", "/channels/*/messages", status=403, code=50013, times=1)
    await slow.complete()
    assert notices(slow) == []
    [message] = slow.ada.user.dm_channel.history()
    assert "your picture is ready" in message.content


async def test_trouble_at_discord_is_waited_out(slow: World) -> None:
    await wanted(slow)
    slow.env.inject_error("POST", "/channels/*/messages", status=503, times=1)
    await slow.complete()
    assert len(notices(slow)) == 1


async def test_who_cannot_be_reached_is_not_tried_for_ever(slow: World) -> None:
    shown = await wanted(slow)
    slow.env.inject_error("POST", "/channels/*", status=403, code=50013, times=None)
    slow.env.inject_error("POST", "/users/@me/channels", status=403, code=50007, times=None)
    await slow.complete()
    assert "**completed**" in shown.response.content
    slow.env.backend.faults.clear()
    await slow.restart()
    await slow.settle()
    assert notices(slow) == []


async def test_a_new_message_that_names_its_owner_is_notice_enough(slow: World) -> None:
    shown = await wanted(slow)
    await slow.grace.delete(shown.response)
    await slow.complete()
    [message] = slow.channel.history()
    assert message.content.startswith(f"{slow.ada.mention}, here is your picture")


async def test_one_that_a_stop_kept_from_being_sent_is_sent_at_the_next_start(slow: World) -> None:
    await wanted(slow)
    slow.env.inject_error("POST", "/channels/*/messages", status=503, times=None)
    slow.sandbox.task_seconds = 0.0
    await slow.until(lambda: slow.calls()[-1].path.startswith("/channels/"))
    await slow.stop_engine()
    slow.env.backend.faults.clear()
    await slow.restart()
    await slow.settle()
    assert len(notices(slow)) == 1


async def test_one_that_was_sent_just_before_a_crash_is_found_and_not_sent_again(slow: World) -> None:
    await wanted(slow)
    await slow.complete()
    # As if the process had ended between the message and the note that it was sent.
    await slow.stop_engine()
    began_at = datetime.now(UTC) - timedelta(minutes=3)
    slow.sql("UPDATE notices SET state = 'wanted', began_at = ?", int(began_at.timestamp() * 1e6))
    await slow.restart()
    await slow.settle()
    assert len(notices(slow)) == 1


async def test_one_that_is_repeated_soon_after_a_crash_has_the_same_nonce(slow: World) -> None:
    await wanted(slow)
    await slow.complete()
    await slow.stop_engine()
    slow.sql("UPDATE notices SET state = 'wanted'")
    await slow.restart()
    await slow.settle()
    first, second = [body["nonce"] for body in slow.bodies() if "nonce" in body]
    assert first == second


async def test_what_is_over_cannot_be_waited_for(slow: World) -> None:
    shown = await offered(slow)
    await slow.complete()
    with pytest.raises(NotNotifiable):
        await slow.bot.engine.notify((await slow.details(shown)).request.id)
