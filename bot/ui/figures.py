"""Numbers as charts, their descriptions and panels say them."""

import math
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from bot.engine import Made
from bot.i18n import text
from bot.ui.wording import dollars

MAX_LISTED = 850
"""Characters of what an alt text lists; with what stands around it, it keeps within Discord's 1024."""

HALF, NEARLY_ALL = 0.5, 0.95
"""Shares of the requests that gave a picture, of which the waiting time is told."""

_CENT, _WORTH_CENTS = Decimal("0.01"), Decimal(1)


def day_name(day: date, locale: str) -> str:
    """Return a day without its year, as `Nov 21`."""
    return text("chart-day", locale=locale, month=day.month, day=day.day)


def cost_said(cost: Decimal, unpriced: int, locale: str) -> str:
    """Return an amount of dollars, and of how many pictures no cost is known."""
    if unpriced:
        return text("usage-cost-unpriced", locale=locale, cost=amount(cost), count=unpriced)
    return text("usage-cost", locale=locale, cost=amount(cost))


def amount(cost: Decimal) -> str:
    """Return dollars; from one dollar on, to the cent."""
    return dollars(cost if cost < _WORTH_CENTS else cost.quantize(_CENT))


def percent(share: float, locale: str) -> str:
    """Return a share (0 to 1) in percent, rounded down: 100 says that there was no exception."""
    return text("percent", locale=locale, share=math.floor(share * 100 + 1e-9))


def duration(seconds: int, locale: str) -> str:
    """Return a time, from two minutes on in whole minutes."""
    if seconds < 120:
        return text("seconds", locale=locale, count=seconds)
    return text("minutes", locale=locale, count=round(seconds / 60))


def listed(said: Iterable[str], locale: str) -> str:
    """Return what an alt text lists: as much as there is room for, and how much more there is."""
    whole = [*said]
    separator = f"{text('chart-alt-separator', locale=locale)} "
    for length in range(len(whole), 0, -1):
        more = len(whole) - length
        rest = [text("usage-alt-more", locale=locale, count=more)] if more else []
        line = separator.join([*whole[:length], *rest])
        if len(line) <= MAX_LISTED:
            return line
    return text("usage-alt-more", locale=locale, count=len(whole))


def success_said(made: Made, locale: str) -> str:
    """Return the share of requests that gave a picture, or nothing where all were cancelled."""
    return "" if made.success is None else percent(made.success, locale)


def wait_said(made: Made, locale: str) -> str:
    """Return the waiting times within which half of the pictures were there, and nearly all; or nothing."""
    median, most = made.waited(HALF), made.waited(NEARLY_ALL)
    if median is None or most is None:
        return ""
    waits = {"median": duration(median, locale), "most": duration(most, locale)}
    return text("usage-report-wait", locale=locale, **waits)
