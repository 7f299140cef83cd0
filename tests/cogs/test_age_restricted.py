"""Pictures from age-restricted channels stay in such channels."""

from typing import Any

import pytest
import simcord

from tests.places import place, restrict, restrict_server
from tests.world import World

STAYS = (
    "That picture comes from an age-restricted channel, so it can be worked on in age-restricted channels only. "
    "Nothing was charged."
)


async def imagine(world: World, channel: simcord.ChannelHandle) -> Any:
    shown: Any = await world.ada.slash(channel, "imagine", prompt="a red fox")
    await world.settle()
    assert "**completed**" in shown.response.content
    return shown


async def test_what_is_made_in_an_age_restricted_channel_is_known_as_such(world: World) -> None:
    await restrict(world, world.channel)
    assert (await world.details(await imagine(world, world.channel))).request.age_restricted
    for kind in ("public thread", "private thread"):
        shown = await imagine(world, place(world, kind))
        assert (await world.details(shown)).request.age_restricted
    forum = world.guild.create_forum_channel("forum")
    await restrict(world, forum)
    assert (await world.details(await imagine(world, place(world, "forum post", parent=forum)))).request.age_restricted
    for kind in ("voice", "stage"):
        channel = place(world, kind)
        assert not (await world.details(await imagine(world, channel))).request.age_restricted
        await restrict(world, channel)
        assert (await world.details(await imagine(world, channel))).request.age_restricted


async def test_so_is_what_is_made_in_an_age_restricted_server_and_not_what_is_made_elsewhere(world: World) -> None:
    assert not (await world.details(await world.imagine())).request.age_restricted
    direct = await world.ada.user.slash("imagine", prompt="a red fox")
    await world.settle()
    assert not (await world.details(direct)).request.age_restricted
    await restrict_server(world)
    assert (await world.details(await world.imagine())).request.age_restricted


@pytest.mark.parametrize("presser", ["ada", "bob"])
async def test_it_cannot_be_worked_on_where_the_restriction_was_lifted(world: World, presser: str) -> None:
    await restrict(world, world.channel)
    shown = await world.imagine()
    member = getattr(world, presser)
    again = await world.press(shown, "reroll", by=member)
    await world.settle()
    assert "**completed**" in again.response.content
    await restrict(world, world.channel, restricted=False)
    before = await world.left(member)
    refused = await world.press(shown, "reroll", by=member)
    assert refused.ephemeral
    assert refused.response.content == STAYS
    assert await world.left(member) == before
