"""Posts in forums: each is a thread with its first message, both of one id.

https://docs.discord.com/developers/resources/channel#start-thread-in-forum-or-media-channel
"""

import logging
import time
from collections.abc import AsyncGenerator
from datetime import datetime
from typing import Any

import discord

from bot.delivery._calls import Calls, Gone, NotThisWay
from bot.delivery._channels import CLOCKS_APART
from bot.delivery._media import DAY, Files, carries, code_of
from bot.discord_errors import UNKNOWN_CHANNEL
from bot.engine import TryLater
from bot.store import Post
from bot.ui.posts import Shown, mark_of

log = logging.getLogger(__name__)

MAX_TAG = 20
"""Characters of a tag's name (https://docs.discord.com/developers/resources/channel#forum-tag-object)."""

MAX_TAGS = 20
"""Tags of a forum (the same page)."""

ARCHIVED = 20
"""Archived posts of a forum that are searched for one that a stop left in doubt, besides all others."""

REPEATED_AFTER = 1.0
"""Seconds after which discord.py has sent a request once more that Discord answered with an error of its own."""


class ForumPost:
    """A `Medium`."""

    name = "forum"

    async def send(self, calls: Calls, post: Post, shown: Shown, files: Files, seconds: float) -> int:
        """Make it, with a tag where the forum has that or takes it."""
        forum = await _forum(calls, post)
        tags = await _tags(calls, forum, shown.tag[:MAX_TAG])
        view: dict[str, Any] = {} if shown.view is None else {"view": shown.view}
        began, now = time.monotonic(), discord.utils.utcnow()
        async with calls.within(seconds):
            made = await forum.create_thread(
                name=shown.title,
                content=shown.content,
                files=files(),
                applied_tags=tags,
                auto_archive_duration=forum.default_auto_archive_duration or DAY,
                suppress_embeds=True,
                **view,
            )
        if time.monotonic() - began >= REPEATED_AFTER:
            await self._delete_others(calls, forum, post, made.thread.id, now - CLOCKS_APART)
        return made.thread.id

    async def _delete_others(
        self, calls: Calls, forum: discord.ForumChannel, post: Post, kept: int, since: datetime
    ) -> None:
        """Delete what was made by the same request, had it arrived the first time too; failing is only logged."""
        try:
            async for thread_id in self._with_mark(calls, forum, post, since):
                if thread_id != kept:
                    await self.delete(calls, post, thread_id)
        except (NotThisWay, TryLater) as error:
            log.warning("whether the forum post %s is there twice cannot be seen: %s", kept, error)

    async def find(self, calls: Calls, post: Post) -> int | None:
        """Look among the bot's posts in the forum for the one with its mark, for Discord knows no nonce of them."""
        since = post.began_at and post.began_at - CLOCKS_APART
        return await anext(self._with_mark(calls, await _forum(calls, post), post, since), None)

    async def _with_mark(
        self, calls: Calls, forum: discord.ForumChannel, post: Post, since: datetime | None
    ) -> AsyncGenerator[int]:
        """Yield the ids of the bot's posts in a forum that have a post's mark."""
        async with calls.within(calls.deadlines.deliver):
            threads = [each for each in await forum.guild.active_threads() if each.parent_id == forum.id]
            threads += [each async for each in forum.archived_threads(limit=ARCHIVED)]
        for thread in threads:
            ours = calls.client.user is not None and thread.owner_id == calls.client.user.id
            if ours and (since is None or discord.utils.snowflake_time(thread.id) >= since):
                try:
                    async with calls.within(calls.deadlines.show):
                        first = await thread.fetch_message(thread.id)
                except Gone:
                    continue
                if carries(first, mark_of(post.key)):
                    yield thread.id

    async def message(self, calls: Calls, post: Post, message_id: int) -> discord.PartialMessage | None:
        """Return its first message; an archived post is opened, for nothing can be changed in it."""
        thread = await _thread(calls, message_id)
        if thread.archived:
            async with calls.within(calls.deadlines.show):
                thread = await thread.edit(archived=False)
        return thread.get_partial_message(message_id)

    async def delete(self, calls: Calls, post: Post, message_id: int) -> None:
        """Delete it; where the bot may not, its message at least, which is the bot's own."""
        thread = await _thread(calls, message_id)
        try:
            async with calls.within(calls.deadlines.show):
                await thread.delete()
        except NotThisWay:
            async with calls.within(calls.deadlines.show):
                await thread.get_partial_message(message_id).delete()


async def _forum(calls: Calls, post: Post) -> discord.ForumChannel:
    """Return the forum of a post as Discord has it now, for its tags are changed all together.

    Raises:
        NotThisWay: it is not there, or is none.
    """
    await calls.client.wait_until_ready()
    async with calls.within(calls.deadlines.show):
        forum = await calls.client.fetch_channel(post.channel_id)
    if not isinstance(forum, discord.ForumChannel):
        raise NotThisWay(f"the channel {post.channel_id} is no forum")
    return forum


async def _thread(calls: Calls, thread_id: int) -> discord.Thread:
    """Return the thread of a post.

    Raises:
        Gone: it is not there.
    """
    await calls.client.wait_until_ready()
    try:
        async with calls.within(calls.deadlines.show):
            thread = await calls.client.fetch_channel(thread_id)
    except NotThisWay as error:
        if code_of(error) == UNKNOWN_CHANNEL:
            raise Gone(str(error)) from None
        raise
    if not isinstance(thread, discord.Thread):
        raise Gone(f"the channel {thread_id} is no thread")
    return thread


async def _tags(calls: Calls, forum: discord.ForumChannel, name: str) -> list[discord.ForumTag]:
    """Return the tags of a new post: the one of that name, which is made where it is missing and the bot may.

    Raises:
        NotThisWay: the forum wants a tag, and has none that the bot may give.
    """
    may = forum.permissions_for(forum.guild.me)
    free = [tag for tag in forum.available_tags if may.manage_threads or not tag.moderated]
    named = [tag for tag in forum.available_tags if tag.name.casefold() == name.casefold()]
    if not named and may.manage_channels and len(forum.available_tags) < MAX_TAGS:
        try:
            async with calls.within(calls.deadlines.show):
                return [await forum.create_tag(name=name)]
        except NotThisWay:
            pass
    given = [tag for tag in named if tag in free] or (free if forum.flags.require_tag else [])
    if forum.flags.require_tag and not given:
        raise NotThisWay("the forum wants a tag, and has none that the bot may give")
    return given[:1]
