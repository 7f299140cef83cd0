"""Options of `/imagine` and `/edit`: what Discord suggests while somebody types comes from the catalog."""

from collections.abc import Callable, Coroutine
from typing import Any

from discord import app_commands

from bot.catalog import MAX_PROMPT, Action
from bot.ui.base import Interaction, home

MAX_CHOICES = 25
"""Suggestions that Discord shows (its API document)."""

MAX_VALUE = 100
"""Characters of a suggestion (Discord's API document)."""

Prompt = app_commands.Range[str, 1, MAX_PROMPT]
Suggested = app_commands.Range[str, 1, MAX_VALUE]

Suggest = Callable[[Interaction, str], Coroutine[Any, Any, list[app_commands.Choice[str]]]]


def suggest_models(action: Action) -> Suggest:
    """Return what suggests the models that can do `action`."""

    async def suggest(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        catalog = home(interaction).engine.catalog
        found = [
            app_commands.Choice(name=f"{model.name} · {model.summary}"[:MAX_VALUE], value=model.id)
            for model in catalog.able_to(action)
            if typed.lower() in f"{model.id} {model.name}".lower()
        ]
        return found[:MAX_CHOICES]

    return suggest


def option_choices(action: Action, option: str) -> Suggest:
    """Return what suggests the values of `option` that fit the model and the options typed already."""

    async def suggest(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        catalog = home(interaction).engine.catalog
        given = {name: value for name, value in interaction.namespace if isinstance(value, str | int) and value != ""}
        model = catalog.find(str(given["model"])) if "model" in given else catalog.default(action)
        operation = None if model is None else model.operation(action)
        if operation is None:
            return []
        others = {name: value for name, value in given.items() if name in operation.options and name != option}
        values = [str(value) for value in operation.allowed(option, others)]
        return [app_commands.Choice(name=value, value=value) for value in values if typed.lower() in value][
            :MAX_CHOICES
        ]

    return suggest
