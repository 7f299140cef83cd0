"""Forms: modals that are taken by their custom id, also where they were opened before a restart."""

import re
from collections.abc import Awaitable, Callable, Iterable
from typing import NamedTuple

import discord

from bot.ui.base import Interaction, home, report


class Form(NamedTuple):
    """A modal whose custom id carries what is needed to take it.

    Attributes:
        custom_id: a pattern whose one group is what it carries.
        take: takes it; given what its custom id carries.
    """

    custom_id: re.Pattern[str]
    take: Callable[[Interaction, str], Awaitable[None]]


async def take_form(interaction: Interaction, forms: Iterable[Form]) -> None:
    """Take a form if an interaction sends one and it was not told before; its sender is told what goes wrong."""
    if interaction.type is not discord.InteractionType.modal_submit:
        return
    custom_id = str((interaction.data or {}).get("custom_id", ""))
    for form in forms:
        sent = form.custom_id.fullmatch(custom_id)
        if sent is not None and home(interaction).is_new(interaction):
            try:
                await form.take(interaction, sent[1])
            except Exception as error:  # noqa: BLE001 - discord.py would only log it
                await report(interaction, error)
