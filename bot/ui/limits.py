"""What `/limits` and `/usage` say of allowances."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import discord

from bot.engine import Funds, GuildSettings, OperatorLimits, Pace, Standing
from bot.i18n import text
from bot.money import dollars
from bot.ui.panels import panel
from bot.ui.typed import literal

SHOWN_ROLES = 40
"""Roles that a panel lists; a line of one has at most 80 of a panel's 4000 characters (Discord's API document)."""


def left_today(standing: Standing, locale: str) -> str:
    """Return a line that says what somebody may still make today."""
    if standing.left is None or standing.limit is None:
        return text("usage-unlimited", locale=locale)
    sentence = "usage-left-everywhere" if standing.by_operator else "usage-left"
    return text(sentence, locale=locale, left=standing.left, limit=standing.limit, reset=seconds(standing.reset))


def stands(standing: Standing, locale: str) -> str:
    """Return a sentence that says to somebody else how a member stands."""
    if standing.left is None or standing.limit is None:
        return text("limits-stands-unlimited", locale=locale)
    sentence = "limits-stands-everywhere" if standing.by_operator else "limits-stands"
    return text(sentence, locale=locale, left=standing.left, limit=standing.limit, reset=seconds(standing.reset))


def bounds(pace: Pace, locale: str) -> list[str]:
    """Return lines that say how fast somebody may ask, and which budgets that they would need are used up."""
    lines: list[str] = []
    if pace.cooldown:
        lines.append(text("limits-cooldown", locale=locale, seconds=pace.cooldown))
    if pace.tasks_at_once is not None:
        lines.append(text("limits-tasks", locale=locale, tasks=pace.tasks_at_once))
    return lines + [_used_up(each, locale) for each in pace.funds if not each.left]


def _used_up(funds: Funds, locale: str) -> str:
    purse = funds.purse
    return text("limits-no-funds", locale=locale, whose=purse.whose, span=purse.span, reset=seconds(purse.ends))


def _funds(funds: Funds, locale: str) -> str:
    """Return how a budget stands."""
    purse, spending = funds.purse, funds.spending
    return text(
        "limits-funds",
        locale=locale,
        span=purse.span,
        spent=dollars(spending.spent),
        limit=dollars(purse.limit),
        reserved=dollars(spending.reserved),
        reset=seconds(purse.ends),
    )


def member_panel(mention: str, standing: Standing, pace: Pace, locale: str) -> discord.ui.LayoutView:
    """Return how a member stands."""
    counted = text(
        "limits-member",
        locale=locale,
        member=mention,
        used=standing.used,
        reserved=standing.reserved,
        granted=standing.granted,
    )
    return panel(
        text("limits-title-member", locale=locale), [counted, left_today(standing, locale), *bounds(pace, locale)]
    )


def server_panel(
    settings: GuildSettings, reset: datetime, funds: Sequence[Funds], operator: OperatorLimits, locale: str
) -> discord.ui.LayoutView:
    """Return the limits of a server.

    Args:
        reset: when its next day begins.
        funds: how the budgets stand from which its requests are paid; of the operator's is only said when they are
            used up, for others' spending is among theirs.
    """
    usual = operator.daily if settings.pictures_a_day is None else settings.pictures_a_day
    lines = [text("limits-a-day", locale=locale, pictures=_pictures(usual, locale))]
    by_role = [
        text("limits-role", locale=locale, role=f"<@&{role}>", pictures=_pictures(limit, locale))
        for role, limit in settings.pictures_by_role.items()
    ]
    if by_role:
        lines += [text("limits-by-role", locale=locale), *_some(by_role, locale)]
    if settings.exempt_roles:
        roles = [f"<@&{role}>" for role in sorted(settings.exempt_roles)]
        shown = [*roles[:SHOWN_ROLES], *("…" for _ in roles[SHOWN_ROLES:][:1])]
        lines.append(text("limits-exempt", locale=locale, roles=" ".join(shown)))
    lines += bounds(Pace(settings.cooldown, settings.tasks_at_once, ()), locale)
    lines += [_funds(each, locale) for each in funds if each.purse.whose == "server"]
    lines += [_used_up(each, locale) for each in funds if each.purse.whose == "operator" and not each.left]
    lines.append(text("limits-zone", locale=locale, zone=literal(settings.time_zone), reset=seconds(reset)))
    ceiling = operator.ceiling
    footer = None if ceiling is None else text("limits-ceiling", locale=locale, limit=ceiling)
    return panel(text("limits-title", locale=locale), lines, footer=footer)


def seconds(moment: datetime) -> str:
    """Return a moment as a Discord timestamp has it."""
    return str(int(moment.timestamp()))


def _pictures(limit: int | str, locale: str) -> str:
    return text("limits-pictures", locale=locale, limit=limit)


def _some(lines: list[str], locale: str) -> Iterable[str]:
    more = len(lines) - SHOWN_ROLES
    rest = [text("limits-more-roles", locale=locale, count=more)] if more > 0 else []
    return [*lines[:SHOWN_ROLES], *rest]
