"""Easel on the wire: RunAPI is asked only after Discord took the first response."""

import aiohttp
import pytest

from bot.store import RequestState
from tests.wire.changes import WAIT_SECONDS
from tests.wire.discord_server import discord_connector
from tests.wire.easel import Studio
from tests.wire.interaction_routes import FIRST_RESPONSE_SECONDS
from tests.wire.people import APPLICATION_ID

CALLBACK = "/callback$"
ORIGINAL = "/messages/@original$"


async def assert_lapsed(studio: Studio, reply_id: str) -> None:
    """The request is over, nobody was told twice, the allowance is whole and RunAPI was asked for nothing."""
    [reply] = [each for each in studio.server.world.replies if each.id == reply_id]
    assert (await studio.details(reply)).request.state is RequestState.LAPSED
    assert await studio.left() == studio.settings.daily_images_per_user
    assert studio.asked() == []
    assert (studio.public(), studio.direct()) == ([], [])


async def test_a_first_response_that_comes_late_lapses(studio: Studio) -> None:
    studio.server.interaction_age = FIRST_RESPONSE_SECONDS + 1
    reply = await studio.imagine()
    await studio.finish()
    assert [call.status for call in studio.server.calls_to("POST", CALLBACK)] == [404]
    await assert_lapsed(studio, reply.id)
    assert studio.server.calls_to("GET", ORIGINAL) == []


async def test_a_first_response_that_broke_off_is_asked_after_and_lapses_if_it_is_not_there(studio: Studio) -> None:
    studio.server.fail("POST", CALLBACK, reset="before")
    reply = await studio.imagine()
    await studio.finish()
    assert [call.status for call in studio.server.calls_to("GET", ORIGINAL)] == [404]
    await assert_lapsed(studio, reply.id)


@pytest.mark.parametrize("forced", [False, True])
async def test_a_first_response_that_broke_off_but_arrived_goes_on(studio: Studio, *, forced: bool) -> None:
    studio.server.fail("POST", CALLBACK, reset="after")
    reply = await studio.imagine(forced_ephemeral=forced)
    await studio.finish()
    assert [call.status for call in studio.server.calls_to("GET", ORIGINAL)] == [200]
    assert reply.original is not None
    assert await studio.download(reply.original) == await studio.painted()
    details = await studio.details(reply)
    assert details.request.reply["ephemeral"] is forced
    assert details.request.message_id == int(reply.original.id)
    assert len(studio.sandbox.tasks) == 1


async def test_asking_after_a_first_response_waits_for_discord(studio: Studio) -> None:
    studio.server.fail("POST", CALLBACK, reset="after")
    studio.server.fail("GET", ORIGINAL, 503)
    reply = await studio.imagine()
    await studio.finish()
    assert [call.status for call in studio.server.calls_to("GET", ORIGINAL)] == [503, 200]
    assert reply.original is not None
    assert reply.original.attachments


async def test_a_first_response_that_was_taken_before_counts(studio: Studio) -> None:
    """Discord takes it and answers 502 all the same; discord.py repeats it, and is told 40060."""
    server = studio.server
    server.fail("POST", CALLBACK, 502)
    done = studio.bot.wait_for("app_command_completion", timeout=WAIT_SECONDS)
    reply = await server.slash("imagine", prompt="a red fox")
    [first] = await server.until(lambda: [call for call in server.calls_to("POST", CALLBACK) if call.status == 502])
    url = f"https://discord.com/api/v10/interactions/{reply.id}/{reply.token}/callback"
    async with aiohttp.ClientSession(connector=discord_connector(server)) as session:
        assert (await session.post(url, json=first.body)).status == 204
    await done
    await studio.finish()
    assert [call.status for call in server.calls_to("POST", CALLBACK)] == [502, 204, 400]
    assert reply.original is not None
    assert await studio.download(reply.original) == await studio.painted()
    edits = server.calls_to("PATCH", f"^/webhooks/{APPLICATION_ID}/:token/messages/")
    assert [call.status for call in edits] == [200]
