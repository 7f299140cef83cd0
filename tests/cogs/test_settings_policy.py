"""What a server's settings do to `/imagine`, `/edit` and what is made of them."""

from typing import Any

import discord
import pytest
import simcord

from tests.cogs.test_edit import edit, picture
from tests.cogs.test_edit_image import parts, send, values
from tests.cogs.test_remix import remix
from tests.cogs.test_reply import from_bot, to_bot
from tests.managers import decide, manager
from tests.places import Kind, place, restrict
from tests.world import World, short_id, texts


async def told(world: World, where: simcord.ChannelHandle | None = None, *, by: Any = None, **options: Any) -> str:
    """Type `/imagine`; return the private refusal, of which nothing is left, or nothing where there is none."""
    member = by or world.ada
    before = await world.left(member)
    shown: Any = await member.slash(where or world.channel, "imagine", prompt="a red fox", **options)
    await world.settle()
    if "**completed**" in shown.response.content:
        return ""
    assert shown.ephemeral
    assert await world.left(member) == before
    return shown.response.content


async def test_only_where_the_server_wants_it(world: World) -> None:
    other = world.guild.create_text_channel("other")
    await decide(world, channels=[str(other.id)])
    said = f"In this server Easel may be used in {other.mention}. Nothing was charged."
    assert await told(world) == said
    assert await told(world, other) == ""
    edited = await world.slash("edit", prompt="make it snow", image=("fox.png", picture("red")))
    assert edited.response.content == said
    assert len(world.creates()) == 1


@pytest.mark.parametrize("kind", ["public thread", "private thread", "forum post"])
async def test_a_category_stands_for_its_channels_and_their_threads(world: World, kind: Kind) -> None:
    category = world.guild.create_category("pictures")
    inside = world.guild.create_text_channel("inside", category=category)
    thread = place(world, kind, parent=None if kind == "forum post" else inside)
    if kind == "forum post":
        forum = next(each for each in world.env.backend.channels.values() if each.name == "forum")
        forum.parent_id = category.id
        await world.restart()
    await decide(world, channels=[str(category.id)])
    assert await told(world, inside) == ""
    assert await told(world, thread) == ""
    assert "may be used in" in await told(world)
    await decide(world, channels=[], channels_denied=[str(category.id)])
    assert "does not want Easel to be used in" in await told(world, thread)
    assert await told(world) == ""


async def test_only_whom_the_server_wants(world: World) -> None:
    role = world.guild.create_role("Painters")
    cleo = world.guild.add_member(world.env.create_user("cleo"), roles=[role])
    await decide(world, roles=[str(role.id)])
    assert await told(world) == (
        f"In this server Easel is for members with one of these roles: {role.mention}. Nothing was charged."
    )
    assert await told(world, by=cleo) == ""
    await decide(world, roles=[], roles_denied=[str(role.id)])
    assert "does not let members with" in await told(world, by=cleo)
    assert await told(world) == ""


async def test_who_manages_the_server_is_bound_as_well(world: World) -> None:
    vera = manager(world)
    await decide(world, roles_denied=[str(world.guild.id)])
    assert "does not let members with" in await told(world, by=vera)


async def test_a_button_is_bound_as_a_command_is(world: World) -> None:
    shown = await world.imagine(model="imagen-4")
    await decide(world, models=["z-image"])
    refused = await world.press(shown, "reroll", by=world.bob)
    assert refused.ephemeral
    assert refused.response.content == (
        "This server does not allow Imagen 4. These work here: z-image. Nothing was charged."
    )
    assert len(world.creates()) == 1


async def test_only_allowed_models_are_taken_suggested_and_listed(world: World) -> None:
    await decide(world, models=["z-image", "gpt-image-2"], default_models={"text_to_image": "gpt-image-2"})
    shown = await world.imagine()
    assert "GPT Image 2" in shown.response.content
    assert await told(world, model="imagen-4") == (
        "This server does not allow Imagen 4. These work here: z-image, gpt-image-2. Nothing was charged."
    )
    suggested = await world.ada.autocomplete(world.channel, "imagine", "model", "")
    assert [each["value"] for each in suggested] == ["z-image", "gpt-image-2"]
    for command in ("models", "help"):
        listed = texts(await world.slash(command))
        assert "GPT Image 2" in listed
        assert "Imagen" not in listed
    suggested = await world.ada.autocomplete(world.channel, "models", "model", "")
    assert [each["value"] for each in suggested] == ["z-image", "gpt-image-2"]


async def test_what_is_suggested_is_within_the_servers_limits(world: World) -> None:
    await decide(world, largest_resolution="2k", most_pictures=2)
    resolutions = await world.ada.autocomplete(world.channel, "imagine", "resolution", "", model="gpt-image-2")
    assert [each["value"] for each in resolutions] == ["1k", "2k"]
    counts = await world.ada.autocomplete(world.channel, "imagine", "count", "")
    assert [each["value"] for each in counts] == [1, 2]
    assert "at most, so 4k is too large" in await told(world, model="gpt-image-2", resolution="4k", aspect_ratio="16:9")
    assert await told(world, count=3) == (
        "In this server a command can ask for 2 pictures at most. Ask for fewer. Nothing was charged."
    )


