"""A server's gallery, page by page, and what turns and opens its pictures after any number of restarts."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, Self, cast

import discord

from bot.catalog import Catalog
from bot.engine import GalleryPage
from bot.i18n import text
from bot.ui.base import Interaction, home
from bot.ui.exhibition._open import OpenPicture
from bot.ui.exhibition._parts import pictures, sheet
from bot.ui.exhibition._search import Wish
from bot.ui.panels import panel
from bot.ui.persistent import Persistent
from bot.ui.typed import literal

Top = Literal["week", "month"]


class TurnGallery(
    Persistent[discord.ui.Button[Any]], template=r"easel:gallery-page:(?P<draft>[0-9a-z]+):(?P<page>\d{1,9})"
):
    """A button that turns to another page."""

    def __init__(self, draft_id: str, page: int, label: str = "") -> None:
        super().__init__(discord.ui.Button(label=label, custom_id=f"easel:gallery-page:{draft_id}:{page}"))
        self._draft_id = draft_id
        self._page = page

    @classmethod
    async def from_custom_id(
        cls, interaction: Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Make the button that was pressed."""
        return cls(match["draft"], int(match["page"]))

    async def used(self, interaction: Interaction) -> None:
        """Show the page in place of the one that is there."""
        await interaction.response.defer()
        wish = await Wish.kept(interaction, self._draft_id)
        await _turn_to(interaction, wish, self._draft_id, self._page)


class TopOfGallery(Persistent[discord.ui.Button[Any]], template=r"easel:gallery-top:(?P<when>week|month)"):
    """A button that shows the best of a week or a month."""

    def __init__(self, when: Top, label: str = "", *, disabled: bool = False) -> None:
        button = discord.ui.Button[Any](label=label, custom_id=f"easel:gallery-top:{when}", disabled=disabled)
        super().__init__(button)
        self._when: Top = when

    @classmethod
    async def from_custom_id(
        cls, interaction: Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Make the button that was pressed."""
        return cls(cast("Top", match["when"]))

    async def used(self, interaction: Interaction) -> None:
        """Show that in place of the page that is there."""
        await interaction.response.defer()
        wish = Wish(when=self._when, order="stars").begun(interaction)
        await _turn_to(interaction, wish, None, 0)


GALLERY_PARTS: tuple[type[discord.ui.DynamicItem[Any]], ...] = (TurnGallery, TopOfGallery, OpenPicture)
"""Every button and select of a gallery's pages, for the client to listen to."""


@dataclass(frozen=True, slots=True)
class _Shown:
    """A page, and what was looked for; `draft_id` is where that is kept."""

    page: GalleryPage
    wish: Wish
    draft_id: str


async def begin(interaction: Interaction, wish: Wish) -> None:
    """Show the first page of what somebody looks for to them, and nobody else; the interaction has no answer yet."""
    # The contact sheet may have to wait for others' pictures, longer than Discord waits for a first answer.
    await interaction.response.defer(ephemeral=True, thinking=True)
    shown = await _find(interaction, wish.begun(interaction), None, 0)
    async with sheet(interaction, shown.page.shown, shown.page.first, "gallery") as files:
        view = _view(shown, files, home(interaction).engine.catalog, str(interaction.locale))
        await interaction.followup.send(view=view, files=files, ephemeral=True)


async def _turn_to(interaction: Interaction, wish: Wish, draft_id: str | None, number: int) -> None:
    """Show a page in place of the one whose button was pressed; the interaction is deferred."""
    shown = await _find(interaction, wish, draft_id, number)
    async with sheet(interaction, shown.page.shown, shown.page.first, "gallery") as files:
        view = _view(shown, files, home(interaction).engine.catalog, str(interaction.locale))
        await interaction.edit_original_response(view=view, attachments=files)


async def _find(interaction: Interaction, wish: Wish, draft_id: str | None, number: int) -> _Shown:
    """Return a page; a wish that is new is kept, as far as there are pages to turn."""
    page = await home(interaction).engine.exhibition.page(await wish.search(interaction), number)
    wish = replace(wish, up_to=page.search.up_to)
    if draft_id is None:
        draft_id = await wish.keep(interaction) if page.pages > 1 else ""
    return _Shown(page, wish, draft_id)


def _view(shown: _Shown, files: Sequence[discord.File], catalog: Catalog, locale: str) -> discord.ui.LayoutView:
    page, wish = shown.page, shown.wish
    found = pictures(page.shown, page.first, files, catalog, locale)
    view = panel(
        _title(wish, locale),
        *(found if page.shown else [_nothing(shown, locale)]),
        footer=_footer(shown, catalog, locale),
    )
    if page.shown:
        view.add_item(discord.ui.ActionRow[Any](OpenPicture.of(page.shown, page.first, catalog, locale)))
    if page.shown or wish.narrow:
        view.add_item(discord.ui.ActionRow[Any](*_turns(shown, locale), *_tops(wish, locale)))
    return view


def _title(wish: Wish, locale: str) -> str:
    if not wish.top:
        return text("gallery-title", locale=locale)
    return text("gallery-top-week" if wish.when == "week" else "gallery-top-month", locale=locale)


def _nothing(shown: _Shown, locale: str) -> str:
    if shown.wish.narrow:
        return text("gallery-nothing-found", locale=locale)
    return text("gallery-empty" if shown.page.exists else "gallery-none", locale=locale)


def _footer(shown: _Shown, catalog: Catalog, locale: str) -> str:
    page, wish = shown.page, shown.wish
    facts = [text("gallery-page", locale=locale, page=page.number + 1, pages=page.pages, total=page.total)]
    if wish.artist_id is not None:
        facts.append(text("gallery-only-artist", locale=locale, artist=f"<@{wish.artist_id}>"))
    if wish.model is not None:
        model = catalog.find(wish.model)
        facts.append(text("history-only-model", locale=locale, name=literal(model.name if model else wish.model)))
    if wish.when != "all":
        facts.append(text("gallery-only-week" if wish.when == "week" else "gallery-only-month", locale=locale))
    facts.append(text(f"gallery-order-{wish.order}", locale=locale))
    return " · ".join(facts)


def _turns(shown: _Shown, locale: str) -> Sequence[TurnGallery]:
    page, turns = shown.page, list[TurnGallery]()
    if page.number > 0:
        turns.append(TurnGallery(shown.draft_id, page.number - 1, text("button-gallery-back", locale=locale)))
    if page.number < page.pages - 1:
        turns.append(TurnGallery(shown.draft_id, page.number + 1, text("button-gallery-next", locale=locale)))
    return turns


def _tops(wish: Wish, locale: str) -> Sequence[TopOfGallery]:
    return [
        TopOfGallery("week", text("gallery-top-week", locale=locale), disabled=wish.top and wish.when == "week"),
        TopOfGallery("month", text("gallery-top-month", locale=locale), disabled=wish.top and wish.when == "month"),
    ]
