"""The card by which moderators learn of a reported result and decide about it."""

from collections.abc import Iterator
from functools import partial

import discord

from bot.engine import Engine, Recalled
from bot.i18n import DEFAULT_LOCALE, text
from bot.store import Decision, Details, Post, Report
from bot.ui.lineage import jump_link
from bot.ui.messages import MAX_CONTENT, Reply
from bot.ui.places import is_age_restricted
from bot.ui.posts import PostFile, Send, Shown
from bot.ui.report_buttons import BlockAuthor, DeleteReported, Dismiss, HideReported
from bot.ui.typed import literal, shortened
from bot.ui.wording import alt_text, quoted, result_name

SHOWN_PROMPT = 500
"""Characters of a prompt that a card quotes."""

SHOWN_REASON = 150
"""Characters of a reason that a card shows."""

SHOWN_REASONS = 3
"""Reasons that a card shows, the newest."""

CARD_BYTES = 2 * 1024 * 1024
"""Bytes of a picture on a card, so that all of a result fit into one message wherever that is."""


async def shown_on_card(engine: Engine, client: discord.Client, post: Post) -> Shown | None:
    """Return what a report's card shows by now: as spoilers the pictures, while they may be seen there."""
    found = await engine.moderation.on_card(post.key)
    if found is None:
        return None
    details, report = found
    # Which channels are age-restricted is known only then.
    await client.wait_until_ready()
    guild = client.get_guild(post.guild_id)
    channel = None if guild is None else guild.get_channel_or_thread(post.channel_id)
    among_adults = details.request.age_restricted and not is_age_restricted(channel)
    said = card(
        details,
        report,
        DEFAULT_LOCALE if guild is None else str(guild.preferred_locale),
        without_pictures=among_adults,
    )
    mark = f"easel:{Dismiss.action}:{details.request.short_id}"
    if among_adults or report.decision is Decision.DELETED:
        return Shown(said.content, mark, said.view)
    return Shown(said.content, mark, said.view, details.request.short_id, partial(_attach, engine, details))


async def _attach(engine: Engine, details: Details, send: Send) -> None:
    described = alt_text(details, engine.catalog)

    async def attach(recalled: Recalled) -> None:
        await send(
            [
                PostFile(
                    parcel.fitted.path,
                    f"{result_name(details.request, parcel.picture.number)}{parcel.fitted.suffix}",
                    described,
                    spoiler=True,
                )
                for parcel in recalled.parcels
                if parcel.fitted is not None
            ]
        )

    await engine.recall.bring(details, CARD_BYTES, attach, to_owner=False)


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
    yield f"**{text('report-title', locale=locale, count=max(1, len(report.reasons)))}** · {' · '.join(facts)}"
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
