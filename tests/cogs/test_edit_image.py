"""Apps > Edit image, its form, and what is done where that does not fit."""

from pathlib import Path
from typing import Any

import discord
import httpx
from PIL import Image

from bot.ui.edit_form import AS_IT_IS
from tests.images.samples import animation, encoded
from tests.world import World, short_id, world

RED = encoded(Image.new("RGB", (64, 48), "red"), "PNG")
BLUE = encoded(Image.new("RGB", (64, 48), "blue"), "PNG")

UNFIT = {"model": ["gpt-4o-image"], "aspect_ratio": ["21:9"]}
"""What the form offers, for another model takes it, and this one does not."""


def filled(**changed: Any) -> dict[str, Any]:
    """Return a form filled in; the pictures are as they are chosen already."""
    usual = {"model": ["gpt-image-2"], "aspect_ratio": [AS_IT_IS], "resolution": [AS_IT_IS]}
    return {"prompt": "make it snow", **usual, **changed}


async def post(world: World, *files: tuple[str, bytes]) -> discord.Message:
    """Let `bob` send a message with these files, or one picture."""
    return await world.bob.send(world.channel, "look", attachments=files or [("fox.png", RED)])


async def open_form(world: World, message: Any, *, by: Any = None) -> Any:
    """Pick Apps > Edit image on a message; return the interaction's result."""
    return await (by or world.ada).context_menu(world.channel, "Edit image", getattr(message, "response", message))


async def send(world: World, shown: Any, *, by: Any = None, **changed: Any) -> Any:
    """Send a form and wait until its request is over; return the interaction's result."""
    answer = await (by or world.ada).submit_modal(shown, filled(**changed))
    await world.settle()
    return answer


def parts(shown: Any) -> dict[str, dict[str, Any]]:
    """Return what a form asks for, by id."""
    return {label["component"]["custom_id"]: label["component"] for label in shown.modal["components"]}


def values(part: dict[str, Any], *, chosen: bool = False) -> list[str]:
    """Return what a select offers, or what is chosen there."""
    return [option["value"] for option in part["options"] if option.get("default") or not chosen]


async def adjust(world: World, refused: Any) -> Any:
    """Press Adjust under a private answer."""
    [button] = refused.response.components[0]["components"]
    return await world.ada.click(refused.response, custom_id=button["custom_id"])


async def edited(world: World) -> list[bytes]:
    """Return what RunAPI finds at the addresses that the last create named, in that order."""
    async with httpx.AsyncClient() as http:
        return [(await http.get(url)).content for url in world.asked()[-1]["source_image_urls"]]


async def nothing_was_charged(world: World) -> None:
    assert world.creates() == []
    assert await world.left(world.ada) == world.settings.daily_images_per_user


async def test_a_picture_that_somebody_posted_is_edited_as_a_request_of_who_asks(world: World) -> None:
    shown = await open_form(world, await post(world))
    answer = await send(world, shown)
    assert "**completed**" in answer.response.content
    assert not answer.ephemeral
    assert await edited(world) == [RED]
    request = (await world.details(answer)).request
    assert (request.user_id, request.parent_id, request.origin) == (world.ada.id, None, "edit_image")
    assert await world.left(world.ada) == world.settings.daily_images_per_user - 1


async def test_the_form_asks_for_what_the_models_take(world: World) -> None:
    form = parts(await open_form(world, await post(world)))
    assert list(form) == ["prompt", "model", "aspect_ratio", "resolution"]
    assert values(form["model"]) == ["gpt-image-2", "gpt-4o-image"]
    assert values(form["model"], chosen=True) == ["gpt-image-2"]
    for name in ("aspect_ratio", "resolution"):
        models = (world.bot.engine.catalog.choose("edit_image", model) for model in values(form["model"]))
        allowed = [{str(value) for value in taken.allowed(name, {})} for _, taken in models]
        assert set(values(form[name])) == {AS_IT_IS}.union(*allowed)
        assert values(form[name], chosen=True) == [AS_IT_IS]
    assert form["prompt"]["max_length"] == 4000


async def test_of_several_pictures_those_that_are_chosen_are_edited(world: World) -> None:
    message = await post(world, ("a.png", RED), ("b.mp4", b"video"), ("c.png", BLUE), ("d.png", RED))
    shown = await open_form(world, message)
    choice = parts(shown)["pictures"]
    assert [option["label"] for option in choice["options"]] == ["1. a.png", "2. c.png", "3. d.png"]
    assert (choice["min_values"], choice["max_values"], values(choice, chosen=True)) == (1, 3, ["0"])
    assert len(shown.modal["components"]) == 5
    await send(world, shown, pictures=["1", "2"])
    assert await edited(world) == [BLUE, RED]


