"""The modal of a Remix panel: the prompt, and the options that are typed."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import discord

from bot.catalog import MAX_PROMPT, Option, Value
from bot.i18n import text
from bot.ui.remix._choices import Fit

MAX_PARTS = 5
"""Parts of a modal (Discord's API document)."""

MAX_NAME = 45
"""Characters of the label of a modal's part (Discord's API document)."""

PROMPT = "prompt"
"""The part with the prompt; the others are called as their options."""

OPEN_FOR = 3600.0
"""Seconds for which discord.py remembers a modal that nobody sends; it is answered without that memory, too."""


def text_modal(draft_id: str, fit: Fit, locale: str) -> discord.ui.Modal:
    """Return the modal, filled in with what is chosen."""
    title = text("remix-modal", locale=locale)
    modal = discord.ui.Modal(title=title, custom_id=f"easel:remix-text:{draft_id}", timeout=OPEN_FOR)
    prompt = discord.ui.TextInput[Any](
        custom_id=PROMPT,
        style=discord.TextStyle.paragraph,
        default=fit.choices.prompt,
        max_length=MAX_PROMPT,
    )
    modal.add_item(discord.ui.Label[Any](text=text("remix-prompt", locale=locale), component=prompt))
    for name, option in list(fit.typed.items())[: MAX_PARTS - 1]:
        label = name.replace("_", " ").capitalize()[:MAX_NAME]
        modal.add_item(discord.ui.Label[Any](text=label, component=_input(name, option, fit.options.get(name))))
    return modal


def _input(name: str, option: Option, value: Value | None) -> discord.ui.TextInput[Any]:
    return discord.ui.TextInput[Any](
        custom_id=name,
        style=discord.TextStyle.short if option.numeric else discord.TextStyle.paragraph,
        default=None if value is None else str(value)[:MAX_PROMPT],
        required=False,
        max_length=MAX_PROMPT,
    )


def typed_in(interaction: discord.Interaction[Any]) -> Mapping[str, str]:
    """Return what was typed into each part of a modal that was sent."""
    data: Any = interaction.data
    return dict(_values(data["components"]))


def _values(components: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    for component in components:
        if "value" in component:
            yield component["custom_id"], component["value"]
        if "component" in component:
            yield from _values([component["component"]])
        yield from _values(component.get("components", []))
