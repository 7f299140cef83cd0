"""Forms for settings that are typed: Discord's modals.

What was typed is read from the interaction itself and not from a waiting view, so that it counts after a restart too.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

import discord

from bot.engine import GuildSettings, InvalidSettings
from bot.i18n import text
from bot.ui.base import Interaction, home
from bot.ui.forms import Form
from bot.ui.managers import managed_guild
from bot.ui.panels import COLOUR
from bot.ui.settings._pages import FORMS, PAGE_OF, page
from bot.ui.settings._parts import button, row
from bot.ui.settings._scene import scene
from bot.ui.settings._values import MONEY, name_of, problems

MAX_TYPED = 60
"""Characters that can be typed for a value."""

MAX_MODAL_LABEL = 45
"""Characters of a label in a modal (Discord's API document)."""

MAX_PLACEHOLDER = 100
"""Characters of what an empty text input shows (Discord's API document)."""

KIND = "settings-form"
"""What a stored draft of a form says it is."""

UNLIMITED = "unlimited"


async def open_form(interaction: Interaction, form: str, typed: Mapping[str, str] | None = None) -> None:
    """Show a form.

    Args:
        form: its name in `FORMS`.
        typed: what its fields hold; by default what is set.
    """
    locale = str(interaction.locale)
    if typed is None:
        settings = await home(interaction).engine.settings.of(interaction.guild_id)
        values = settings.stored()
        typed = {field: str(values.get(field, "")) for field in FORMS[form]}
    modal = discord.ui.Modal(
        title=text(f"settings-form-{form}", locale=locale), custom_id=f"easel:settings-form:{form}"
    )
    for field in FORMS[form]:
        taken = discord.ui.TextInput[Any](
            custom_id=field,
            required=False,
            max_length=MAX_TYPED,
            default=typed.get(field, "")[:MAX_TYPED] or None,
            placeholder=text(f"settings-takes-{field}", locale=locale)[:MAX_PLACEHOLDER],
        )
        modal.add_item(discord.ui.Label(text=name_of(field, locale)[:MAX_MODAL_LABEL], component=taken))
    # Else discord.py waits for it to be sent, for ever where somebody closes it, and only until the next start.
    modal.stop()
    await interaction.response.send_modal(modal)


async def take_form(interaction: Interaction, form: str) -> None:
    """Change the settings as a form says and show its page; what does not fit is said, and can be corrected.

    Raises:
        ManagersOnly: the user may not manage the server.
    """
    engine, guild_id = home(interaction).engine, managed_guild(interaction)
    typed = {field: value for field, value in answers(interaction) if field in FORMS[form]}
    try:
        settings, _ = await engine.settings.change(
            guild_id, interaction.user.id, {field: value_of(field, each) for field, each in typed.items()}
        )
    except InvalidSettings as error:
        draft = await engine.drafts.add(interaction.user.id, {"kind": KIND, "form": form, "typed": typed})
        await interaction.response.send_message(view=to_correct(error, draft.id, interaction), ephemeral=True)
        return
    shown = page(PAGE_OF[FORMS[form][0]], await scene(interaction, settings))
    await interaction.response.edit_message(view=shown)


def value_of(field: str, typed: str) -> object:
    """Return what was typed as the field takes it; nothing is its default."""
    typed = typed.strip()
    if not typed:
        return GuildSettings().exported()[field]
    if field in MONEY:
        return typed.removeprefix("$")
    if typed.lower() == UNLIMITED:
        return UNLIMITED
    return int(typed) if typed.isdecimal() else typed


def answers(interaction: Interaction) -> Iterator[tuple[str, str]]:
    """Yield what was typed, by field, as Discord sends it: each input within its label."""
    data = cast("Mapping[str, Any]", interaction.data or {})
    for label in cast("Sequence[Mapping[str, Any]]", data.get("components", ())):
        part = cast("Mapping[str, Any]", label.get("component", {}))
        if "custom_id" in part:
            yield part["custom_id"], str(part.get("value") or "")


def to_correct(error: InvalidSettings, draft_id: str, interaction: Interaction) -> discord.ui.LayoutView:
    """Return what does not fit, with a button that opens the form again."""
    locale = str(interaction.locale)
    return correctable([*problems(error, locale), text("settings-unchanged", locale=locale)], draft_id, locale)


def correctable(lines: Sequence[str], draft_id: str, locale: str) -> discord.ui.LayoutView:
    """Return lines that say what does not fit, with a button that opens the form again."""
    view = discord.ui.LayoutView(timeout=None)
    view.stop()
    again = row(button(text("button-settings-again", locale=locale), "again", draft_id))
    shown = discord.ui.Container[discord.ui.LayoutView](discord.ui.TextDisplay("\n".join(lines)), again)
    shown.accent_colour = COLOUR
    view.add_item(shown)
    return view


SETTINGS_FORM = Form(re.compile(rf"easel:settings-form:({'|'.join(FORMS)})"), take_form)
