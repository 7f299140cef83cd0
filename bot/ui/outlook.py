"""What a limit can cost, in words, before it is granted."""

from bot.engine import MONTH_DAYS, Outlook
from bot.i18n import text
from bot.money import dollars


def a_month(outlook: Outlook, limit: int | str, locale: str) -> str:
    """Return what a limit of pictures a day, a number or `unlimited`, can cost in a month for each member."""
    pictures = outlook.pictures("unlimited" if isinstance(limit, str) else limit)
    if pictures is None:
        return text("outlook-no-bound", locale=locale)
    if outlook.dearest is None:
        return text("outlook-unknown", locale=locale)
    cost = dollars(outlook.dearest * pictures * MONTH_DAYS)
    said = text("outlook-month", locale=locale, cost=cost, pictures=pictures, price=dollars(outlook.dearest))
    return _with_unpriced(said, outlook, locale)


def at_most(outlook: Outlook, pictures: int, locale: str) -> str:
    """Return what so many pictures can cost."""
    if outlook.dearest is None:
        return text("outlook-unknown", locale=locale)
    said = text("outlook-pictures", locale=locale, cost=dollars(outlook.dearest * pictures))
    return _with_unpriced(said, outlook, locale)


def _with_unpriced(said: str, outlook: Outlook, locale: str) -> str:
    if not outlook.unpriced:
        return said
    return f"{said} {text('outlook-unpriced', locale=locale, count=outlook.unpriced)}"
