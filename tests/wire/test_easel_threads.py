"""Easel on the wire in threads: where replies go when a thread is archived, locked, or not for the bot to write in."""

from typing import Any

from tests.wire.easel import FOREVER, Studio
from tests.wire.people import Channel, Permission

POST = "^/channels/.*/messages$"


async def in_a_thread(studio: Studio) -> tuple[Channel, str]:
    """Ask in a new thread; return that, and the id of the reply."""
    studio.sandbox.task_seconds = FOREVER
    thread = studio.server.world.thread(studio.server.general)
    reply = await studio.imagine(where=thread)
    assert reply.original is not None
    return thread, reply.original.id


async def test_a_picture_comes_in_the_reply_whatever_the_bot_may_do_itself(studio: Studio) -> None:
    thread, message_id = await in_a_thread(studio)
    thread.denied = Permission.SEND_MESSAGES_IN_THREADS | Permission.ATTACH_FILES | Permission.EMBED_LINKS
    await studio.finish()
    [message] = studio.server.world.messages.history(thread)
    assert (message.id, await studio.download(message)) == (message_id, await studio.painted())


async def test_in_an_archived_thread_it_comes_anew_which_opens_that_again(studio: Studio) -> None:
    thread, message_id = await in_a_thread(studio)
    thread.archived = True
    await studio.finish()
    new, old = studio.server.world.messages.history(thread)
    assert (old.id, old.attachments, new.reference) == (message_id, [], old)
    assert new.content.startswith(f"<@{studio.server.ada.id}>, here is your picture")
    assert await studio.download(new) == await studio.painted()
    assert not thread.archived
    assert studio.direct() == []


async def test_from_a_locked_thread_it_comes_as_a_direct_message(studio: Studio) -> None:
    thread, message_id = await in_a_thread(studio)
    thread.archived = thread.locked = True
    await studio.finish()
    assert [message.id for message in studio.server.world.messages.history(thread)] == [message_id]
    [direct] = studio.direct()
    assert await studio.download(direct) == await studio.painted()
    assert [call.status for call in studio.server.calls_to("POST", POST)] == [403, 200]


async def test_from_a_private_thread_that_the_bot_is_not_in_it_comes_as_a_direct_message(studio: Studio) -> None:
    thread, message_id = await in_a_thread(studio)
    thread.reachable = False
    studio.end_tokens()
    await studio.finish()
    assert [message.id for message in studio.server.world.messages.history(thread)] == [message_id]
    [direct] = studio.direct()
    assert await studio.download(direct) == await studio.painted()


async def test_after_the_token_it_needs_no_permission_to_edit_and_one_to_send(studio: Studio) -> None:
    for archived in (False, True):
        thread, message_id = await in_a_thread(studio)
        thread.denied, thread.archived = Permission.SEND_MESSAGES_IN_THREADS, archived
        studio.end_tokens()
        await studio.finish()
        [message] = studio.server.world.messages.history(thread)
        assert message.id == message_id
        assert bool(message.attachments) is not archived
        assert len(studio.direct()) == archived


async def test_who_asks_in_a_locked_thread_is_told_directly_and_nothing_counts(studio: Studio) -> None:
    before = await studio.left()
    thread = studio.server.world.thread(studio.server.general)
    thread.archived = thread.locked = True
    asked: dict[str, dict[str, Any]] = {"imagine": {"prompt": "a red fox"}, "help": {}}
    for command, options in asked.items():
        await studio.server.slash(command, where=thread, **options)
        told = await studio.server.message_where(lambda message: message.channel.recipients)
        assert told.content == f"I cannot answer you in <#{thread.id}>: it is archived and locked. Nothing was charged."
        await studio.delete(told)
    assert await studio.left() == before
    assert studio.asked() == []
