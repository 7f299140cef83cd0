"""Somebody's history: pages with a contact sheet, and what turns and opens them after any number of restarts."""

import re
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Self, TypeAlias

import discord

from bot.catalog import Catalog
from bot.engine import HistoryPage
from bot.errors import EaselError
from bot.i18n import text
from bot.store import Details, Request, RequestState, Search
from bot.ui.base import Interaction, home
from bot.ui.lineage import NO_REPLY, jump_link
from bot.ui.options import MAX_VALUE
from bot.ui.panels import panel
from bot.ui.persistent import Persistent
from bot.ui.places import is_age_restricted
from bot.ui.recall import found, show
from bot.ui.typed import literal, shortened
from bot.ui.wording import DESCRIBED_PROMPT, MAX_ALT_TEXT, model_name

LISTED_PROMPT = 70
"""Characters of a prompt on a page: nine of them, written out as text, fit into a message's 4000 (Discord's API
document)."""

DRAFT_KIND = "history"
"""What tells a draft that holds a search from others."""

NO_SEARCH = "-"
"""Stands in a custom_id where there is no search to be found in a draft."""

Place: TypeAlias = tuple[str, int, int]
"""Which page it is: the draft with the search, the newest request that counts, the page's number from 0."""


class Turn(
    Persistent[discord.ui.Button[Any]],
    template=r"easel:history:(?P<draft>[0-9a-z]+|-):(?P<up_to>\d{1,18}):(?P<page>\d{1,9})",
):
    """A button that turns to another page."""

    def __init__(self, place: Place, label: str) -> None:
        draft, up_to, page = place
        super().__init__(discord.ui.Button(label=label, custom_id=f"easel:history:{draft}:{up_to}:{page}"))
        self.place = place

    @classmethod
    async def from_custom_id(
        cls, interaction: Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Make the button that was pressed."""
        return cls((match["draft"], int(match["up_to"]), int(match["page"])), "")

    async def used(self, interaction: Interaction) -> None:
        """Show the page in place of the one that is there."""
        await interaction.response.defer()
        await turn_to(interaction, self.place)


class Open(Persistent[discord.ui.Select[Any]], template=r"easel:history-open"):
    """A list of the requests on a page; the one that is chosen is shown again."""

    def __init__(self, options: Sequence[discord.SelectOption], placeholder: str) -> None:
        super().__init__(discord.ui.Select(options=[*options], placeholder=placeholder, custom_id="easel:history-open"))

    @classmethod
    async def from_custom_id(
        cls, interaction: Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Make the list in which somebody chose."""
        return cls(item.options if isinstance(item, discord.ui.Select) else [], "")

    async def used(self, interaction: Interaction) -> None:
        """Show the request as `/show` does."""
        await show(interaction, await found(interaction, self.item.values[0]))


@dataclass(frozen=True, slots=True)
class _Shown:
    """A page, and the search that it is of; `draft_id` is where that is kept."""

    page: HistoryPage
    search: Search
    draft_id: str


async def begin(interaction: Interaction, search: Search) -> None:
    """Show the newest page of a search to who acted, and nobody else; the interaction has no answer yet."""
    # The contact sheet may have to wait for others' pictures, longer than Discord waits for a first answer.
    await interaction.response.defer(ephemeral=True, thinking=True)
    engine = home(interaction).engine
    draft_id = NO_SEARCH
    if search != Search():
        content = {"kind": DRAFT_KIND, "model": search.model, "text": search.text}
        draft_id = (await engine.drafts.add(interaction.user.id, content)).id
    shown = _Shown(await engine.recall.page(interaction.user.id, search), search, draft_id)
    async with _sheet(interaction, shown.page) as files:
        view = _view(shown, files, engine.catalog, str(interaction.locale))
        await interaction.followup.send(view=view, files=files, ephemeral=True)


async def turn_to(interaction: Interaction, place: Place) -> None:
    """Show a page in place of the one whose button was pressed; the interaction is deferred.

    Raises:
        EaselError: the search is not kept any more.
    """
    draft_id, up_to, number = place
    engine = home(interaction).engine
    search = Search() if draft_id == NO_SEARCH else await _search(interaction, draft_id)
    shown = _Shown(await engine.recall.page(interaction.user.id, search, number, up_to=up_to), search, draft_id)
    async with _sheet(interaction, shown.page) as files:
        view = _view(shown, files, engine.catalog, str(interaction.locale))
        await interaction.edit_original_response(view=view, attachments=files)


async def _search(interaction: Interaction, draft_id: str) -> Search:
    draft = await home(interaction).engine.drafts.get(draft_id)
    if draft is None or draft.user_id != interaction.user.id or draft.content.get("kind") != DRAFT_KIND:
        raise EaselError("history-forgotten")
    return Search(draft.content["model"], draft.content["text"])


@asynccontextmanager
async def _sheet(interaction: Interaction, page: HistoryPage) -> AsyncGenerator[list[discord.File]]:
    """Yield the contact sheet of a page as what is attached; nothing where none can be made now."""
    among_adults = is_age_restricted(interaction.channel)
    described = _alt_text(page, str(interaction.locale))
    async with home(interaction).engine.recall.sheet(page, among_adults=among_adults) as sheet:
        if sheet is None:
            yield []
        else:
            yield [discord.File(sheet.path, filename=f"history{sheet.suffix}", description=described)]


def _alt_text(page: HistoryPage, locale: str) -> str:
    tiles = (
        text("history-alt-tile", locale=locale, number=number, prompt=_in_a_line(each.request))
        for number, each in enumerate(page.requests, page.first)
    )
    listed = shortened(", ".join(tiles), DESCRIBED_PROMPT)
    return shortened(text("history-alt", locale=locale, list=listed), MAX_ALT_TEXT)


def _view(shown: _Shown, files: Sequence[discord.File], catalog: Catalog, locale: str) -> discord.ui.LayoutView:
    page, search = shown.page, shown.search
    parts: list[Sequence[str] | str | discord.ui.Item[Any]] = []
    for file in files:
        gallery = discord.ui.MediaGallery[Any]()
        gallery.add_item(media=file, description=file.description)
        parts.append(gallery)
    if page.requests and not files:
        parts.append(text("history-no-sheet", locale=locale))
    listed = [line for each in enumerate(page.requests, page.first) for line in _lines(*each, catalog, locale)]
    parts.append(listed or text("history-none" if search == Search() else "history-nothing-found", locale=locale))
    view = panel(text("history-title", locale=locale), *parts, footer=_footer(page, search, catalog, locale))
    if page.requests:
        view.add_item(discord.ui.ActionRow[Any](_open(page, catalog, locale)))
    turns = _turns(page, shown.draft_id, locale)
    if turns:
        view.add_item(discord.ui.ActionRow[Any](*turns))
    return view


def _lines(number: int, details: Details, catalog: Catalog, locale: str) -> Iterator[str]:
    request = details.request
    facts = [f"`{request.short_id}`", model_name(request, catalog), discord.utils.format_dt(request.created_at, "R")]
    if request.state is not RequestState.COMPLETED:
        facts.append(text(f"status-{_status(request)}", locale=locale))
    elif request.delivery in NO_REPLY:
        facts.append(text("history-undelivered", locale=locale))
    link = jump_link(request)
    if link is not None:
        facts.append(text("history-link", locale=locale, link=link))
    yield f"**{number}** · {literal(shortened(' '.join(request.prompt.split()), LISTED_PROMPT))}"
    yield f"-# {' · '.join(facts)}"


def _status(request: Request) -> str:
    return request.state.value if request.finished_at is not None else "pending"


def _footer(page: HistoryPage, search: Search, catalog: Catalog, locale: str) -> str:
    facts = [text("history-page", locale=locale, page=page.number + 1, pages=page.pages, total=page.total)]
    if search.model is not None:
        model = catalog.find(search.model)
        facts.append(text("history-only-model", locale=locale, name=literal(model.name if model else search.model)))
    if search.text is not None:
        facts.append(text("history-only-text", locale=locale, value=literal(search.text)))
    return " · ".join(facts)


def _open(page: HistoryPage, catalog: Catalog, locale: str) -> Open:
    options = [
        discord.SelectOption(
            label=shortened(f"{number} · {_in_a_line(each.request)}", MAX_VALUE),
            value=each.request.short_id,
            description=f"{each.request.short_id} · {model_name(each.request, catalog)}"[:MAX_VALUE],
        )
        for number, each in enumerate(page.requests, page.first)
    ]
    return Open(options, text("history-open", locale=locale))


def _turns(page: HistoryPage, draft_id: str, locale: str) -> Sequence[Turn]:
    turns: list[Turn] = []
    if page.number > 0:
        turns.append(Turn((draft_id, page.up_to or 0, page.number - 1), text("history-newer", locale=locale)))
    if page.number < page.pages - 1:
        turns.append(Turn((draft_id, page.up_to or 0, page.number + 1), text("history-older", locale=locale)))
    return turns


def _in_a_line(request: Request) -> str:
    return shortened(" ".join(request.prompt.split()), MAX_VALUE)
