"""What pages of galleries and of artists share: a contact sheet, and a line or two for each picture on it."""

from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import discord

from bot.catalog import Catalog
from bot.engine import OnView
from bot.i18n import text
from bot.ui.base import Interaction, home
from bot.ui.lineage import jump_link
from bot.ui.panels import gallery
from bot.ui.places import is_age_restricted
from bot.ui.typed import literal, shortened
from bot.ui.wording import DESCRIBED_PROMPT, MAX_ALT_TEXT, model_name

LISTED_PROMPT = 60
"""Characters of a prompt on a page: nine of them, written out as text, fit into a message's 4000 (Discord's API
document)."""

Part = Sequence[str] | str | discord.ui.Item[Any]


@asynccontextmanager
async def sheet(
    interaction: Interaction, shown: Sequence[OnView], first: int, name: str
) -> AsyncGenerator[list[discord.File]]:
    """Yield the contact sheet of pictures as what is attached; nothing where none can be made now.

    Args:
        first: the number of the first picture.
        name: of the file, without its suffix.
    """
    among_adults = is_age_restricted(interaction.channel)
    exhibition = home(interaction).engine.exhibition
    described = _alt_text(shown, first, str(interaction.locale))
    async with exhibition.sheet(shown, first=first, among_adults=among_adults) as made:
        yield [] if made is None else [discord.File(made.path, filename=f"{name}{made.suffix}", description=described)]


def pictures(
    shown: Sequence[OnView], first: int, files: Sequence[discord.File], catalog: Catalog, locale: str
) -> Iterator[Part]:
    """Yield the parts of a panel that show pictures: their contact sheet, and a list with the same numbers."""
    yield from (gallery(file) for file in files)
    if not files:
        yield text("history-no-sheet", locale=locale)
    yield [line for number, each in enumerate(shown, first) for line in _lines(number, each, catalog, locale)]


def link_to(on_view: OnView) -> str | None:
    """Return the address of a picture's post in a gallery, else of its reply."""
    request, posted = on_view.exhibit.details.request, on_view.posted
    if posted is None:
        return jump_link(request)
    return f"https://discord.com/channels/{request.guild_id}/{posted.channel_id}/{posted.message_id}"


def prompt_of(on_view: OnView, limit: int) -> str | None:
    """Return a picture's prompt in one line, None where its artist does not want that shown."""
    exhibit = on_view.exhibit
    if exhibit.choice == "unprompted":
        return None
    return shortened(" ".join(exhibit.details.request.prompt.split()), limit)


def _lines(number: int, on_view: OnView, catalog: Catalog, locale: str) -> Iterator[str]:
    exhibit, request = on_view.exhibit, on_view.exhibit.details.request
    said = text(
        "gallery-line",
        locale=locale,
        stars=exhibit.stars,
        artist=f"<@{request.user_id}>",
        model=model_name(request, catalog),
    )
    yield f"**{number}** · {said}"
    prompt, link = prompt_of(on_view, LISTED_PROMPT), link_to(on_view)
    facts = [] if prompt is None else [literal(prompt)]
    facts += [] if link is None else [text("history-link", locale=locale, link=link)]
    if facts:
        yield f"-# {' · '.join(facts)}"


def _alt_text(shown: Sequence[OnView], first: int, locale: str) -> str:
    tiles = (_tile(number, each, locale) for number, each in enumerate(shown, first))
    listed = shortened(", ".join(tiles), DESCRIBED_PROMPT)
    return shortened(text("history-alt", locale=locale, list=listed), MAX_ALT_TEXT)


def _tile(number: int, on_view: OnView, locale: str) -> str:
    prompt = prompt_of(on_view, LISTED_PROMPT)
    if prompt is None:
        short_id = on_view.exhibit.details.request.short_id
        return text("exhibition-alt-unprompted", locale=locale, number=number, id=short_id)
    return text("history-alt-tile", locale=locale, number=number, prompt=prompt)
