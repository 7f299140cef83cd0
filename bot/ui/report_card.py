"""The card by which moderators learn of a reported result and decide about it."""

from collections.abc import Iterator

import discord

from bot.i18n import text
from bot.store import Details, Report
from bot.ui.lineage import jump_link
from bot.ui.messages import MAX_CONTENT, Reply
from bot.ui.report_buttons import BlockAuthor, DeleteReported, Dismiss, HideReported
from bot.ui.typed import literal, shortened
from bot.ui.wording import quoted

SHOWN_PROMPT = 500
"""Characters of a prompt that a card quotes."""

SHOWN_REASON = 150
"""Characters of a reason that a card shows."""

SHOWN_REASONS = 3
"""Reasons that a card shows, the newest."""


def card(details: Details, report: Report, locale: str, *, without_pictures: bool = False) -> Reply:
    """Return what a report's card says, and its buttons while nobody has decided."""
    view = discord.ui.View(timeout=None)
    if report.decision is None:
        for button in (DeleteReported, HideReported, BlockAuthor, Dismiss):
            view.add_item(button(details.request.short_id, button.named(locale)))
    lines = list(_lines(details, report, locale, without_pictures=without_pictures))
    return Reply(shortened("\n".join(lines), MAX_CONTENT), view)


def _lines(details: Details, report: Report, locale: str, *, without_pictures: bool) -> Iterator[str]:
    request = details.request
    facts = [text("report-author", locale=locale, author=f"<@{request.user_id}>"), f"`{request.short_id}`"]
    link = jump_link(request)
    if link is not None:
        facts.append(text("show-link", locale=locale, link=link))
    yield f"**{text('report-title', locale=locale, count=len(report.reasons))}** · {' · '.join(facts)}"
    if report.decision is not None:
        by, when = (
            f"<@{report.actor_id}>",
            "" if report.decided_at is None else discord.utils.format_dt(report.decided_at),
        )
        yield text(f"report-done-{report.decision}", locale=locale, by=by, when=when)
    elif without_pictures:
        yield text("report-among-adults", locale=locale)
    for reason in report.reasons[-SHOWN_REASONS:]:
        said = literal(shortened(reason.reason, SHOWN_REASON)) or text("report-no-reason", locale=locale)
        yield f"- <@{reason.user_id}>: {said}"
    yield quoted(request.prompt, SHOWN_PROMPT)
