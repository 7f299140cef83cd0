"""Easel on the wire: how each reply ends, by where Easel is, who may see it, and what goes wrong meanwhile."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

import pytest

from bot.store import Delivery
from tests.wire.easel import FOREVER, Studio
from tests.wire.interactions import Reply
from tests.wire.messages import Message
from tests.wire.people import Permission, Place

EDIT = "^/webhooks/.*/messages/"
POST = "^/channels/.*/messages$"
UNFIT = {"code": 50035, "message": "Invalid Form Body"}


class End(Enum):
    """Where a picture comes in the end."""

    EDIT = auto()
    """In the reply, by its token."""
    BOT_EDIT = auto()
    """In the reply, by the bot's own token."""
    ANEW = auto()
    """In a new message where it was asked for."""
    DIRECT = auto()
    """In a direct message."""
    NOWHERE = auto()
    """Nobody can be reached: it is kept."""


PRESENT: dict[str, dict[str, Any]] = {
    "a server that Easel is in": {},
    "a server that Easel is in, of a person who installed it too": {"installed": "both"},
}
ALONE: dict[str, dict[str, Any]] = {
    "a server that Easel is not in": {"installed": "user"},
    "a group": {"where": Place.GROUP_DM, "installed": "user"},
}
UNSEEN: dict[str, dict[str, Any]] = {
    "privately": {"private": True},
    "privately by force": {"forced_ephemeral": True},
    "privately by force where Easel is not": {"installed": "user", "forced_ephemeral": True},
    "privately in a group": {"where": Place.GROUP_DM, "installed": "user", "private": True},
}
DIRECT: dict[str, dict[str, Any]] = {"the direct messages": {"where": Place.DM}}
UNSEEN_DIRECT: dict[str, dict[str, Any]] = {"privately in the direct messages": {"where": Place.DM, "private": True}}
PLACES = PRESENT | ALONE | UNSEEN | DIRECT | UNSEEN_DIRECT


@dataclass(frozen=True)
class Mishap:
    """What goes wrong after all have asked, and how it ends by where they did; what is not named is not tried."""

    happens: tuple[Callable[[Studio, list[Reply]], Awaitable[None]], ...]
    present: End
    direct: End | None
    alone: End
    unseen: End
    unseen_direct: End | None

    def ends(self) -> dict[str, End]:
        groups = (
            (PRESENT, self.present),
            (DIRECT, self.direct),
            (ALONE, self.alone),
            (UNSEEN, self.unseen),
            (UNSEEN_DIRECT, self.unseen_direct),
        )
        return {place: end for places, end in groups if end is not None for place in places}


async def tokens_end(studio: Studio, replies: list[Reply]) -> None:
    """50027"""
    studio.end_tokens()


async def tokens_are_unknown(studio: Studio, replies: list[Reply]) -> None:
    """10015"""
    for reply in replies:
        reply.token = "forgotten"


async def messages_are_deleted(studio: Studio, replies: list[Reply]) -> None:
    """10008"""
    for reply in replies:
        await studio.delete(original(reply))


async def channels_are_deleted(studio: Studio, replies: list[Reply]) -> None:
    """10003"""
    await messages_are_deleted(studio, replies)
    for reply in replies:
        studio.server.world.channels.pop(reply.channel.id, None)


async def easel_is_removed(studio: Studio, replies: list[Reply]) -> None:
    """50001"""
    studio.server.general.reachable = False


async def easel_may_not_view(studio: Studio, replies: list[Reply]) -> None:
    """50001"""
    await studio.server.deny(Permission.VIEW_CHANNEL)


async def easel_may_not_send(studio: Studio, replies: list[Reply]) -> None:
    """50013"""
    await studio.server.deny(Permission.SEND_MESSAGES)


async def people_block_direct_messages(studio: Studio, replies: list[Reply]) -> None:
    """50007"""
    for reply in replies:
        reply.user.takes_direct_messages = False


MISHAPS = {
    "the token ends": Mishap((tokens_end,), End.BOT_EDIT, End.BOT_EDIT, End.DIRECT, End.DIRECT, End.DIRECT),
    "the token is unknown": Mishap(
        (tokens_are_unknown,), End.BOT_EDIT, End.BOT_EDIT, End.DIRECT, End.DIRECT, End.DIRECT
    ),
    "the reply is deleted": Mishap((messages_are_deleted,), End.ANEW, End.ANEW, End.DIRECT, End.DIRECT, End.DIRECT),
    "the channel is deleted": Mishap((channels_are_deleted,), End.DIRECT, None, End.DIRECT, End.DIRECT, None),
    "Easel is removed": Mishap(
        (easel_is_removed, tokens_end), End.DIRECT, End.BOT_EDIT, End.DIRECT, End.DIRECT, End.DIRECT
    ),
    "Easel is removed while the token lives": Mishap(
        (easel_is_removed,), End.EDIT, End.EDIT, End.EDIT, End.EDIT, End.EDIT
    ),
    "Easel may not view the channel": Mishap(
        (easel_may_not_view, tokens_end), End.DIRECT, End.BOT_EDIT, End.DIRECT, End.DIRECT, End.DIRECT
    ),
    "the reply is deleted and Easel may not send": Mishap(
        (easel_may_not_send, messages_are_deleted), End.DIRECT, End.ANEW, End.DIRECT, End.DIRECT, End.DIRECT
    ),
    "the token ends and direct messages are blocked": Mishap(
        (people_block_direct_messages, tokens_end), End.BOT_EDIT, End.BOT_EDIT, End.NOWHERE, End.NOWHERE, End.NOWHERE
    ),
    "the reply is deleted and direct messages are blocked": Mishap(
        (people_block_direct_messages, messages_are_deleted),
        End.ANEW,
        End.NOWHERE,
        End.NOWHERE,
        End.NOWHERE,
        End.NOWHERE,
    ),
}


