"""Bringing replies to people on Discord: the Courier of the engine.

A reply is brought by the first way that works: an edit by the interaction's token, an edit by the bot's token, a new
message that names its owner, a direct message. Which of these exist depends on where the bot is and who may see it.
"""

import asyncio
import logging
import math
import secrets
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import aiohttp
import discord

from bot.catalog import Catalog
from bot.discord_private import read_from_cdn
from bot.engine import Answer, Intend, Parcel, TooMuch, TryLater, Uncertain, Undeliverable
from bot.errors import EaselError
from bot.i18n import text
from bot.reply_address import InteractionReply, reply_address
from bot.store import Details, Request, RequestState, Source
from bot.ui.messages import alt_text, reply_to

log = logging.getLogger(__name__)

NONCE_LIFE = timedelta(minutes=2)
"""How long a repeated nonce is taken for the same message; Discord says "the past few minutes"."""

ANSWER_DEADLINE = 5.0
SHOW_DEADLINE = 10.0
DELIVER_DEADLINE = 60.0
"""Seconds for one call together with discord.py's own retries, and without what its files take."""

SLOWEST_UPLOAD = 256 * 1024
"""Bytes a second that an upload is given time for."""

MEBIBYTE = 1024 * 1024

CLOCKS_APART = timedelta(minutes=1)
"""How far the host's clock may be from Discord's, by which messages are dated."""

HISTORY = 100
"""Messages of a channel that are searched for one that a stop left in doubt."""

UNKNOWN_MESSAGE = 10008
ALREADY_ACKNOWLEDGED = 40060
TOO_LARGE = 40005


class NotAnswered(Exception):
    """Discord did not take the first answer: it came too late."""


class MaybeAnswered(Exception):
    """Whether Discord took the first answer is not known."""


class _Next(Exception):
    """This way does not lead to the reply; the text says why."""


class _Gone(_Next):
    """The message is not there, or not for who asks."""


