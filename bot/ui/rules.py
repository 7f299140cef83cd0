"""What `/rules` shows: the rules of a server, and how a prompt fares with them."""

from collections.abc import Sequence

import discord

from bot.engine import Finding, everywhere, folded
from bot.i18n import text
from bot.store import Rule
from bot.ui.panels import panel
from bot.ui.typed import literal

MAX_SHOWN = 2500
"""Characters of one part of a panel, which has a title and a footer too; all of it 4000 (Discord's API document)."""


MAX_READ = 450
"""Characters that are shown of a prompt as it is read; with what makes them literal Fluent fills in at most 1000."""


def quoted(phrases: Sequence[str]) -> str:
    """Return phrases in quotation marks, with commas between them."""
    return ", ".join(f"“{literal(phrase)}”" for phrase in phrases)


def listing(rules: Sequence[Rule], page: int, locale: str) -> tuple[discord.ui.LayoutView, int, int]:
    """Return one page of the rules, its number from 0 (one that is not there is the last), and how many there are."""
    pages = _pages([_item(rule, locale) for rule in rules]) or [[text("rules-none", locale=locale)]]
    page = min(page, len(pages) - 1)
    footer = text("rules-everywhere", locale=locale, count=len(everywhere()))
    if len(pages) > 1:
        footer = f"{text('rules-page', locale=locale, page=page + 1, pages=len(pages))} · {footer}"
    return panel(text("rules-title", locale=locale), pages[page], footer=footer), page, len(pages)


def tested(prompt: str, findings: Sequence[Finding], locale: str) -> discord.ui.LayoutView:
    """Return how a prompt is read, which rules it meets and what would come of it."""
    refused = any(finding.refused for finding in findings)
    if refused:
        verdict = text("rules-test-refused", locale=locale)
    else:
        verdict = text("rules-test-taken" if findings else "rules-test-nothing", locale=locale)
    worst_first = sorted(findings, key=lambda finding: not finding.refused)
    met = [line for page in _pages([_met(finding, locale) for finding in worst_first])[:1] for line in page]
    words = folded(prompt)
    shown = words if len(words) <= MAX_READ else f"{words[:MAX_READ]}…"
    return panel(
        text("rules-test-title", locale=locale),
        [verdict, *met],
        footer=text("rules-test-read", locale=locale, words=literal(shown)),
    )


def _pages(lines: Sequence[str]) -> list[list[str]]:
    """Return the lines in parts of at most `MAX_SHOWN` characters."""
    pages: list[list[str]] = []
    room = 0
    for line in lines:
        if len(line) > room:
            pages.append([])
            room = MAX_SHOWN
        pages[-1].append(line)
        room -= len(line) + 1
    return pages


def _item(rule: Rule, locale: str) -> str:
    phrase, by, when = literal(rule.phrase), f"<@{rule.actor_id}>", f"<t:{int(rule.created_at.timestamp())}:R>"
    if rule.exceptions:
        exceptions = quoted(rule.exceptions)
        return text("rules-item-except", locale=locale, phrase=phrase, exceptions=exceptions, by=by, when=when)
    return text("rules-item", locale=locale, phrase=phrase, by=by, when=when)


def _met(finding: Finding, locale: str) -> str:
    phrase, exceptions = literal(finding.rule.phrase), quoted(finding.exceptions)
    if finding.rule.everywhere:
        return text("rules-test-met-everywhere", locale=locale, phrase=phrase)
    if not finding.refused:
        return text("rules-test-excepted", locale=locale, phrase=phrase, exceptions=exceptions)
    if finding.exceptions:
        return text("rules-test-met-besides", locale=locale, phrase=phrase, exceptions=exceptions)
    return text("rules-test-met", locale=locale, phrase=phrase)