@pytest.mark.parametrize("mishap", MISHAPS.values(), ids=MISHAPS)
async def test_each_reply_comes_by_the_first_way_that_works(
    studio: Studio, mishap: Mishap, caplog: pytest.LogCaptureFixture
) -> None:
    ends = mishap.ends()
    studio.sandbox.task_seconds = FOREVER
    pictured = with_pictures(ends)
    replies = {
        place: await studio.imagine(
            place if place in pictured else f"{place} [fail]",
            user=studio.server.person(f"person {number}"),
            **PLACES[place],
        )
        for number, place in enumerate(ends)
    }
    for happen in mishap.happens:
        await happen(studio, list(replies.values()))
    await studio.finish()
    for place, reply in replies.items():
        if ends[place] is End.NOWHERE:
            await assert_kept(studio, place, reply, caplog)
        else:
            await assert_came(studio, place, reply, ends[place])


def with_pictures(ends: dict[str, End]) -> set[str]:
    """Where a picture is made, once for every end; elsewhere it fails, which is told in the same way."""
    return set({end: place for place, end in reversed(ends.items())}.values())


async def assert_came(studio: Studio, place: str, reply: Reply, end: End) -> None:
    """The end is told in one message, the right one, and that is known."""
    message = ended_in(studio, reply, end)
    assert await studio.download(message) == await studio.painted(place), place
    details = await studio.details(reply)
    assert (details.request.delivery, details.request.message_id) == (Delivery.DELIVERED, int(message.id)), place
    assert {picture.delivered_as for picture in details.pictures} <= {"original"}, place
    shown = [each for each in studio.server.world.messages if details.request.short_id in each.content]
    assert f"**{details.request.state}**" in message.content, place
    assert [each for each in shown if f"**{details.request.state}**" in each.content] == [message], place
    by_token, by_bot, sent = deliveries(studio, reply)
    match end:
        case End.EDIT:
            assert (bool(by_token), by_bot, sent) == (True, [], []), place
        case End.BOT_EDIT:
            assert (by_bot, sent) == ([200], []), place
        case End.ANEW:
            assert (by_bot, sent) == ([], [200]), place
        case _:
            assert place in PRESENT or reply.channel is message.channel or (by_bot, sent) == ([], []), place


async def assert_kept(studio: Studio, place: str, reply: Reply, caplog: pytest.LogCaptureFixture) -> None:
    """The picture is in no message, but on the disk; it is counted, and the log names the request."""
    details = await studio.details(reply)
    assert details.request.delivery is Delivery.UNDELIVERABLE, place
    assert {picture.delivered_as for picture in details.pictures} <= {None}, place
    folder = studio.settings.data_dir / "pictures"
    kept = [(folder / str(picture.file)).read_bytes() for picture in details.pictures]
    assert kept == await studio.painted(place), place
    assert (await studio.bot.engine.usage(int(reply.user.id))).today.pictures == len(kept), place
    warnings = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert any(f"request {details.request.short_id} cannot be delivered" in said for said in warnings), place


def ended_in(studio: Studio, reply: Reply, end: End) -> Message:
    """The message that the picture should be in."""
    if end in (End.EDIT, End.BOT_EDIT):
        return original(reply)
    if end is End.DIRECT:
        [message] = [message for message in studio.direct(reply.user) if message.interaction is None]
        return message
    history = studio.server.world.messages.history(reply.channel)
    [message] = [message for message in history if message.content.startswith(f"<@{reply.user.id}>")]
    return message


def deliveries(studio: Studio, reply: Reply) -> tuple[list[int | None], list[int | None], list[int | None]]:
    """The outcomes of edits by token and by bot, and of new messages where it was asked for that name its owner."""
    message_id = original(reply).id
    channel = f"/channels/{reply.channel.id}/messages"
    by_token = studio.server.calls_to("PATCH", f"^/webhooks/.*/messages/{message_id}$")
    by_bot = studio.server.calls_to("PATCH", f"^{channel}/{message_id}$")
    sent = [call for call in studio.server.calls_to("POST", f"^{channel}$") if reply.user.id in call.body["content"]]
    return [call.status for call in by_token], [call.status for call in by_bot], [call.status for call in sent]


def original(reply: Reply) -> Message:
    assert reply.original is not None
    return reply.original


