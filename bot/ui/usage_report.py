"""What `/report usage` shows to who manages a server."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import discord

from bot.engine import GuildReport, Made
from bot.i18n import text
from bot.images import Chart
from bot.ui.figures import HALF, NEARLY_ALL, cost_said, day_name, duration, listed, percent, success_said, wait_said
from bot.ui.panels import gallery, panel
from bot.ui.report_chart import by_days, by_rank
from bot.ui.typed import literal

MOST_LINES = 10
"""Members, roles, models or channels that a panel and its chart show; the file has all."""

_MENTIONS = {"member": "<@{}>", "role": "<@&{}>", "channel": "<#{}>"}

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula (OWASP's page on CSV injection)."""

_COLUMNS = (
    "name",
    "requests",
    "completed",
    "failed",
    "cancelled",
    "success_rate",
    "median_wait_seconds",
    "p95_wait_seconds",
    "pictures",
    "cost_usd",
    "pictures_of_unknown_cost",
)


@dataclass(frozen=True, slots=True)
class ReportView:
    """A report as its reader sees it.

    Attributes:
        models: the names of models by their ids.
    """

    report: GuildReport
    models: Mapping[str, str]
    locale: str

    @property
    def _shown(self) -> Sequence[Made]:
        return self.report.lines if self.report.by == "day" else self.report.lines[:MOST_LINES]

    def panel(self, chart: discord.File | None, file: discord.File | None) -> discord.ui.LayoutView:
        """Return the report, with its chart and its file where there are such."""
        parts: list[list[str] | discord.ui.Item[Any]] = [[*self._sums()]]
        if chart is not None:
            parts.append(gallery(chart))
        elif self.report.total.requests:
            parts.append([text("usage-report-no-chart", locale=self.locale)])
        if self.report.by != "day" and self.report.lines:
            parts.append([*self._lines()])
        if file is not None:
            parts.append(discord.ui.File[Any](file))
        footer = text("usage-report-footer", locale=self.locale)
        if self.report.by == "role":
            footer = f"{footer} {text('usage-report-footer-role', locale=self.locale)}"
        return panel(text("usage-report-title", locale=self.locale), *parts, footer=footer)

    def chart(self) -> Chart:
        """Return a chart of all days, or of what comes first."""
        if self.report.by == "day":
            return by_days(self.report, [self._name(made) for made in self._shown], self.locale)
        return by_rank(self._shown, [self._label(*each) for each in enumerate(self._shown, 1)], self.locale)

    def alt_text(self) -> str:
        """Return the numbers of that chart."""
        days = self.report.by == "day"
        said = (
            text(
                "usage-report-alt-line",
                locale=self.locale,
                name=self._name(made) if days else self._label(number, made),
                **self._said(made),
            )
            for number, made in enumerate(self._shown, 1)
            if made.requests
        )
        sentence = "usage-report-alt-day" if days else "usage-report-alt"
        return text(sentence, locale=self.locale, list=listed(said, self.locale))

    def _sums(self) -> Iterator[str]:
        report, total, locale = self.report, self.report.total, self.locale
        first, last = report.first.isoformat(), report.last.isoformat()
        yield text("usage-report-span", locale=locale, first=first, last=last, zone=literal(report.zone))
        if not total.requests:
            yield text("usage-report-none", locale=locale)
            return
        cost = cost_said(total.cost, total.unpriced, locale)
        yield text("usage-report-total", locale=locale, pictures=total.pictures, requests=total.requests, cost=cost)
        if total.success is None:
            yield text("usage-report-all-cancelled", locale=locale)
            return
        ended = {"failed": total.failed, "cancelled": total.cancelled}
        yield text("usage-report-success", locale=locale, success=percent(total.success, locale), **ended)
        median, most = total.waited(HALF), total.waited(NEARLY_ALL)
        if median is not None and most is not None:
            half, nearly_all = duration(median, locale), duration(most, locale)
            yield text("usage-report-waits", locale=locale, median=half, most=nearly_all)

    def _lines(self) -> Iterator[str]:
        for number, made in enumerate(self._shown, 1):
            said = self._said(made)
            yield text("usage-report-line", locale=self.locale, number=number, name=self._name(made), **said)
        more = len(self.report.lines) - len(self._shown)
        if more:
            yield text("usage-report-more", locale=self.locale, count=more)

    def _said(self, made: Made) -> dict[str, str | int]:
        return {
            "pictures": made.pictures,
            "cost": cost_said(made.cost, made.unpriced, self.locale),
            "success": success_said(made, self.locale) or text("usage-report-no-success", locale=self.locale),
            "wait": wait_said(made, self.locale) or text("usage-report-no-wait", locale=self.locale),
        }

    def _name(self, made: Made) -> str:
        key = made.key
        if key is None:
            return text(f"usage-report-no-{self.report.by}", locale=self.locale)
        if self.report.by == "day":
            return day_name(date.fromisoformat(str(key)), self.locale)
        if self.report.by == "model":
            return literal(self.models.get(str(key), str(key)))
        return _MENTIONS[self.report.by].format(key)

    def _label(self, number: int, made: Made) -> str:
        """Return a row's number; of a model the name too, as far as the chart's font can write it."""
        name = self.models.get(str(made.key), str(made.key))
        return f"{number} {name}" if self.report.by == "model" and name.isascii() else str(number)


def report_csv(report: GuildReport, names: Mapping[str | int, str]) -> bytes:
    """Return all lines of a report as CSV, for spreadsheets: in UTF-8 with a byte order mark.

    Args:
        names: of models, roles and channels, by their ids.
    """
    written = io.StringIO(newline="")
    rows = csv.writer(written)
    rows.writerow([report.by, *_COLUMNS])
    for made in report.lines:
        key = "" if made.key is None else made.key
        # Spreadsheets round ids that are numbers; as mentions they stay whole, and Discord shows what is meant.
        mention = _MENTIONS.get(report.by, "{}").format(key) if key else ""
        rows.writerow([_harmless(mention), _harmless(names.get(key, "")), *_numbers(made)])
    return written.getvalue().encode("utf-8-sig")


def _numbers(made: Made) -> list[str | int]:
    median, most = made.waited(HALF), made.waited(NEARLY_ALL)
    return [
        made.requests,
        made.completed,
        made.failed,
        made.cancelled,
        "" if made.success is None else f"{made.success:.4f}",
        "" if median is None else median,
        "" if most is None else most,
        made.pictures,
        f"{made.cost:.6f}",
        made.unpriced,
    ]


def _harmless(cell: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
