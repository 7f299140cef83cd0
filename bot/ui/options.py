"""Options of `/imagine` and `/edit`: what Discord suggests while somebody types comes from the catalog."""

from collections.abc import Callable, Coroutine
from typing import Any

from discord import app_commands

from bot.catalog import COUNT, MAX_PROMPT, Action, CatalogError, Operation, Value, counts
from bot.engine import GuildSettings, catalog_for, resolutions
from bot.ui.base import Interaction, home

MAX_CHOICES = 25
"""Suggestions that Discord shows (its API document)."""

MAX_VALUE = 100
"""Characters of a suggestion (Discord's API document)."""

MAX_FILES = 10
"""Files of a message (Discord's documentation)."""

Prompt = app_commands.Range[str, 1, MAX_PROMPT]
Suggested = app_commands.Range[str, 1, MAX_VALUE]

Count = app_commands.Range[int, 1, MAX_FILES]

Suggest = Callable[[Interaction, str], Coroutine[Any, Any, list[app_commands.Choice[Any]]]]


def suggest_models(action: Action) -> Suggest:
    """Return what suggests the models that can do `action` and that the server allows."""

    async def suggest(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        catalog = await home(interaction).engine.settings.catalog_in(interaction.guild_id)
        found = [
            app_commands.Choice(name=f"{model.name} · {model.summary}"[:MAX_VALUE], value=model.id)
            for model in catalog.able_to(action)
            if typed.lower() in f"{model.id} {model.name}".lower()
        ]
        return found[:MAX_CHOICES]

    return suggest


def _within(settings: GuildSettings, operation: Operation, option: str, value: Value) -> bool:
    if option == COUNT:
        return settings.most_pictures is None or int(value) <= settings.most_pictures
    return option != "resolution" or value in resolutions(operation, settings.largest_resolution)


def option_choices(action: Action, option: str) -> Suggest:
    """Return what suggests the values of `option` that fit the model, what is typed already and the server's settings.

    Discord sends what is typed as text even for a number.
    """

    async def suggest(interaction: Interaction, typed: str) -> list[app_commands.Choice[Any]]:
        engine = home(interaction).engine
        settings = await engine.settings.of(interaction.guild_id)
        catalog = catalog_for(settings, engine.catalog)
        given = {name: value for name, value in interaction.namespace if isinstance(value, str | int) and value != ""}
        try:
            _, operation = catalog.choose(action, str(given["model"]) if "model" in given else None)
        except CatalogError:
            return []
        others = {name: value for name, value in given.items() if name in operation.options and name != option}
        allowed = counts(operation, others) if option == COUNT else operation.allowed(option, others)
        fitting = [value for value in allowed if _within(settings, operation, option, value)]
        values = [value for value in fitting if str(typed).lower() in str(value).lower()]
        return [app_commands.Choice(name=str(value), value=value) for value in values][:MAX_CHOICES]

    return suggest
