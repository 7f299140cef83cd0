"""`/imagine` and `/edit` in every kind of place that the simulated Discord has."""

import discord
import pytest
import simcord

from tests.cogs.test_edit import picture
from tests.places import KINDS, Kind, place
from tests.world import World, short_id


async def make_and_edit(world: World, actor: simcord.MemberActor | simcord.UserHandle, *where: simcord.ChannelHandle) -> None:
    """Make a picture, edit one, and reroll that; all are answered where they were asked for."""
    before = len(world.creates())
    made = await actor.slash(*where, "imagine", prompt="a red fox")  # pyright: ignore[reportArgumentType]
    image = ("fox.png", picture("red"))
    edited = await actor.slash(*where, "edit", prompt="make it snow", image=image)  # pyright: ignore[reportArgumentType]
    await world.settle()
    again = await actor.click(edited.response, custom_id=f"easel:reroll:{short_id(edited)}")
    await world.settle()
    for shown in (made, edited, again):
        assert "**completed**" in shown.response.content
        assert len(shown.response.attachments) == 1
    assert len(world.creates()) == before + 3


@pytest.mark.parametrize("kind", KINDS)
async def test_pictures_are_made_and_edited_there(world: World, kind: Kind) -> None:
    there = place(world, kind)
    await make_and_edit(world, world.ada, there)
    [*_, last] = there.history()
    assert last.author.id == world.bot.user.id if world.bot.user else False


async def test_pictures_are_made_and_edited_in_direct_messages(world: World) -> None:
    await make_and_edit(world, world.ada.user)
    assert len(world.ada.user.dm_channel.history()) == 3


@pytest.mark.parametrize("kind", ["text", "public thread", "voice"])
async def test_a_reply_needs_none_of_the_bots_own_permissions(world: World, kind: Kind) -> None:
    everyone = world.guild.roles["@everyone"]
    nothing = discord.PermissionOverwrite(
        view_channel=True, send_messages=False, send_messages_in_threads=False, attach_files=False, embed_links=False
    )
    there = world.channel if kind == "text" else place(world, kind)
    world.env.backend.get_channel(world.channel.id)
    _ = everyone, nothing, there