async def test_a_new_message_replies_to_the_old_one(studio: Studio) -> None:
    studio.sandbox.task_seconds = FOREVER
    reply = await studio.imagine()
    studio.end_tokens()
    studio.server.fail("PATCH", f"/channels/.*/messages/{original(reply).id}$", 403, {"code": 50005, "message": "no"})
    await studio.finish()
    old, new = studio.public()
    assert (old, new.reference) == (original(reply), old)
    assert new.content.startswith(f"<@{studio.server.ada.id}>, here is your picture")


async def test_a_new_message_does_without_the_old_one_that_is_gone(studio: Studio) -> None:
    studio.sandbox.task_seconds = FOREVER
    reply = await studio.imagine()
    await studio.delete(original(reply))
    await studio.finish()
    [post] = studio.server.calls_to("POST", POST)
    reference = post.body["message_reference"]
    assert (str(reference["message_id"]), reference["fail_if_not_exists"]) == (original(reply).id, False)
    [message] = studio.public()
    assert message.reference is None


async def test_a_new_message_does_without_the_old_one_where_history_may_not_be_read(studio: Studio) -> None:
    studio.sandbox.task_seconds = FOREVER
    reply = await studio.imagine()
    await studio.delete(original(reply))
    await studio.server.deny(Permission.READ_MESSAGE_HISTORY)
    await studio.finish()
    first, second = studio.server.calls_to("POST", POST)
    assert (first.status, second.status) == (400, 200)
    assert "message_reference" not in second.body
    [message] = studio.public()
    assert await studio.download(message) == await studio.painted()


async def test_where_no_files_may_be_posted_a_picture_comes_as_a_direct_message(studio: Studio) -> None:
    studio.sandbox.task_seconds = FOREVER
    reply = await studio.imagine()
    await studio.delete(original(reply))
    await studio.server.deny(Permission.ATTACH_FILES)
    await studio.finish()
    assert [call.status for call in studio.server.calls_to("POST", POST)] == [403, 200]
    [message] = studio.direct()
    assert await studio.download(message) == await studio.painted()


async def test_files_that_discord_does_not_take_come_as_links(studio: Studio) -> None:
    studio.server.fail("PATCH", EDIT, 400, UNFIT)
    reply = await studio.imagine()
    await studio.finish()
    assert [call.status for call in studio.server.calls_to("PATCH", EDIT)] == [400, 200]
    await assert_linked(studio, reply)


async def test_files_that_are_too_large_come_as_links_in_the_same_reply(studio: Studio) -> None:
    studio.sandbox.task_seconds = FOREVER
    reply = await studio.imagine()
    studio.server.world.file_limit = 1000
    await studio.finish()
    assert [call.status for call in studio.server.calls_to("PATCH", EDIT)] == [413, 200]
    await assert_linked(studio, reply)


async def assert_linked(studio: Studio, reply: Reply) -> None:
    """The reply has no file but a link, and that is known."""
    [task] = studio.sandbox.tasks.values()
    assert original(reply).attachments == []
    assert task.image_urls[0] in original(reply).content
    details = await studio.details(reply)
    assert details.request.delivery is Delivery.DELIVERED
    assert [picture.delivered_as for picture in details.pictures] == ["link"]


@pytest.mark.parametrize("prompt", ["a red fox", "a red fox [fail]"])
async def test_text_that_discord_does_not_take_is_left_out(studio: Studio, prompt: str) -> None:
    made = "fail" not in prompt
    studio.server.fail("PATCH", EDIT, 400, {"code": 200000, "message": "Blocked"}, times=2 if made else 1)
    reply = await studio.imagine(prompt)
    await studio.finish()
    details = await studio.details(reply)
    short_id = details.request.short_id
    status, reason, end = original(reply).content.splitlines()
    assert (status.partition(" · ")[2], "Discord does not take the rest" in reason) == (f"`{short_id}`", True)
    assert end == (
        f"The picture was made, and is kept under `{short_id}`: /show brings it."
        if made
        else "It does not count against your allowance."
    )
    actions = ("reroll", "delete") if "[fail]" in prompt else ("reroll", "edit", "remix", "more", "delete")
    assert original(reply).custom_ids == [f"easel:{action}:{short_id}" for action in actions]
    assert details.request.delivery is Delivery.DELIVERED
    assert [picture.delivered_as for picture in details.pictures] == ([None] if made else [])
    assert all(picture.file for picture in details.pictures)


async def test_the_status_moves_after_the_token_where_easel_is(studio: Studio) -> None:
    studio.sandbox.task_seconds = FOREVER
    here, alone = await studio.imagine(), await studio.imagine("elsewhere", installed="user")
    studio.end_tokens()
    await studio.begun(tasks=2)
    for task in studio.sandbox.tasks.values():
        task.state = "processing"
    await studio.server.until(lambda: "**processing**" in original(here).content)
    await studio.finish()
    assert "**completed**" in original(here).content
    assert studio.server.calls_to("PATCH", f"^/channels/{alone.channel.id}/") == []
