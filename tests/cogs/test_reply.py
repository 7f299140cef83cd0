"""Replies and mentions: edits that are asked for by a message."""

from collections.abc import AsyncGenerator, Sequence
from pathlib import Path
from typing import Any

import discord
import pytest
import simcord

from tests.cogs.test_edit import picture, sources
from tests.world import World, world

RED, BLUE = picture("red"), picture("blue")
PHOTO, OTHER = ("photo.png", RED), ("other.png", BLUE)


@pytest.fixture(name="blind")
async def _blind(tmp_path: Path) -> AsyncGenerator[World]:
    """A world in which Discord does not show the bot what others say."""
    async with world(tmp_path, message_content=False) as built:
        yield built


@pytest.fixture(name="seeing")
async def _seeing(tmp_path: Path) -> AsyncGenerator[World]:
    """A world with the Message Content intent."""
    async with world(tmp_path, message_content=True) as built:
        yield built


@pytest.fixture(name="either", params=["blind", "seeing"])
def _either(request: pytest.FixtureRequest) -> World:
    """A world without the Message Content intent, then one with it."""
    return request.getfixturevalue(request.param)


def to_bot(world: World, prompt: str = "make it snow") -> str:
    """Return a text that mentions the bot."""
    assert world.bot.user is not None
    return f"{world.bot.user.mention} {prompt}"


def from_bot(world: World, channel: simcord.ChannelHandle | None = None) -> list[discord.Message]:
    """Return what the bot said in a channel, oldest first."""
    return [message for message in (channel or world.channel).history() if message.author.bot]


async def post(
    world: World,
    *files: tuple[str, bytes],
    text: str = "look",
    by: simcord.MemberActor | None = None,
    reply_to: Any = None,
    channel: simcord.ChannelHandle | None = None,
) -> discord.Message:
    """Let somebody post a message, `ada` unless said, and wait until the bot has nothing more to do."""
    sent = await (by or world.ada).send(channel or world.channel, text, reply_to=reply_to, attachments=files)
    await world.settle()
    return sent


async def direct(world: World, text: str, *files: tuple[str, bytes], reply_to: Any = None) -> list[discord.Message]:
    """Let `ada` write to the bot, and return what it has said to her, oldest first."""
    channel = world.ada.user.dm_channel
    backend = world.env.backend
    place = {} if reply_to is None else {"channel_id": str(channel.id), "message_id": str(reply_to.id)}
    await world.ada.send_dm(
        text,
        attachments=backend.store_attachments(channel.id, files),
        reference=backend.normalize_message_reference(channel.id, place) if place else None,
    )
    await world.settle()
    return from_bot(world, channel)


def edited(messages: Sequence[discord.Message]) -> discord.Message:
    """Return the one message of some, which must be a completed edit."""
    [message] = messages
    assert "**completed**" in message.content
    assert len(message.attachments) == 1
    return message


async def test_a_picture_attached_to_a_mention_is_edited(either: World) -> None:
    sent = await post(either, PHOTO, text=to_bot(either))
    reply = edited(from_bot(either))
    assert reply.reference is not None
    assert reply.reference.message_id == sent.id
    assert await sources(either) == [RED]
    assert either.asked()[0]["prompt"] == "make it snow"
    assert either.statuses() == ["pending", "completed"]


async def test_a_reply_to_a_result_edits_its_original(either: World) -> None:
    made = await either.imagine("a red fox")
    await post(either, by=either.bob, text=to_bot(either), reply_to=made.response)
    reply = edited(from_bot(either)[1:])
    parent, details = await either.details(made), await either.details(reply)
    assert (details.request.parent_id, details.request.parent_number) == (parent.request.id, 1)
    assert (details.request.user_id, details.request.origin) == (either.bob.id, "reply")
    [original] = parent.pictures
    assert original.file is not None
    assert await sources(either) == [(either.settings.pictures_dir / original.file).read_bytes()]
    [source] = details.sources
    assert source.picture_id == original.id


async def test_the_answer_mentions_nobody(either: World) -> None:
    await post(either, PHOTO, text=to_bot(either, "for @everyone"))
    sent = [body for body in either.bodies() if "nonce" in body]
    assert [body["allowed_mentions"] for body in sent] == [{"parse": []}]
    assert [body["enforce_nonce"] for body in sent] == [True]


