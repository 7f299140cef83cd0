"""Pictures a day for who has a role: a form for the number, and what it can cost before it is granted."""

import re
from collections.abc import Mapping
from typing import Any

import discord

from bot.engine import GuildSettings, InvalidSettings
from bot.i18n import text
from bot.ui.base import Interaction, home
from bot.ui.forms import Form
from bot.ui.managers import managed_guild
from bot.ui.outlook import a_month
from bot.ui.panels import COLOUR
from bot.ui.settings._forms import MAX_MODAL_LABEL, MAX_PLACEHOLDER, MAX_TYPED, answers, to_correct, value_of
from bot.ui.settings._pages import page
from bot.ui.settings._parts import button, row
from bot.ui.settings._scene import scene
from bot.ui.settings._values import name_of

FIELD = "pictures_by_role"

KIND = "settings-role"
"""What a stored draft of a number for a role says it is."""


async def open_role_form(interaction: Interaction, role_id: int, typed: str | None = None) -> None:
    """Ask how many pictures who has a role may make on a day.

    Args:
        typed: what the field holds; by default what is set.
    """
    locale = str(interaction.locale)
    if typed is None:
        settings = await home(interaction).engine.settings.of(interaction.guild_id)
        typed = str(settings.pictures_by_role.get(role_id, ""))
    modal = discord.ui.Modal(
        title=text("settings-form-role", locale=locale), custom_id=f"easel:settings-role:{role_id}"
    )
    taken = discord.ui.TextInput[Any](
        custom_id=FIELD,
        required=False,
        max_length=MAX_TYPED,
        default=typed[:MAX_TYPED] or None,
        placeholder=text("settings-takes-pictures_a_day", locale=locale)[:MAX_PLACEHOLDER],
    )
    modal.add_item(discord.ui.Label(text=name_of(FIELD, locale)[:MAX_MODAL_LABEL], component=taken))
    # Else discord.py waits for it to be sent, for ever where somebody closes it, and only until the next start.
    modal.stop()
    await interaction.response.send_modal(modal)


async def take_role_form(interaction: Interaction, role: str) -> None:
    """Say what a number for a role can cost, and ask; what costs nothing is done at once.

    Raises:
        ManagersOnly: the user may not manage the server.
    """
    engine, guild_id, role_id = home(interaction).engine, managed_guild(interaction), int(role)
    typed = next((value for field, value in answers(interaction) if field == FIELD), "")
    content = {"kind": KIND, "guild_id": guild_id, "role": role_id, "typed": typed}
    before = await engine.settings.of(guild_id)
    try:
        after = GuildSettings.checked({**before.exported(), FIELD: _with(before, role_id, typed)})
    except InvalidSettings:
        draft = await engine.drafts.add(interaction.user.id, content)
        wrong = InvalidSettings(wrong={FIELD: typed})
        await interaction.response.send_message(view=to_correct(wrong, draft.id, interaction), ephemeral=True)
        return
    limit = after.pictures_by_role.get(role_id, 0)
    if limit == 0:
        await _set(interaction, guild_id, role_id, typed)
        return
    draft = await engine.drafts.add(interaction.user.id, content)
    cost = a_month(await engine.outlook(after), limit, str(interaction.locale))
    await interaction.response.edit_message(view=_question(role_id, limit, cost, draft.id, str(interaction.locale)))


def _with(settings: GuildSettings, role_id: int, typed: str) -> Mapping[str, object]:
    """Return the numbers by role with what was typed for one; nothing is none of its own."""
    others = {role: limit for role, limit in settings.exported()[FIELD].items() if role != str(role_id)}
    return {**others, str(role_id): value_of("pictures_a_day", typed)} if typed.strip() else others


def _question(role_id: int, limit: int | str, cost: str, draft_id: str, locale: str) -> discord.ui.LayoutView:
    view = discord.ui.LayoutView(timeout=None)
    view.stop()
    said = text("settings-role-question", locale=locale, role=f"<@&{role_id}>", limit=limit)
    grant = button(text("button-settings-grant", locale=locale), "grant", draft_id, style=discord.ButtonStyle.primary)
    back = button(text("button-settings-back", locale=locale), "page", "limits")
    container = discord.ui.Container[discord.ui.LayoutView](accent_colour=COLOUR)
    container.add_item(discord.ui.TextDisplay(f"{said}\n{cost}"))
    container.add_item(row(grant, back))
    view.add_item(container)
    return view


async def grant_role_limit(interaction: Interaction, content: Mapping[str, Any]) -> None:
    """Let who has a role make as many pictures as was said before."""
    await _set(interaction, content["guild_id"], content["role"], content["typed"])


async def _set(interaction: Interaction, guild_id: int, role_id: int, typed: str) -> None:
    settings = home(interaction).engine.settings
    wanted = _with(await settings.of(guild_id), role_id, typed)
    changed, _ = await settings.change(guild_id, interaction.user.id, {FIELD: wanted})
    await interaction.response.edit_message(view=page("limits", await scene(interaction, changed)))


ROLE_FORM = Form(re.compile(r"easel:settings-role:(\d+)"), take_role_form)
