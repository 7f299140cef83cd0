"""The Edit button of a result, and where the bytes of Easel's own pictures come from."""

from typing import Any

from tests.cogs.test_edit_image import edited, open_form, parts, send
from tests.world import World


async def press(world: World, shown: Any, *, by: Any = None) -> Any:
    return await world.press(shown, "edit", by=by)


async def original(world: World, shown: Any, number: int = 1) -> bytes:
    """Return the bytes of a picture as RunAPI gave it."""
    picture = (await world.details(shown)).pictures[number - 1]
    return (world.settings.data_dir / "pictures" / (picture.file or "")).read_bytes()


def lose_originals(world: World) -> None:
    """Let the picture store lose all originals, as if they were swept."""
    for path in (world.settings.data_dir / "pictures" / "originals").glob("*/*"):
        path.unlink()


async def test_somebody_else_edits_a_result_after_a_restart_as_a_request_of_their_own(world: World) -> None:
    made = await world.imagine(by=world.ada)
    before = await original(world, made)
    await world.restart()
    answer = await send(world, await press(world, made, by=world.bob), by=world.bob)
    assert "**completed**" in answer.response.content
    assert await edited(world) == [before]
    request, parent = (await world.details(answer)).request, (await world.details(made)).request
    assert (request.user_id, request.origin) == (world.bob.id, "edit_button")
    assert (request.parent_id, request.parent_number) == (parent.id, 1)
    limit = world.settings.daily_images_per_user
    assert (await world.left(world.ada), await world.left(world.bob)) == (limit - 1, limit - 1)


async def test_two_presses_are_two_requests(world: World) -> None:
    made = await world.imagine()
    answers = [await send(world, await press(world, made)) for _ in range(2)]
    assert len({(await world.details(each)).request.id for each in answers}) == 2


async def test_of_several_results_the_one_that_is_chosen_is_edited(world: World) -> None:
    made = await world.imagine(model="gpt-4o-image", count=2)
    shown = await press(world, made)
    assert len(parts(shown)["pictures"]["options"]) == 2
    answer = await send(world, shown, pictures=["1"])
    assert await edited(world) == [await original(world, made, 2)]
    assert (await world.details(answer)).request.parent_number == 2


async def test_the_edit_of_a_private_result_is_private(world: World) -> None:
    made = await world.imagine(private=True)
    answer = await send(world, await press(world, made))
    assert answer.ephemeral
    assert (await world.details(answer)).request.private


async def test_a_result_that_is_not_kept_any_more_comes_from_discord(world: World) -> None:
    made = await world.imagine()
    before = await original(world, made)
    lose_originals(world)
    world.sql("UPDATE pictures SET expires_at = 0")
    await world.restart()
    answer = await send(world, await press(world, made))
    assert "**completed**" in answer.response.content
    assert await edited(world) == [before]


async def test_a_result_that_discord_does_not_give_comes_from_runapi(world: World) -> None:
    made = await world.imagine()
    before = await original(world, made)
    lose_originals(world)
    world.lose_attachments()
    answer = await send(world, await press(world, made))
    assert "**completed**" in answer.response.content
    assert await edited(world) == [before]


async def test_a_result_of_which_discord_has_a_lesser_copy_comes_from_runapi(world: World) -> None:
    made = await world.imagine()
    before = await original(world, made)
    lose_originals(world)
    world.sql("UPDATE pictures SET delivered_as = 'downscaled'")
    fetched = len(world.calls())
    await send(world, await press(world, made))
    assert await edited(world) == [before]
    assert not [call for call in world.calls()[fetched:] if call.method == "GET"]


async def test_a_result_that_nobody_has_any_more_is_said_to_be_gone(world: World) -> None:
    made = await world.imagine()
    lose_originals(world)
    world.lose_attachments()
    world.sql("UPDATE pictures SET expires_at = 0")
    answer = await send(world, await press(world, made))
    assert "I do not have that picture any more" in answer.response.content
    assert await world.left(world.ada) == world.settings.daily_images_per_user - 1


async def test_a_result_that_was_deleted_since_is_not_edited(world: World) -> None:
    made = await world.imagine()
    shown = await open_form(world, made, by=world.bob)
    asked = await world.press(made, "delete")
    [confirm] = asked.followups[0].components[0]["components"]
    await world.ada.click(asked.followups[0], custom_id=confirm["custom_id"])
    answer = await send(world, shown, by=world.bob)
    assert "That picture was deleted, so I cannot edit it any more." in str(answer.response.content)
    assert len(world.creates()) == 1
