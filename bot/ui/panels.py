"""Panels: answers in Components V2, where they read better than a line."""

from collections.abc import Sequence
from typing import Any

import discord

COLOUR = discord.Colour(0x6C5CE7)
"""Easel's own."""

MAX_PANEL = 4000
"""Characters of all texts of a Components V2 message together (Discord's documentation)."""


def gallery(file: discord.File) -> discord.ui.MediaGallery[Any]:
    """Return an attached picture, with its description, as a component."""
    shown = discord.ui.MediaGallery[Any]()
    shown.add_item(media=file, description=file.description)
    return shown


def panel(
    title: str, *parts: Sequence[str] | str | discord.ui.Item[Any], footer: str | None = None
) -> discord.ui.LayoutView:
    """Return a panel: a title, then each part (a text, lines, or a component) under a rule, then a small footer."""
    view = discord.ui.LayoutView(timeout=None)
    container = discord.ui.Container[discord.ui.LayoutView](accent_colour=COLOUR)
    container.add_item(discord.ui.TextDisplay(f"## {title}"))
    for part in parts:
        container.add_item(discord.ui.Separator())
        if isinstance(part, discord.ui.Item):
            container.add_item(part)
        else:
            container.add_item(discord.ui.TextDisplay(part if isinstance(part, str) else "\n".join(part)))
    if footer is not None:
        container.add_item(discord.ui.TextDisplay(f"-# {footer}"))
    view.add_item(container)
    return view
