"""Easel on the wire: where a reply may go, by where Easel is and who may see it."""

from functools import partial
from pathlib import Path
from typing import Any, Literal

import pytest

from bot.store import Delivery, RequestState
from tests.wire.easel import FOREVER, PHOTO, Studio
from tests.wire.interactions import Reply
from tests.wire.people import Channel, Place

ALONE: list[dict[str, Any]] = [
    {"where": Place.GUILD, "installed": "user"},
    {"where": Place.GROUP_DM, "installed": "user"},
]
"""Where Easel is installed with the person only, and not there itself."""

UNSEEN: list[dict[str, Any]] = [
    {"private": True},
    {"forced_ephemeral": True},
    {"installed": "user", "forced_ephemeral": True},
    {"where": Place.GROUP_DM, "installed": "user", "private": True},
]
"""Where only the person sees the reply, because they asked for it or Discord forces it."""


async def test_where_easel_is_installed_with_the_person_the_token_brings_the_reply(studio: Studio) -> None:
    places = [*ALONE, {"where": Place.DM, "installed": "user"}, {"where": Place.DM}]
    for place, reply in await everywhere(studio, places):
        message = reply.original
        assert message is not None, place
        assert "**completed**" in message.content, place
        assert await studio.download(message) == await studio.painted(_prompt(place)), place
    assert studio.own_calls() == []


async def test_pictures_are_edited_wherever_they_are_made(studio: Studio) -> None:
    foreign_thread = studio.server.world.thread(studio.server.world.foreign)
    places = [*ALONE, *UNSEEN, {"where": Place.DM}, {"where": foreign_thread, "installed": "user"}]
    for number, place in enumerate(places):
        user = studio.server.person(f"person {number}")
        reply = await studio.command("edit", prompt="make it snow", image=PHOTO, user=user, **place)
        await studio.finish()
        assert reply.original is not None, place
        assert "**completed**" in reply.original.content, place
        assert len(await studio.download(reply.original)) == 1, place
        [reroll] = [each for each in reply.original.custom_ids if "reroll" in each]
        again = await studio.server.click(reply.original, reroll, user=user)
        await studio.server.until(partial(_completed, again))
        await studio.finish()
        assert again.original is not None, place
        assert len(await studio.download(again.original)) == 1, place
        assert again.original.ephemeral is bool(place.get("private")), place
    assert studio.own_calls() == []


@pytest.mark.parametrize("where", ["general", "foreign"])
async def test_what_is_made_in_an_age_restricted_channel_comes_to_its_owner_elsewhere_as_a_spoiler(
    idle_studio: Studio, where: Literal["general", "foreign"]
) -> None:
    channel: Channel = getattr(idle_studio.server.world, where)
    channel.nsfw = True
    async with idle_studio.running():
        idle_studio.sandbox.task_seconds = FOREVER
        reply = await idle_studio.imagine(
            where=channel, installed="user" if where == "foreign" else "guild", private=True
        )
        idle_studio.end_tokens()
        await idle_studio.finish()
        request = (await idle_studio.details(reply)).request
    assert (request.age_restricted, request.spoiler) == (True, False)
    [direct] = idle_studio.direct()
    [attachment] = direct.attachments
    assert attachment.filename == f"SPOILER_easel-{request.short_id}-1.png"


async def test_what_only_one_person_sees_is_known_as_such_and_never_public(studio: Studio) -> None:
    for place, reply in await everywhere(studio, UNSEEN):
        message = reply.original
        assert message is not None, place
        assert message.ephemeral, place
        assert await studio.download(message) == await studio.painted(_prompt(place)), place
        assert (await studio.details(reply)).request.reply["ephemeral"] is True, place
    assert (studio.public(), studio.own_calls()) == ([], [])


