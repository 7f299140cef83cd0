"""Easel on the wire: what Discord's own faults do to the delivery of a picture."""

from datetime import timedelta

import pytest

from bot.delivery import Deadlines
from bot.engine import Patience
from tests.wire.easel import FOREVER, PHOTO, Studio

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


async def test_a_status_that_discord_takes_late_does_not_undo_the_picture(idle_studio: Studio) -> None:
    """discord.py repeats it after a second, when the picture is ready.

    Edits by a token it makes one at a time, and so those of a rate limit's bucket that it does not know yet.
    """
    studio, server = idle_studio, idle_studio.server
    studio.settings = studio.settings.model_copy(update={"tasks_at_once": 1})
    async with studio.running(patience=Patience(round=timedelta(seconds=0.02))):
        studio.sandbox.task_seconds = FOREVER
        first, second = [await studio.imagine(name, user=server.person(name)) for name in ("a", "b")]
        message = (await studio.imagine()).original
        assert message is not None
        edits = f"^/channels/.*/messages/{message.id}$"
        studio.end_tokens()
        await studio.cancel(second)
        await server.until(lambda: "next in line" in message.content)
        server.fail("PATCH", edits, 502)
        before = len(server.calls_to("PATCH", edits))
        await studio.cancel(first)
        await server.until(lambda: server.calls_to("PATCH", edits)[before:])
        await studio.finish()

        def taken() -> list[int]:
            return [len(call.files) for call in server.calls_to("PATCH", edits)[before:] if call.status == 200]

        await server.until(lambda: 0 in taken())
    assert (taken()[-1], sum(taken())) == (1, 1)
    assert "**completed**" in message.content
    assert await studio.download(message) == await studio.painted()


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
