"""Bringing replies to people on Discord: the Courier of the engine.

A reply is brought by the first way that works: an edit by the interaction's token, an edit by the bot's token, a new
message that replies to the old one and names its owner, a direct message. Which of these exist depends on where the bot
is and who may see it. What Discord does not take, it is offered with less: links for files, then the bare status.
"""

import asyncio
import logging
import math
import secrets
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, cast

import aiohttp
import discord

from bot.catalog import Catalog
from bot.discord_errors import NO_REPLY_WITHOUT_HISTORY, Trouble, trouble
from bot.discord_private import lift_global_limit, read_from_cdn
from bot.engine import Answer, Delivered, Intend, Notice, Parcel, TooMuch, TryLater, Uncertain, Undeliverable, backoff
from bot.errors import EaselError
from bot.i18n import text
from bot.operator import tell_owner
from bot.reply_address import InteractionReply, is_public, reply_address
from bot.store import Details, Request, RequestState, Source
from bot.ui.messages import Reply, alt_text, bare_reply, reply_to

log = logging.getLogger(__name__)

NONCE_LIFE = timedelta(minutes=2)
"""How long a repeated nonce is taken for the same message; Discord says "the past few minutes"."""

SLOWEST_UPLOAD = 256 * 1024
"""Bytes a second that an upload is given time for."""

FETCH_TRIES = 3
"""Downloads of somebody's attachment before it counts as not to be had."""

MEBIBYTE = 1024 * 1024

CLOCKS_APART = timedelta(minutes=1)
"""How far the host's clock may be from Discord's, by which messages are dated."""

