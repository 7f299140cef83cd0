"""Threads of messages: each message has one at most, so that one that is asked for twice is made once.

https://docs.discord.com/developers/resources/channel#start-thread-from-message
"""

import discord

from bot.delivery._calls import Calls, NotThisWay, Unfit
from bot.delivery._media import DAY, Files, code_of
from bot.discord_errors import FULL_OF_THREADS, THREAD_IS_THERE
from bot.store import Post
from bot.ui.posts import Shown


class OwnThread:
    """A `Medium`. A thread that is there belongs to those who talk in it: it is not changed, and not taken away."""

    name = "thread"

    async def send(self, calls: Calls, post: Post, shown: Shown, files: Files, seconds: float) -> int:
        """Start the thread; it has the id of its message."""
        if shown.about is None:
            raise NotThisWay("there is no message that could have a thread")
        # The library asks for the server that the message is in, which it knows only then.
        await calls.client.wait_until_ready()
        channel = calls.client.get_channel(post.channel_id)
        if not isinstance(channel, discord.TextChannel):
            raise NotThisWay("messages in the channel have no threads")
        message, lasts = channel.get_partial_message(shown.about), channel.default_auto_archive_duration or DAY

        async def start(title: str) -> None:
            async with calls.within(seconds):
                await message.create_thread(name=title, auto_archive_duration=lasts)

        try:
            try:
                await start(shown.title)
            except Unfit:
                await start(shown.otherwise)
        except NotThisWay as error:
            if code_of(error) in FULL_OF_THREADS:
                raise Unfit(str(error)) from error
            if code_of(error) != THREAD_IS_THERE:
                raise
        return shown.about

    async def find(self, calls: Calls, post: Post) -> int | None:
        """Return None: it is simply asked for again."""
        return None

    async def message(self, calls: Calls, post: Post, message_id: int) -> discord.PartialMessage | None:
        """Return None: it stays as it is."""
        return None

    async def delete(self, calls: Calls, post: Post, message_id: int) -> None:
        """Leave it."""
