"""Comparing galleries with Discord after a start: what was deleted, and who reacted, while the bot was away."""

import logging
from collections.abc import Sequence

from bot.delivery._calls import Calls, Gone, NotThisWay
from bot.delivery._replies import message_of
from bot.engine import Engine, TryLater, plain
from bot.store import Request, StoreUnavailable

log = logging.getLogger(__name__)

REACTIONS = 1000
"""Reactions to a message that are read, at most."""


async def compare_galleries(calls: Calls, engine: Engine, guild_ids: Sequence[int]) -> None:
    """Take note of what is otherwise in Discord than galleries have it; what goes wrong is only logged."""
    for guild_id in guild_ids:
        try:
            emoji, requests, posts = await engine.gallery.to_compare(guild_id)
            for request in requests:
                await _compare(calls, engine, request, guild_id, emoji)
            for message_id in posts:
                await _look_for(calls, engine, guild_id, message_id)
        except (TryLater, NotThisWay, StoreUnavailable) as error:
            log.warning("the gallery of the server %s is not compared with Discord: %s", guild_id, error)


async def _compare(calls: Calls, engine: Engine, request: Request, guild_id: int, emoji: str | None) -> None:
    """Compare one result with its message."""
    if request.message_id is None:
        return None
    try:
        async with calls.within(calls.deadlines.show):
            message = await message_of(calls.client, request).fetch()
    except Gone:
        return await engine.removals.messages_gone([request.message_id])
    except NotThisWay as error:
        log.info("the result %s cannot be looked at: %s", request.short_id, error)
        return None
    if emoji is None:
        return None
    users: set[int] = set()
    async with calls.within(calls.deadlines.deliver):
        for reaction in message.reactions:
            if plain(str(reaction.emoji)) == emoji:
                users |= {user.id async for user in reaction.users(limit=REACTIONS) if not user.bot}
    return await engine.stars.reactions_are(message.id, guild_id, emoji, frozenset(users))


async def _look_for(calls: Calls, engine: Engine, guild_id: int, message_id: int) -> None:
    """See whether a gallery's post is still there."""
    channel_id = await engine.posts.place_of(message_id)
    if channel_id is None:
        return
    channel = calls.client.get_partial_messageable(channel_id, guild_id=guild_id)
    try:
        async with calls.within(calls.deadlines.show):
            await channel.fetch_message(message_id)
    except Gone:
        await engine.posts.messages_gone([message_id])
    except NotThisWay as error:
        log.info("the post %s cannot be looked at: %s", message_id, error)
