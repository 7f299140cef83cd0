"""Easel on the wire when Discord tells that something was deleted."""

import asyncio
from collections.abc import Sequence

import pytest

from tests.wire.changes import WAIT_SECONDS
from tests.wire.easel import FOREVER, Studio
from tests.wire.interactions import Reply
from tests.wire.people import GUILD_ID, Json


async def kept(studio: Studio, reply: Reply) -> bool:
    """Return whether a request's picture is kept, as file and as name alike."""
    details = await studio.details(reply)
    names = [name for picture in details.pictures for name in (picture.file, picture.thumbnail) if name]
    for name in names:
        assert (studio.settings.data_dir / "pictures" / name).exists()
    assert (details.request.deleted_at is None) == bool(names)
    return bool(names)


async def gone(studio: Studio, reply: Reply) -> None:
    """Wait until a request's pictures are gone.

    Raises:
        TimeoutError: that takes longer than `WAIT_SECONDS`.
    """
    async with asyncio.timeout(WAIT_SECONDS):
        while not (await studio.details(reply)).request.deleted_at:  # noqa: ASYNC110 - nothing announces it
            await asyncio.sleep(0.005)
    # Files go after their names.
    async with asyncio.timeout(WAIT_SECONDS):
        while len(files(studio)) > 2:  # noqa: ASYNC110 - nothing announces what is looked for
            await asyncio.sleep(0.005)


def files(studio: Studio) -> Sequence[object]:
    return [path for path in (studio.settings.data_dir / "pictures").rglob("*") if path.is_file()]


def telling(kind: str, reply: Reply) -> Json:
    """Return what the gateway says when the message, or where it is, was deleted."""
    assert reply.original is not None
    channel = reply.original.channel
    return {
        "MESSAGE_DELETE": {"id": reply.original.id, "channel_id": channel.id, "guild_id": GUILD_ID},
        "MESSAGE_DELETE_BULK": {"ids": [reply.original.id, "7"], "channel_id": channel.id, "guild_id": GUILD_ID},
        "CHANNEL_DELETE": {**channel.payload(), "guild_id": GUILD_ID},
        "THREAD_DELETE": {"id": channel.id, "guild_id": GUILD_ID, "parent_id": "7", "type": 11},
        "GUILD_DELETE": {"id": GUILD_ID},
    }[kind]


@pytest.mark.parametrize(
    "kind", ["MESSAGE_DELETE", "MESSAGE_DELETE_BULK", "CHANNEL_DELETE", "THREAD_DELETE", "GUILD_DELETE"]
)
async def test_what_discord_tells_to_be_deleted_is_gone(studio: Studio, kind: str) -> None:
    other = await studio.imagine("a blue fox", installed="user")
    reply = await studio.imagine()
    await studio.finish()
    assert await kept(studio, reply)
    await studio.server.world.gateway.dispatch(kind, telling(kind, reply), GUILD_ID)
    await gone(studio, reply)
    if kind.startswith("MESSAGE"):
        assert await kept(studio, other)


async def test_an_outage_of_a_server_deletes_nothing(studio: Studio) -> None:
    reply = await studio.imagine()
    await studio.finish()
    gateway = studio.server.world.gateway
    unavailable = studio.bot.wait_for("guild_unavailable", timeout=WAIT_SECONDS)
    told = asyncio.ensure_future(unavailable)
    await gateway.dispatch("GUILD_DELETE", {"id": GUILD_ID, "unavailable": True}, GUILD_ID)
    await told
    assert await kept(studio, reply)


async def test_a_reply_that_is_deleted_under_way_still_brings_its_picture(studio: Studio) -> None:
    studio.sandbox.task_seconds = FOREVER
    reply = await studio.imagine()
    assert reply.original is not None
    await studio.delete(reply.original)
    await studio.finish()
    assert await kept(studio, reply)
    [message] = studio.public()
    assert len(await studio.download(message)) == 1
    await studio.delete(message)
    await gone(studio, reply)
