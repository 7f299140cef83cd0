"""A channel's slow mode holds for what the bot is asked for there, as it does for messages."""

from typing import Any

import discord
import pytest
import simcord
from simcord.backend import serializers

from tests.places import place
from tests.world import World


async def slow(world: World, channel: simcord.ChannelHandle, seconds: int) -> None:
    """Set a channel's slow mode; simcord knows of none, so the bot forgets it at a restart."""
    backend = world.env.backend
    known = backend.get_channel(channel.id)
    told = dict((serializers.thread_payload if known.is_thread else serializers.channel_payload)(backend, known))
    kind = "THREAD_UPDATE" if known.is_thread else "CHANNEL_UPDATE"
    backend.emit(kind, {**told, "rate_limit_per_user": seconds})
    await world.env.settle()


async def ask(
    world: World, channel: simcord.ChannelHandle, by: simcord.MemberActor | None = None, **options: Any
) -> Any:
    shown: Any = await (by or world.ada).slash(channel, "imagine", prompt="a red fox", **options)
    await world.settle()
    return shown.response


def is_refused(response: Any) -> bool:
    assert "**completed**" in response.content or response.content.startswith("This channel has slow mode: ")
    return "**completed**" not in response.content


@pytest.mark.parametrize("kind", ["text", "public thread", "voice"])
async def test_one_request_in_that_time_and_privately_as_many_as_one_likes(world: World, kind: Any) -> None:
    channel = world.channel if kind == "text" else place(world, kind)
    await slow(world, channel, 120)
    assert not is_refused(await ask(world, channel, private=True))
    first = await ask(world, channel)
    assert not is_refused(first)
    left = await world.left(world.ada)
    assert is_refused(await ask(world, channel))
    rerolled = await world.press(first, "reroll")
    assert is_refused(rerolled.response)
    assert rerolled.ephemeral
    assert await world.left(world.ada) == left
    assert not is_refused(await ask(world, channel, private=True))
    assert not is_refused(await ask(world, channel, world.bob))


@pytest.mark.parametrize("exempts", ["manage_messages", "manage_channels", "bypass_slowmode"])
async def test_whom_discord_exempts_is_exempt(world: World, exempts: str) -> None:
    await slow(world, world.channel, 120)
    role = world.guild.create_role("quick", permissions=discord.Permissions(**{exempts: True}))
    quick = world.guild.add_member(world.env.create_user("quick"), roles=[role])
    for _ in range(2):
        assert not is_refused(await ask(world, world.channel, quick))