class DiscordCourier:
    """Shows and delivers replies through a client."""

    def __init__(self, client: discord.Client, catalog: Catalog) -> None:
        self._client = client
        self._catalog = catalog

    async def answer(self, interaction: discord.Interaction[Any], details: Details) -> Answer:
        """Answer an interaction with the first status of its request; return where the reply is.

        Raises:
            NotAnswered, MaybeAnswered: it did not work, or that is not known.
        """
        reply = reply_to(details, self._catalog)
        try:
            async with asyncio.timeout(ANSWER_DEADLINE):
                sent = await interaction.response.send_message(
                    reply.content, view=reply.view, ephemeral=details.request.private, suppress_embeds=True
                )
        except discord.HTTPException as error:
            if error.code == ALREADY_ACKNOWLEDGED or error.status >= 500:
                raise MaybeAnswered(str(error)) from error
            raise NotAnswered(str(error)) from error
        except (OSError, aiohttp.ClientError, TimeoutError) as error:
            raise MaybeAnswered(repr(error)) from error
        message = cast("discord.InteractionMessage", sent.resource)
        # Without the permission to use external apps, Discord makes the answer ephemeral whatever was asked.
        address = InteractionReply.of(interaction, ephemeral=message.flags.ephemeral)
        return Answer(address.to_json(), interaction.channel_id, message.id)

    async def find_answer(self, request: Request) -> Answer | None:
        """Return where the first answer to a request is, or None where there is none."""
        address = reply_address(request)
        try:
            async with _calling(SHOW_DEADLINE):
                # Discord takes "@original" for the id of an interaction's first answer.
                message = await self._webhook(address).fetch_message(cast("int", "@original"))
        except _Next:
            return None
        found = InteractionReply(address.application_id, address.token, address.expires_at, message.flags.ephemeral)
        return Answer(found.to_json(), message.channel.id, message.id)

    async def show(self, details: Details) -> None:
        """Show how far a request is; what goes wrong is only logged, for the next edit makes it good."""
        request = details.request
        reply = reply_to(details, self._catalog)
        edit = self._edit_by_token if reply_address(request).alive else self._edit_by_bot
        try:
            async with _calling(SHOW_DEADLINE):
                await edit(request, content=reply.content, view=reply.view)
        except (_Next, TryLater) as error:
            log.info("the status of request %s could not be shown: %s", request.short_id, error)

    async def deliver(self, details: Details, parcels: Sequence[Parcel], intend: Intend) -> Answer:
        """Show how a request ended, with its pictures, by the first way that works; return where."""
        reasons: list[str] = []
        for way in self._ways(details.request):
            try:
                return await way(details, parcels, intend)
            except TooMuch as reason:
                if any(parcel.fitted for parcel in parcels):
                    raise
                reasons.append(str(reason))
            except _Next as reason:
                reasons.append(str(reason))
        raise Undeliverable("; ".join(reasons))

    def _ways(self, request: Request) -> Sequence["_Way"]:
        if request.delivery_nonce is not None:
            return [self._direct_message if _is_direct(request.delivery_nonce) else self._new_message]
        address = reply_address(request)
        ways: list[_Way] = []
        if address.alive and request.message_id is not None:
            ways.append(self._token_edit)
        if request.bot_present and not address.ephemeral:
            ways += [self._bot_edit, self._new_message]
        return [*ways, self._direct_message]

    async def _token_edit(self, details: Details, parcels: Sequence[Parcel], intend: Intend) -> Answer:
        return await self._edit(self._edit_by_token, details, parcels)

    async def _bot_edit(self, details: Details, parcels: Sequence[Parcel], intend: Intend) -> Answer:
        return await self._edit(self._edit_by_bot, details, parcels)

    async def _edit(self, edit: "_Edit", details: Details, parcels: Sequence[Parcel]) -> Answer:
        request = details.request
        reply = reply_to(details, self._catalog, parcels)
        files = self._files(details, parcels)
        async with _calling(_delivery_deadline(parcels)):
            await edit(request, content=reply.content, view=reply.view, attachments=files)
        return Answer(request.reply, request.channel_id, request.message_id)

    async def _edit_by_token(self, request: Request, **fields: Any) -> None:
        if request.message_id is None:
            raise _Next("the reply has no id")
        await self._webhook(reply_address(request)).edit_message(request.message_id, **fields)

    async def _edit_by_bot(self, request: Request, **fields: Any) -> None:
        await self._message(request).edit(**fields)

    def _message(self, request: Request) -> discord.PartialMessage:
        if request.message_id is None or request.channel_id is None:
            raise _Next("the reply has no id")
        return self._client.get_partial_messageable(request.channel_id).get_partial_message(request.message_id)

    def _webhook(self, address: InteractionReply) -> discord.Webhook:
        return discord.Webhook.partial(address.application_id, address.token, client=self._client)

    async def _new_message(self, details: Details, parcels: Sequence[Parcel], intend: Intend) -> Answer:
        request = details.request
        if request.channel_id is None:
            raise _Next("the request has no channel")
        channel = self._client.get_partial_messageable(request.channel_id, guild_id=request.guild_id)
        return await self._send(channel, details, parcels, intend, direct=False)

    async def _direct_message(self, details: Details, parcels: Sequence[Parcel], intend: Intend) -> Answer:
        async with _calling(DELIVER_DEADLINE):
            channel = await self._client.create_dm(discord.Object(details.request.user_id))
        return await self._send(channel, details, parcels, intend, direct=True)

    async def _send(
        self,
        channel: discord.abc.Messageable,
        details: Details,
        parcels: Sequence[Parcel],
        intend: Intend,
        *,
        direct: bool,
    ) -> Answer:
        """Send a message once: its nonce is stored first, and after a crash it is looked for before it is repeated."""
        request = details.request
        nonce = request.delivery_nonce
        if nonce is None:
            nonce = _new_nonce(request, direct=direct)
            await intend(nonce)
        elif _older_than_a_nonce(request):
            found = await self._find_sent(channel, request)
            if found is not None:
                return Answer(request.reply, found.channel.id, found.id)
        reply = reply_to(details, self._catalog, parcels)
        owner = discord.Object(request.user_id)
        async with _calling(_delivery_deadline(parcels)):
            message = await channel.send(
                f"{_preface(request)}\n{reply.content}",
                view=reply.view,
                files=self._files(details, parcels),
                nonce=nonce,
                suppress_embeds=True,
                allowed_mentions=discord.AllowedMentions(
                    everyone=False, roles=False, users=[owner], replied_user=False
                ),
            )
        return Answer(request.reply, message.channel.id, message.id)

    async def _find_sent(self, channel: discord.abc.Messageable, request: Request) -> discord.Message | None:
        """Return the message that was sent before a crash, or None if there is none."""
        since = request.delivery_began_at and request.delivery_began_at - CLOCKS_APART
        # What the bot may do where is known only then.
        await self._client.wait_until_ready()
        # Where the history may not be read, Discord lists it as empty.
        if not self._may_read_history(request):
            raise Uncertain("the channel's history may not be read")
        try:
            async with _calling(DELIVER_DEADLINE):
                async for message in channel.history(limit=HISTORY, after=since, oldest_first=True):
                    if self._is_reply(message, request):
                        return message
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

    def _is_reply(self, message: discord.Message, request: Request) -> bool:
        ours = self._client.user is not None and message.author.id == self._client.user.id
        buttons = [each for row in message.components if isinstance(row, discord.ActionRow) for each in row.children]
        return ours and any((button.custom_id or "").endswith(f":{request.short_id}") for button in buttons)

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

    async def remove(self, request: Request) -> bool:
        """Delete the reply to a request; return whether it is gone."""
        address = reply_address(request)
        ways: list[Callable[[], Awaitable[None]]] = []
        if request.message_id is not None and address.alive:
            webhook, message_id = self._webhook(address), request.message_id
            ways.append(lambda: webhook.delete_message(message_id))
        if request.bot_present and not address.ephemeral:
            ways.append(lambda: self._message(request).delete())
        gone = False
        for way in ways:
            try:
                async with _calling(SHOW_DEADLINE):
                    await way()
            except (_Next, TryLater) as error:
                log.info("the reply to request %s is not deleted this way: %s", request.short_id, error)
                gone = isinstance(error, _Gone)
            else:
                return True
        return gone

    async def fetch(self, source: Source, to: Path, limit: int) -> None:
        """Write the bytes of a picture that somebody attached to a file.

        Raises:
            EaselError: Discord does not give them, or they are more than `limit`.
        """
        if source.url is None:
            raise EaselError("image-unavailable")
        try:
            async with asyncio.timeout(DELIVER_DEADLINE):
                data = await read_from_cdn(self._client, source.url)
        except (discord.HTTPException, OSError, aiohttp.ClientError, TimeoutError) as error:
            raise EaselError("image-unavailable") from error
        if len(data) > limit:
            size = math.ceil(len(data) / MEBIBYTE)
            raise EaselError("image-too-large", name=source.file_name, size=size, limit=limit // MEBIBYTE)
        await asyncio.to_thread(to.write_bytes, data)


_Way = Callable[[Details, Sequence[Parcel], Intend], Awaitable[Answer]]
_Edit = Callable[..., Awaitable[None]]


@asynccontextmanager
async def _calling(deadline: float) -> AsyncGenerator[None]:
    """Bound a call to Discord, and turn what goes wrong into what to do next."""
    try:
        async with asyncio.timeout(deadline):
            yield
    except discord.HTTPException as error:
        if error.status == 413 or error.code == TOO_LARGE:
            raise TooMuch(str(error)) from error
        if error.status == 429 or error.status >= 500:
            raise TryLater(str(error)) from error
        raise (_Gone if error.code == UNKNOWN_MESSAGE else _Next)(str(error)) from error
    except (OSError, aiohttp.ClientError, TimeoutError) as error:
        raise TryLater(repr(error)) from error


def _delivery_deadline(parcels: Sequence[Parcel]) -> float:
    return DELIVER_DEADLINE + sum(parcel.size for parcel in parcels) / SLOWEST_UPLOAD


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
