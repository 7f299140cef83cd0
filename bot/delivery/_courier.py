"""The Courier: what the engine, the commands and the buttons ask for, each where it is done."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import discord

from bot.catalog import Catalog
from bot.delivery import (
    _absences,
    _attachments,
    _copies,
    _first_answers,
    _ladder,
    _message_answers,
    _notices,
    _replies,
    _spoilers,
)
from bot.delivery._calls import Calls, Deadlines, NotThisWay
from bot.delivery._comparing import compare_galleries
from bot.delivery._first_answers import MaybeAnswered, NotAnswered
from bot.delivery._letters import letters
from bot.delivery._operator import tell_owner
from bot.engine import Answer, Delivered, Engine, Intend, Missing, Notice, Parcel, Recalled, TryLater
from bot.reply_address import ChannelMessage, reply_address
from bot.store import Details, Request, Source
from bot.ui.messages import reply_to


class DiscordCourier:
    """Shows and delivers replies through a client.

    A reply is brought by the first way that works: an edit by the interaction's token, an edit by the bot's token, a
    new message that replies to the old one and names its owner, a direct message. Which of these exist depends on where
    the bot is and who may see it. What Discord does not take, it is offered with less: links for files, then the bare
    status.
    """

    def __init__(self, client: discord.Client, catalog: Catalog, deadlines: Deadlines) -> None:
        self._calls = Calls(client, deadlines)
        self._catalog = catalog

    async def answer(self, interaction: discord.Interaction[Any], details: Details) -> Answer:
        """Answer an interaction with the first status of its request; return where the reply is.

        Raises:
            NotAnswered: it came too late.
            MaybeAnswered: whether Discord took it is not known.
            discord.HTTPException: Discord refuses it.
        """
        reply = reply_to(details, self._catalog)
        private, seconds = details.request.private, self._calls.deadlines.answer
        return await _first_answers.answer(interaction, reply, private=private, seconds=seconds)

    async def answer_message(self, details: Details) -> Answer:
        """Answer the message that a request began as with its first status; return where the reply is.

        Raises:
            NotAnswered: Discord refuses it.
            MaybeAnswered: whether Discord took it is not known.
        """
        try:
            return await _message_answers.answer(self._calls, details.request, reply_to(details, self._catalog))
        except NotThisWay as error:
            raise NotAnswered(str(error)) from error
        except TryLater as error:
            raise MaybeAnswered(str(error)) from error

    async def find_answer(self, details: Details) -> Answer | None:
        """Return where the first answer to a request is, or None; a message that was not answered is answered now."""
        request = details.request
        address = reply_address(request)
        if isinstance(address, ChannelMessage):
            return await _message_answers.find_answer(self._calls, request, reply_to(details, self._catalog))
        return await _first_answers.find_answer(self._calls, request, address)

    async def show(self, details: Details, *, waits_for: str | None = None) -> None:
        """Show how far a request is; what goes wrong is only logged, for the next edit makes it good."""
        await _replies.show(self._calls, details.request, reply_to(details, self._catalog, waits_for=waits_for))

    async def deliver(
        self, details: Details, parcels: Sequence[Parcel], intend: Intend, *, fault: str | None = None
    ) -> Delivered:
        """Show how a request ended, with its pictures, by the first way that works."""
        versions = partial(letters, details, parcels, self._catalog, fault)
        return await _ladder.deliver(self._calls, details.request, versions, intend)

    async def notify(self, details: Details, began_at: datetime | None) -> None:
        """Send one new message that mentions only the owner of a request: in its channel, else to themselves."""
        await _notices.notify(self._calls, details.request, began_at)

    async def show_copy(
        self, interaction: discord.Interaction[Any], details: Details, recalled: Recalled, notes: Sequence[str]
    ) -> None:
        """Show a request as it stands once more, only for the person behind a deferred interaction.

        Args:
            notes: lines to say besides.

        Raises:
            TooMuch: smaller pictures may do, or none.
        """
        versions = letters(details, recalled.parcels, self._catalog, None)
        await _copies.show(self._calls, interaction, versions, notes)

    async def remove(self, request: Request) -> bool:
        """Delete the reply to a request; return whether it is gone.

        Raises:
            EaselError: Discord cannot say now.
        """
        return await _replies.remove(self._calls, request)

    async def hide(self, details: Details) -> bool:
        """Make the pictures of a reply spoilers; return whether they are.

        Raises:
            EaselError: Discord cannot do that now.
        """
        return await _spoilers.hide(self._calls, details)

    async def show_standing(self, details: Details) -> None:
        """Have a reply say whether its pictures are in a round; what goes wrong is only logged."""
        await _replies.restate(self._calls, details)

    async def fetch(self, source: Source, to: Path, limit: int) -> None:
        """Write the bytes of a picture that somebody attached to a file.

        Raises:
            EaselError: Discord does not give them, or they are more than `limit`.
        """
        await _attachments.fetch(self._calls, source, to, limit)

    async def fetch_result(self, request: Request, number: int, to: Path, limit: int) -> bool:
        """Write the bytes of a picture as its reply shows them to a file; return whether it shows them.

        Raises:
            EaselError: Discord does not give them, or they are more than `limit`.
            TryLater: Discord may show the reply later.
        """
        return await _attachments.fetch_result(self._calls, request, number, to, limit)

    async def missing(self, request: Request) -> Missing | None:
        """Return what is gone of where a request was brought; None where it is there, or only its owner can say.

        Raises:
            TryLater: Discord cannot say now.
        """
        return await _absences.missing(self._calls, request)

    async def has_left(self, guild_id: int) -> bool:
        """Return whether the bot is in a server no more.

        Raises:
            TryLater: Discord cannot say now.
        """
        return await _absences.has_left(self._calls, guild_id)

    async def compare_galleries(self, engine: Engine, guild_ids: Sequence[int]) -> None:
        """Take note of what is otherwise in Discord than galleries have it; what goes wrong is only logged."""
        await compare_galleries(self._calls, engine, guild_ids)

    async def tell_operator(self, notice: Notice) -> None:
        """Tell the application's owner; what goes wrong is only logged."""
        await tell_owner(self._calls.client, notice)
