"""Easel on the wire: what Discord's own faults do to the delivery of a picture."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.delivery import NONCE_LIFE, Deadlines
from bot.store import Delivery, Request, Store
from tests.wire.easel import FOREVER, PHOTO, Studio
from tests.wire.people import Permission, snowflake

EDIT = "^/webhooks/.*/messages/"
POST = "^/channels/.*/messages$"
CALLBACK = "/callback$"
BOT_EDIT = "^/channels/.*/messages/"
OPEN_DIRECT = "^/users/@me/channels$"


async def test_an_edit_is_repeated_until_discord_takes_it(studio: Studio) -> None:
    for status in (429, 502):
        studio.server.fail("PATCH", EDIT, status)
    reply = await studio.imagine()
    await studio.finish()
    assert [call.status for call in studio.server.calls_to("PATCH", EDIT)] == [429, 502, 200]
    assert reply.original is not None
    assert await studio.download(reply.original) == await studio.painted()
    assert studio.server.calls_to("POST", POST) == []


async def test_an_edit_whose_connection_broke_is_repeated(studio: Studio) -> None:
    studio.server.fail("PATCH", EDIT, reset="before")
    reply = await studio.imagine()
    await studio.finish()
    assert [call.status for call in studio.server.calls_to("PATCH", EDIT)] == [None, 200]
    assert reply.original is not None
    assert await studio.download(reply.original) == await studio.painted()


@pytest.mark.parametrize("status", [429, 503])
async def test_a_first_answer_is_repeated_while_there_is_time(studio: Studio, status: int) -> None:
    studio.server.fail("POST", CALLBACK, status)
    reply = await studio.imagine()
    await studio.finish()
    assert [call.status for call in studio.server.calls_to("POST", CALLBACK)] == [status, 200]
    assert reply.original is not None
    assert await studio.download(reply.original) == await studio.painted()


@pytest.mark.parametrize("status", [429, 503, 401])
async def test_every_call_by_the_bots_token_is_repeated_until_discord_takes_it(studio: Studio, status: int) -> None:
    """401 is what it says while the bot has no valid token: nobody's delivery depends on that."""
    server = studio.server
    studio.sandbox.task_seconds = FOREVER
    edited = await studio.imagine("edited", user=server.person("a"))
    anew = await studio.imagine("anew", user=server.person("b"))
    direct = await studio.imagine("direct", user=server.person("c"), private=True)
    assert anew.original is not None
    studio.end_tokens()
    await studio.delete(anew.original)
    json = {"message": "401: Unauthorized", "code": 0} if status == 401 else None
    calls = (("PATCH", BOT_EDIT), ("POST", f"/channels/{server.general.id}/messages$"), ("POST", OPEN_DIRECT))
    for call in calls:
        server.fail(*call, status, json)
    await studio.finish()
    for call in calls:
        assert [made.status for made in server.calls_to(*call)].count(status) == 1
    assert edited.original is not None
    assert await studio.download(edited.original) == await studio.painted("edited")
    assert await studio.download(studio.public()[-1]) == await studio.painted("anew")
    [message] = studio.direct(direct.user)
    assert await studio.download(message) == await studio.painted("direct")


async def test_a_global_limit_that_outlasts_a_call_does_not_hold_back_those_after_it(idle_studio: Studio) -> None:
    studio = idle_studio
    async with studio.running(deadlines=Deadlines(deliver=0.5)):
        studio.sandbox.task_seconds = FOREVER
        reply = await studio.imagine()
        studio.end_tokens()
        limit = {"message": "You are being rate limited.", "retry_after": FOREVER, "global": True}
        studio.server.fail("PATCH", BOT_EDIT, 429, limit)
        await studio.finish()
    assert [call.status for call in studio.server.calls_to("PATCH", BOT_EDIT)] == [429, 200]
    assert reply.original is not None
    assert reply.original.attachments


async def test_a_delete_that_discord_has_no_answer_to_can_be_pressed_again(idle_studio: Studio) -> None:
    studio, server = idle_studio, idle_studio.server
    async with studio.running(deadlines=Deadlines(show=0.3)):
        reply = await studio.imagine("a red fox [fail]")
        await studio.finish()
        message = reply.original
        assert message is not None
        asked = await server.click(message, next(name for name in message.custom_ids if ":delete:" in name))
        [question] = await server.until(lambda: asked.followups)
        server.fail("DELETE", "/messages/", 503, times=2)
        [confirm] = question.custom_ids
        first = await server.click(question, confirm)
        [told] = await server.until(lambda: first.followups)
        assert told.content.startswith("Discord does not answer properly right now, so nothing was deleted.")
        assert not message.deleted
        await server.click(question, confirm)
        await server.until(lambda: question.content == "Deleted.")
        assert message.deleted


async def test_a_source_that_discord_does_not_give_at_once_is_asked_for_again(studio: Studio) -> None:
    studio.server.world.delivery.failures = 1
    reply = await studio.command("edit", prompt="make it night", image=PHOTO)
    await studio.finish()
    assert studio.server.world.delivery.failures == 0
    assert reply.original is not None
    assert "**completed**" in reply.original.content


async def test_a_history_that_discord_does_not_tell_at_once_is_asked_for_again(idle_studio: Studio) -> None:
    studio = idle_studio
    request = await stop_while_sending(studio)
    await grow_old(studio, request)
    studio.server.fail("GET", "^/channels/.*/messages", 503)
    async with studio.running():
        await studio.finish()
    assert [call.status for call in studio.server.calls_to("GET", "^/channels/.*/messages")] == [503, 200]
    assert len(studio.public()) == 1


