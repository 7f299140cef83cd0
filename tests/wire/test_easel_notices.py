"""Easel on the wire: who asked to be notified is mentioned once, in one new message, where they can see it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.delivery import NONCE_LIFE
from bot.engine import Patience
from bot.store import NoticeState, Store
from tests.wire.easel import FOREVER, Studio
from tests.wire.interactions import Reply
from tests.wire.messages import Message
from tests.wire.people import Permission, Place

SOON = Patience(round=timedelta(seconds=0.02), notify_after=timedelta())
POST = "^/channels/.*/messages$"


async def wanted(studio: Studio, **where: Any) -> Reply:
    """Ask for a picture and, as soon as that is offered, to be notified of it."""
    studio.sandbox.task_seconds = FOREVER
    reply = await studio.imagine(**where)
    await studio.begun()
    offered = await studio.server.until(lambda: _offer(reply))
    assert reply.original is not None
    pressed = await studio.server.click(reply.original, offered)
    [told] = await studio.server.until(lambda: pressed.followups)
    assert told.ephemeral
    return reply


def _offer(reply: Reply) -> str | None:
    names = reply.original.custom_ids if reply.original is not None else []
    return next((name for name in names if ":notify:" in name), None)


def link(reply: Reply) -> str:
    assert reply.original is not None
    place = reply.channel.guild_id or "@me"
    return f"https://discord.com/channels/{place}/{reply.channel.id}/{reply.original.id}"


def notices(studio: Studio, reply: Reply) -> list[Message]:
    """Return every new message, wherever it is, that links to a reply."""
    return [message for message in studio.server.world.messages if link(reply) in message.content]


async def notified_once(studio: Studio, reply: Reply) -> Message:
    """Let RunAPI finish; check that there is one notice, which mentions nobody but its owner, and return it."""
    await studio.finish()
    assert reply.original is not None
    assert "**completed**" in reply.original.content
    [notice] = notices(studio, reply)
    assert notice.content == f"<@{reply.user.id}>, your picture is ready: {link(reply)}"
    for post in studio.server.calls_to("POST", POST):
        assert post.body["allowed_mentions"] == {"parse": [], "users": [int(reply.user.id)]}
        assert (bool(post.body["nonce"]), post.body["enforce_nonce"]) == (True, True)
    return notice


@pytest.mark.parametrize("where", [Place.GUILD, Place.DM], ids=lambda where: where.name)
async def test_it_comes_where_the_reply_is(idle_studio: Studio, where: Place) -> None:
    async with idle_studio.running(patience=SOON):
        reply = await wanted(idle_studio, where=where)
        notice = await notified_once(idle_studio, reply)
    assert notice.channel is reply.channel
    assert len(idle_studio.server.calls_to("POST", POST)) == 1


@pytest.mark.parametrize(
    "place",
    [{"private": True}, {"installed": "user"}, {"where": Place.GROUP_DM, "installed": "user"}],
    ids=["private", "not there", "group"],
)
async def test_where_the_bot_may_not_be_seen_it_comes_as_a_direct_message(
    idle_studio: Studio, place: dict[str, Any]
) -> None:
    async with idle_studio.running(patience=SOON):
        reply = await wanted(idle_studio, **place)
        notice = await notified_once(idle_studio, reply)
    assert idle_studio.direct(reply.user) == [notice]
    assert idle_studio.public() == ([] if reply.original is None or reply.original.ephemeral else [reply.original])


async def test_where_the_bot_may_not_write_it_comes_as_a_direct_message(idle_studio: Studio) -> None:
    async with idle_studio.running(patience=SOON):
        reply = await wanted(idle_studio)
        await idle_studio.server.deny(Permission.SEND_MESSAGES)
        notice = await notified_once(idle_studio, reply)
    assert idle_studio.direct(reply.user) == [notice]


@pytest.mark.parametrize("where", [Place.GUILD, Place.DM], ids=lambda where: where.name)
async def test_one_whose_connection_broke_is_sent_once(idle_studio: Studio, where: Place) -> None:
    async with idle_studio.running(patience=SOON):
        reply = await wanted(idle_studio, where=where)
        idle_studio.server.fail("POST", POST, reset="after")
        await notified_once(idle_studio, reply)
    first, second = idle_studio.server.calls_to("POST", POST)
    assert first.body["nonce"] == second.body["nonce"]


async def test_who_takes_no_direct_messages_is_not_tried_for_ever(idle_studio: Studio) -> None:
    async with idle_studio.running(patience=SOON):
        reply = await wanted(idle_studio, private=True)
        reply.user.takes_direct_messages = False
        await idle_studio.finish()
        assert notices(idle_studio, reply) == []
        request_id = (await idle_studio.details(reply)).request.id
    async with Store.open(idle_studio.settings.database_path) as store:
        notice = await store.read(lambda session: session.notices.get(request_id))
    assert notice is not None
    assert notice.state is NoticeState.UNSENT


async def test_one_that_a_stop_left_in_doubt_is_found_and_not_sent_again(idle_studio: Studio) -> None:
    """The next start looks for it by the same link, also before Discord has told of its servers."""
    studio = idle_studio
    async with studio.running(patience=SOON):
        reply = await wanted(studio)
        await notified_once(studio, reply)
        request = (await studio.details(reply)).request
    began = datetime.now(UTC) - NONCE_LIFE - timedelta(seconds=1)
    async with Store.open(studio.settings.database_path) as store:
        await store.write(lambda session: session.notices.end(request.id, NoticeState.WANTED))
        await store.write(lambda session: session.notices.begin(request.id, began))
    studio.server.clock.advance(NONCE_LIFE.total_seconds() + 1)
    async with studio.running():
        await studio.finish()
    assert len(notices(studio, reply)) == 1
    assert len(studio.server.calls_to("POST", POST)) == 1
