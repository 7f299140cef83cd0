"""Reporting a result: a button, and a short form."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, cast

import discord

from bot.engine import NotReportable
from bot.errors import EaselError
from bot.i18n import text
from bot.store import Details
from bot.ui.base import Interaction, home, tell
from bot.ui.forms import Form
from bot.ui.request_button import RequestButton

MAX_REASON = 300
"""Characters of a reason."""


class ReportResult(RequestButton, template=r"easel:report:(?P<id>[0-9a-z]+)"):
    """Lets anybody but its author say what is wrong with a result."""

    action = "report"

    async def pressed(self, interaction: Interaction, details: Details) -> None:
        """Ask why."""
        await open_report(interaction, details)


def reportable(interaction: Interaction, details: Details) -> bool:
    """Return whether a result is shown where it may be reported, to somebody who would."""
    request = details.request
    here = request.bot_present and interaction.guild_id is not None and interaction.guild_id == request.guild_id
    return here and request.deleted_at is None and request.user_id != interaction.user.id


async def open_report(interaction: Interaction, details: Details) -> None:
    """Ask why somebody reports a result.

    Raises:
        NotReportable: it cannot be reported; the sentence says why.
    """
    await _check(interaction, details)
    locale = str(interaction.locale)
    short_id = details.request.short_id
    modal = discord.ui.Modal(title=text("report-form", locale=locale), custom_id=f"easel:report-form:{short_id}")
    reason = discord.ui.TextInput[Any](
        custom_id="reason", style=discord.TextStyle.paragraph, max_length=MAX_REASON, required=False
    )
    asked, who = text("report-form-reason", locale=locale), text("report-form-who", locale=locale)
    modal.add_item(discord.ui.Label(text=asked, description=who, component=reason))
    await interaction.response.send_modal(modal)


async def take_report(interaction: Interaction, short_id: str) -> None:
    """Take the report in a form that was sent.

    Raises:
        EaselError: it cannot be reported; the sentence says why.
    """
    details = await home(interaction).engine.find(short_id)
    if details is None:
        raise EaselError("request-gone")
    await _check(interaction, details)
    await home(interaction).engine.moderation.report(details.request, interaction.user.id, _reason(interaction))
    await tell(interaction, "report-taken")


async def _check(interaction: Interaction, details: Details) -> None:
    if interaction.guild_id is None or details.request.guild_id != interaction.guild_id:
        raise NotReportable("report-elsewhere")
    await home(interaction).engine.moderation.check(details.request)


def _reason(interaction: Interaction) -> str:
    data = cast("Mapping[str, Any]", interaction.data or {})
    labels = cast("Sequence[Mapping[str, Any]]", data.get("components", ()))
    return "".join(str(label.get("component", {}).get("value") or "") for label in labels)


REPORT_FORM = Form(re.compile(r"easel:report-form:([0-9a-z]+)"), take_report)
