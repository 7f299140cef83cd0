"""Showing a request once more: a copy of its reply, only for who asks."""

from collections.abc import Iterable, Sequence
from typing import Any

import discord

from bot.delivery._calls import Calls, NotThisWay, TooLarge, TryLater, Unfit
from bot.delivery._letters import Letter
from bot.engine import TooMuch
from bot.errors import EaselError
from bot.ui.messages import MAX_CONTENT


async def show(
    calls: Calls, interaction: discord.Interaction[Any], versions: Iterable[Letter], notes: Sequence[str]
) -> None:
    """Show the first version that Discord takes, by the token of an interaction that was deferred.

    Raises:
        TooMuch: smaller pictures may do, or none.
        EaselError: Discord takes none now.
    """
    for letter in versions:
        try:
            return await _send(calls, interaction, letter, notes)
        except Unfit as reason:
            if isinstance(reason, TooLarge) and letter.has_files:
                raise TooMuch(str(reason)) from reason
        except (NotThisWay, TryLater) as error:
            raise EaselError("show-later", id=letter.request.short_id) from error
    raise EaselError("show-unfit")


async def _send(calls: Calls, interaction: discord.Interaction[Any], letter: Letter, notes: Sequence[str]) -> None:
    said = "\n".join([letter.reply.content, *notes])
    if len(said) > MAX_CONTENT:
        said = letter.reply.content
    # What is under way goes on in the reply itself; a copy's button to end it would leave the copy as it was.
    view = letter.reply.view if letter.request.finished_at is not None else discord.utils.MISSING
    async with calls.within(calls.deadlines.upload(letter.size)):
        await interaction.followup.send(said, view=view, files=letter.files(), ephemeral=True, suppress_embeds=True)
