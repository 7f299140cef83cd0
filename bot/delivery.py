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
from pathlib import Path
from typing import Any, cast

import aiohttp
import discord

from bot.catalog import Catalog
from bot.discord_errors import NO_REPLY_WITHOUT_HISTORY, Trouble, trouble
from bot.discord_private import lift_global_limit, read_from_cdn
from bot.engine import Answer, Delivered, Intend, Parcel, TooMuch, TryLater, Uncertain, Undeliverable, backoff
from bot.errors import EaselError
from bot.i18n import text
from bot.reply_address import InteractionReply, reply_address
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
