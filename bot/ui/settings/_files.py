"""A server's settings as a JSON file."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

import discord

from bot.engine import GuildSettings, InvalidSettings
from bot.errors import EaselError
from bot.i18n import text
from bot.ui.base import Interaction, home
from bot.ui.outlook import a_month
from bot.ui.panels import COLOUR
from bot.ui.settings._parts import button, row
from bot.ui.settings._scene import Scene, scene
from bot.ui.settings._values import CHANNELS, ROLES, changes, listed, problems
from bot.ui.typed import literal

FILE_NAME = "easel-settings.json"

VERSION = 1
"""Of the file's shape; another one is not read."""

MAX_BYTES = 64 * 1024
"""Of a file that is imported; all that a server has has far fewer."""

MAX_LINES = 12
"""Lines that say what would change, or what does not fit, each of at most 230 characters."""

KIND = "settings-import"
"""What a stored draft of an import says it is."""


class NotImportable(EaselError):
    """A file holds no settings."""


def exported(settings: GuildSettings) -> bytes:
    """Return settings as a file that people can read and change."""
    content = {"version": VERSION, "settings": settings.exported()}
    return (json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode()


def imported(content: bytes) -> GuildSettings:
    """Return the settings that a file holds; what it leaves out is as by default.

    Raises:
        NotImportable: it is no file of settings.
        InvalidSettings: it is, but some do not fit.
    """
    try:
        # Python's own limit on digits, and depth, make ValueError and RecursionError.
        read: Any = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise NotImportable("settings-not-json") from error
    if not isinstance(read, dict) or not {"version", "settings"} <= read.keys():
        raise NotImportable("settings-not-settings")
    whole = cast("dict[str, Any]", read)
    if whole["version"] != VERSION:
        raise NotImportable("settings-other-version", value=str(whole["version"])[:20], version=VERSION)
    if not isinstance(whole["settings"], dict):
        raise NotImportable("settings-not-settings")
    return GuildSettings.checked(cast("dict[str, Any]", whole["settings"]))


async def offer_import(interaction: Interaction, attachment: discord.Attachment) -> None:
    """Show what a file would change, and ask; or say what in it does not fit.

    Raises:
        NotImportable: it is no file of settings.
        ServerUnavailable: Discord does not say what is in the server.
    """
    locale = str(interaction.locale)
    if attachment.size > MAX_BYTES:
        raise NotImportable("settings-too-large", limit=MAX_BYTES // 1024)
    try:
        content = await attachment.read()
    except (discord.HTTPException, OSError) as error:
        raise NotImportable("settings-unread") from error
    now = await scene(interaction)
    try:
        wanted = imported(content)
    except InvalidSettings as error:
        lines = _bounded([f"- {line}" for line in problems(error, locale)], locale)
        view = _said([text("settings-import-wrong", locale=locale), *lines])
    else:
        view = await _question(interaction, now, wanted)
    await interaction.response.send_message(view=view, ephemeral=True)


async def _question(interaction: Interaction, now: Scene, wanted: GuildSettings) -> discord.ui.LayoutView:
    locale = now.locale
    differing = changes(now.settings, wanted, locale)
    if not differing:
        return _said([text("settings-import-same", locale=locale)])
    content = {"kind": KIND, "guild_id": now.guild.id, "settings": wanted.exported()}
    draft = await home(interaction).engine.drafts.add(interaction.user.id, content)
    lines = [text("settings-import-changes", locale=locale, count=len(differing))]
    lines += _bounded([f"- {line}" for line in differing], locale)
    lines += await _cost(interaction, now.settings, wanted)
    lines += _unknown(replace(now, settings=wanted))
    lines.append(f"-# {text('settings-import-dismiss', locale=locale)}")
    label = text("button-settings-import", locale=locale)
    return _said(lines, button(label, "import", draft.id, style=discord.ButtonStyle.primary))


async def _cost(interaction: Interaction, before: GuildSettings, after: GuildSettings) -> list[str]:
    """Return what the most generous limit of those that would be granted can cost, where there is one."""
    granted = [limit for role, limit in after.pictures_by_role.items() if limit != before.pictures_by_role.get(role, 0)]
    if after.pictures_a_day not in (None, before.pictures_a_day):
        granted.append(after.pictures_a_day)
    numbers = [each for each in granted if isinstance(each, int)]
    if not granted or granted == [0] * len(granted):
        return []
    locale = str(interaction.locale)
    most = "unlimited" if len(numbers) < len(granted) else max(numbers)
    outlook = await home(interaction).engine.outlook(after)
    return [f"{text('settings-import-grants', locale=locale, limit=most)} {a_month(outlook, most, locale)}"]


def _unknown(wanted: Scene) -> Iterator[str]:
    """Yield what settings name that is not there: kept all the same, for a server may get it back."""
    for field in (*sorted(CHANNELS), *sorted(ROLES), "models"):
        gone = [f"`{literal(str(each))}`" for each in wanted.gone(field)]
        if gone:
            names = listed(gone, wanted.locale)
            yield text("settings-import-unknown", locale=wanted.locale, field=field, count=len(gone), names=names)
    known = {model.id for model in wanted.catalog.models}
    defaults = sorted({f"`{literal(each)}`" for each in wanted.settings.default_models.values() if each not in known})
    if defaults:
        names, count = ", ".join(defaults), len(defaults)
        yield text("settings-import-unknown", locale=wanted.locale, field="default_models", count=count, names=names)


def _bounded(lines: Sequence[str], locale: str) -> list[str]:
    more = len(lines) - MAX_LINES
    return [*lines[:MAX_LINES], *([f"- {text('settings-value-more', locale=locale, count=more)}"] if more > 0 else [])]


def _said(lines: Sequence[str], *buttons: discord.ui.Button[Any]) -> discord.ui.LayoutView:
    view = discord.ui.LayoutView(timeout=None)
    view.stop()
    container = discord.ui.Container[discord.ui.LayoutView](accent_colour=COLOUR)
    container.add_item(discord.ui.TextDisplay("\n".join(lines)))
    if buttons:
        container.add_item(row(*buttons))
    view.add_item(container)
    return view


async def take_import(interaction: Interaction, guild_id: int, content: Mapping[str, Any]) -> None:
    """Change the settings as a file said that was shown before.

    Raises:
        NotImportable: it was shown in another server.
    """
    if content.get("kind") != KIND or content.get("guild_id") != guild_id:
        raise NotImportable("settings-import-gone")
    settings = GuildSettings.checked(content["settings"])
    locale = str(interaction.locale)
    _, count = await home(interaction).engine.settings.change(guild_id, interaction.user.id, settings.exported())
    await interaction.response.edit_message(view=_said([text("settings-imported", locale=locale, count=count)]))
