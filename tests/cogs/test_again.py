"""`/again`."""

from typing import Any

from tests.cogs.test_edit import edit, picture, sources
from tests.world import World, short_id


async def again(world: World, *, by: Any = None, **options: Any) -> Any:
    shown = await world.slash("again", by=by, **options)
    await world.settle()
    return shown


async def test_the_newest_own_request_here_is_made_once_more_with_another_seed(world: World) -> None:
    await world.imagine("an old one")
    first = await world.imagine("a red fox", model="imagen-4-fast", aspect_ratio="16:9", seed=42)
    await world.imagine("Bob's", by=world.bob)
    elsewhere = world.guild.create_text_channel("elsewhere")
    await world.ada.slash(elsewhere, "imagine", prompt="elsewhere")
    await world.settle()
    await world.restart()
    shown = await again(world)
    assert "**completed**" in shown.response.content
    asked = world.asked()
    assert asked[-1].pop("seed") != asked[1].pop("seed")
    assert asked[-1] == asked[1]
    request = (await world.details(shown)).request
    assert (request.parent_id, request.origin) == ((await world.details(first)).request.id, "again")


async def test_another_of_ones_own_is_made_by_its_id_from_anywhere(world: World) -> None:
    limit = await world.left(world.ada)
    first = await world.imagine("a red fox")
    await world.imagine("a blue whale")
    elsewhere = world.guild.create_text_channel("elsewhere")
    shown: Any = await world.ada.slash(elsewhere, "again", id=f"#{short_id(first).upper()}")
    await world.settle()
    assert "> a red fox" in shown.response.content
    assert await world.left(world.ada) == limit - 3


async def test_an_edit_is_made_again_from_the_same_picture(world: World) -> None:
    await edit(world, ("fox.png", picture("red")))
    world.lose_attachments()
    shown = await again(world)
    assert "**completed**" in shown.response.content
    assert await sources(world) == [picture("red")]


async def test_what_was_private_stays_so(world: World) -> None:
    await world.imagine(private=True)
    assert (await again(world)).ephemeral


async def test_without_any_request_here_it_says_what_to_do(world: World) -> None:
    await world.imagine("Bob's", by=world.bob)
    shown = await again(world)
    assert shown.ephemeral
    assert shown.response.content == (
        "You have not asked for anything in this channel that I could ask for again. "
        "Use /imagine, or name one of the short ids that /history lists."
    )


async def test_somebody_elses_is_theirs(world: World) -> None:
    theirs = await world.imagine("Bob's", by=world.bob)
    shown = await again(world, id=short_id(theirs))
    assert shown.ephemeral
    assert shown.response.content == (
        f"`{short_id(theirs)}` is somebody else\u2019s. Press Reroll under it to make it as a request of your own."
    )
    assert "I cannot show “nosuch”" in (await again(world, id="nosuch")).response.content
    assert len(world.creates()) == 1


async def test_a_model_that_has_left_is_said_so(world: World) -> None:
    await world.imagine()
    world.sql("UPDATE requests SET model = 'imagen-3'")
    shown = await again(world)
    assert shown.ephemeral
    assert "imagen-3" in shown.response.content
    assert len(world.creates()) == 1
