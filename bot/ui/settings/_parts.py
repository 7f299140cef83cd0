"""Parts of which the pages of the settings panel are put together.

They only say what they are for in their ids; `_controls` listens to them, also after a restart.
"""

import zlib
from collections.abc import Iterable, Sequence
from typing import Any

import discord

from bot.i18n import text
from bot.ui.settings._scene import Scene
from bot.ui.settings._values import CHANNELS, listed, name_of
from bot.ui.typed import shortened

MAX_OPTIONS = 25
"""Options of a select, and values that can be chosen in one (Discord's API document)."""

MAX_LABEL = 100
"""Characters of an option of a select (Discord's API document)."""

NOTHING = "-"
"""The option that stands for a field's default."""

Part = discord.ui.Item[Any]


def button(
    label: str, *what: str, style: discord.ButtonStyle = discord.ButtonStyle.secondary
) -> discord.ui.Button[Any]:
    """Return a button; `what` says what pressing it does."""
    return discord.ui.Button(label=label, style=style, custom_id=":".join(["easel:settings", *what]))


def row(*items: discord.ui.Item[Any]) -> discord.ui.ActionRow[Any]:
    """Return items beside each other; what can be chosen keeps its own number from one page to the next.

    A client may else take a select for the one that was in its place on the page before.
    """
    for item in items:
        if isinstance(
            item, discord.ui.Select | discord.ui.ChannelSelect | discord.ui.RoleSelect | discord.ui.UserSelect
        ):
            item.id = zlib.crc32(item.custom_id.encode()) >> 1 or 1
    return discord.ui.ActionRow[Any](*items)


def heading(field: str, scene: Scene) -> str:
    """Return what a field is called and what it does."""
    about = text(f"settings-about-{field}", locale=scene.locale)
    return f"**{name_of(field, scene.locale)}**\n-# {about}"


def titled(field: str, scene: Scene, *below: Part) -> list[Part]:
    """Return what belongs to a field under what it is called."""
    return [discord.ui.TextDisplay(heading(field, scene)), *below]


def channels(field: str, scene: Scene, *, one: bool = False) -> list[Part]:
    """Return a choice of channels: of all kinds and categories, or of one in which messages can be sent."""
    kinds = discord.ChannelType
    writable = [kinds.text, kinds.news, kinds.public_thread, kinds.private_thread]
    everything = [*writable, kinds.category, kinds.voice, kinds.stage_voice, kinds.forum]
    select = discord.ui.ChannelSelect[Any](
        custom_id=f"easel:settings:pick:{field}",
        placeholder=text("settings-choose-channel" if one else f"settings-nothing-{field}", locale=scene.locale),
        channel_types=writable if one else everything,
        min_values=0,
        max_values=1 if one else MAX_OPTIONS,
        default_values=_defaults(field, scene),
    )
    return titled(field, scene, row(select), *missing(field, scene))


def roles(field: str, scene: Scene) -> list[Part]:
    """Return a choice of roles."""
    select = discord.ui.RoleSelect[Any](
        custom_id=f"easel:settings:pick:{field}",
        placeholder=text(f"settings-nothing-{field}", locale=scene.locale),
        min_values=0,
        max_values=MAX_OPTIONS,
        default_values=_defaults(field, scene),
    )
    return titled(field, scene, row(select), *missing(field, scene))


def _defaults(field: str, scene: Scene) -> list[discord.SelectDefaultValue]:
    kind = discord.SelectDefaultValueType.channel if field in CHANNELS else discord.SelectDefaultValueType.role
    return [discord.SelectDefaultValue(id=each, type=kind) for each in offered(field, scene)]


def offered(field: str, scene: Scene) -> list[int]:
    """Return the channels or roles of a field that its select shows as chosen: so many as it can hold."""
    return scene.there(field)[:MAX_OPTIONS]


def missing(field: str, scene: Scene) -> Iterable[Part]:
    """Yield what a field's select cannot show: what is not there any more, with a button, and what is too many."""
    gone = [f"`{each}`" for each in scene.gone(field)]
    more = 0 if field in ("models", "pictures_by_role") else len(scene.there(field)) - MAX_OPTIONS
    lines = [text("settings-not-shown", locale=scene.locale, count=more)] if more > 0 else []
    if gone:
        names = listed(gone, scene.locale)
        if field == "models":
            lines.append(text("settings-gone-models", locale=scene.locale, names=names))
        else:
            lines.append(text("settings-gone", locale=scene.locale, count=len(gone), names=names))
        remove = button(text("button-settings-prune", locale=scene.locale), "prune", field)
        # In one text, for a panel has no room for two of each field.
        yield discord.ui.Section(discord.ui.TextDisplay("\n".join(lines)), accessory=remove)
    elif lines:
        yield discord.ui.TextDisplay(*lines)


def choice(
    custom_id: str, options: Sequence[tuple[str, str]], chosen: str | None, unknown: str
) -> discord.ui.Select[Any]:
    """Return a choice of one of `options` (value and label), the first of which stands where nothing is chosen.

    Args:
        chosen: the value that is set, which need not be among the options.
        unknown: the label of a chosen value that is not among them.
    """
    labels = dict(options)
    kept = dict(options[:MAX_OPTIONS])
    if chosen is not None and chosen not in kept:
        # It has its place even where there are too many.
        kept = dict([*options[: MAX_OPTIONS - 1], (chosen, labels.get(chosen, unknown))])
    select = discord.ui.Select[Any](custom_id=custom_id)
    for value, label in kept.items():
        default = value == (chosen or options[0][0])
        select.add_option(label=shortened(label, MAX_LABEL), value=value, default=default)
    return select
