"""What `/usage` shows."""

from collections.abc import Mapping
from decimal import Decimal

import discord

from bot.engine import CHARTED_DAYS, Pace, UsageReport
from bot.i18n import text
from bot.images import Chart, Series
from bot.store import Usage
from bot.ui.figures import amount, cost_said, day_name, listed
from bot.ui.limits import bounds, left_today
from bot.ui.panels import gallery, panel


def usage_panel(
    report: UsageReport, pace: Pace, names: Mapping[str, str], locale: str, chart: discord.File | None = None
) -> discord.ui.LayoutView:
    """Return what somebody made and has left.

    Args:
        names: of models, by their ids.
        chart: of the last days, once it is there.
    """
    parts: list[list[str] | discord.ui.Item[discord.ui.LayoutView]] = [
        [left_today(report.standing, locale), *bounds(pace, locale)]
    ]
    if not report.all_time.requests:
        parts.append([text("usage-none", locale=locale)])
    else:
        spans = {
            text("usage-today", locale=locale): report.today,
            text("usage-month", locale=locale): report.month,
            text("usage-all-time", locale=locale): report.all_time,
        }
        parts.append([_line(span, usage, locale) for span, usage in spans.items()])
        if chart is not None:
            parts.append(gallery(chart))
        models = (_line(names.get(model, model), usage, locale) for model, usage in report.by_model)
        parts.append([f"### {text('usage-by-model', locale=locale)}", *models])
    return panel(text("usage-title", locale=locale), *parts, footer=text("usage-footer", locale=locale))


def usage_chart(report: UsageReport, locale: str) -> Chart:
    """Return a chart of the pictures and the cost of the last days."""
    used = [report.by_day.get(day.isoformat()) for day in report.days]
    pictures = sum(each.pictures for each in used if each)
    unpriced = sum(each.unpriced for each in used if each)
    cost = amount(sum((each.cost for each in used if each), Decimal(0)))
    if unpriced:
        cost_title = text("chart-cost-by-day-unpriced", locale=locale, cost=cost, count=unpriced)
    else:
        cost_title = text("chart-cost-by-day", locale=locale, cost=cost)
    return Chart(
        "columns",
        [day_name(day, locale) for day in report.days],
        [
            Series(
                text("chart-pictures-by-day", locale=locale, pictures=pictures),
                [each.pictures if each else 0 for each in used],
                whole=True,
            ),
            Series(
                cost_title,
                [float(each.cost) if each else 0.0 for each in used],
                marks=["?" if each and each.unpriced else "" for each in used],
                prefix="$",
            ),
        ],
    )


def usage_alt_text(report: UsageReport, locale: str) -> str:
    """Return the numbers of that chart."""
    said = (
        text(
            "usage-alt-day",
            locale=locale,
            day=day_name(day, locale),
            pictures=each.pictures,
            cost=cost_said(each.cost, each.unpriced, locale),
        )
        for day in report.days
        if (each := report.by_day.get(day.isoformat()))
    )
    return text("usage-alt", locale=locale, days=CHARTED_DAYS, list=listed(said, locale))


def _line(span: str, usage: Usage, locale: str) -> str:
    cost = cost_said(usage.cost, usage.unpriced, locale)
    return text("usage-line", locale=locale, span=span, pictures=usage.pictures, cost=cost)
