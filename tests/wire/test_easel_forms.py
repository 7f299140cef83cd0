"""Easel on the wire: the form that edits a picture, and the pages of a history, as Discord takes them."""

from typing import Any

import pytest

from bot.store import RequestState
from tests.wire import components
from tests.wire.easel import PHOTO, Studio
from tests.wire.interactions import Reply
from tests.wire.messages import Message
from tests.wire.people import Permission

PICTURES, LABEL = 5, 18
"""Parts that a modal has at most, and the type of each (Discord's API document)."""

DEFERRED, EDITED_LATER = 5, 6
"""Types of a first response: an answer that is to come, and a change that is to come."""

UNFIT: dict[str, Any] = {"model": ["gpt-4o-image"], "aspect_ratio": ["21:9"]}


async def filled_in(studio: Studio, opened: Reply, **changed: Any) -> Reply:
    """Send a form with a prompt, and return the answer once the request is over."""
    sent = await studio.server.submit(opened, {"prompt": "make it snow", **changed})
    studio.sandbox.task_seconds = 0.0
    await studio.server.until(lambda: sent.original is not None and not _is_waiting(sent.original))
    await studio.finish()
    return sent


def _is_waiting(message: Message) -> bool:
    return any(f"**{state}**" in message.content for state in ("pending", "queued", "processing"))


async def completed(studio: Studio, sent: Reply) -> Message:
    """Return the reply to a form, which must be a completed edit with its picture."""
    message = sent.original
    assert message is not None
    assert "**completed**" in message.content
    assert await studio.download(message) == (await studio.painted("make it snow"))[-1:]
    return message


async def test_anybodys_picture_is_edited_by_a_form_and_its_result_by_another(studio: Studio) -> None:
    server = studio.server
    theirs = await server.say("look", PHOTO, PHOTO, user=server.person("bob"))
    opened = await server.context_menu("Edit image", theirs)
    await opened.answered
    assert [part["type"] for part in opened.modal["components"]] == [LABEL] * PICTURES
    result = await completed(studio, await filled_in(studio, opened, pictures=["1"]))

    [button] = [each for each in result.custom_ids if ":edit:" in each]
    eve = server.person("eve")
    again = await server.click(result, button, user=eve)
    await again.answered
    sent = await filled_in(studio, again)
    await completed(studio, sent)
    assert (await studio.details(sent)).request.user_id == int(eve.id)


async def test_a_form_that_does_not_fit_is_adjusted_after_a_restart(idle_studio: Studio) -> None:
    studio, server = idle_studio, idle_studio.server
    async with studio.running():
        theirs = await server.say("look", PHOTO, user=server.person("bob"))
        opened = await server.context_menu("Edit image", theirs)
        await opened.answered
        refused = await filled_in(studio, opened, **UNFIT)
        assert refused.original is not None
        assert refused.original.ephemeral
    await studio.delete(theirs)
    async with studio.running():
        [adjust] = refused.original.custom_ids
        again = await server.click(refused.original, adjust)
        await again.answered
        typed = components.find(again.modal["components"], "prompt")
        assert typed["value"] == "make it snow"
        await completed(studio, await filled_in(studio, again, aspect_ratio=["3:2"]))


@pytest.mark.parametrize("denied", [Permission.VIEW_CHANNEL, Permission.READ_MESSAGE_HISTORY])
async def test_it_is_edited_in_a_channel_that_the_bot_cannot_read(studio: Studio, denied: Permission) -> None:
    theirs = await studio.server.say("look", PHOTO, user=studio.server.person("bob"))
    await studio.server.deny(denied)
    opened = await studio.server.context_menu("Edit image", theirs)
    await opened.answered
    await completed(studio, await filled_in(studio, opened))


async def test_a_history_turns_its_pages_and_opens_a_request_after_a_restart(idle_studio: Studio) -> None:
    studio, server = idle_studio, idle_studio.server
    async with studio.running():
        for number in range(9):
            await studio.imagine(f"fox {number}")
        last = await studio.imagine("fox 9")
        await studio.finish()
        shown = await studio.command("history")
        assert (await shown.answered)["type"] == DEFERRED
        page = await shown.finished
        assert page.ephemeral
        [sheet] = [each for each in components.walk(page.components) if each["type"] == components.GALLERY]
        assert sheet["items"][0]["media"]["url"].startswith("https://")
        last_id = (await studio.details(last)).request.short_id
    async with studio.running():
        [older] = [each for each in page.custom_ids if each.startswith("easel:history:")]
        turned = await server.click(page, older)
        assert (await turned.answered)["type"] == EDITED_LATER
        await server.until(lambda: "fox 0" in str(page.components))
        assert "fox 9" not in str(page.components)
        again = await studio.command("history")
        opened = await server.select(await again.finished, "easel:history-open", last_id)
        copy = await opened.finished
        assert copy.ephemeral
        assert await studio.download(copy) == await studio.painted("fox 9")
        assert (await studio.details(last)).request.state is RequestState.COMPLETED
