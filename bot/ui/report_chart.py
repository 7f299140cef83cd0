"""The chart of `/report usage`: pictures, cost, success and waiting time, by days or by rank."""

from collections.abc import Sequence

from bot.engine import GuildReport, Made
from bot.i18n import text
from bot.images import Chart, Series
from bot.ui.figures import HALF, NEARLY_ALL, amount, success_said, wait_said


def by_days(report: GuildReport, days: Sequence[str], locale: str) -> Chart:
    """Return a chart with a column for each day, whose titles say the sums."""
    total = report.total
    cost = amount(total.cost)
    if total.unpriced:
        cost_title = text("chart-cost-by-day-unpriced", locale=locale, cost=cost, count=total.unpriced)
    else:
        cost_title = text("chart-cost-by-day", locale=locale, cost=cost)
    titles = (
        text("chart-pictures-by-day", locale=locale, pictures=total.pictures),
        cost_title,
        text("chart-success-by-day", locale=locale),
        text("chart-wait-by-day", locale=locale),
    )
    unknown = ["?" if made.unpriced else "" for made in report.lines]
    return Chart("columns", days, _series(report.lines, titles, ((), unknown, (), ())))


def by_rank(shown: Sequence[Made], labels: Sequence[str], locale: str) -> Chart:
    """Return a chart with a row for each label."""
    unpriced = any(made.unpriced for made in shown)
    titles = (
        text("chart-pictures", locale=locale),
        text("chart-cost-unpriced" if unpriced else "chart-cost", locale=locale),
        text("chart-success", locale=locale),
        text("chart-wait", locale=locale),
    )
    marks = (
        [str(made.pictures) for made in shown],
        [f"${amount(made.cost)}{' ?' if made.unpriced else ''}" for made in shown],
        [success_said(made, locale) or "-" for made in shown],
        [wait_said(made, locale) or "-" for made in shown],
    )
    return Chart("rows", labels, _series(shown, titles, marks))


def _series(shown: Sequence[Made], titles: Sequence[str], marks: Sequence[Sequence[str]]) -> Sequence[Series]:
    values: Sequence[Sequence[float | None]] = (
        [made.pictures for made in shown],
        [float(made.cost) for made in shown],
        [None if made.success is None else made.success * 100 for made in shown],
        [made.waited(HALF) for made in shown],
    )
    behind = [made.waited(NEARLY_ALL) for made in shown]
    pictures, cost, success, wait = zip(titles, values, marks, strict=True)
    return (
        Series(*pictures[:2], marks=pictures[2], whole=True),
        Series(*cost[:2], marks=cost[2], prefix="$"),
        Series(*success[:2], marks=success[2], suffix="%", top=100),
        Series(*wait[:2], behind, wait[2], suffix=" s", whole=True),
    )
