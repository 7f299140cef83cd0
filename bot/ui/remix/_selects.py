"""The selects of a Remix panel: of models, and of an option's values."""

from collections.abc import Sequence
from typing import Any

import discord

from bot.catalog import Model, Value
from bot.i18n import text

MAX_CHOICES = 25
"""Choices of a select (Discord's API document)."""

MAX_LABEL = 100
"""Characters of a choice's label, and of its description and value (Discord's API document)."""

MODELS_ON_PAGE = MAX_CHOICES - 2
"""Models to choose from at once where there are too many: the other two choices turn the page."""

TURN = ">"
"""What the value of a choice that turns to a page begins with; no model's id does."""

LEFT_OUT = "-"
"""The value of the choice that leaves an option out; no option has it."""


def select_model(
    custom_id: str, models: Sequence[Model], chosen: Model, page: int | None, *, locale: str
) -> discord.ui.Select[Any]:
    """Return a select with models, of which one is chosen.

    Args:
        page: which page of them to show, where there are too many; None for the one with the chosen model.
    """
    if len(models) <= MAX_CHOICES:
        return _select(custom_id, [_model_choice(model, chosen) for model in models], chosen.name)
    last = (len(models) - 1) // MODELS_ON_PAGE
    page = models.index(chosen) // MODELS_ON_PAGE if page is None else min(page, last)
    shown = models[page * MODELS_ON_PAGE : (page + 1) * MODELS_ON_PAGE]
    back = [_turn(page - 1, text("remix-models-back", locale=locale))] if page else []
    on = [_turn(page + 1, text("remix-models-on", locale=locale))] if page < last else []
    return _select(custom_id, [*back, *(_model_choice(model, chosen) for model in shown), *on], chosen.name)


def select_value(
    custom_id: str, name: str, values: Sequence[Value], *, chosen: Value | None, default: Value | None, locale: str
) -> discord.ui.Select[Any]:
    """Return a select with an option's values, of which one may be chosen.

    A further choice leaves the option out, where none of the values is the default.
    """
    called = name.replace("_", " ").capitalize()
    chosen = default if chosen is None else chosen
    choices: list[discord.SelectOption] = []
    if default not in values:
        left_out = text("remix-left-out-choice", locale=locale, option=called)
        choices.append(_choice(left_out, LEFT_OUT, is_chosen=chosen is None))
    for value in values[: MAX_CHOICES - 1]:
        sentence = "remix-default" if value == default else "remix-value"
        label = text(sentence, locale=locale, option=called, value=str(value))
        choices.append(_choice(label, str(value), is_chosen=str(value).lower() == str(chosen).lower()))
    return _select(custom_id, choices, called)


def _select(custom_id: str, choices: list[discord.SelectOption], placeholder: str) -> discord.ui.Select[Any]:
    return discord.ui.Select[Any](custom_id=custom_id, options=choices, placeholder=placeholder[:MAX_LABEL])


def _choice(label: str, value: str, *, is_chosen: bool = False) -> discord.SelectOption:
    return discord.SelectOption(label=label[:MAX_LABEL], value=value[:MAX_LABEL], default=is_chosen)


def _model_choice(model: Model, chosen: Model) -> discord.SelectOption:
    choice = _choice(model.name, model.id, is_chosen=model.id == chosen.id)
    choice.description = model.summary[:MAX_LABEL]
    return choice


def _turn(page: int, label: str) -> discord.SelectOption:
    return _choice(label, f"{TURN}{page}")
