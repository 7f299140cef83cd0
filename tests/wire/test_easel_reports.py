"""Easel on the wire: the card of a report, and what is decided on it, as Discord takes them."""

import asyncio
from collections.abc import Callable
from typing import Any

from tests.wire.changes import WAIT_SECONDS
from tests.wire.easel import Studio
from tests.wire.interactions import Reply
from tests.wire.messages import Message


async def until(look: Callable[[], object]) -> None:
    """Wait until something is so.

    Raises:
        TimeoutError: that takes longer than `WAIT_SECONDS`.
    """
    async with asyncio.timeout(WAIT_SECONDS):
        while not look():  # noqa: ASYNC110 - nothing announces it
            await asyncio.sleep(0.005)


async def made(studio: Studio, count: int = 1) -> Reply:
    """Make a result where reports go to its own channel."""
    general = studio.server.world.general
    settings = studio.bot.engine.settings
    await settings.change(int(general.guild_id or 0), int(studio.server.ada.id), {"log_channel": int(general.id)})
    several: dict[str, Any] = {"model": "gpt-4o-image", "count": count} if count > 1 else {}
    reply = await studio.imagine(**several)
    await studio.finish()
    return reply


async def reported(studio: Studio, reply: Reply) -> Message:
    """Report a result as bob, and return its card."""
    server, bob = studio.server, studio.server.person("bob")
    assert reply.original is not None
    opened = await server.context_menu("Report picture", reply.original, user=bob)
    await opened.answered
    sent = await server.submit(opened, {"reason": "not nice"})
    await sent.answered
    assert sent.original is not None
    assert sent.original.ephemeral
    await until(lambda: len(studio.public()) == 2)
    await studio.finish()
    return studio.public()[-1]


def names(message: Message) -> list[str]:
    return [each.filename for each in message.attachments]


async def test_a_card_has_its_pictures_as_spoilers_with_alt_text_and_mentions_nobody(studio: Studio) -> None:
    reply = await made(studio, 2)
    card = await reported(studio, reply)
    short_id = (await studio.details(reply)).request.short_id
    assert names(card) == [f"SPOILER_easel-{short_id}-{number}.png" for number in (1, 2)]
    assert all(each.description for each in card.attachments)
    assert await studio.download(card) == await studio.painted()
    assert [each.partition(":report-")[2].partition(":")[0] for each in card.custom_ids] == [
        "delete",
        "spoiler",
        "block",
        "dismiss",
    ]
    [sent] = studio.server.calls_to("POST", f"^/channels/{card.channel.id}/messages$")
    assert sent.body["allowed_mentions"] == {"parse": []}
    assert sent.body["nonce"]
    assert sent.body["enforce_nonce"]


async def test_spoiler_sends_the_pictures_again_as_spoilers_in_place(studio: Studio) -> None:
    reply = await made(studio, 2)
    card = await reported(studio, reply)
    message = reply.original
    assert message is not None
    before, described = names(message), [each.description for each in message.attachments]
    [button] = [each for each in card.custom_ids if "report-spoiler" in each]
    await studio.server.click(card, button)
    await until(lambda: "Made a spoiler by" in card.content)
    assert names(message) == [f"SPOILER_{name}" for name in before]
    assert [each.description for each in message.attachments] == described
    assert await studio.download(message) == await studio.painted()
    assert (card.custom_ids, len(card.attachments)) == ([], 2)


async def test_delete_takes_the_result_and_the_pictures_of_its_card(studio: Studio) -> None:
    reply = await made(studio)
    card = await reported(studio, reply)
    [button] = [each for each in card.custom_ids if "report-delete" in each]
    await studio.server.click(card, button)
    await until(lambda: "Deleted by" in card.content)
    assert studio.public() == [card]
    assert (card.custom_ids, card.attachments) == ([], [])
    assert (await studio.details(reply)).request.deleted_at is not None
