"""Easel on the wire: a new message of which it is not known whether it arrived is brought once, and once only."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.delivery import NONCE_LIFE
from bot.store import Delivery, Details, Request, Store
from tests.wire.easel import FOREVER, Studio
from tests.wire.people import NOTHING, Permission, Place, snowflake

POST = "^/channels/.*/messages$"
EDIT = "^/channels/.*/messages/"
UNFIT = {"code": 50035, "message": "Invalid Form Body"}
FAILS = "a red fox [fail]"


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
    found = await finished_by_next_start(studio, request)
    assert (found.request.delivery, found.request.message_id) == (Delivery.DELIVERED, int(sent.id))
    assert studio.public() == [sent]
    assert len(studio.server.calls_to("POST", POST)) == 1


async def test_it_is_looked_for_once_discord_has_told_where_it_may_be(idle_studio: Studio) -> None:
    studio = idle_studio
    request = await stop_while_sending(studio)
    await grow_old(studio, request)
    studio.server.fail("GET", "^/gateway/bot$", 502)
    found = await finished_by_next_start(studio, request, shard_count=None)
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
    found = await finished_by_next_start(studio, request)
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
    found = await finished_by_next_start(studio, request)
    assert found.request.delivery is Delivery.DELIVERED
    assert len(studio.direct()) == (0 if arrived else 1)
    assert studio.public() == ([sent] if arrived else [])


async def test_one_in_doubt_that_cannot_be_looked_for_is_not_sent_again_elsewhere(idle_studio: Studio) -> None:
    studio = idle_studio
    request = await stop_while_sending(studio)
    await studio.server.deny(Permission.SEND_MESSAGES | Permission.READ_MESSAGE_HISTORY)
    found = await finished_by_next_start(studio, request)
    assert found.request.delivery is Delivery.UNCERTAIN
    assert studio.direct() == []


@pytest.mark.parametrize("place", [{"private": True}, {"where": Place.DM}], ids=["privately", "in the direct messages"])
async def test_after_its_nonce_a_direct_message_is_looked_for_too(idle_studio: Studio, place: dict[str, Any]) -> None:
    studio = idle_studio
    request = await stop_while_sending(studio, studio.direct, **place)
    [sent] = studio.direct()
    await grow_old(studio, request)
    found = await finished_by_next_start(studio, request)
    assert (found.request.delivery, found.request.message_id) == (Delivery.DELIVERED, int(sent.id))
    assert studio.direct() == [sent]
    assert len(studio.server.calls_to("POST", POST)) == 1


@pytest.mark.parametrize("old", [False, True], ids=["under its nonce", "after it"])
@pytest.mark.parametrize("tried", [False, True], ids=["at once", "after one in the channel"])
async def test_a_direct_message_in_doubt_does_not_come_in_the_channel_too(
    idle_studio: Studio, *, old: bool, tried: bool
) -> None:
    """Where it could not be sent there at first, and can be now; `tried`: the one there was in doubt itself."""
    studio = idle_studio
    if tried:
        await stop_while_sending(studio)
        [lost] = studio.public()
        await studio.delete(lost)
    await studio.server.deny(Permission.SEND_MESSAGES)
    async with studio.running():
        if not tried:
            await begin_without_a_reply(studio, FAILS)
        channel = studio.server.world.direct(studio.server.ada)
        request = await lose_the_answer(studio, studio.direct, f"^/channels/{channel.id}/messages$")
    [sent] = studio.direct()
    if old:
        await grow_old(studio, request)
    await studio.server.deny(NOTHING)
    found = await finished_by_next_start(studio, request)
    assert (found.request.delivery, found.request.message_id) == (Delivery.DELIVERED, int(sent.id))
    assert (studio.public(), studio.direct()) == ([], [sent])


async def test_a_direct_message_has_another_nonce_than_the_one_in_the_channel(idle_studio: Studio) -> None:
    studio = idle_studio
    request = await stop_while_sending(studio)
    [lost] = studio.public()
    await studio.delete(lost)
    await studio.server.deny(Permission.SEND_MESSAGES)
    found = await finished_by_next_start(studio, request)
    _, again, direct = studio.server.calls_to("POST", POST)
    assert (again.status, again.body["nonce"]) == (403, request.delivery_nonce)
    assert (direct.status, direct.body["nonce"]) == (200, found.request.delivery_nonce)
    assert direct.body["nonce"] != again.body["nonce"]


@pytest.mark.parametrize("how", ["original", "link"])
async def test_pictures_of_one_that_is_found_count_as_they_went(idle_studio: Studio, how: str) -> None:
    studio = idle_studio
    if how == "link":
        studio.server.fail("POST", POST, 400, UNFIT)
    request = await stop_while_sending(studio, prompt="a red fox")
    [sent] = studio.public()
    assert bool(sent.attachments) == (how == "original")
    await grow_old(studio, request)
    found = await finished_by_next_start(studio, request)
    assert (found.request.delivery, found.request.message_id) == (Delivery.DELIVERED, int(sent.id))
    assert [picture.delivered_as for picture in found.pictures] == [how]
    assert studio.public() == [sent]


@pytest.mark.parametrize("old", [False, True], ids=["under its nonce", "after it"])
async def test_once_a_new_message_may_be_there_the_old_one_is_not_edited(idle_studio: Studio, *, old: bool) -> None:
    """Though it can be edited now, the end would be told twice."""
    studio = idle_studio
    request = await stop_while_sending_beside_the_reply(studio)
    reply, sent = studio.public()
    if old:
        await grow_old(studio, request)
    found = await finished_by_next_start(studio, request)
    assert (found.request.delivery, found.request.message_id) == (Delivery.DELIVERED, int(sent.id))
    assert studio.public() == [reply, sent]
    assert "**completed**" not in reply.content
    assert [call.status for call in studio.server.calls_to("PATCH", EDIT)] == [403]


async def test_the_old_reply_is_not_taken_for_the_new_message(idle_studio: Studio) -> None:
    studio = idle_studio
    request = await stop_while_sending_beside_the_reply(studio)
    reply, lost = studio.public()
    await studio.delete(lost)
    await grow_old(studio, request)
    async with studio.running():
        await studio.finish()
    _, sent = studio.public()
    assert sent.reference is reply
    assert await studio.download(sent) == await studio.painted()


async def begin_without_a_reply(studio: Studio, prompt: str, **options: Any) -> None:
    """Ask for a picture whose reply is deleted before it is there."""
    studio.sandbox.task_seconds = FOREVER
    reply = await studio.imagine(prompt, **options)
    assert reply.original is not None
    await studio.delete(reply.original)


async def stop_while_sending(
    studio: Studio, arrived: Callable[[], object] | None = None, *, prompt: str = FAILS, **options: Any
) -> Request:
    """Stop Easel when a new message has reached Discord, and the answer has not reached Easel.

    Args:
        arrived: whether it has; by default, whether everybody can see one.
        options: those of `/imagine`, and where it is run.
    """
    async with studio.running():
        await begin_without_a_reply(studio, prompt, **options)
        return await lose_the_answer(studio, arrived or studio.public)


async def stop_while_sending_beside_the_reply(studio: Studio) -> Request:
    """The same with a picture, while the reply is there but could not be edited."""
    async with studio.running():
        studio.sandbox.task_seconds = FOREVER
        await studio.imagine()
        studio.end_tokens()
        studio.server.fail("PATCH", EDIT, 403, {"code": 50005, "message": "Cannot edit it"})
        return await lose_the_answer(studio, lambda: studio.public()[1:])


async def lose_the_answer(studio: Studio, arrived: Callable[[], object], path: str = POST) -> Request:
    """Let RunAPI finish, and a new message arrive whose answer does not; return the first request as it is then."""
    studio.server.fail("POST", path, reset="after")
    studio.sandbox.task_seconds = 0.0
    await studio.server.until(arrived)
    details = await studio.details(studio.server.world.replies[0])
    assert details.request.delivery is Delivery.OPEN
    assert details.request.delivery_nonce is not None
    return details.request


async def finished_by_next_start(studio: Studio, request: Request, *, shard_count: int | None = 1) -> Details:
    """Start Easel, let it finish, and return the request as it is then."""
    async with studio.running(shard_count=shard_count):
        await studio.finish()
        found = await studio.bot.engine.find(request.short_id)
    assert found is not None
    return found


async def grow_old(studio: Studio, request: Request) -> float:
    """Let so much time go by that Discord forgets the nonce; return when it was sent, in seconds since 1970."""
    began = datetime.now(UTC) - NONCE_LIFE - timedelta(seconds=1)
    async with Store.open(studio.settings.database_path) as store:
        await store.write(lambda session: session.requests.change(request.id, delivery_began_at=began))
    studio.server.clock.advance(NONCE_LIFE.total_seconds() + 1)
    return began.timestamp()