async def test_what_is_chosen_is_asked_of_runapi(world: World) -> None:
    shown = await open_form(world, await post(world))
    await send(world, shown, aspect_ratio=["3:2"], resolution=["2k"])
    [asked] = world.asked()
    assert (asked["aspect_ratio"], asked["output_resolution"]) == ("3:2", "2k")


async def test_a_form_that_was_opened_before_a_restart_is_taken(world: World) -> None:
    shown = await open_form(world, await post(world))
    await world.restart()
    answer = await send(world, shown)
    assert "**completed**" in answer.response.content


async def test_a_form_whose_message_is_gone_is_taken_while_discord_has_the_picture(world: World) -> None:
    message = await post(world)
    shown = await open_form(world, message)
    await world.bob.delete(message)
    assert "**completed**" in (await send(world, shown)).response.content

    shown = await open_form(world, await post(world))
    world.lose_attachments()
    answer = await send(world, shown)
    assert "I could not get the picture from Discord." in answer.response.content
    assert await world.left(world.ada) == world.settings.daily_images_per_user - 1


async def test_what_does_not_fit_is_said_privately_and_adjusted_after_a_restart(world: World) -> None:
    shown = await open_form(world, await post(world, ("a.png", RED), ("b.png", BLUE)))
    refused = await send(world, shown, pictures=["1"], prompt="make it rain", **UNFIT)
    assert refused.ephemeral
    assert refused.response.content.startswith("GPT-4o Image does not take `aspect_ratio` 21:9.")
    await nothing_was_charged(world)

    await world.restart()
    again = await adjust(world, refused)
    form = parts(again)
    assert form["prompt"]["value"] == "make it rain"
    assert {name: values(form[name], chosen=True) for name in form if name != "prompt"} == {
        "pictures": ["1"],
        "model": ["gpt-4o-image"],
        "aspect_ratio": ["21:9"],
        "resolution": [AS_IT_IS],
    }
    answer = await send(world, again, pictures=["1"], model=["gpt-image-2"], aspect_ratio=["21:9"])
    assert "**completed**" in answer.response.content
    assert await edited(world) == [BLUE]


async def test_a_form_can_be_adjusted_as_often_as_needed(world: World) -> None:
    shown = await open_form(world, await post(world))
    for prompt in ("one", "two"):
        refused = await send(world, shown, prompt=prompt, **UNFIT)
        shown = await adjust(world, refused)
        assert parts(shown)["prompt"]["value"] == prompt


async def test_who_has_used_up_their_allowance_keeps_what_they_typed(tmp_path: Path) -> None:
    async with world(tmp_path, daily_images_per_user=1) as built:
        await built.imagine()
        refused = await send(built, await open_form(built, await post(built)), prompt="make it rain")
        assert refused.ephemeral
        assert "You have used all 1 of today's pictures." in refused.response.content
        assert parts(await adjust(built, refused))["prompt"]["value"] == "make it rain"


async def test_a_form_that_is_not_kept_any_more_gives_back_what_was_typed(world: World) -> None:
    shown = await open_form(world, await post(world))
    refused = await send(world, await open_form(world, await post(world)), **UNFIT)
    world.sql("DELETE FROM drafts")
    answer = await send(world, shown, prompt="make it *rain*")
    assert answer.ephemeral
    assert answer.response.content.startswith("That form was opened too long ago")
    assert answer.response.content.endswith("\n> make it \\*rain\\*")
    assert (await adjust(world, refused)).response.content.startswith("That form was opened too long ago")
    await nothing_was_charged(world)


async def test_nobody_sends_or_adjusts_the_form_of_another(world: World) -> None:
    shown = await open_form(world, await post(world))
    refused = await send(world, await open_form(world, await post(world)), **UNFIT)
    world.sql("UPDATE drafts SET user_id = ?", world.bob.id)
    for answer in (await send(world, shown), await adjust(world, refused)):
        assert answer.ephemeral
        assert answer.response.content.startswith("That form is somebody else's.")
    await nothing_was_charged(world)


NOTHING_TO_EDIT = [
    ((), "That message has no picture that I can see. Pick one that shows a PNG, JPEG or WebP."),
    (("fox.mp4", b"video"), "“fox.mp4” is a video, and I can edit only still pictures. Send a PNG, JPEG or WebP."),
    (("fox.svg", b"<svg/>"), "I cannot edit a SVG. Send a PNG, JPEG or WebP."),
    (("fox.gif", animation("GIF")), "I cannot edit a GIF. Send a PNG, JPEG or WebP."),
    (("notes.txt", b"hello"), "“notes.txt” is not a picture. Send a PNG, JPEG or WebP."),
]


