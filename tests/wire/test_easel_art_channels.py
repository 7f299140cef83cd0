"""Easel on the wire in art channels: threads and forum posts are there once, whatever becomes of the answer."""

import pytest

from tests.wire.easel import Studio
from tests.wire.people import Channel, Permission

THREADS = "^/channels/.*/messages/.*/threads$"
FORUM = "^/channels/[0-9]+/threads$"


async def workshop(studio: Studio, **art: object) -> None:
    """Make the server's channel an art channel."""
    general = studio.server.general
    field = {"art_channels": {general.id: {"how_to": False, **art}}}
    await studio.bot.engine.settings.change(int(general.guild_id or 0), 1, field)


def threads(studio: Studio, parent: Channel) -> list[Channel]:
    return [each for each in studio.server.world.channels.values() if each.parent is parent]


async def wall(studio: Studio) -> Channel:
    """Make a forum, and tell the bot of it."""
    forum = studio.server.world.forum()
    told = studio.bot.wait_for("guild_channel_create", timeout=20)
    await studio.server.gateway.dispatch("CHANNEL_CREATE", forum.payload(), forum.guild_id)
    await told
    return forum


@pytest.mark.parametrize("reset", ["before", "after"])
async def test_a_thread_whose_answer_was_lost_is_there_once(studio: Studio, reset: object) -> None:
    await workshop(studio, threads=True)
    studio.server.fail("POST", THREADS, reset=reset)  # pyright: ignore[reportArgumentType]
    reply = await studio.imagine("a red fox")
    await studio.finish()
    [thread] = await studio.server.until(lambda: threads(studio, studio.server.general))
    await studio.server.until(lambda: len(studio.server.calls_to("POST", THREADS)) == 2)
    await studio.finish()
    assert reply.original is not None
    assert (thread.id, thread.name) == (reply.original.id, "a red fox")
    statuses = [call.status for call in studio.server.calls_to("POST", THREADS)]
    assert statuses == [None, 201 if reset == "before" else 400]


@pytest.mark.parametrize("reset", ["before", "after"])
async def test_a_forum_post_whose_answer_was_lost_is_there_once(studio: Studio, reset: object) -> None:
    forum = await wall(studio)
    await workshop(studio, forum=forum.id)
    studio.server.fail("POST", FORUM, reset=reset)  # pyright: ignore[reportArgumentType]
    await studio.imagine("a red fox")
    await studio.finish()
    [post] = await studio.server.until(lambda: threads(studio, forum))
    await studio.server.until(lambda: studio.server.calls_to("GET", "/threads/active$"))
    await studio.finish()
    assert threads(studio, forum) == [post]
    assert len(studio.server.calls_to("POST", FORUM)) == (2 if reset == "before" else 1)
    assert forum.tags is not None
    assert post.applied == [tag["id"] for tag in forum.tags if tag["name"] == "Imagen 4"]
    [first] = studio.server.world.messages.history(post)
    assert await studio.download(first) == await studio.painted()


async def test_with_its_original_a_forum_post_goes_also_from_the_archive(studio: Studio) -> None:
    forum = await wall(studio)
    await workshop(studio, forum=forum.id)
    reply = await studio.imagine("a red fox")
    await studio.finish()
    [post] = await studio.server.until(lambda: threads(studio, forum))
    post.archived = True
    assert reply.original is not None
    await studio.delete(reply.original)
    await studio.server.until(lambda: not threads(studio, forum))


async def test_without_the_permission_a_result_comes_all_the_same(studio: Studio) -> None:
    await workshop(studio, threads=True)
    await studio.server.deny(Permission.CREATE_PUBLIC_THREADS)
    reply = await studio.imagine("a red fox")
    await studio.finish()
    assert reply.original is not None
    assert await studio.download(reply.original) == await studio.painted()
    told = await studio.server.message_where(lambda message: "start a thread for each result" in message.content)
    assert told.channel.recipients == [studio.server.ada]
    await studio.server.deny(Permission(0))
    [thread] = await studio.server.until(lambda: threads(studio, studio.server.general))
    assert thread.id == reply.original.id