HISTORY = 100
"""Messages of a channel that are searched for one that a stop left in doubt."""


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Seconds for one call to Discord together with discord.py's own retries.

    Attributes:
        answer: for the first answer to an interaction, which Discord takes for 3 s.
        show: for what is only a status, and for what somebody waits for at a button.
        deliver: for what carries pictures, and as long again as `SLOWEST_UPLOAD` takes for them.
    """

    answer: float = 5.0
    show: float = 10.0
    deliver: float = 60.0


class NotAnswered(Exception):
    """Discord did not take the first answer: it came too late."""


class MaybeAnswered(Exception):
    """Whether Discord took the first answer is not known."""


class _Next(Exception):
    """This way does not lead to the reply; the text says why."""


class _Gone(_Next):
    """The message is not there, or not for who asks."""


class _Unfit(_Next):
    """Discord does not take what the message carries: its files, or its text."""


class _TooLarge(_Unfit):
    """Discord does not take files of that size here."""


@dataclass(frozen=True, slots=True)
class _Letter:
    """One version of what is to be brought; `parcels` are the pictures that it shows or links to."""

    reply: Reply
    parcels: Sequence[Parcel]


class DiscordCourier:
    """Shows and delivers replies through a client."""

    def __init__(self, client: discord.Client, catalog: Catalog, deadlines: Deadlines) -> None:
        self._client = client
        self._catalog = catalog
        self._deadlines = deadlines

    async def answer(self, interaction: discord.Interaction[Any], details: Details) -> Answer:
        """Answer an interaction with the first status of its request; return where the reply is.

        Raises:
            NotAnswered: it came too late.
            MaybeAnswered: whether Discord took it is not known.
            discord.HTTPException: Discord refuses it.
        """
        reply = reply_to(details, self._catalog)
        try:
            async with asyncio.timeout(self._deadlines.answer):
                sent = await interaction.response.send_message(
                    reply.content, view=reply.view, ephemeral=details.request.private, suppress_embeds=True
                )
        except Exception as error:
            match trouble(error):
                case Trouble.EXPIRED:
                    raise NotAnswered(str(error)) from error
                case Trouble.ANSWERED | Trouble.LATER:
                    raise MaybeAnswered(repr(error)) from error
                case _:
                    raise
        message = cast("discord.InteractionMessage", sent.resource)
        # Without the permission to use external apps, Discord makes the answer ephemeral whatever was asked.
        address = InteractionReply.of(interaction, ephemeral=message.flags.ephemeral)
        return Answer(address.to_json(), interaction.channel_id, message.id)

    async def find_answer(self, request: Request) -> Answer | None:
        """Return where the first answer to a request is, or None where there is none.

        An interaction that was told twice has one answer, which belongs to the request whose id its buttons carry.
        """
        address = reply_address(request)
        try:
            async with self._calling(self._deadlines.show):
                # Discord takes "@original" for the id of an interaction's first answer.
                message = await self._webhook(address).fetch_message(cast("int", "@original"))
        except _Next:
            return None
        if not _carries(message, request):
            return None
        found = InteractionReply(address.application_id, address.token, address.expires_at, message.flags.ephemeral)
        return Answer(found.to_json(), message.channel.id, message.id)

    async def tell_operator(self, notice: Notice) -> None:
        """Tell the application's owner; what goes wrong is only logged."""
        await tell_owner(self._client, notice)

    async def show(self, details: Details, *, waits_for: str | None = None) -> None:
        """Show how far a request is; what goes wrong is only logged, for the next edit makes it good."""
        request = details.request
        reply = reply_to(details, self._catalog, waits_for=waits_for)
        try:
            for edit in self._edits(request):
                try:
                    async with self._calling(self._deadlines.show):
                        await edit(request, content=reply.content, view=reply.view)
                except _Next as error:
                    log.info("the status of request %s is not shown this way: %s", request.short_id, error)
                else:
                    return
        except TryLater as error:
            log.info("the status of request %s could not be shown: %s", request.short_id, error)

    async def deliver(
        self, details: Details, parcels: Sequence[Parcel], intend: Intend, *, fault: str | None = None
    ) -> Delivered:
        """Show how a request ended, with its pictures, by the first way that works."""
        reasons: list[str] = []
        gone = False
        for way in self._ways(details.request):
            if gone and way == self._bot_edit:
                continue
            for letter in self._letters(details, parcels, fault):
                try:
                    return await way(details, letter, intend)
                except _Next as reason:
                    if isinstance(reason, _TooLarge) and any(parcel.fitted for parcel in letter.parcels):
                        raise TooMuch(str(reason)) from reason
                    reasons.append(str(reason))
                    gone = gone or isinstance(reason, _Gone)
                    if not isinstance(reason, _Unfit):
                        break
        raise Undeliverable("; ".join(reasons))

    def _letters(self, details: Details, parcels: Sequence[Parcel], fault: str | None) -> Iterator[_Letter]:
        """Yield what to bring: as it should be, then each time with less of what Discord may not take."""
        if fault is None:
            yield _Letter(reply_to(details, self._catalog, parcels), parcels)
            if any(parcel.fitted for parcel in parcels):
                links = _as_links(parcels)
                yield _Letter(reply_to(details, self._catalog, links), links)
        yield _Letter(bare_reply(details, fault), ())

    def _ways(self, request: Request) -> Sequence["_Way"]:
        nonce = request.delivery_nonce
        public = is_public(request)
        ways: list[_Way] = []
        if nonce is None:
            ways += [self._token_edit] if _token_edits(request) else []
            ways += [self._bot_edit] if public else []
        if public and not (nonce and _is_direct(nonce)):
            ways.append(self._new_message)
        return [*ways, self._direct_message]

    def _edits(self, request: Request) -> Sequence["_Edit"]:
        by_token = [self._edit_by_token] if _token_edits(request) else []
        by_bot = [self._edit_by_bot] if is_public(request) else []
        return [*by_token, *by_bot]

    async def _token_edit(self, details: Details, letter: _Letter, intend: Intend) -> Delivered:
        return await self._edit(self._edit_by_token, details, letter)

    async def _bot_edit(self, details: Details, letter: _Letter, intend: Intend) -> Delivered:
        return await self._edit(self._edit_by_bot, details, letter)

    async def _edit(self, edit: "_Edit", details: Details, letter: _Letter) -> Delivered:
        request = details.request
        files = self._files(details, letter.parcels)
        async with self._calling(self._delivery_deadline(letter.parcels)):
            await edit(request, content=letter.reply.content, view=letter.reply.view, attachments=files)
        return Delivered(Answer(request.reply, request.channel_id, request.message_id), letter.parcels)

    async def _edit_by_token(self, request: Request, **fields: Any) -> None:
        if request.message_id is None:
            raise _Next("the reply has no id")
        await self._webhook(reply_address(request)).edit_message(request.message_id, **fields)

    async def _edit_by_bot(self, request: Request, **fields: Any) -> None:
        await self._message(request).edit(**fields)

    def _message(self, request: Request) -> discord.PartialMessage:
        if request.message_id is None or request.channel_id is None:
            raise _Next("the reply has no id")
        channel = self._client.get_partial_messageable(request.channel_id, guild_id=request.guild_id)
        return channel.get_partial_message(request.message_id)

    def _webhook(self, address: InteractionReply) -> discord.Webhook:
        return discord.Webhook.partial(address.application_id, address.token, client=self._client)

    async def _new_message(self, details: Details, letter: _Letter, intend: Intend) -> Delivered:
        request = details.request
        if request.channel_id is None:
            raise _Next("the request has no channel")
        channel = self._client.get_partial_messageable(request.channel_id, guild_id=request.guild_id)
        return await self._send(channel, details, letter, intend, direct=False)

    async def _direct_message(self, details: Details, letter: _Letter, intend: Intend) -> Delivered:
        async with self._calling(self._deadlines.deliver):
            channel = await self._client.create_dm(discord.Object(details.request.user_id))
        return await self._send(channel, details, letter, intend, direct=True)

    async def _send(
        self, channel: discord.abc.Messageable, details: Details, letter: _Letter, intend: Intend, *, direct: bool
    ) -> Delivered:
        """Send a message once: its nonce is stored first, and after a crash it is looked for before it is repeated."""
        request = details.request
        nonce = request.delivery_nonce
        if nonce is None or _is_direct(nonce) != direct:
            nonce = _new_nonce(request, direct=direct)
            await intend(nonce)
            return await self._post(channel, details, letter, nonce, direct=direct)
        if _older_than_a_nonce(request) and (found := await self._find_sent(channel, details, letter)):
            return found
        try:
            return await self._post(channel, details, letter, nonce, direct=direct)
        except _Unfit:
            raise
        except _Next:
            # It is refused now, but an earlier try may have arrived.
            if found := await self._find_sent(channel, details, letter):
                return found
            raise

    async def _post(
        self, channel: discord.abc.Messageable, details: Details, letter: _Letter, nonce: str, *, direct: bool
    ) -> Delivered:
        """Send a message; in the channel of the old one it replies to that, where Discord lets it."""
        request = details.request
        reference = None if direct else _reference(request)
        try:
            return await self._post_replying(channel, details, letter, nonce, reference)
        except _NoReply:
            return await self._post_replying(channel, details, letter, nonce, None)

    async def _post_replying(
        self,
        channel: discord.abc.Messageable,
        details: Details,
        letter: _Letter,
        nonce: str,
        reference: discord.MessageReference | None,
    ) -> Delivered:
        request = details.request
        owner = discord.Object(request.user_id)
        async with self._calling(self._delivery_deadline(letter.parcels)):
            message = await channel.send(
                f"{_preface(request)}\n{letter.reply.content}",
                view=letter.reply.view,
                files=self._files(details, letter.parcels),
                nonce=nonce,
                reference=cast("discord.MessageReference", reference),
                suppress_embeds=True,
                allowed_mentions=discord.AllowedMentions(
                    everyone=False, roles=False, users=[owner], replied_user=False
                ),
            )
        return Delivered(Answer(request.reply, message.channel.id, message.id), letter.parcels)

    async def _find_sent(self, channel: discord.abc.Messageable, details: Details, letter: _Letter) -> Delivered | None:
        """Return the message that was sent before, or None if there is none."""
        request = details.request
        since = request.delivery_began_at and request.delivery_began_at - CLOCKS_APART
        # What the bot may do where is known only then.
        await self._client.wait_until_ready()
        # Where the history may not be read, Discord lists it as empty.
        if not self._may_read_history(request):
            raise Uncertain("the channel's history may not be read")
        try:
            async with self._calling(self._deadlines.deliver):
                async for message in channel.history(limit=HISTORY, after=since, oldest_first=True):
                    if self._is_reply(message, request):
                        parcels = letter.parcels if message.attachments else _as_links(letter.parcels)
                        return Delivered(Answer(request.reply, message.channel.id, message.id), parcels)
        except _Next as reason:
            raise Uncertain(f"the channel cannot be read: {reason}") from reason
        return None

    def _may_read_history(self, request: Request) -> bool:
        if request.guild_id is None or _is_direct(request.delivery_nonce or ""):
            return True
        channel = self._client.get_channel(request.channel_id or 0)
        if not isinstance(channel, discord.abc.GuildChannel | discord.Thread):
            return False
        return channel.permissions_for(channel.guild.me).read_message_history

    def _is_ours(self, message: discord.Message) -> bool:
        return self._client.user is not None and message.author.id == self._client.user.id

    def _is_reply(self, message: discord.Message, request: Request) -> bool:
        return self._is_ours(message) and _carries(message, request)

    def _files(self, details: Details, parcels: Sequence[Parcel]) -> list[discord.File]:
        described = alt_text(details, self._catalog)
        return [
            discord.File(
                parcel.fitted.path,
                filename=f"easel-{details.request.short_id}-{parcel.picture.number}{parcel.fitted.suffix}",
                description=described,
            )
            for parcel in parcels
            if parcel.fitted is not None
        ]

    async def notify(self, details: Details, began_at: datetime | None) -> None:
        """Send one new message that mentions only the owner of a request: in its channel, else to themselves."""
        request = details.request
        reasons: list[str] = []
        for direct in (False, True) if is_public(request) else (True,):
            try:
                channel = await self._notice_channel(request, direct=direct)
                await self._notify_in(channel, request, began_at, direct=direct)
            except _Next as reason:
                reasons.append(str(reason))
            else:
                return
        raise Undeliverable("; ".join(reasons))

    async def _notice_channel(self, request: Request, *, direct: bool) -> discord.abc.Messageable:
        if direct:
            async with self._calling(self._deadlines.deliver):
                return await self._client.create_dm(discord.Object(request.user_id))
        return self._message(request).channel

    async def _notify_in(
        self, channel: discord.abc.Messageable, request: Request, began_at: datetime | None, *, direct: bool
    ) -> None:
        """Send a notice once: it is looked for before it is repeated, save while Discord knows its nonce."""
        link = self._message(request).jump_url
        arrived = partial(self._notice_arrived, channel, request, began_at, link, direct=direct)
        if began_at is not None and datetime.now(UTC) - began_at > NONCE_LIFE and await arrived():
            return
        owner = discord.Object(request.user_id)
        said = text(f"notice-{request.state}", locale=request.locale, mention=f"<@{request.user_id}>", link=link)
        try:
            async with self._calling(self._deadlines.show):
                await channel.send(
                    said,
                    nonce=f"{request.short_id}-n",
                    suppress_embeds=True,
                    allowed_mentions=discord.AllowedMentions(
                        everyone=False, roles=False, users=[owner], replied_user=False
                    ),
                )
        except _Next:
            # It is refused now, but an earlier try may have arrived.
            if began_at is None or not await arrived():
                raise

    async def _notice_arrived(
        self, channel: discord.abc.Messageable, request: Request, began_at: datetime | None, link: str, *, direct: bool
    ) -> bool:
        since = began_at and began_at - CLOCKS_APART
        await self._client.wait_until_ready()
        if not direct and not self._may_read_history(request):
            raise Uncertain("the channel's history may not be read")
        try:
            async with self._calling(self._deadlines.deliver):
                async for message in channel.history(limit=HISTORY, after=since, oldest_first=True):
                    if self._is_ours(message) and link in message.content:
                        return True
        except _Next as reason:
            raise Uncertain(f"the channel cannot be read: {reason}") from reason
        return False

    async def remove(self, request: Request) -> bool:
        """Delete the reply to a request; return whether it is gone.

        Raises:
            EaselError: Discord cannot say now.
        """
        address = reply_address(request)
        ways: list[Callable[[], Awaitable[None]]] = []
        if request.message_id is not None and address.alive:
            webhook, message_id = self._webhook(address), request.message_id
            ways.append(lambda: webhook.delete_message(message_id))
        if is_public(request):
            ways.append(lambda: self._message(request).delete())
        gone = later = False
        for way in ways:
            try:
                async with self._calling(self._deadlines.show):
                    await way()
            except (_Next, TryLater) as error:
                log.info("the reply to request %s is not deleted this way: %s", request.short_id, error)
                gone = isinstance(error, _Gone)
                later = later or isinstance(error, TryLater)
            else:
                return True
        if later and not gone:
            raise EaselError("delete-later")
        return gone

    async def fetch(self, source: Source, to: Path, limit: int) -> None:
        """Write the bytes of a picture that somebody attached to a file.

        Raises:
            EaselError: Discord does not give them, or they are more than `limit`.
        """
        if source.url is None:
            raise EaselError("image-unavailable")
        data = await self._download(source.url)
        if len(data) > limit:
            size = math.ceil(len(data) / MEBIBYTE)
            raise EaselError("image-too-large", name=source.file_name, size=size, limit=limit // MEBIBYTE)
        await asyncio.to_thread(to.write_bytes, data)

    async def _download(self, url: str) -> bytes:
        tries = 0
        while True:
            tries += 1
            try:
                async with asyncio.timeout(self._deadlines.deliver):
                    return await read_from_cdn(self._client, url)
            except (discord.NotFound, discord.Forbidden) as error:
                raise EaselError("image-unavailable") from error
            except Exception as error:
                if trouble(error) is None:
                    raise
                if tries >= FETCH_TRIES:
                    raise EaselError("image-unavailable") from error
                await asyncio.sleep(backoff(tries))

    def _delivery_deadline(self, parcels: Sequence[Parcel]) -> float:
        return self._deadlines.deliver + sum(parcel.size for parcel in parcels) / SLOWEST_UPLOAD

    @asynccontextmanager
    async def _calling(self, deadline: float) -> AsyncGenerator[None]:
        """Bound a call to Discord, and turn what goes wrong into what to do next."""
        try:
            async with asyncio.timeout(deadline):
                yield
        except asyncio.CancelledError:
            lift_global_limit(self._client)
            raise
        except (discord.DiscordException, OSError, RuntimeError, aiohttp.ClientError, TimeoutError) as error:
            if isinstance(error, TimeoutError):
                lift_global_limit(self._client)
            meant = _meaning(error, closed=self._client.is_closed())
            if meant is None:
                raise
            raise meant from error


_Way = Callable[[Details, _Letter, Intend], Awaitable[Delivered]]
_Edit = Callable[..., Awaitable[None]]


class _NoReply(_Next):
    """A message may be sent, but not as a reply."""


def _meaning(error: Exception, *, closed: bool) -> Exception | None:
    """Return what to do about an error of a call to Discord, None for a fault of ours; `closed`: the client is."""
    if isinstance(error, discord.HTTPException) and error.code == NO_REPLY_WITHOUT_HISTORY:
        return _NoReply(str(error))
    kind = trouble(error)
    if kind is None:
        # aiohttp's word for a session that is closed: the next client, or the next start, goes on.
        return TryLater(repr(error)) if closed and isinstance(error, RuntimeError) else None
    if kind is Trouble.LATER:
        return TryLater(repr(error))
    means = {Trouble.GONE: _Gone, Trouble.TOO_LARGE: _TooLarge, Trouble.UNFIT: _Unfit}
    return means.get(kind, _Next)(str(error))


def _token_edits(request: Request) -> bool:
    return request.message_id is not None and reply_address(request).alive


def _as_links(parcels: Sequence[Parcel]) -> list[Parcel]:
    return [replace(parcel, fitted=None) for parcel in parcels]


def _reference(request: Request) -> discord.MessageReference | None:
    if request.message_id is None or request.channel_id is None:
        return None
    return discord.MessageReference(
        message_id=request.message_id,
        channel_id=request.channel_id,
        guild_id=request.guild_id,
        fail_if_not_exists=False,
    )


def _carries(message: discord.Message, request: Request) -> bool:
    """Whether the buttons of a message are those of a request."""
    buttons = [each for row in message.components if isinstance(row, discord.ActionRow) for each in row.children]
    return any((button.custom_id or "").endswith(f":{request.short_id}") for button in buttons)


def _preface(request: Request) -> str:
    made = request.state is RequestState.COMPLETED
    sentence = "delivered-elsewhere" if made else "delivered-failure-elsewhere"
    return text(sentence, locale=request.locale, mention=f"<@{request.user_id}>")


def _new_nonce(request: Request, *, direct: bool) -> str:
    return f"{request.short_id}-{'d' if direct else 'c'}-{secrets.token_hex(4)}"


def _is_direct(nonce: str) -> bool:
    return "-d-" in nonce


def _older_than_a_nonce(request: Request) -> bool:
    began = request.delivery_began_at
    return began is None or datetime.now(UTC) - began > NONCE_LIFE