async def test_a_message_without_a_picture_is_answered_with_what_is_wrong(world: World) -> None:
    for file, sentence in NOTHING_TO_EDIT:
        message = await world.bob.send(world.channel, "look", attachments=[file] if file else [])
        shown = await open_form(world, message)
        assert shown.modal is None
        assert (shown.ephemeral, shown.response.content) == (True, sentence)


async def test_who_wants_no_edits_is_respected_when_the_form_is_opened_and_when_it_is_sent(world: World) -> None:
    shown = await open_form(world, await post(world))
    await world.slash("privacy edits", by=world.bob, allow=False)
    for answer in (await send(world, shown), await open_form(world, await post(world))):
        assert answer.modal is None
        assert answer.ephemeral
        assert "would rather not have their pictures edited by others" in answer.response.content
    await nothing_was_charged(world)
    own = await open_form(world, await post(world), by=world.bob)
    assert "**completed**" in (await send(world, own, by=world.bob)).response.content


async def test_a_spoiler_gives_a_request_whose_pictures_are_spoilers(world: World) -> None:
    shown = await open_form(world, await post(world, ("SPOILER_a.png", RED), ("b.png", BLUE)))
    assert (await world.details(await send(world, shown, pictures=["0"]))).request.spoiler
    shown = await open_form(world, await post(world, ("SPOILER_a.png", RED), ("b.png", BLUE)))
    assert not (await world.details(await send(world, shown, pictures=["1"]))).request.spoiler


async def test_a_result_of_easels_becomes_the_parent(world: World) -> None:
    made = await world.imagine()
    answer = await send(world, await open_form(world, made, by=world.bob), by=world.bob)
    details = await world.details(answer)
    assert (details.request.user_id, details.request.parent_number) == (world.bob.id, 1)
    assert details.request.parent_id == (await world.details(made)).request.id
    assert [source.picture_id for source in details.sources] == [(await world.details(made)).pictures[0].id]


async def test_a_result_whose_message_is_not_known_is_known_by_its_buttons(world: World) -> None:
    made = await world.imagine()
    world.sql("UPDATE requests SET message_id = NULL")
    details = await world.details(await send(world, await open_form(world, made)))
    assert details.request.parent_id == (await world.details(made)).request.id


async def test_a_reply_that_shows_no_picture_yet_or_none_at_all(slow_world: World) -> None:
    world = slow_world
    shown = await world.slash("imagine", prompt="a red fox")
    answer = await open_form(world, shown)
    assert answer.response.content == "That picture is not finished yet. Try again when it is."
    [task] = (await world.until(lambda: world.sandbox.tasks)).values()
    task.fails = True
    await world.complete()
    answer = await open_form(world, shown)
    assert answer.response.content == "That request made no picture, so there is nothing to edit."
    assert short_id(shown)


async def test_what_no_adjusting_can_help_gives_back_what_was_typed(world: World) -> None:
    shown = await open_form(world, await post(world))
    await world.slash("privacy edits", by=world.bob, allow=False)
    refused = await send(world, shown, prompt="make it *rain*")
    assert "would rather not have their pictures edited by others" in refused.response.content
    assert refused.response.content.endswith("You wrote:\n> make it \\*rain\\*")
    assert refused.response.components == []


async def test_a_form_that_is_sent_after_discords_address_ended_finds_the_picture_by_its_message(world: World) -> None:
    shown = await open_form(world, await post(world, ("a.png", RED), ("b.png", BLUE)))
    world.sql("UPDATE drafts SET content = replace(content, '.png\"}', '.png?ex=1\"}')")
    assert world.rows("SELECT count(*) FROM drafts WHERE content LIKE '%ex=1%'") == [(1,)]
    answer = await send(world, shown, pictures=["1"])
    assert "**completed**" in answer.response.content
    assert await edited(world) == [BLUE]
    assert world.rows("SELECT url FROM sources WHERE url LIKE '%ex=1%'") == []


async def test_it_is_edited_where_the_bot_can_read_nothing(world: World) -> None:
    unseen = discord.PermissionOverwrite(view_channel=False)
    assert world.bot.user is not None
    staff = world.guild.create_text_channel("staff", overwrites={world.bot.user: unseen})
    message = await world.bob.send(staff, "look", attachments=[("fox.png", RED)])
    answer = await send(world, await world.ada.context_menu(staff, "Edit image", message))
    assert "**completed**" in answer.response.content
