"""Places in the simulated Discord other than a server's text channel."""

from typing import Any, Literal

import simcord
from simcord.backend import serializers
from simcord.enums import ChannelType

from tests.world import World

Kind = Literal["public thread", "private thread", "forum post", "voice", "stage", "news"]
KINDS: tuple[Kind, ...] = ("public thread", "private thread", "forum post", "voice", "stage", "news")


def place(world: World, kind: Kind, *, parent: simcord.ChannelHandle | None = None) -> simcord.ChannelHandle:
    """Make a place in the world's server and return it; `parent` is the channel of a thread."""
    match kind:
        case "voice":
            return world.guild.create_voice_channel("voice")
        case "stage":
            return world.guild.create_stage_channel("stage")
        case "news":
            return world.guild.create_news_channel("news")
        case "forum post":
            return _thread(world, parent or world.guild.create_forum_channel("forum"))
        case "public thread":
            return _thread(world, parent or world.channel)
        case "private thread":
            return _thread(world, parent or world.channel, type=ChannelType.PRIVATE_THREAD)


def _thread(world: World, parent: simcord.ChannelHandle, **options: Any) -> simcord.ChannelHandle:
    thread = world.env.backend.create_thread(parent.id, "a thread", world.ada.id, **options)
    return simcord.ChannelHandle(world.env, world.guild, thread)


async def restrict(world: World, channel: simcord.ChannelHandle, *, restricted: bool = True) -> None:
    """Make a channel age-restricted, or no longer so; simcord knows of none, so the bot forgets it at a restart."""
    backend = world.env.backend
    told = serializers.channel_payload(backend, backend.get_channel(channel.id))
    backend.emit("CHANNEL_UPDATE", {**told, "nsfw": restricted})
    await world.env.settle()


async def restrict_server(world: World) -> None:
    """Make the whole server age-restricted, until a restart."""
    backend = world.env.backend
    told = serializers.guild_create_payload(backend, backend.get_guild(world.guild.id))
    backend.emit("GUILD_UPDATE", {**told, "nsfw_level": 3})
    await world.env.settle()
