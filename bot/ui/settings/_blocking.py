"""Blocking somebody from the settings panel: a form for the reason and the end."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import discord

from bot.engine import MAX_REASON, CannotBlock
from bot.i18n import text
from bot.ui.base import Interaction, home
from bot.ui.forms import Form
from bot.ui.managers import managed_guild
from bot.ui.settings._forms import MAX_TYPED, answers, correctable
from bot.ui.settings._pages import blocked_page
from bot.ui.settings._scene import scene
from bot.ui.typed import literal

KIND = "settings-block"
"""What a stored draft of a block says it is."""

MAX_DAYS = 3650


async def open_block_form(interaction: Interaction, user_id: int, typed: Mapping[str, str] | None = None) -> None:
    """Ask why somebody is to be blocked, and for how long.

    Args:
        typed: what the fields hold; by default the reason of the block that there is.

    Raises:
        CannotBlock: somebody would block themselves.
    """
    if user_id == interaction.user.id:
        raise CannotBlock("block-yourself")
    locale = str(interaction.locale)
    if typed is None:
        blocks = await home(interaction).engine.blocks.current(managed_guild(interaction))
        typed = {"reason": next((block.reason for block in blocks if block.user_id == user_id), "")}
    modal = discord.ui.Modal(
        title=text("settings-block-form", locale=locale), custom_id=f"easel:settings-block:{user_id}"
    )
    reason = discord.ui.TextInput[Any](
        custom_id="reason",
        style=discord.TextStyle.paragraph,
        required=False,
        max_length=MAX_REASON,
        default=typed.get("reason") or None,
    )
    days = discord.ui.TextInput[Any](
        custom_id="days", required=False, max_length=MAX_TYPED, default=typed.get("days") or None
    )
    modal.add_item(
        discord.ui.Label(
            text=text("settings-block-reason", locale=locale),
            description=text("settings-block-reason-about", locale=locale),
            component=reason,
        )
    )
    modal.add_item(
        discord.ui.Label(
            text=text("settings-block-days", locale=locale),
            description=text("settings-block-days-about", locale=locale),
            component=days,
        )
    )
    # Else discord.py waits for it to be sent, for ever where somebody closes it, and only until the next start.
    modal.stop()
    await interaction.response.send_modal(modal)


async def take_block_form(interaction: Interaction, user: str) -> None:
    """Block somebody as a form says, and show who is; what does not fit is said, and can be corrected.

    Raises:
        ManagersOnly: the user may not manage the server.
        CannotBlock: such a block makes no sense.
    """
    engine, guild_id, locale = home(interaction).engine, managed_guild(interaction), str(interaction.locale)
    typed = dict(answers(interaction))
    days = typed.get("days", "").strip()
    if days and not (days.isdecimal() and 1 <= int(days) <= MAX_DAYS):
        draft = await engine.drafts.add(interaction.user.id, {"kind": KIND, "user": int(user), "typed": typed})
        wrong = text("settings-block-days-wrong", locale=locale, value=literal(days))
        lines = [wrong, text("settings-unchanged", locale=locale)]
        await interaction.response.send_message(view=correctable(lines, draft.id, locale), ephemeral=True)
        return
    until = timedelta(days=int(days)) if days else None
    await engine.blocks.block(guild_id, int(user), typed.get("reason", ""), until, by=interaction.user.id)
    await interaction.response.edit_message(view=blocked_page(0, await scene(interaction)))


BLOCK_FORM = Form(re.compile(r"easel:settings-block:(\d+)"), take_block_form)
