"""Easel on the wire: what Discord tells of messages, and the answers to them."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.delivery import NONCE_LIFE
from bot.store import RequestState, Store
from tests.wire.changes import WAIT_SECONDS
from tests.wire.easel import FOREVER, PHOTO, Studio
from tests.wire.messages import Message
from tests.wire.people import BOT, GUILD_ID, Permission, Place

POST = "^/channels/.*/messages$"
TO_BOT = f"<@{BOT.id}> make it snow"


def from_bot(studio: Studio) -> list[Message]:
    """What Easel said in public, oldest first."""
    return [message for message in studio.public() if message.author is BOT]


async def answered(studio: Studio, count: int = 1) -> list[Message]:
    """Let RunAPI finish, and wait until Easel has said so much, none of it about what is under way; return that."""
    studio.sandbox.task_seconds = 0.0
    await studio.server.until(lambda: len(from_bot(studio)) >= count and not any(map(_is_waiting, from_bot(studio))))
    await studio.finish()
    return from_bot(studio)


def _is_waiting(message: Message) -> bool:
    return any(f"**{state}**" in message.content for state in ("pending", "queued", "processing"))


async def test_a_mention_with_a_picture_is_answered_by_three_calls(studio: Studio) -> None:
    sent = await studio.server.say(TO_BOT, PHOTO)
    [reply] = await answered(studio)
    assert "**completed**" in reply.content
    assert reply.reference is sent
    assert await studio.download(reply) == await studio.painted("make it snow")
    [post] = studio.server.calls_to("POST", POST)
    assert post.body["allowed_mentions"] == {"parse": []}
    assert post.body["nonce"].endswith("-a")
    assert post.body["enforce_nonce"] is True
    assert len(post.body["nonce"]) <= 25
    assert len(studio.own_calls()) <= 3


async def test_without_the_intent_a_result_can_be_edited_and_somebody_elses_picture_not(studio: Studio) -> None:
    made = await studio.imagine()
    await studio.finish()
    assert made.original is not None
    await studio.server.say(TO_BOT, reply_to=made.original)
    await answered(studio, 2)
    [task] = [task for task in studio.sandbox.tasks.values() if task.prompt == "make it snow"]
    assert task.state == "completed"
    theirs = await studio.server.say("look", PHOTO, user=studio.server.person("bob"))
    await studio.server.say(TO_BOT, reply_to=theirs)
    said = (await answered(studio, 3))[-1]
    assert "Apps > Edit image" in said.content
    assert len(studio.sandbox.tasks) == 2


async def test_with_the_intent_somebody_elses_picture_is_edited_and_a_plain_reply_to_it(idle_studio: Studio) -> None:
    idle_studio.server.gateway.message_content = True
    async with idle_studio.running(message_content=True):
        theirs = await idle_studio.server.say("look", PHOTO, user=idle_studio.server.person("bob"))
        await idle_studio.server.say(TO_BOT, reply_to=theirs)
        [reply] = await answered(idle_studio)
        await idle_studio.server.say("make it rain", reply_to=reply)
        [_, again] = await answered(idle_studio, 2)
    assert await idle_studio.download(again) == await idle_studio.painted("make it rain")


async def test_that_a_reply_notifies_the_bot_makes_it_no_request(studio: Studio) -> None:
    made = await studio.imagine()
    await studio.finish()
    assert made.original is not None
    await studio.server.say("make it snow", reply_to=made.original, ping=True)
    # What comes after it is answered, so it was heard before.
    await studio.server.say(TO_BOT, PHOTO)
    assert len(await answered(studio, 2)) == 2
    assert len(studio.sandbox.tasks) == 2


async def test_a_message_that_is_told_twice_is_one_request(studio: Studio) -> None:
    sent = await studio.server.say(TO_BOT, PHOTO)
    await studio.server.gateway.tell("MESSAGE_CREATE", sent)
    await studio.server.say(TO_BOT, PHOTO)
    assert len(await answered(studio, 2)) == 2
    assert len(studio.sandbox.tasks) == 2


async def test_a_message_that_came_while_the_gateway_was_away_is_one_request(studio: Studio) -> None:
    studio.server.gateway.refusing = True
    await studio.server.gateway.drop()
    await studio.server.say(TO_BOT, PHOTO)
    studio.server.gateway.refusing = False
    [reply] = await answered(studio)
    assert "**completed**" in reply.content
    assert len(studio.sandbox.tasks) == 1


async def test_where_it_may_not_write_the_person_is_told_and_nothing_is_made(studio: Studio) -> None:
    await studio.server.deny(Permission.SEND_MESSAGES)
    await studio.server.say(TO_BOT, PHOTO)
    await studio.server.until(studio.direct)
    await studio.finish()
    [told] = studio.direct()
    assert told.content == f"I may not write in <#{studio.server.general.id}>, so I did not start. Nothing was charged."
    assert (from_bot(studio), studio.sandbox.tasks) == ([], {})
    async with asyncio.timeout(WAIT_SECONDS):
        while await studio.left() < studio.settings.daily_images_per_user:  # noqa: ASYNC110 - nothing announces it
            await asyncio.sleep(0.005)


async def test_without_the_history_the_answer_is_a_message_of_its_own(studio: Studio) -> None:
    await studio.server.deny(Permission.READ_MESSAGE_HISTORY)
    await studio.server.say(TO_BOT, PHOTO)
    [reply] = await answered(studio)
    assert (reply.reference, "**completed**" in reply.content) == (None, True)


async def test_an_answer_whose_connection_broke_is_there_once(studio: Studio) -> None:
    studio.server.fail("POST", POST, reset="after")
    await studio.server.say(TO_BOT, PHOTO)
    [reply] = await answered(studio)
    assert "**completed**" in reply.content
    posts = studio.server.calls_to("POST", POST)
    assert len({post.body["nonce"] for post in posts}) == 1
    assert len(posts) > 1


async def test_a_deleted_target_is_told_as_such(studio: Studio) -> None:
    theirs = await studio.server.say("look", PHOTO, user=studio.server.person("bob"))
    await studio.delete(theirs)
    await studio.server.say(TO_BOT, reply_to=theirs)
    [said] = await answered(studio)
    assert said.content.startswith("The message that you replied to was deleted.")
    assert studio.server.calls_to("GET", f"/messages/{theirs.id}$") == []


async def tell(studio: Studio, *without: str, reply_to: Message | None = None, **changed: Any) -> None:
    """Let the gateway tell of a message that mentions the bot, with and without some of its fields."""
    server = studio.server
    message = server.world.messages.new(server.general, server.ada)
    message.content, message.mentions, message.reference = TO_BOT, [BOT], reply_to
    told = {**message.payload(), "guild_id": GUILD_ID, **changed}
    await server.gateway.dispatch(
        "MESSAGE_CREATE", {key: value for key, value in told.items() if key not in without}, GUILD_ID
    )


async def test_a_webhook_is_not_answered(studio: Studio) -> None:
    await tell(studio, webhook_id="1")
    # What comes after it is answered, so it was heard before.
    await studio.server.say(TO_BOT, PHOTO)
    [reply] = await answered(studio)
    assert "**completed**" in reply.content


@pytest.mark.parametrize(
    ("denied", "sentence"),
    [
        (Permission(0), "There is no picture in the message that you replied to."),
        (Permission.READ_MESSAGE_HISTORY, "I may not read the messages in this channel."),
    ],
)
async def test_a_target_that_is_not_told_is_asked_for(studio: Studio, denied: Permission, sentence: str) -> None:
    target = await studio.server.say(f"look, <@{BOT.id}>")
    await answered(studio)
    await studio.server.deny(denied)
    await tell(studio, "referenced_message", reply_to=target)
    said = (await answered(studio, 2))[1]
    assert said.content.startswith(sentence)
    [fetched] = studio.server.calls_to("GET", f"/messages/{target.id}$")
    assert fetched.status == (403 if denied else 200)


async def test_a_direct_message_needs_no_mention(studio: Studio) -> None:
    await studio.server.say("make it snow", PHOTO, where=Place.DM)
    await studio.server.until(lambda: any("**completed**" in message.content for message in studio.direct()))
    [_, reply] = studio.direct()
    assert await studio.download(reply) == await studio.painted("make it snow")


async def stop_before_it_is_recorded(studio: Studio, *, ago: timedelta = timedelta(0)) -> None:
    """Stop Easel when its first answer has reached Discord and is not recorded, so long ago."""
    studio.sandbox.task_seconds = FOREVER
    async with studio.running():
        await studio.server.say(TO_BOT, PHOTO)
        await studio.server.until(lambda: from_bot(studio))
    async with Store.open(studio.settings.database_path) as store:
        [request_id] = await store.read(lambda session: session.requests.unfinished_ids())
        began = datetime.now(UTC) - ago
        await store.write(
            lambda session: session.requests.change(
                request_id, state=RequestState.ACCEPTED, message_id=None, acknowledged_at=None, created_at=began
            )
        )
    studio.server.clock.advance(ago.total_seconds())


async def test_after_a_crash_the_answer_is_repeated_under_its_nonce(idle_studio: Studio) -> None:
    await stop_before_it_is_recorded(idle_studio)
    async with idle_studio.running():
        [reply] = await answered(idle_studio)
    assert "**completed**" in reply.content
    first, second = idle_studio.server.calls_to("POST", POST)
    assert first.body["nonce"] == second.body["nonce"]


async def test_after_discord_forgot_the_nonce_the_answer_is_looked_for(idle_studio: Studio) -> None:
    await stop_before_it_is_recorded(idle_studio, ago=NONCE_LIFE + timedelta(seconds=1))
    async with idle_studio.running():
        [reply] = await answered(idle_studio)
    assert "**completed**" in reply.content
    assert len(idle_studio.server.calls_to("POST", POST)) == 1


@pytest.mark.parametrize("deleted", [False, True])
async def test_where_it_cannot_be_looked_for_the_result_is_a_new_message(idle_studio: Studio, *, deleted: bool) -> None:
    await stop_before_it_is_recorded(idle_studio, ago=NONCE_LIFE + timedelta(seconds=1))
    [status] = from_bot(idle_studio)
    if deleted:
        await idle_studio.delete(status)
    idle_studio.server.general.denied = Permission.READ_MESSAGE_HISTORY
    async with idle_studio.running():
        await idle_studio.finish()
    result = from_bot(idle_studio)[-1]
    assert "**completed**" in result.content
    assert len(from_bot(idle_studio)) == (1 if deleted else 2)
    assert len(idle_studio.sandbox.tasks) == 1
