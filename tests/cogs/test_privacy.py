"""`/privacy edits`: whether others may edit somebody's pictures."""

from typing import Any

import pytest

from tests.cogs.test_edit import edit, picture
from tests.world import World

ALLOWED = "Others may edit your pictures with Easel"
NOT_ALLOWED = "Nobody else may edit your pictures with Easel"


async def privacy(world: World, **options: Any) -> str:
    """Type ada's `/privacy edits` and return the private answer."""
    shown = await world.slash("privacy edits", **options)
    assert shown.ephemeral
    return shown.response.content


async def test_others_may_until_it_is_decided_and_a_restart_forgets_nothing(world: World) -> None:
    assert (await privacy(world)).startswith(ALLOWED)
    assert (await privacy(world, allow=False)).startswith(NOT_ALLOWED)
    await world.restart()
    assert (await privacy(world)).startswith(NOT_ALLOWED)
    assert (await privacy(world, allow=True)).startswith(ALLOWED)
    assert (await privacy(world)).startswith(ALLOWED)


async def test_each_decides_for_themselves(world: World) -> None:
    await privacy(world, allow=False)
    shown = await world.slash("privacy edits", by=world.bob)
    assert shown.response.content.startswith(ALLOWED)


@pytest.mark.parametrize("restart", [False, True])
async def test_a_reroll_of_somebodys_edit_is_refused_privately_and_costs_nothing(
    world: World, *, restart: bool
) -> None:
    shown = await edit(world, ("fox.png", picture("red")))
    await privacy(world, allow=False)
    if restart:
        await world.restart()
    before = await world.left(world.bob)
    refused = await world.press(shown, "reroll", by=world.bob)
    await world.settle()
    assert refused.ephemeral
    assert refused.response.content == (
        f"{world.ada.mention} would rather not have their pictures edited by others, so I left this one as it is. "
        "Try it with a picture of your own. Nothing was charged."
    )
    assert await world.left(world.bob) == before
    assert len(world.creates()) == 1
    own = await world.press(shown, "reroll")
    await world.settle()
    assert "**completed**" in own.response.content
    await privacy(world, allow=True)
    allowed = await world.press(shown, "reroll", by=world.bob)
    await world.settle()
    assert "**completed**" in allowed.response.content


async def test_a_prompt_may_be_made_again_by_anybody(world: World) -> None:
    shown = await world.imagine()
    await privacy(world, allow=False)
    again = await world.press(shown, "reroll", by=world.bob)
    await world.settle()
    assert "**completed**" in again.response.content
