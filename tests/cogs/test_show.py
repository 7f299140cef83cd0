"""`/show`."""

from pathlib import Path
from typing import Any

import discord
import pytest

from bot.store import Delivery
from tests.places import restrict
from tests.world import World, short_id, world


async def show(world: World, typed: str, *, by: Any = None, channel: Any = None) -> Any:
    """Type `/show` and return the private message that it answers with."""
    shown = await (by or world.ada).slash(channel or world.channel, "show", id=typed)
    assert shown.ephemeral
    return shown.response


def unknown(typed: str) -> str:
    return f"I cannot show “{typed}” here: I show your own requests by their short id, and those of others"


async def age_everything(world: World) -> None:
    """Let RunAPI's addresses end, and the originals be swept, as they are after a week."""
    world.sql("UPDATE pictures SET expires_at = 0, file = NULL")
    folder = world.settings.data_dir / "pictures" / "originals"
    for path in [path for path in folder.rglob("*") if path.is_file()]:
        path.unlink()


async def test_an_own_request_is_shown_again_whose_message_is_gone_unnoticed(world: World) -> None:
    first = await world.imagine("a red fox", aspect_ratio="16:9")
    typed = short_id(first)
    # As while the bot is away: nobody tells it.
    del world.env.backend.messages[world.channel.id][first.response.id]
    await world.restart()
    copy = await show(world, typed)
    assert copy.content.startswith("✅ **completed** · Imagen 4 · 16:9 · ")
    assert "> a red fox" in copy.content
    [attachment] = copy.attachments
    assert attachment.description == "Picture made by Imagen 4 from the prompt: a red fox"
    assert world.channel.history(viewer=world.bob) == []


@pytest.mark.parametrize("typed", ["K0V1X1", "#k0v1x1", " kov1xl "])
async def test_the_id_is_understood_however_it_is_typed(world: World, typed: str) -> None:
    first = await world.imagine()
    world.sql("UPDATE requests SET short_id = 'k0v1x1' WHERE short_id = ?", short_id(first))
    assert "`k0v1x1`" in (await show(world, typed)).content


async def test_it_links_to_the_reply_that_is_still_there(world: World) -> None:
    first = await world.imagine()
    link = f"https://discord.com/channels/{world.guild.id}/{world.channel.id}/{first.response.id}"
    assert (await show(world, short_id(first))).content.endswith(f"\n-# [go to the reply]({link})")
    secret = await world.imagine(private=True)
    assert "go to the reply" not in (await show(world, short_id(secret))).content
    world.sql("UPDATE requests SET delivery_nonce = short_id || '-d-1'")
    assert "go to the reply" not in (await show(world, short_id(first))).content


async def test_a_public_request_of_somebody_elses_is_shown_in_its_server_alone(world: World) -> None:
    first = await world.imagine()
    typed = short_id(first)
    copy = await show(world, typed, by=world.bob)
    assert len(copy.attachments) == 1
    assert f"-# asked for by {world.ada.mention} · [go to the reply](" in copy.content
    assert world.bodies()[-1]["allowed_mentions"] == {"parse": []}

    other = world.env.create_guild("Elsewhere")
    channel = other.create_text_channel("art")
    stranger = other.add_member(world.bob.user)
    assert (await show(world, typed, by=stranger, channel=channel)).content.startswith(unknown(typed))
    direct: Any = await world.bob.user.slash("show", id=typed)
    assert direct.response.content.startswith(unknown(typed))
    own: Any = await world.ada.user.slash("show", id=typed)
    assert len(own.response.attachments) == 1


async def test_what_others_could_not_see_they_are_not_shown(world: World) -> None:
    secret = await world.imagine(private=True)
    direct: Any = await world.ada.user.slash("imagine", prompt="a fox")
    unseen = discord.PermissionOverwrite(view_channel=False)
    hidden = world.guild.create_text_channel("staff", overwrites={world.bob: unseen})
    staff: Any = await world.ada.slash(hidden, "imagine", prompt="a fox")
    await world.settle()
    gone = await world.imagine()
    world.sql("UPDATE requests SET deleted_at = 0 WHERE short_id = ?", short_id(gone))
    undelivered = await world.imagine()
    world.sql("UPDATE requests SET delivery = 'uncertain' WHERE short_id = ?", short_id(undelivered))
    for each in (secret, direct, staff, gone, undelivered):
        typed = short_id(each)
        assert (await show(world, typed, by=world.bob)).content.startswith(unknown(typed))
    for each in (secret, direct, staff):
        assert len((await show(world, short_id(each))).attachments) == 1


@pytest.mark.parametrize("typed", ["zzzzzz", "#", "*bold*", "x" * 100])
async def test_an_id_that_nobody_has_is_said_so(world: World, typed: str) -> None:
    shown = await show(world, typed)
    assert "I show your own requests by their short id" in shown.content
    assert "**bold" not in shown.content
    assert len(shown.content) < 400


