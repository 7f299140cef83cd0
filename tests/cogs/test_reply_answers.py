"""Replies and mentions: where the answer goes, across restarts, refusals and places."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.delivery import NONCE_LIFE
from bot.store import Delivery, RequestState
from tests.cogs.test_reply import PHOTO, edited, from_bot, post, to_bot
from tests.places import KINDS, Kind, place
from tests.world import World, world

MICRO = 1_000_000
MESSAGES = "/channels/*/messages"
NO_PERMISSION: dict[str, Any] = {"status": 403, "code": 50013, "message": "Missing Permissions"}
NO_REPLIES: dict[str, Any] = {"status": 400, "code": 160002, "message": "You cannot reply without history"}


@pytest.mark.parametrize("kind", KINDS)
async def test_pictures_are_edited_there(world: World, kind: Kind) -> None:
    there = place(world, kind)
    await post(world, PHOTO, text=to_bot(world), channel=there)
    reply = edited(from_bot(world, there))
    await post(world, text=to_bot(world, "make it rain"), reply_to=reply, channel=there)
    edited(from_bot(world, there)[1:])


async def test_where_no_history_can_be_read_the_answer_is_no_reply(world: World) -> None:
    world.env.inject_error("POST", MESSAGES, **NO_REPLIES)
    await post(world, PHOTO, text=to_bot(world))
    assert edited(from_bot(world)).reference is None
    world.env.inject_error("POST", MESSAGES, **NO_REPLIES)
    await post(world, text=to_bot(world))
    said = from_bot(world)[1]
    assert (said.content[:17], said.reference) == ("To edit a picture", None)


async def test_where_the_bot_may_not_write_its_author_is_told_and_nothing_is_made(world: World) -> None:
    world.env.inject_error("POST", f"/channels/{world.channel.id}/messages", **NO_PERMISSION, times=None)
    await post(world, PHOTO, text=to_bot(world))
    await post(world, text=to_bot(world))
    said = [message.content for message in world.ada.user.dm_channel.history()]
    assert said[0] == f"I may not write in <#{world.channel.id}>, so I did not start. Nothing was charged."
    assert said[1].startswith("To edit a picture, reply to it")
    assert (world.asked(), await world.left(world.ada)) == ([], world.settings.daily_images_per_user)
    assert [state for (state,) in world.rows("SELECT state FROM requests")] == [RequestState.LAPSED]


async def test_an_answer_that_may_have_been_lost_is_repeated_with_its_nonce(world: World) -> None:
    world.env.inject_error("POST", MESSAGES, status=503, times=5)
    await post(world, PHOTO, text=to_bot(world))
    edited(from_bot(world))
    assert len({body["nonce"] for body in world.bodies() if "nonce" in body}) == 1


async def unrecorded(world: World) -> None:
    """Make a request whose answer was sent but not recorded before the process ended, long ago."""
    await world.ada.send(world.channel, to_bot(world), attachments=[PHOTO])
    longer_ago = int((NONCE_LIFE + timedelta(seconds=1)).total_seconds() * MICRO)
    world.sql(
        "UPDATE requests SET state = 'accepted', acknowledged_at = NULL, message_id = NULL, "
        "created_at = created_at - ?",
        longer_ago,
    )


async def test_after_a_crash_the_answer_is_found_in_the_channel_and_not_repeated(tmp_path: Path) -> None:
    async with world(tmp_path, engine=False) as asleep:
        await unrecorded(asleep)
        await asleep.restart()
        await asleep.settle()
        edited(from_bot(asleep))
        assert len(asleep.creates()) == 1


async def test_after_a_crash_before_the_answer_it_is_given(tmp_path: Path) -> None:
    async with world(tmp_path, engine=False) as asleep:
        await unrecorded(asleep)
        [lost] = from_bot(asleep)
        asleep.env.backend.delete_message(asleep.channel.id, lost.id)
        await asleep.restart()
        await asleep.settle()
        edited(from_bot(asleep))
        assert len(asleep.creates()) == 1


async def test_a_result_whose_answer_was_deleted_replies_to_the_message(slow_world: World) -> None:
    sent = await slow_world.ada.send(slow_world.channel, to_bot(slow_world), attachments=[PHOTO])
    [status] = await slow_world.until(lambda: from_bot(slow_world))
    slow_world.env.backend.delete_message(slow_world.channel.id, status.id)
    await slow_world.complete()
    reply = edited(from_bot(slow_world))
    assert reply.content.startswith(f"<@{slow_world.ada.id}>, here is your picture")
    assert reply.reference is not None
    assert reply.reference.message_id == sent.id


async def test_the_buttons_of_an_answer_work(slow_world: World) -> None:
    await slow_world.ada.send(slow_world.channel, to_bot(slow_world), attachments=[PHOTO])
    [status] = await slow_world.until(lambda: from_bot(slow_world))
    await slow_world.press(status, "cancel")
    await slow_world.settle()
    [status] = from_bot(slow_world)
    assert "**cancelled**" in status.content
    assert "replies_to" in (await slow_world.details(status)).request.reply
    [question] = (await slow_world.press(status, "delete")).followups
    await slow_world.press(question, "delete-confirmed")
    assert from_bot(slow_world) == []


async def test_a_target_that_was_deleted_is_refused(world: World) -> None:
    theirs = await post(world, PHOTO, by=world.bob)
    backend = world.env.backend
    place = {"channel_id": str(world.channel.id), "message_id": str(theirs.id)}
    reference = backend.normalize_message_reference(world.channel.id, place)
    backend.messages[world.channel.id].pop(theirs.id)
    backend.create_message(world.channel.id, world.ada.id, to_bot(world), reference=reference)
    await world.env.settle()
    await world.settle()
    [said] = from_bot(world)
    assert said.content.startswith("The message that you replied to was deleted.")


async def test_a_message_that_is_edited_is_not_a_new_request(world: World) -> None:
    sent = await post(world, PHOTO)
    await world.ada.edit(sent, to_bot(world))
    await world.settle()
    assert from_bot(world) == []


async def test_a_fault_is_told_with_a_reference(world: World) -> None:
    def broken(*_: object) -> None:
        raise ArithmeticError

    world.bot.engine.find_by_message = broken  # type: ignore[method-assign,assignment]
    theirs = await post(world, by=world.bob)
    await post(world, text=to_bot(world), reply_to=theirs)
    [said] = from_bot(world)
    assert said.content.startswith("Something went wrong on my side.")


async def test_the_answer_is_delivered_once_across_a_restart(tmp_path: Path) -> None:
    async with world(tmp_path, engine=False) as asleep:
        await asleep.ada.send(asleep.channel, to_bot(asleep), attachments=[PHOTO])
        await asleep.restart()
        await asleep.settle()
        reply = edited(from_bot(asleep))
        assert (await asleep.details(reply)).request.delivery is Delivery.DELIVERED


async def forbid(world: World, why: str) -> str:
    """Let `grace` block `ada` or forbid snow, and return what a reply is refused with."""
    if why == "block":
        await world.bot.engine.blocks.block(world.guild.id, world.ada.id, "", None, by=world.grace.id)
        return "You cannot make pictures with Easel in this server. No reason was given."
    await world.bot.engine.rules.add(world.guild.id, "snow", by=world.grace.id)
    return "This server does not want “snow” in prompts."


@pytest.mark.parametrize("why", ["block", "rule"])
async def test_what_a_server_does_not_want_is_refused_by_a_direct_message(world: World, why: str) -> None:
    refusal = await forbid(world, why)
    await post(world, PHOTO, text=to_bot(world))
    assert from_bot(world) == []
    [told] = world.told(world.ada.user)
    assert told.startswith(refusal)
    assert world.creates() == []
    assert await world.left(world.ada) == world.settings.daily_images_per_user


@pytest.mark.parametrize("why", ["block", "rule"])
async def test_who_takes_no_direct_messages_is_told_only_that_it_is_private(world: World, why: str) -> None:
    await forbid(world, why)
    direct = world.ada.user.dm_channel
    world.env.inject_error("POST", f"/channels/{direct.id}/messages", status=403, code=50007, message="No")
    await post(world, PHOTO, text=to_bot(world))
    [reply] = from_bot(world)
    assert reply.content == (
        "I did not take that, and only you should read why: let me send you direct messages, or ask with a command. "
        "Nothing was charged."
    )
