"""`/imagine` and `/edit` in every kind of place that the simulated Discord has."""

from typing import Any

import pytest
import simcord

from tests.cogs.test_edit import picture
from tests.places import KINDS, Kind, place
from tests.world import World, short_id


async def make_and_edit(world: World, actor: Any, *where: simcord.ChannelHandle) -> None:
    """Make a picture, edit one, and reroll that; all are answered where they were asked for.

    Args:
        actor: a member in a channel `where`, or a user in direct messages.
    """
    made = await actor.slash(*where, "imagine", prompt="a red fox")
    edited = await actor.slash(*where, "edit", prompt="make it snow", image=("fox.png", picture("red")))
    await world.settle()
    again = await actor.click(edited.response, custom_id=f"easel:reroll:{short_id(edited)}")
    await world.settle()
    for shown in (made, edited, again):
        assert "**completed**" in shown.response.content
        assert len(shown.response.attachments) == 1
    assert len(world.creates()) == 3


@pytest.mark.parametrize("kind", KINDS)
async def test_pictures_are_made_and_edited_there(world: World, kind: Kind) -> None:
    there = place(world, kind)
    await make_and_edit(world, world.ada, there)
    assert len(there.history()) == 3


async def test_pictures_are_made_and_edited_in_direct_messages(world: World) -> None:
    await make_and_edit(world, world.ada.user)
    assert len(world.ada.user.dm_channel.history()) == 3