async def test_after_the_token_it_comes_as_a_direct_message_and_never_in_public(studio: Studio) -> None:
    replies = await everywhere(studio, [*ALONE, *UNSEEN], tokens_end=True)
    for place, reply in replies:
        [direct] = studio.direct(reply.user)
        assert direct.content.startswith(f"<@{reply.user.id}>, here is your picture"), place
        assert await studio.download(direct) == await studio.painted(_prompt(place)), place
        [post] = studio.server.calls_to("POST", f"^/channels/{direct.channel.id}/messages$")
        assert post.body["allowed_mentions"] == {"parse": [], "users": [int(reply.user.id)]}, place
        assert (bool(post.body["nonce"]), post.body["enforce_nonce"]) == (True, True), place
        request = (await studio.details(reply)).request
        assert (request.delivery, request.message_id) == (Delivery.DELIVERED, int(direct.id)), place
    assert studio.public() == [reply.original for _, reply in replies[: len(ALONE)]]
    assert all(message.attachments == [] for message in studio.public())


async def test_after_the_token_the_bot_edits_where_it_is(studio: Studio) -> None:
    replies = await everywhere(studio, [{}, {"where": Place.DM}], tokens_end=True)
    for place, reply in replies:
        message = reply.original
        assert message is not None, place
        assert await studio.download(message) == await studio.painted(_prompt(place)), place
        assert len(studio.server.calls_to("PATCH", f"^/channels/{message.channel.id}/messages/{message.id}$")) == 1
    assert studio.server.calls_to("POST", "/messages$") == []


async def test_a_reply_that_was_deleted_comes_anew_and_names_only_its_owner(studio: Studio) -> None:
    studio.sandbox.task_seconds = FOREVER
    prompt = "for <@&1> and <@2> and @everyone"
    reply = await studio.imagine(prompt)
    assert reply.original is not None
    await studio.delete(reply.original)
    await studio.finish()
    [message] = studio.public()
    ada = studio.server.ada.id
    assert message.content.startswith(f"<@{ada}>, here is your picture")
    assert await studio.download(message) == await studio.painted(prompt)
    [post] = studio.server.calls_to("POST", f"^/channels/{studio.server.general.id}/messages$")
    assert post.body["allowed_mentions"] == {"parse": [], "users": [int(ada)]}
    assert post.body["enforce_nonce"] is True
    assert post.body["nonce"] == (await studio.details(reply)).request.delivery_nonce
    assert len(post.body["nonce"]) <= 25
    assert studio.direct() == []


async def test_a_deleted_reply_where_easel_is_not_comes_as_a_direct_message(studio: Studio) -> None:
    studio.sandbox.task_seconds = FOREVER
    reply = await studio.imagine(installed="user")
    assert reply.original is not None
    await studio.delete(reply.original)
    await studio.finish()
    assert [await studio.download(message) for message in studio.direct()] == [await studio.painted()]
    assert studio.public() == []


async def test_who_takes_no_direct_messages_can_still_be_shown_it_later(studio: Studio) -> None:
    studio.server.ada.takes_direct_messages = False
    studio.sandbox.task_seconds = FOREVER
    reply = await studio.imagine(installed="user")
    studio.end_tokens()
    await studio.finish()
    assert [call.status for call in studio.server.calls_to("POST", "/messages$")] == [403]
    details = await studio.details(reply)
    assert (details.request.state, details.request.delivery) == (RequestState.COMPLETED, Delivery.UNDELIVERABLE)
    [picture] = details.pictures
    assert picture.file is not None
    kept: Path = studio.settings.data_dir / "pictures" / picture.file
    assert [kept.read_bytes()] == await studio.painted()
    usage = await studio.bot.engine.usage(int(studio.server.ada.id))
    assert (usage.today.pictures, usage.standing.left) == (1, (usage.standing.limit or 0) - 1)


async def everywhere(
    studio: Studio, places: list[dict[str, Any]], *, tokens_end: bool = False
) -> list[tuple[dict[str, Any], Reply]]:
    """Ask in each place as another person, by a prompt that names the place; return when all is delivered."""
    studio.sandbox.task_seconds = FOREVER
    replies = [
        (place, await studio.imagine(_prompt(place), user=studio.server.person(f"person {number}"), **place))
        for number, place in enumerate(places)
    ]
    if tokens_end:
        studio.end_tokens()
    await studio.finish()
    return replies


def _completed(reply: Reply) -> bool:
    return reply.original is not None and "**completed**" in reply.original.content


def _prompt(place: dict[str, Any]) -> str:
    return f"a red fox, {place}"
