"""Where a result arrives when the reply cannot be edited as usual."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.store import Delivery
from tests.world import World


async def begun(world: World, **options: Any) -> Any:
    """Type `/imagine` and wait until RunAPI has the task."""
    shown = await world.slash("imagine", prompt="a red fox", **options)
    await world.until(lambda: world.sandbox.tasks)
    return shown


async def outlive_token(world: World, shown: Any) -> None:
    """Let the interaction's token end, on Discord's side and on the bot's."""
    await world.env.advance_time(15 * 60)
    request = (await world.details(shown)).request
    await world.bot.engine.renew(request.id, {**request.reply, "expires_at": 0.0})


async def test_a_reply_older_than_its_token_is_edited_by_the_bot_itself(slow_world: World) -> None:
    shown = await begun(slow_world)
    await outlive_token(slow_world, shown)
    await slow_world.complete()
    assert "**completed**" in shown.response.content
    assert len(shown.response.attachments) == 1
    assert [call.path for call in slow_world.calls()[1:]] == [
        f"/channels/{slow_world.channel.id}/messages/{shown.response.id}"
    ]


async def test_a_token_that_discord_refuses_early_is_no_obstacle(slow_world: World) -> None:
    shown = await begun(slow_world)
    await slow_world.env.advance_time(15 * 60)
    await slow_world.complete()
    assert "**completed**" in shown.response.content
    assert len(slow_world.channel.history()) == 1


async def test_a_deleted_reply_is_replaced_by_a_message_that_names_its_owner(slow_world: World) -> None:
    world = slow_world
    shown = await begun(world)
    await world.grace.delete(shown.response)
    await world.complete()
    [message] = world.channel.history()
    assert message.content.startswith(f"{world.ada.mention}, here is your picture")
    assert "**completed**" in message.content
    assert len(message.attachments) == 1
    assert world.bodies()[-1]["allowed_mentions"] == {"parse": [], "users": [world.ada.id]}


async def test_a_private_reply_that_is_out_of_reach_becomes_a_direct_message(slow_world: World) -> None:
    world = slow_world
    shown = await begun(world, private=True)
    await outlive_token(world, shown)
    await world.complete()
    [message] = world.ada.user.dm_channel.history()
    assert "**completed**" in message.content
    assert len(message.attachments) == 1
    assert world.channel.history(viewer=world.bob) == []


async def test_who_cannot_be_reached_at_all_is_not_tried_for_ever(slow_world: World) -> None:
    world = slow_world
    shown = await begun(world, private=True)
    await outlive_token(world, shown)
    details = await world.details(shown)
    world.env.inject_error("POST", "/users/@me/channels", status=403, code=50007, times=None)
    await world.complete()
    found = await world.bot.engine.find(details.request.short_id)
    assert found is not None
    assert found.request.delivery is Delivery.UNDELIVERABLE


async def test_a_file_too_large_for_discord_is_handed_over_as_a_link(slow_world: World) -> None:
    shown = await begun(slow_world)
    slow_world.env.inject_error("PATCH", "/webhooks/*", status=413, code=40005)
    await slow_world.complete()
    assert shown.response.attachments == []
    assert f"[open it]({slow_world.sandbox.url}/files/" in shown.response.content
    assert "**completed**" in shown.response.content


async def test_a_way_on_which_even_a_link_is_too_large_is_given_up(slow_world: World) -> None:
    await begun(slow_world)
    slow_world.env.inject_error("PATCH", "/*", status=413, code=40005, times=None)
    await slow_world.complete()
    assert "[open it](" in slow_world.channel.history()[-1].content


async def test_trouble_at_discord_is_waited_out(slow_world: World) -> None:
    shown = await begun(slow_world)
    slow_world.env.inject_error("PATCH", "/webhooks/*", status=503, times=1)
    await slow_world.complete()
    assert "**completed**" in shown.response.content
    assert len(shown.response.attachments) == 1
    failed, repeated = slow_world.calls()[1:]
    assert failed.path == repeated.path


async def test_an_end_that_a_fault_of_ours_keeps_from_being_shown_is_told_in_other_words(
    slow_world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world = slow_world
    shown = await begun(world)
    short_id = (await world.details(shown)).request.short_id
    await world.stop_engine()
    # As if a newer version had written a sentence that this one does not have.
    world.sql("""UPDATE tasks SET state = 'failed', failure = '{"sentence": "not-yet-known", "args": {}}'""")
    await world.run_engine()
    await world.settle()
    status, reason, end = shown.response.content.splitlines()
    assert status.endswith(f"**failed** · `{short_id}`")
    assert end == "It does not count against your allowance."
    reference = re.search(r"reference: (\w+)$", reason)
    assert reference is not None
    assert any(reference[1] in record.getMessage() for record in caplog.records)
    found = await world.bot.engine.find(short_id)
    assert found is not None
    assert found.request.delivery is Delivery.DELIVERED
    assert await world.left(world.ada) == world.settings.daily_images_per_user


async def test_a_message_that_was_sent_just_before_a_crash_is_found_and_not_sent_again(slow_world: World) -> None:
    world = slow_world
    shown = await begun(world)
    old = shown.response.id
    await world.grace.delete(shown.response)
    await world.complete()
    [message] = world.channel.history()
    # As if the process had ended between the message and the note that it was sent.
    await world.stop_engine()
    began_at = datetime.now(UTC) - timedelta(minutes=3)
    world.sql(
        "UPDATE requests SET delivery = 'open', delivery_began_at = ?, message_id = ?",
        int(began_at.timestamp() * 1e6),
        old,
    )
    await world.restart()
    await world.settle()
    assert [each.id for each in world.channel.history()] == [message.id]
    request = (await world.details(message)).request
    assert (request.delivery, request.message_id) == (Delivery.DELIVERED, message.id)
