"""Reporting a result: a short form, and a card for the server's moderators."""

import re
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, cast

import discord

from bot.engine import NotReportable, Reported
from bot.errors import EaselError
from bot.i18n import DEFAULT_LOCALE, text
from bot.store import Details
from bot.ui.base import Interaction, home, tell
from bot.ui.forms import Form
from bot.ui.places import is_age_restricted
from bot.ui.request_button import RequestButton

MAX_REASON = 300
"""Characters of a reason."""

CARD_BYTES = 2 * 1024 * 1024
"""Bytes of a picture on a card, so that all of a result fit into one message wherever that is."""


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
    modal.add_item(discord.ui.Label(text=text("report-form-reason", locale=locale), component=reason))
    await interaction.response.send_modal(modal)


async def take_report(interaction: Interaction, short_id: str) -> None:
    """Take the report in a form that was sent, and show it to the moderators.

    Raises:
        EaselError: it cannot be reported, or its card cannot be shown now; the sentence says which.
    """
    details = await home(interaction).engine.find(short_id)
    if details is None:
        raise EaselError("request-gone")
    await _check(interaction, details)
    await interaction.response.defer(ephemeral=True, thinking=True)
    moderation = home(interaction).engine.moderation
    reported = await moderation.report(details.request, interaction.user.id, _reason(interaction))
    async with moderation.posting(details.request.id):
        await _show(interaction, details, reported)
    await tell(interaction, "report-taken")


async def _check(interaction: Interaction, details: Details) -> None:
    if interaction.guild_id is None or details.request.guild_id != interaction.guild_id:
        raise NotReportable("report-elsewhere")
    await home(interaction).engine.moderation.check(details.request)


async def _show(interaction: Interaction, details: Details, reported: Reported) -> None:
    """Post a report's card, or have the one that is there say what is new."""
    locale = DEFAULT_LOCALE if interaction.guild_locale is None else str(interaction.guild_locale)
    now = await home(interaction).engine.moderation.find(details.request.id)
    report = now or reported.report
    channel = None if interaction.guild is None else interaction.guild.get_channel_or_thread(reported.log_channel)
    hidden = details.request.age_restricted and not is_age_restricted(channel)
    if report.message_id is not None and await home(interaction).edit_card(details, report, locale, hidden=hidden):
        return
    post = partial(home(interaction).post_card, details, reported.log_channel, report, locale)
    if hidden:
        await post(None)
    else:
        await home(interaction).engine.recall.bring(details, CARD_BYTES, post, to_owner=False)


def _reason(interaction: Interaction) -> str:
    data = cast("Mapping[str, Any]", interaction.data or {})
    labels = cast("Sequence[Mapping[str, Any]]", data.get("components", ()))
    return "".join(str(label.get("component", {}).get("value") or "") for label in labels)


REPORT_FORM = Form(re.compile(r"easel:report-form:([0-9a-z]+)"), take_report)