@pytest.mark.parametrize("delivery", ["undeliverable", "uncertain"])
async def test_what_was_made_and_reached_nobody_is_picked_up(world: World, delivery: str) -> None:
    first = await world.imagine()
    world.sql("UPDATE requests SET delivery = ?, delivered_at = NULL, message_id = NULL", delivery)
    copy = await show(world, short_id(first))
    assert "It could not be brought to you before, so here it is." in copy.content
    assert len(copy.attachments) == 1
    request = (await world.details(first)).request
    assert request.delivery is Delivery.DELIVERED
    assert request.delivered_at is not None
    again = await show(world, short_id(first))
    assert "It could not be brought" not in again.content
    assert "go to the reply" not in again.content


async def test_what_discord_does_not_take_now_is_not_picked_up(world: World) -> None:
    first = await world.imagine()
    world.sql("UPDATE requests SET delivery = 'undeliverable', delivered_at = NULL")
    world.env.inject_error("POST", "/webhooks/*", status=403, code=50001, times=1)
    copy = await show(world, short_id(first))
    assert copy.content == (
        f"Discord does not take that right now, so I cannot show `{short_id(first)}`. Try again in a minute."
    )
    assert (await world.details(first)).request.delivery is Delivery.UNDELIVERABLE


async def test_pictures_that_the_store_has_not_are_fetched_from_runapi(world: World) -> None:
    first = await world.imagine()
    world.sql("UPDATE pictures SET file = NULL, thumbnail = NULL")
    copy = await show(world, short_id(first))
    assert len(copy.attachments) == 1
    assert "small picture" not in copy.content


async def test_when_nobody_keeps_the_original_the_small_picture_is_shown(world: World) -> None:
    first = await world.imagine()
    await age_everything(world)
    copy = await show(world, short_id(first))
    [attachment] = copy.attachments
    assert attachment.filename.endswith(".webp")
    assert "Nobody keeps the original any more, so this is the small picture that I keep of it." in copy.content
    assert "[open it]" not in copy.content


async def test_when_nothing_is_left_that_is_said(world: World) -> None:
    first = await world.imagine("a red fox")
    await age_everything(world)
    world.sql("UPDATE pictures SET thumbnail = NULL")
    copy = await show(world, short_id(first))
    assert copy.attachments == []
    assert "A picture is missing, for nobody keeps it any more. Reroll makes another." in copy.content
    assert "> a red fox" in copy.content


async def test_a_file_too_large_there_goes_as_a_link(world: World) -> None:
    first = await world.imagine()
    world.env.inject_error("POST", "/webhooks/*", status=413, code=40005, times=1)
    copy = await show(world, short_id(first))
    assert copy.attachments == []
    assert "[open it](" in copy.content


async def test_what_was_deleted_is_said_so(world: World) -> None:
    first = await world.imagine()
    typed = short_id(first)
    [question] = (await world.press(first, "delete")).followups
    await world.press(question, "delete-confirmed")
    assert (await show(world, typed)).content == f"`{typed}` was deleted, and its pictures with it."


async def test_one_under_way_is_shown_as_it_stands_without_buttons(slow_world: World) -> None:
    first = await slow_world.slash("imagine", prompt="a red fox")
    await slow_world.process(first)
    copy = await show(slow_world, short_id(first))
    assert "**processing**" in copy.content
    assert copy.components == []
    await slow_world.complete()
    assert "**completed**" in first.response.content


async def test_the_buttons_of_a_copy_work_and_the_reply_stays_in_reach(world: World) -> None:
    first = await world.imagine("a red fox")
    copy = await show(world, short_id(first))
    again = await world.press(copy, "reroll")
    await world.settle()
    assert "**completed**" in again.response.content
    before = (await world.details(first)).request.reply
    [question] = (await world.press(copy, "delete")).followups
    assert (await world.details(first)).request.reply == before
    await world.press(question, "delete-confirmed")
    assert question.content == "Deleted."
    assert [each.id for each in world.channel.history(viewer=world.bob)] == [again.response.id]


async def test_what_is_for_adults_stays_among_them(world: World) -> None:
    first = await world.imagine()
    world.sql("UPDATE requests SET age_restricted = 1")
    copy = await show(world, short_id(first))
    assert copy.content == f"`{short_id(first)}` comes from an age-restricted channel, so I show it only in one."
    await restrict(world, world.channel)
    assert len((await show(world, short_id(first))).attachments) == 1


async def test_own_newest_ids_are_suggested(world: World) -> None:
    first = await world.imagine("a red fox\nin snow")
    second = await world.imagine("a blue whale " * 50)
    await world.imagine("Bob's", by=world.bob)
    found = await world.ada.autocomplete(world.channel, "show", "id", "")
    assert [each["value"] for each in found] == [short_id(second), short_id(first)]
    assert found[1]["name"] == f"{short_id(first)} · a red fox in snow"
    assert all(len(each["name"]) <= 100 for each in found)
    by_words = await world.ada.autocomplete(world.channel, "again", "id", "FOX")
    assert [each["value"] for each in by_words] == [short_id(first)]


async def test_several_pictures_are_shown_together(tmp_path: Path) -> None:
    async with world(tmp_path) as built:
        first = await built.imagine(model="gpt-4o-image", count=4, aspect_ratio="3:2")
        assert len((await show(built, short_id(first))).attachments) == 4
        await age_everything(built)
        copy = await show(built, short_id(first))
        assert len(copy.attachments) == 4
        assert "Nobody keeps 4 of the originals any more" in copy.content
