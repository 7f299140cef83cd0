"""The Remix panel as it looks."""

from collections.abc import Iterator
from typing import Any

import discord

from bot.catalog import Catalog
from bot.i18n import text
from bot.store import StoredDraft
from bot.ui.panels import COLOUR
from bot.ui.remix._choices import Choices, Fit
from bot.ui.remix._selects import select_model, select_value
from bot.ui.typed import literal, literal_args, shortened
from bot.ui.wording import quoted

MAX_SELECTS = 8
"""Options to choose from, so that the panel stays within the 40 components of a message (Discord's API document)."""

MAX_NAMES = 4
"""Names of pictures that are shown."""

SHOWN_PROMPT, SHOWN_OPTION, SHOWN_NAME, SHOWN_PROBLEM = 600, 200, 60, 600
"""Characters, so that with each of them escaped the panel stays within a message's 4000 (Discord's API document)."""


def remix_panel(draft: StoredDraft, catalog: Catalog, locale: str) -> discord.ui.LayoutView:
    """Return the panel that shows a draft.

    Raises:
        CatalogError: no model can do that any more.
    """
    fit = Fit.of(Choices.from_json(draft.content), catalog)
    view = discord.ui.LayoutView(timeout=None)
    container = discord.ui.Container[discord.ui.LayoutView](accent_colour=COLOUR)
    container.add_item(discord.ui.TextDisplay("\n".join(_asked(fit, locale))))
    container.add_item(discord.ui.Separator())
    for select in _selects(draft.id, fit, catalog, locale):
        row = discord.ui.ActionRow[Any](select)
        container.add_item(row)
    notes = "\n".join(_notes(fit, locale))
    if notes:
        container.add_item(discord.ui.TextDisplay(notes))
    buttons = discord.ui.ActionRow[Any](*_buttons(draft.id, locale))
    container.add_item(buttons)
    container.add_item(discord.ui.TextDisplay(f"-# {text('remix-footer', locale=locale)}"))
    view.add_item(container)
    # What is used in it is known by its custom_id, so nothing needs to remember the view.
    view.stop()
    return view


def _asked(fit: Fit, locale: str) -> Iterator[str]:
    choices = fit.choices
    yield f"## {text('remix-title', locale=locale, id=choices.parent)}"
    yield quoted(choices.prompt, SHOWN_PROMPT)
    for name in fit.typed:
        if name in fit.options:
            yield f"`{name}` {literal(shortened(' '.join(str(fit.options[name]).split()), SHOWN_OPTION))}"
    if choices.sources:
        names = ", ".join(literal(shortened(name, SHOWN_NAME)) for name in choices.sources[:MAX_NAMES])
        more = max(len(choices.sources) - MAX_NAMES, 0)
        yield text("remix-edits", locale=locale, names=names, more=more)


def _selects(draft_id: str, fit: Fit, catalog: Catalog, locale: str) -> Iterator[discord.ui.Select[Any]]:
    models = catalog.able_to(fit.choices.action)
    yield select_model(f"easel:remix-model:{draft_id}", models, fit.model, fit.choices.page, locale=locale)
    for name, values in list(fit.selectable.items())[:MAX_SELECTS]:
        chosen, default = fit.options.get(name), fit.default(name)
        custom_id = f"easel:remix-option:{draft_id}:{name}"
        yield select_value(custom_id, name, values, chosen=chosen, default=default, locale=locale)


def _notes(fit: Fit, locale: str) -> Iterator[str]:
    choices, model = fit.choices, literal(fit.model.name)
    if fit.instead:
        yield text("remix-model-gone", locale=locale, model=literal(choices.model), instead=model)
    if fit.left_out:
        names = ", ".join(f"`{name}`" for name in fit.left_out)
        yield text("remix-left-out", locale=locale, model=model, options=names)
    problem = fit.problem
    if problem is not None:
        said = text(problem.sentence, locale=locale, **literal_args(problem.args_))
        yield text("remix-problem", locale=locale, problem=shortened(said, SHOWN_PROBLEM))
    if choices.ran is not None:
        yield text("remix-ran", locale=locale, id=choices.ran, link=choices.link or "")


def _buttons(draft_id: str, locale: str) -> Iterator[discord.ui.Button[Any]]:
    yield discord.ui.Button[Any](label=text("button-prompt", locale=locale), custom_id=f"easel:remix-prompt:{draft_id}")
    yield discord.ui.Button[Any](
        label=text("button-run", locale=locale),
        custom_id=f"easel:remix-run:{draft_id}",
        style=discord.ButtonStyle.primary,
    )