async def test_private_by_default_is_for_who_does_not_say_otherwise(world: World) -> None:
    await decide(world, private=True)
    assert (await world.imagine()).ephemeral
    assert (await edit(world, ("fox.png", picture("red")))).ephemeral
    public = await world.imagine(private=False)
    assert not public.ephemeral
    again = await world.press(public, "reroll", by=world.bob)
    await world.settle()
    assert again.ephemeral
    await decide(world, private=False)
    assert not (await world.imagine()).ephemeral
    assert (await world.imagine(private=True)).ephemeral


async def test_the_reroll_of_a_private_picture_is_private(world: World) -> None:
    shown = await world.imagine(private=True)
    again = await world.press(shown, "reroll")
    await world.settle()
    assert again.ephemeral


async def test_a_private_request_by_default_ends_after_a_kill(slow_world: World) -> None:
    await decide(slow_world, private=True)
    shown: Any = await slow_world.slash("imagine", prompt="a red fox")
    await slow_world.until(lambda: slow_world.sandbox.tasks)
    await slow_world.restart()
    await slow_world.complete()
    assert shown.ephemeral
    assert "**completed**" in shown.response.content


async def test_age_restricted_channels_are_as_the_server_has_it(world: World) -> None:
    await restrict(world, world.channel)
    assert await told(world) == ""
    await decide(world, nsfw="spoiler")
    shown = await world.imagine()
    assert shown.response.attachments[0].is_spoiler()
    await decide(world, nsfw="off")
    assert await told(world) == (
        "This server has no pictures made in age-restricted channels. Try it in another channel. Nothing was charged."
    )


async def test_another_server_and_direct_messages_have_nothing_of_it(world: World) -> None:
    await decide(world, channels=["1"], roles=["1"], private=True)
    assert "may be used in" in await told(world)
    direct = await world.ada.user.slash("imagine", prompt="a red fox")
    other = world.env.create_guild("Other")
    lobby = other.create_text_channel("lobby")
    member = other.add_member(world.ada.user)
    elsewhere: Any = await member.slash(lobby, "imagine", prompt="a red fox")
    await world.settle()
    for shown in (direct, elsewhere):
        assert "**completed**" in shown.response.content
    assert not elsewhere.ephemeral


async def test_a_refusal_mentions_roles_without_pinging_them(world: World) -> None:
    await decide(world, roles=["7"])
    await told(world)
    [body] = [body for body in world.bodies() if "<@&7>" in (body.get("content") or "")]
    assert body["allowed_mentions"] == discord.AllowedMentions.none().to_dict()


async def test_the_form_for_edits_offers_only_allowed_models(world: World) -> None:
    shown = await world.imagine()
    await decide(world, models=["gpt-image-2"], private=True)
    form = await world.press(shown, "edit", by=world.bob)
    offered = [each["value"] for each in parts(form)["model"]["options"]]
    assert "gpt-image-2" in offered
    assert "gpt-4o-image" not in offered
    assert (await send(world, form, by=world.bob)).ephemeral


async def test_a_reply_to_a_message_is_public_whatever_the_server_has(world: World) -> None:
    await decide(world, private=True)
    await world.ada.send(world.channel, to_bot(world), attachments=[("fox.png", picture("red"))])
    await world.settle()
    [answered] = from_bot(world)
    assert "**completed**" in answered.content
    assert not world.rows("SELECT 1 FROM requests WHERE private")


@pytest.mark.parametrize("way", ["reroll", "again"])
async def test_what_was_made_with_a_model_that_is_not_wanted_any_more_is_not_made_again(world: World, way: str) -> None:
    shown = await world.imagine(model="z-image")
    await decide(world, models=["imagen-4", "imagen-4-fast"])
    before = await world.left(world.ada)
    if way == "reroll":
        refused = await world.press(shown, "reroll")
    else:
        refused = await world.slash("again", id=short_id(shown))
    assert refused.ephemeral
    assert refused.response.content == (
        "This server does not allow Z Image. These work here: imagen-4, imagen-4-fast. Nothing was charged."
    )
    assert (len(world.creates()), await world.left(world.ada)) == (1, before)


async def test_remix_offers_what_the_server_allows_by_now_also_in_a_panel_from_before(world: World) -> None:
    shown = await world.imagine("a red fox", model="z-image", aspect_ratio="16:9")
    before = await remix(world, shown)
    await decide(world, models=["imagen-4", "imagen-4-fast"])
    panel = await remix(world, shown)
    assert panel.offered("model") == ["imagen-4", "imagen-4-fast"]
    assert "z-image is no longer offered here, so Imagen 4 is chosen instead." in panel.said
    await panel.run()
    await before.choose("model", "imagen-4-fast")
    assert before.offered("model") == ["imagen-4", "imagen-4-fast"]
    await before.run()
    assert [body["model"] for body in world.asked()] == ["z-image", "imagen-4", "imagen-4-fast"]


async def test_the_form_offers_what_the_server_allows_by_now(world: World) -> None:
    shown = await world.imagine(model="gpt-image-2")
    await decide(world, models=["gpt-4o-image"])
    opened = await world.press(shown, "edit", by=world.bob)
    assert values(parts(opened)["model"]) == ["gpt-4o-image"]
