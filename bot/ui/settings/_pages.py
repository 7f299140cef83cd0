"""The pages of the settings panel."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import discord

from bot.catalog import RATIO, Action, Model
from bot.engine import Resolution
from bot.i18n import text
from bot.ui.panels import COLOUR
from bot.ui.settings._art_channels import one, overview
from bot.ui.settings._blocked import blocked
from bot.ui.settings._parts import (
    MAX_OPTIONS,
    NOTHING,
    Part,
    button,
    channels,
    choice,
    heading,
    missing,
    roles,
    row,
    titled,
)
from bot.ui.settings._scene import Scene
from bot.ui.settings._values import entry, name_of, shown
from bot.ui.typed import shortened

MODEL_SELECTS = 4
"""Selects for the allowed models: so many have room beside the rest."""

RESOLUTIONS: Sequence[Resolution] = ("1k", "2k", "4k")

MAX_DESCRIPTION = 100
"""Characters of what stands under an option of a select (Discord's API document)."""

Groups = Iterable[Sequence[Part]]


def page(name: str, scene: Scene) -> discord.ui.LayoutView:
    """Return a page of the panel, by its name in `PAGES`."""
    return framed(name, PAGES[name](scene), scene.locale)


def art_channel_page(channel_id: int, scene: Scene) -> discord.ui.LayoutView:
    """Return the page of one art channel; of one that is none any more, that of all."""
    if channel_id not in scene.settings.art_channels:
        return page("art_channels", scene)
    return framed("art_channels", one(scene, channel_id), scene.locale)


def blocked_page(number: int, scene: Scene) -> discord.ui.LayoutView:
    """Return one page of who is blocked, counted from 0."""
    return framed("blocked", blocked(scene, number), scene.locale)


def framed(name: str, groups: Groups, locale: str) -> discord.ui.LayoutView:
    """Return parts as a page of the panel, under the buttons that lead to the pages beside it."""
    view = discord.ui.LayoutView(timeout=None)
    # Else discord.py would remember the view too, and answer its presses beside our own controls.
    view.stop()
    container = discord.ui.Container[discord.ui.LayoutView](accent_colour=COLOUR)
    container.add_item(discord.ui.TextDisplay(f"## {text('settings-title', locale=locale)}"))
    for tabs in _tabs(name, locale):
        container.add_item(tabs)
    for group in groups:
        container.add_item(discord.ui.Separator())
        for part in group:
            container.add_item(part)
    view.add_item(container)
    return view


TABS = 3
"""Buttons beside each other that lead to pages; five have room, but not on a phone."""


def _tabs(current: str, locale: str) -> Iterable[discord.ui.ActionRow[Any]]:
    """Yield the buttons that lead to the pages of the same panel, in rows."""
    primary, secondary = discord.ButtonStyle.primary, discord.ButtonStyle.secondary
    beside = next(names for names in PANELS.values() if current in names)
    for first in range(0, len(beside), TABS):
        labels = {name: text(f"settings-page-{name}", locale=locale) for name in beside[first : first + TABS]}
        yield row(
            *(
                button(label, "page", name, style=primary if name == current else secondary)
                for name, label in labels.items()
            )
        )


def _access(scene: Scene) -> Groups:
    yield channels("channels", scene)
    yield channels("channels_denied", scene)
    yield roles("roles", scene)
    yield roles("roles_denied", scene)


def _models(scene: Scene) -> Groups:
    yield [*titled("models", scene, *_allowed(scene)), *missing("models", scene)]
    yield titled("default_models", scene, *(row(_default(action, scene)) for action in ACTIONS))
    yield titled("default_aspect_ratio", scene, row(_ratio(scene)))
    yield titled("largest_resolution", scene, row(_largest(scene)))


ACTIONS: tuple[Action, ...] = ("text_to_image", "edit_image")


def models_in(part: int, scene: Scene) -> Sequence[Model]:
    """Return the models that one of the selects for the allowed models offers, counted from 0."""
    return scene.catalog.models[part * MAX_OPTIONS : (part + 1) * MAX_OPTIONS]


def _allowed(scene: Scene) -> Iterable[Part]:
    parts = min(-(-len(scene.catalog.models) // MAX_OPTIONS), MODEL_SELECTS)
    for part in range(parts):
        models = models_in(part, scene)
        select = discord.ui.Select[Any](
            custom_id=f"easel:settings:pick:models:{part}",
            placeholder=text("settings-nothing-models", locale=scene.locale),
            min_values=0,
            max_values=len(models),
        )
        for model in models:
            description = shortened(model.summary, MAX_DESCRIPTION)
            allowed = model.id in scene.settings.models
            select.add_option(label=model.name, value=model.id, description=description, default=allowed)
        yield row(select)


def _default(action: Action, scene: Scene) -> discord.ui.Select[Any]:
    locale, settings = scene.locale, scene.settings
    able = scene.catalog.able_to(action)
    chosen = settings.default_models.get(action)
    models = [model for model in able if not settings.models or model.id in settings.models]
    usual = "settings-default-make" if action == "text_to_image" else "settings-default-edit"
    options = [(NOTHING, text(usual, locale=locale)), *((model.id, model.name) for model in models)]
    unfit = text("settings-not-allowed-model", locale=locale, model=chosen or "")
    return choice(f"easel:settings:pick:default_models:{action}", options, chosen, unfit)


def _ratio(scene: Scene) -> discord.ui.Select[Any]:
    operations = [operation for model in scene.catalog.models if (operation := model.text_to_image) is not None]
    taken = Counter(
        str(value)
        for operation in operations
        if RATIO in operation.options
        for value in operation.options[RATIO].values
    )
    options = [(NOTHING, text("settings-default-ratio", locale=scene.locale))]
    options += [(value, value) for value, _ in taken.most_common()]
    chosen = scene.settings.default_aspect_ratio
    unfit = text("settings-unknown-ratio", locale=scene.locale, value=chosen or "")
    return choice("easel:settings:pick:default_aspect_ratio", options, chosen, unfit)


def _largest(scene: Scene) -> discord.ui.Select[Any]:
    options = [(NOTHING, text("settings-no-limit", locale=scene.locale))]
    options += [(each, each) for each in RESOLUTIONS]
    return choice("easel:settings:pick:largest_resolution", options, scene.settings.largest_resolution, "")


def _replies(scene: Scene) -> Groups:
    yield [_switch("private", scene)]
    kinds = ("off", "age-restricted", "spoiler")
    options = [(kind, text(f"settings-nsfw-{kind}", locale=scene.locale)) for kind in kinds]
    yield titled("nsfw", scene, row(choice("easel:settings:pick:nsfw", options, scene.settings.nsfw, "")))
    yield channels("log_channel", scene, one=True)
    yield [_numbers("numbers", ("most_pictures", "retention_days"), scene)]


def _switch(field: str, scene: Scene) -> Part:
    """Return what is on or off, with the button that turns it."""
    on = bool(scene.settings.exported()[field])
    label = text("button-settings-off" if on else "button-settings-on", locale=scene.locale)
    turn = button(label, "put", field, "off" if on else "on")
    return discord.ui.Section(discord.ui.TextDisplay(f"{heading(field, scene)}\n{_now(field, scene)}"), accessory=turn)


def _gallery(scene: Scene) -> Groups:
    yield channels("gallery_channel", scene, one=True)
    yield channels("gallery_adults_channel", scene, one=True)
    yield [_numbers("gallery", FORMS["gallery"], scene)]
    yield [_switch("gallery_self_stars", scene)]


def _limits(scene: Scene) -> Groups:
    yield [_numbers("limits", FORMS["limits"], scene)]
    said = f"{heading('pictures_by_role', scene)}\n{_now('pictures_by_role', scene)}"
    yield [discord.ui.TextDisplay(said), row(_role_to_limit(scene)), *missing("pictures_by_role", scene)]
    yield roles("exempt_roles", scene)
    yield [_numbers("zone", FORMS["zone"], scene)]


def _role_to_limit(scene: Scene) -> discord.ui.RoleSelect[Any]:
    """Return a choice of the role whose number is to be set."""
    placeholder = text("settings-choose-role", locale=scene.locale)
    return discord.ui.RoleSelect[Any](custom_id="easel:settings:pick:pictures_by_role", placeholder=placeholder)


def _now(field: str, scene: Scene) -> str:
    value = shown(field, scene.settings.exported()[field], scene.locale)
    return text("settings-now", locale=scene.locale, setting=value)


def _numbers(form: str, fields: Sequence[str], scene: Scene) -> Part:
    """Return fields that are typed, with the button that opens their form."""
    values = scene.settings.exported()
    lines = [
        f"**{name_of(field, scene.locale)}** · {_standing(field, values[field], scene)}\n"
        f"-# {text(f'settings-about-{field}', locale=scene.locale)}"
        for field in fields
    ]
    change = button(text("button-settings-change", locale=scene.locale), "form", form)
    return discord.ui.Section(discord.ui.TextDisplay("\n".join(lines)), accessory=change)


def _standing(field: str, value: object, scene: Scene) -> str:
    """Return what a field's value is, or what stands in its place."""
    if field == "pictures_a_day" and value is None:
        return text("settings-value-operator", locale=scene.locale, limit=scene.daily_limit)
    return shown(field, value, scene.locale)


FORMS: Mapping[str, Sequence[str]] = {
    "numbers": ("most_pictures", "retention_days"),
    "limits": ("pictures_a_day", "cooldown", "tasks_at_once", "budget_a_day", "budget_a_month"),
    "zone": ("time_zone",),
    "gallery": ("gallery_stars", "gallery_reaction"),
}
"""Fields that are typed, by the form in which they are; a modal holds five (Discord's API document)."""


def _log(scene: Scene) -> Groups:
    lines = [entry(each, scene.locale) for each in scene.audit]
    yield [
        discord.ui.TextDisplay(f"-# {text('settings-log', locale=scene.locale)}"),
        discord.ui.TextDisplay("\n".join(lines) or text("settings-log-empty", locale=scene.locale)),
    ]


PAGES: Mapping[str, Callable[[Scene], Groups]] = {
    "access": _access,
    "models": _models,
    "replies": _replies,
    "limits": _limits,
    "blocked": blocked,
    "log": _log,
    "gallery": _gallery,
    "art_channels": overview,
}
"""Every page by its name."""

PANELS: Mapping[str, Sequence[str]] = {
    "panel": ("access", "models", "replies", "limits", "blocked", "log"),
    "art": ("gallery", "art_channels"),
}
"""The pages that are beside each other, in the order in which they are offered, by the subcommand of `/settings`."""

PAGE_OF: Mapping[str, str] = {
    **dict.fromkeys(("channels", "channels_denied", "roles", "roles_denied"), "access"),
    **dict.fromkeys(("models", "default_models", "default_aspect_ratio", "largest_resolution"), "models"),
    **dict.fromkeys(("private", "nsfw", "log_channel", "most_pictures", "retention_days"), "replies"),
    **dict.fromkeys(("gallery_channel", "gallery_adults_channel", "gallery_self_stars", *FORMS["gallery"]), "gallery"),
    "art_channels": "art_channels",
    **dict.fromkeys(("pictures_by_role", "exempt_roles", "time_zone", *FORMS["limits"]), "limits"),
}
"""Where each field is."""