async def test_a_new_message_whose_connection_broke_is_sent_once(studio: Studio) -> None:
    await begin_without_a_reply(studio, "a red fox")
    studio.server.fail("POST", POST, reset="after")
    await studio.finish()
    first, second = studio.server.calls_to("POST", POST)
    assert (first.status, second.status) == (None, 200)
    assert first.body["nonce"] == second.body["nonce"]
    assert [await studio.download(message) for message in studio.public()] == [await studio.painted()]


async def test_a_new_message_that_a_stop_left_in_doubt_is_repeated_under_its_nonce(idle_studio: Studio) -> None:
    studio = idle_studio
    await stop_while_sending(studio)
    async with studio.running():
        await studio.finish()
    first, second = studio.server.calls_to("POST", POST)
    assert first.body["nonce"] == second.body["nonce"]
    assert len(studio.public()) == 1


@pytest.mark.parametrize("behind", [0.0, 30.0])
async def test_after_its_nonce_it_is_looked_for_before_it_is_sent_again(idle_studio: Studio, behind: float) -> None:
    """Also where Discord's clock is `behind` the host's by some seconds."""
    studio = idle_studio
    request = await stop_while_sending(studio)
    [sent] = studio.public()
    began = await grow_old(studio, request)
    sent.id = snowflake(began - behind)
    async with studio.running():
        await studio.finish()
        found = await studio.bot.engine.find(request.short_id)
    assert found is not None
    assert (found.request.delivery, found.request.message_id) == (Delivery.DELIVERED, int(sent.id))
    assert studio.public() == [sent]
    assert len(studio.server.calls_to("POST", POST)) == 1


async def test_it_is_looked_for_once_discord_has_told_where_it_may_be(idle_studio: Studio) -> None:
    studio = idle_studio
    request = await stop_while_sending(studio)
    await grow_old(studio, request)
    studio.server.fail("GET", "^/gateway/bot$", 502)
    async with studio.running(shard_count=None):
        await studio.finish()
        found = await studio.bot.engine.find(request.short_id)
    assert found is not None
    assert found.request.delivery is Delivery.DELIVERED


async def test_after_its_nonce_what_is_not_there_is_sent(idle_studio: Studio) -> None:
    studio = idle_studio
    request = await stop_while_sending(studio)
    [lost] = studio.public()
    await studio.delete(lost)
    await studio.server.say("where is my picture?")
    await grow_old(studio, request)
    async with studio.running():
        await studio.finish()
    assert [call.status for call in studio.server.calls_to("POST", POST)] == [None, 200]


async def test_where_it_cannot_be_looked_for_it_is_not_sent_again(idle_studio: Studio) -> None:
    studio = idle_studio
    request = await stop_while_sending(studio)
    [sent] = studio.public()
    await grow_old(studio, request)
    await studio.server.deny(Permission.READ_MESSAGE_HISTORY)
    async with studio.running():
        await studio.finish()
        found = await studio.bot.engine.find(request.short_id)
    assert found is not None
    assert found.request.delivery is Delivery.UNCERTAIN
    assert studio.public() == [sent]
    assert len(studio.server.calls_to("POST", POST)) == 1


@pytest.mark.parametrize("arrived", [True, False])
async def test_one_in_doubt_that_is_refused_now_is_looked_for_first(idle_studio: Studio, *, arrived: bool) -> None:
    studio = idle_studio
    request = await stop_while_sending(studio)
    [sent] = studio.public()
    if not arrived:
        await studio.delete(sent)
    await studio.server.deny(Permission.SEND_MESSAGES)
    async with studio.running():
        await studio.finish()
        found = await studio.bot.engine.find(request.short_id)
    assert found is not None
    assert found.request.delivery is Delivery.DELIVERED
    assert len(studio.direct()) == (0 if arrived else 1)
    assert studio.public() == ([sent] if arrived else [])


async def test_one_in_doubt_that_cannot_be_looked_for_is_not_sent_again_elsewhere(idle_studio: Studio) -> None:
    studio = idle_studio
    request = await stop_while_sending(studio)
    await studio.server.deny(Permission.SEND_MESSAGES | Permission.READ_MESSAGE_HISTORY)
    async with studio.running():
        await studio.finish()
        found = await studio.bot.engine.find(request.short_id)
    assert found is not None
    assert found.request.delivery is Delivery.UNCERTAIN
    assert studio.direct() == []


async def begin_without_a_reply(studio: Studio, prompt: str) -> None:
    """Ask for a picture whose reply is deleted before it is there."""
    studio.sandbox.task_seconds = FOREVER
    reply = await studio.imagine(prompt)
    assert reply.original is not None
    await studio.delete(reply.original)


async def stop_while_sending(studio: Studio) -> Request:
    """Stop Easel when a new message, on a failure, has reached Discord and the answer has not reached Easel."""
    server = studio.server
    async with studio.running():
        await begin_without_a_reply(studio, "a red fox [fail]")
        server.fail("POST", POST, reset="after")
        studio.sandbox.task_seconds = 0.0
        await server.until(studio.public)
        details = await studio.details(server.world.replies[0])
    assert details.request.delivery is Delivery.OPEN
    assert details.request.delivery_nonce is not None
    return details.request


async def grow_old(studio: Studio, request: Request) -> float:
    """Let so much time go by that Discord forgets the nonce; return when it was sent, in seconds since 1970."""
    began = datetime.now(UTC) - NONCE_LIFE - timedelta(seconds=1)
    async with Store.open(studio.settings.database_path) as store:
        await store.write(lambda session: session.requests.change(request.id, delivery_began_at=began))
    studio.server.clock.advance(NONCE_LIFE.total_seconds() + 1)
    return began.timestamp()