async def test_somebody_elses_picture_is_edited_with_the_intent(seeing: World) -> None:
    theirs = await post(seeing, PHOTO, by=seeing.bob)
    await post(seeing, OTHER, text=to_bot(seeing), reply_to=theirs)
    edited(from_bot(seeing))
    assert await sources(seeing) == [RED]


async def test_without_the_intent_somebody_elses_picture_is_refused_with_the_way(blind: World) -> None:
    theirs = await post(blind, PHOTO, by=blind.bob)
    await post(blind, text=to_bot(blind), reply_to=theirs)
    [said] = from_bot(blind)
    assert "Apps > Edit image" in said.content
    assert (blind.asked(), await blind.left(blind.ada)) == ([], blind.settings.daily_images_per_user)


async def test_without_the_intent_one_that_mentions_the_bot_can_be_read(blind: World) -> None:
    theirs = await post(blind, PHOTO, by=blind.bob, text=to_bot(blind, ""))
    await post(blind, text=to_bot(blind), reply_to=theirs)
    assert "Write in the same message" in from_bot(blind)[0].content
    edited(from_bot(blind)[1:])
    assert await sources(blind) == [RED]


async def test_a_target_that_shows_no_picture_leaves_the_own_one(either: World) -> None:
    theirs = await post(either, by=either.bob, text="can somebody do this?")
    await post(either, OTHER, text=to_bot(either), reply_to=theirs)
    edited(from_bot(either))
    assert await sources(either) == [BLUE]


async def test_with_the_intent_a_plain_reply_to_a_result_edits_it(seeing: World) -> None:
    made = await seeing.imagine("a red fox")
    await post(seeing, text="make it snow", reply_to=made.response)
    edited(from_bot(seeing)[1:])
    assert seeing.asked()[-1]["prompt"] == "make it snow"


async def test_without_the_intent_a_plain_reply_is_not_a_request(blind: World) -> None:
    made = await blind.imagine("a red fox")
    await post(blind, text="make it snow", reply_to=made.response)
    assert len(from_bot(blind)) == 1


async def test_what_is_not_meant_for_the_bot_is_not_answered(either: World) -> None:
    made = await either.imagine("a red fox", model="gpt-image-2")
    theirs = await post(either, PHOTO, by=either.bob)
    for text, target in [("hello", None), ("@everyone look", None), ("make it snow", theirs), ("", made.response)]:
        await post(either, OTHER, text=text, reply_to=target)
    assert len(from_bot(either)) == 1


async def test_other_bots_and_webhooks_are_not_answered(either: World) -> None:
    robot = either.guild.add_member(either.env.create_user("robot", bot=True))
    await post(either, PHOTO, by=robot, text=to_bot(either))
    await either.guild.create_webhook(either.channel).send(to_bot(either))
    await either.settle()
    assert either.calls() == []


async def test_hello_is_told_how_to_edit_once_a_minute(either: World) -> None:
    for _ in range(2):
        await post(either, text=to_bot(either, "hello"))
    [said] = from_bot(either)
    assert "reply to it, or attach it, and mention me" in said.content


async def test_all_that_the_model_takes_is_edited_and_the_rest_named(tmp_path: Path) -> None:
    files = [(f"{number}_.png", picture(colour)) for number, colour in enumerate(("red", "blue", "green") * 2, 1)]
    async with world(tmp_path, message_content=True, models="nano-banana") as small:
        theirs = await post(small, *files, by=small.bob)
        await post(small, OTHER, text=to_bot(small), reply_to=theirs)
        reply = edited(from_bot(small))
        assert await sources(small) == [data for _, data in files[:4]]
        assert "Nano Banana edits 4 pictures at once, so this was left out: 5\\_.png, 6\\_.png" in reply.content


NO_PICTURE: list[tuple[tuple[str, bytes], str]] = [
    (("clip.mp4", b"ftyp"), "“clip.mp4” is a video"),
    (("logo.svg", b"<svg/>"), "I cannot edit a SVG."),
    (("fox.png", b""), "“fox.png” is empty."),
]


