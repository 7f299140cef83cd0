"""Posts: the bot's own messages in servers that are no request's reply, sent once, edited and deleted."""

import hashlib
import json
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import discord

from bot.delivery._calls import Calls, Deadlines, Gone, NotThisWay, TooLarge, Unfit
from bot.delivery._channels import find_ours
from bot.delivery._media import Medium, carries, code_of
from bot.delivery._nonces import forgotten
from bot.discord_errors import UNKNOWN_CHANNEL
from bot.engine import NoPlace, PlaceTrouble, PostGone, PostRefused, TooMuch, TryLater, Uncertain
from bot.i18n import text
from bot.store import Post
from bot.ui.posts import PostFile, Renderer, Shown

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Drawn:
    """What a post shows; the fingerprint ends in what names its files."""

    shown: Shown
    fingerprint: str


class DiscordPoster:
    """The engine's Poster, through a client."""

    def __init__(self, client: discord.Client, deadlines: Deadlines) -> None:
        self._calls = Calls(client, deadlines)
        self._renderers: dict[str, Renderer] = {}
        self._remade: set[str] = set()
        self._others: set[str] = set()
        self._media: dict[str, Medium] = {}

    def register(
        self, kind: str, renderer: Renderer, *, again: bool, owned: bool = True, medium: Medium | None = None
    ) -> None:
        """Have posts of a kind show what a renderer says.

        Args:
            again: whether a post that somebody deletes is made again.
            owned: whether its messages are posts alone; else they are only edited.
            medium: what they are where they are no messages in a channel.
        """
        self._renderers[kind] = renderer
        if medium is not None:
            self._media[kind] = medium
        if again:
            self._remade.add(kind)
        if not owned:
            self._others.add(kind)

    def owns(self, kind: str) -> bool:
        """Return whether messages of that kind are posts alone, or else only edited."""
        return kind not in self._others

    def remakes(self, kind: str) -> bool:
        """Return whether a post of that kind is made again when somebody deletes it."""
        return kind in self._remade

    async def draw(self, post: Post) -> _Drawn | None:
        """Return what a post is to show by now, None for nothing."""
        renderer = self._renderers.get(post.kind)
        if renderer is None:
            raise TryLater(f"nobody says what posts of kind {post.kind} show")
        shown = await renderer(post)
        return None if shown is None else _Drawn(shown, _fingerprint(shown))

    async def send(self, post: Post, drawing: Any, nonce: str, began_at: datetime | None) -> int:
        """Send a post under a nonce; after a stop it is looked for before it is repeated."""
        drawn: _Drawn = drawing
        message_id = await self._send_once(post, drawn, nonce, began_at)
        if drawn.shown.pinned:
            await self._pin(post, message_id)
        return message_id

    async def _send_once(self, post: Post, drawn: _Drawn, nonce: str, began_at: datetime | None) -> int:
        # Only a message in a channel has a nonce: what else was begun is looked for at once.
        if began_at is not None and (forgotten(began_at) or post.kind in self._media):
            found = await self._find(post, drawn.shown.mark, began_at)
            if found is not None:
                return found
        try:
            async with self._placed(post, began_at):
                try:
                    return await self._send(post, drawn.shown, nonce)
                except Gone as gone:
                    # The message that was to get a thread.
                    raise PostGone from gone
        except NoPlace as refused:
            # It is refused now, but an earlier try may have arrived.
            if refused.trouble == "gone" or began_at is None:
                raise
            found = await self._find(post, drawn.shown.mark, began_at)
            if found is None:
                raise NoPlace(refused.trouble, str(refused)) from refused
            return found

    async def edit(self, post: Post, drawing: Any) -> None:
        """Have a post show something else; its files are sent anew only where they are others."""
        drawn: _Drawn = drawing
        shown = drawn.shown

        async def edit(files: Sequence[PostFile] | None) -> None:
            given: dict[str, Any] = {} if files is None else {"attachments": _opened(files)}
            if shown.content is not None:
                given["content"] = shown.content
            message = await self._message(post, post.message_id or 0)
            if message is None:
                return
            async with self._calls.within(self._calls.deadlines.upload(_size(files or ()))):
                await message.edit(view=shown.view, **given)

        same = post.fingerprint.partition("/")[2] == shown.files
        async with self._placed(post, None):
            try:
                await (edit(None) if same else _with_files(shown, edit))
            except Gone as gone:
                raise PostGone from gone

    async def find(self, post: Post) -> int | None:
        """Return the id of the message of a post whose sending was begun, or None where it did not arrive."""
        nonce = post.nonce or ""
        drawn = await self.draw(post)
        return await self._find(post, nonce if drawn is None else drawn.shown.mark, post.began_at)

    async def delete(self, post: Post, message_id: int) -> None:
        """Delete the message of a post; one that is not there is no error."""
        async with self._placed(post, None):
            try:
                if medium := self._media.get(post.kind):
                    return await medium.delete(self._calls, post, message_id)
                async with self._calls.within(self._calls.deadlines.show):
                    await self._in_channel(post, message_id).delete()
            except Gone:
                pass

    async def tell_managers(self, post: Post, trouble: PlaceTrouble, log_channel: int | None) -> None:
        """Tell a server's managers in its log channel, else its owner; what goes wrong is only logged."""
        medium, channel_link = self._media.get(post.kind), f"<#{post.channel_id}>"
        if medium is not None and trouble == "forbidden":
            said = text(f"post-forbidden-{medium.name}", channel=channel_link)
        else:
            said = text(f"post-trouble-{trouble}", channel=channel_link)
        nonce = f"p{post.id}-told"
        try:
            if log_channel is not None and log_channel != post.channel_id:
                channel = self._calls.client.get_partial_messageable(log_channel, guild_id=post.guild_id)
                try:
                    async with self._calls.within(self._calls.deadlines.show):
                        await channel.send(said, nonce=nonce, suppress_embeds=True)
                except NotThisWay as error:
                    log.info("the log channel %s does not take it: %s", log_channel, error)
                else:
                    return
            async with self._calls.within(self._calls.deadlines.show):
                guild = self._calls.client.get_guild(post.guild_id)
                guild = guild or await self._calls.client.fetch_guild(post.guild_id)
                owner = await self._calls.client.create_dm(discord.Object(guild.owner_id or 0))
                name = discord.utils.escape_markdown(guild.name)
                await owner.send(text("post-of-server", guild=name, said=said), nonce=nonce, suppress_embeds=True)
        except (NotThisWay, TryLater) as error:
            log.warning("the managers of the server %s cannot be told of %s: %s", post.guild_id, trouble, error)

    async def _send(self, post: Post, shown: Shown, nonce: str) -> int:
        channel = self._calls.client.get_partial_messageable(post.channel_id, guild_id=post.guild_id)
        medium = self._media.get(post.kind)
        sent: list[int] = []

        async def send(files: Sequence[PostFile] | None) -> None:
            seconds = self._calls.deadlines.upload(_size(files or ()))
            if medium is not None:
                sent.append(await medium.send(self._calls, post, shown, partial(_opened, files or ()), seconds))
                return
            async with self._calls.within(seconds):
                given: dict[str, Any] = {} if shown.view is None else {"view": shown.view}
                message = await channel.send(
                    shown.content, files=_opened(files or ()), nonce=nonce, suppress_embeds=True, **given
                )
            sent.append(message.id)

        await _with_files(shown, send)
        return sent[0]

    async def _pin(self, post: Post, message_id: int) -> None:
        try:
            async with self._calls.within(self._calls.deadlines.show):
                await self._in_channel(post, message_id).pin()
        except (NotThisWay, TryLater) as error:
            log.info("the message %s is not pinned: %s", message_id, error)

    async def _find(self, post: Post, mark: str, began_at: datetime | None) -> int | None:
        channel = self._calls.client.get_partial_messageable(post.channel_id, guild_id=post.guild_id)
        medium = self._media.get(post.kind)
        if medium is not None:
            async with self._placed(post, began_at):
                return await medium.find(self._calls, post)
        try:
            message = await find_ours(
                self._calls, channel, began_at, lambda each: each.nonce == post.nonce or carries(each, mark)
            )
        except Uncertain as error:
            gone = self._is_gone(post, error)
            raise NoPlace("gone" if gone else "unreadable", str(error), sent=not gone) from error
        return None if message is None else message.id

    @asynccontextmanager
    async def _placed(self, post: Post, began_at: datetime | None) -> AsyncGenerator[None]:
        """Turn what goes wrong with a post into what to do next.

        Args:
            began_at: when its sending was begun before.
        """
        try:
            yield
        except (Unfit, TooMuch) as error:
            raise PostRefused(str(error)) from error
        except NotThisWay as error:
            trouble: PlaceTrouble = "gone" if self._is_gone(post, error) else "forbidden"
            raise NoPlace(trouble, str(error), sent=trouble != "gone" and began_at is not None) from error

    def _is_gone(self, post: Post, error: Exception) -> bool:
        """Whether the place of a post is gone: its channel, or its server, of which Discord only says "forbidden"."""
        client = self._calls.client
        left = client.is_ready() and client.get_guild(post.guild_id) is None
        return left or code_of(error) == UNKNOWN_CHANNEL

    def _in_channel(self, post: Post, message_id: int) -> discord.PartialMessage:
        channel = self._calls.client.get_partial_messageable(post.channel_id, guild_id=post.guild_id)
        return channel.get_partial_message(message_id)

    async def _message(self, post: Post, message_id: int) -> discord.PartialMessage | None:
        """Return the message that shows what a post shows, ready to be edited; None where nothing is to be edited."""
        medium = self._media.get(post.kind)
        if medium is None:
            return self._in_channel(post, message_id)
        return await medium.message(self._calls, post, message_id)


async def _with_files(shown: Shown, bring: Callable[[Sequence[PostFile] | None], Awaitable[None]]) -> None:
    """Bring what a post shows with its files, where it has any."""
    if shown.attach is None:
        return await bring([])

    async def attached(files: Sequence[PostFile]) -> None:
        try:
            await bring(files)
        except TooLarge as error:
            if not files:
                raise
            raise TooMuch(str(error)) from error

    return await shown.attach(attached)


def _opened(files: Sequence[PostFile]) -> list[discord.File]:
    return [
        discord.File(each.path, filename=each.name, description=each.description, spoiler=each.spoiler)
        for each in files
    ]


def _size(files: Sequence[PostFile]) -> int:
    return sum(each.path.stat().st_size for each in files)


def _fingerprint(shown: Shown) -> str:
    components = [] if shown.view is None else shown.view.to_components()
    said = hashlib.sha256(json.dumps([shown.content, components], sort_keys=True).encode()).hexdigest()
    return f"{said}/{shown.files}"
