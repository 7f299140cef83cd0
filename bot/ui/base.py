"""What every command and button shares: the client's parts, and one way to say what went wrong."""

import asyncio
import logging
import secrets
from collections.abc import Mapping, Sequence
from typing import Any, Protocol, cast

import discord
from discord import app_commands

from bot.catalog import Action, Value
from bot.discord_errors import Trouble, trouble
from bot.engine import Draft, Engine, Recalled, SourceDraft
from bot.errors import EaselError
from bot.i18n import text
from bot.store import Details, Report, Request
from bot.ui.places import is_age_restricted, place_ids, role_ids, slow_mode
from bot.ui.sparingly import Sparingly
from bot.ui.typed import literal_args

log = logging.getLogger(__name__)

Interaction = discord.Interaction[Any]

TELLING_DEADLINE = 10.0
"""Seconds in which somebody is told what went wrong, together with discord.py's own retries."""


class Home(Protocol):
    """The client, as far as commands and buttons see it."""

    engine: Engine
    helps: Sparingly
    """Whether somebody who only says hello is told how to edit, by channel."""

    def is_new(self, event: Interaction | discord.Message) -> bool:
        """Whether this comes for the first time."""
        ...

    async def begin(self, interaction: Interaction, draft: Draft) -> str | None:
        """Take a request, answer with its first status, and let the engine go on; return its short id.

        Where Discord surely or maybe did not take the answer, None is returned.

        Raises:
            EaselError: it is not taken; the sentence says why.
        """
        ...

    async def begin_from_message(self, draft: Draft, replies_to: int, left_out: Sequence[str]) -> None:
        """Take a request that somebody made by a message, reply to that with its first status, and go on.

        Args:
            replies_to: the id of the message, in the channel that the draft names.
            left_out: the names of the pictures that are not edited.

        Raises:
            EaselError: it is not taken; the sentence says why.
        """
        ...

    async def remove_reply(self, request: Request) -> bool:
        """Delete the reply to a request; return whether Discord allowed that."""
        ...

    async def show_copy(
        self, interaction: Interaction, details: Details, recalled: Recalled, notes: Sequence[str]
    ) -> None:
        """Show a request as it stands once more, to who acted, and nobody else; the interaction is deferred.

        Raises:
            TooMuch: smaller pictures may do, or none.
        """
        ...

    async def settle_card(self, interaction: Interaction, details: Details, report: Report) -> None:
        """Have the card under which somebody decided say so; the interaction is deferred."""
        ...

    async def hide_pictures(self, details: Details) -> bool:
        """Make the pictures of a reply spoilers; return whether they are.

        Raises:
            EaselError: Discord cannot do that now.
        """
        ...

    async def show_standing(self, details: Details) -> None:
        """Have a reply say whether its pictures are in a round; what goes wrong is only logged."""
        ...

    async def renew_reply(self, interaction: Interaction, request: Request) -> None:
        """Take the token of a press on a reply, answered by a deferred update, for its next edits."""
        ...


def home(interaction: Interaction) -> Home:
    """Return the client that an interaction came to."""
    return cast("Home", interaction.client)


def draft_from(
    interaction: Interaction,
    *,
    origin: str,
    action: Action,
    prompt: str,
    model: str | None = None,
    options: Mapping[str, Value | None] | None = None,
    sources: tuple[SourceDraft, ...] = (),
    private: bool | None = None,
    parent_id: int | None = None,
    parent_number: int | None = None,
    spoiler: bool = False,
) -> Draft:
    """Return what the person behind an interaction asks for."""
    return Draft(
        user_id=interaction.user.id,
        guild_id=interaction.guild_id,
        channel_id=interaction.channel_id,
        bot_present=_bot_is_there(interaction),
        origin=origin,
        action=action,
        prompt=prompt,
        locale=str(interaction.locale),
        filesize_limit=interaction.filesize_limit,
        reply={},
        model=model,
        options=options or {},
        sources=sources,
        private=private,
        parent_id=parent_id,
        parent_number=parent_number,
        spoiler=spoiler,
        age_restricted=is_age_restricted(interaction.channel),
        role_ids=role_ids(interaction.user),
        place_ids=place_ids(interaction.channel),
        slow_mode=slow_mode(interaction.channel, interaction.permissions),
    )


def _bot_is_there(interaction: Interaction) -> bool:
    if interaction.guild_id is None:
        return interaction.context.dm_channel
    return interaction.client.get_guild(interaction.guild_id) is not None


async def tell(interaction: Interaction, sentence: str, **args: str | int) -> None:
    """Say a sentence of the catalog to the person who acted, and to nobody else."""
    content = text(sentence, locale=str(interaction.locale), **args)
    if interaction.response.is_done():
        await interaction.followup.send(content, ephemeral=True, suppress_embeds=True)
    else:
        await interaction.response.send_message(content, ephemeral=True, suppress_embeds=True)


async def report(interaction: Interaction, error: Exception) -> None:
    """Tell the person who acted what went wrong; the log keeps what they are not told."""
    if isinstance(error, app_commands.CommandInvokeError):
        error = error.original
    args: Mapping[str, str | int]
    if isinstance(error, EaselError):
        log.log(error.level, "%s was told: %s", interaction.user.id, error, exc_info=error.__cause__)
        sentence, args = error.sentence, literal_args(error.args_)
    elif trouble(error) in (Trouble.EXPIRED, Trouble.ANSWERED, Trouble.LATER):
        log.warning("the interaction %s could not be answered: %r", interaction.id, error)
        return
    elif trouble(error) is Trouble.CLOSED:
        sentence, args = "thread-closed", {"channel": f"<#{interaction.channel_id}>"}
    else:
        reference = secrets.token_hex(4)
        log.error("an interaction met a fault, reference %s", reference, exc_info=error)
        sentence, args = "unexpected", {"reference": reference}
    try:
        async with asyncio.timeout(TELLING_DEADLINE):
            await _tell_or_write(interaction, sentence, args)
    except Exception as failed:
        if trouble(failed) is None:
            raise
        log.warning("%s could not be told: %r", interaction.user.id, failed)


async def _tell_or_write(interaction: Interaction, sentence: str, args: Mapping[str, str | int]) -> None:
    """Say a sentence; in a thread where Discord lets nobody answer, say only that, by a direct message."""
    try:
        await tell(interaction, sentence, **args)
    except discord.HTTPException as error:
        if trouble(error) is not Trouble.CLOSED:
            raise
        channel = f"<#{interaction.channel_id}>"
        await interaction.user.send(text("thread-closed", locale=str(interaction.locale), channel=channel))
