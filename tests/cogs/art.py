"""Art channels in the simulated Discord, which is made as strict about threads as Discord is."""

import asyncio
from functools import partial
from typing import Any

import discord
import simcord
from simcord.backend import serializers
from simcord.backend.errors import BackendError
from simcord.backend.models import Overwrite
from simcord.backend.ops.channels import ChannelMixin
from simcord.enums import OverwriteType
from simcord.http import router
from simcord.http.router import RequestContext
from simcord.http.routes.channels import create_thread_from_message

from tests.managers import decide
from tests.world import World


def _thread_of(ctx: RequestContext) -> Any:
    """Start a thread, of a message that has none yet: simcord would replace it."""
    if ctx.int_arg("message_id") in ctx.backend.channels:
        raise BackendError(400, 160004, "A thread has already been created for this message")
    return create_thread_from_message(ctx)


# Of two routes alike simcord takes the first.
_PATH = ["channels", "{channel_id}", "messages", "{message_id}", "threads"]
router._ROUTES["POST"].insert(0, (_PATH, _thread_of))  # pyright: ignore[reportPrivateUsage]


def _forum_post(self: Any, forum_id: int, name: str, starter: Any, **options: Any) -> Any:
    """Make a post in a forum whose first message has its id, as Discord's have."""
    create = self.create_thread
    self.create_thread = partial(create, message_id=starter.id)
    try:
        return _create_forum_post(self, forum_id, name, starter, **options)
    finally:
        del self.create_thread


_create_forum_post = ChannelMixin.create_forum_post
ChannelMixin.create_forum_post = _forum_post  # pyright: ignore[reportAttributeAccessIssue]


_REQUIRES_TAG: set[int] = set()
_channel_payload = serializers.channel_payload


def _with_flags(backend: Any, channel: Any) -> Any:
    """Describe a channel with its flags (REQUIRE_TAG), of which simcord has none."""
    return {**_channel_payload(backend, channel), "flags": 1 << 4 if channel.id in _REQUIRES_TAG else 0}


serializers.channel_payload = _with_flags


async def workshop(world: World, **art: Any) -> None:
    """Make the world's channel an art channel: with nothing but what is said."""
    await decide(world, art_channels={str(world.channel.id): {"how_to": False, **art}})


def threads(world: World, parent: simcord.ChannelHandle | None = None) -> list[Any]:
    """Return the threads of a channel or a forum, the oldest first, as the simulated Discord has them."""
    channel = parent or world.channel
    return [each for each in world.env.backend.channels.values() if each.is_thread and each.parent_id == channel.id]


def deny(world: World, channel: Any, **denied: bool) -> None:
    """Let the bot do less, or as much as before, in a channel, as a manager does in Discord's settings."""
    assert world.bot.user is not None
    bits = discord.Permissions(**denied).value
    overwrite = Overwrite(target_id=world.bot.user.id, type=OverwriteType.MEMBER, allow=0, deny=bits)
    world.env.backend.set_overwrite(channel.id, overwrite)


def stop_after(world: World, monkeypatch: Any, act: str) -> asyncio.Event:
    """Let the bot's next `send`, `edit` or `delete` of a post happen, and nothing after it; return what is set then."""
    done, happened = getattr(world.bot.poster, act), asyncio.Event()

    async def and_hang(*args: Any) -> Any:
        await done(*args)
        happened.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(world.bot.poster, act, and_hang)
    return happened


def forum_of(world: World, forum: simcord.ChannelHandle) -> Any:
    """Return a forum as the simulated Discord has it."""
    return world.env.backend.get_channel(forum.id)


def require_tag(forum: simcord.ChannelHandle) -> None:
    """Let a forum want a tag of each post, as far as the bot is told; simcord does not hold it."""
    _REQUIRES_TAG.add(forum.id)


def messages(world: World, thread: Any) -> list[Any]:
    """Return the messages of a thread, the oldest first, as the simulated Discord has them."""
    return [*world.env.backend.messages[thread.id].values()]
