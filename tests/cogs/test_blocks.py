"""A user who is blocked in a server makes no pictures there, by any way."""

from datetime import timedelta
from typing import Any

import pytest

from bot.engine import CannotBlock
from tests.cogs.test_edit import edit, picture
from tests.world import World

FOREVER = (
    "You cannot make pictures with Easel in this server. The reason: “spam \\*here\\*” "
    "Ask somebody who manages the server. Nothing was charged."
)


async def block(world: World, *, days: int | None = None, reason: str = "spam\n  *here*") -> int:
    """Let grace block ada; return the end in seconds since 1970, 0 without one."""
    until = None if days is None else world.clock.now() + timedelta(days=days)
    await world.bot.engine.blocks.block(world.guild.id, world.ada.id, reason, until, by=world.grace.id)
    return 0 if until is None else int(until.timestamp())


async def test_every_way_is_refused_privately_with_the_reason_and_costs_nothing(world: World) -> None:
    made = await world.imagine()
    await block(world)
    before = await world.left(world.ada)
    refused = [await world.imagine(), await edit(world, ("fox.png", picture("red"))), await world.press(made, "reroll")]
    for shown in refused:
        assert shown.ephemeral
        assert shown.response.content == FOREVER
    assert await world.left(world.ada) == before
    assert len(world.creates()) == 1


async def test_it_holds_after_a_restart_until_it_is_taken_back(world: World) -> None:
    await block(world)
    await world.restart()
    assert (await world.imagine()).response.content == FOREVER
    assert [each.user_id for each in await world.bot.engine.blocks.current(world.guild.id)] == [world.ada.id]
    assert await world.bot.engine.blocks.unblock(world.guild.id, world.ada.id, by=world.bob.id)
    assert not await world.bot.engine.blocks.unblock(world.guild.id, world.ada.id, by=world.bob.id)
    assert await world.bot.engine.blocks.current(world.guild.id) == []
    assert "**completed**" in (await world.imagine()).response.content
    assert world.rows("SELECT actor_id, action FROM audit ORDER BY id") == [
        (world.grace.id, "block"),
        (world.bob.id, "block"),
    ]


async def test_its_end_is_said_and_a_missing_reason_too(world: World) -> None:
    end = await block(world, days=3, reason=" ")
    assert (await world.imagine()).response.content == (
        f"You cannot make pictures with Easel in this server until <t:{end}:f> (<t:{end}:R>). "
        "No reason was given. Nothing was charged."
    )


async def test_others_and_other_places_are_as_before(world: World) -> None:
    await block(world)
    assert "**completed**" in (await world.imagine(by=world.bob)).response.content
    direct: Any = await world.ada.user.slash("imagine", prompt="a red fox")
    await world.settle()
    assert "**completed**" in direct.response.content


async def test_what_was_asked_for_before_is_delivered_and_can_be_deleted(slow_world: World) -> None:
    shown = await slow_world.slash("imagine", prompt="a red fox")
    await block(slow_world)
    await slow_world.complete()
    assert "**completed**" in shown.response.content
    [question] = (await slow_world.press(shown, "delete")).followups
    await slow_world.press(question, "delete-confirmed")
    assert slow_world.channel.history(viewer=slow_world.bob) == []


async def test_nobody_blocks_themselves(world: World) -> None:
    with pytest.raises(CannotBlock):
        await world.bot.engine.blocks.block(world.guild.id, world.ada.id, "", None, by=world.ada.id)
    assert await world.bot.engine.blocks.current(world.guild.id) == []