@pytest.mark.parametrize(("file", "sentence"), NO_PICTURE)
async def test_a_target_with_something_else_is_refused_with_the_reason(
    seeing: World, file: tuple[str, bytes], sentence: str
) -> None:
    theirs = await post(seeing, file, by=seeing.bob)
    await post(seeing, text=to_bot(seeing), reply_to=theirs)
    await post(seeing, file, text=to_bot(seeing))
    assert [sentence in said.content for said in from_bot(seeing)] == [True, True]


async def test_a_target_without_a_picture_is_refused(seeing: World) -> None:
    theirs = await post(seeing, by=seeing.bob)
    await post(seeing, text=to_bot(seeing), reply_to=theirs)
    [said] = from_bot(seeing)
    assert said.content.startswith("There is no picture in the message that you replied to.")


async def test_a_request_that_is_not_finished_or_made_nothing_is_refused(slow_world: World) -> None:
    shown = await slow_world.slash("imagine", prompt="a red fox")
    await slow_world.ada.send(slow_world.channel, to_bot(slow_world), reply_to=shown.response)
    await slow_world.until(lambda: len(from_bot(slow_world)) == 2)
    await slow_world.press(shown, "cancel")
    await slow_world.settle()
    await post(slow_world, text=to_bot(slow_world), reply_to=shown.response)
    said = [message.content for message in from_bot(slow_world)[1:]]
    assert said == [
        "That picture is not finished yet. Reply to it once it is completed.",
        "That request made no picture. Reply to one that did, or attach a picture to your message.",
    ]


async def test_a_prompt_that_no_model_takes_is_refused_in_the_channel(either: World) -> None:
    await post(either, PHOTO, text=to_bot(either, "!!!"))
    [said] = from_bot(either)
    assert said.reference is not None
    assert either.asked() == []


async def test_in_direct_messages_no_mention_is_needed(either: World) -> None:
    [reply] = await direct(either, "make it snow", PHOTO)
    edited([reply])
    assert await sources(either) == [RED]
    edited((await direct(either, "make it rain", reply_to=reply))[1:])
    assert either.asked()[-1]["prompt"] == "make it rain"
    assert "write what to change" in (await direct(either, "thanks"))[2].content


async def test_whose_pictures_others_may_not_edit_is_honoured(seeing: World) -> None:
    theirs = await post(seeing, PHOTO, by=seeing.bob)
    made = await seeing.imagine("a red fox", by=seeing.bob)
    await seeing.slash("privacy edits", by=seeing.bob, allow=False)
    before = len(from_bot(seeing))
    for target in (theirs, made.response):
        await post(seeing, text=to_bot(seeing), reply_to=target)
    refused = from_bot(seeing)[before:]
    assert len(refused) == 2
    assert all("**" not in message.content for message in refused)
    await post(seeing, text=to_bot(seeing), reply_to=theirs, by=seeing.bob)
    edited(from_bot(seeing)[before + 2 :])


async def test_what_is_made_from_a_spoiler_is_one(either: World) -> None:
    await post(either, ("SPOILER_photo.png", RED), text=to_bot(either))
    [attachment] = edited(from_bot(either)).attachments
    assert attachment.is_spoiler()


async def test_all_results_of_a_reply_are_edited_that_the_model_takes(either: World) -> None:
    made = await either.imagine("a red fox", count=2)
    await post(either, text=to_bot(either), reply_to=made.response, by=either.bob)
    edited(from_bot(either)[1:])
    parent = await either.details(made)
    assert len(await sources(either)) == len(parent.pictures) == 2
    details = await either.details(from_bot(either)[1])
    assert (details.request.parent_id, details.request.parent_number) == (parent.request.id, None)
    assert [source.picture_id for source in details.sources] == [picture.id for picture in parent.pictures]


async def test_a_result_that_was_deleted_is_not_edited_from_what_is_kept(either: World) -> None:
    made = await either.imagine("a red fox")
    either.sql("UPDATE requests SET deleted_at = 0")
    await post(either, text=to_bot(either), reply_to=made.response)
    assert from_bot(either)[1].content == "That picture was deleted, so I cannot edit it any more."
    assert len(either.creates()) == 1
