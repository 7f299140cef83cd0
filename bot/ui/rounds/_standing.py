"""The line of a reply that says that its picture is in a round."""

from bot.i18n import text
from bot.store import Details
from bot.ui.typed import literal

_MARK = "-# 🏁 "
"""What only that line of a reply begins with: what people typed is quoted."""


def standing_line(details: Details) -> str | None:
    """Return the line, None where no picture of the request is in a round."""
    standing = details.round
    if standing is None or not standing.entered:
        return None
    locale, theme = details.request.locale, literal(standing.round.theme)
    if len(details.pictures) == 1:
        return _MARK + text("round-entered-line", locale=locale, theme=theme)
    numbers = ", ".join(map(str, standing.entered))
    return _MARK + text("round-entered-numbers", locale=locale, theme=theme, numbers=numbers)


def with_standing(content: str, details: Details) -> str:
    """Return what a reply says with the line as it is to be by now: before its last line, the prompt."""
    lines = [line for line in content.split("\n") if not line.startswith(_MARK)]
    said = standing_line(details)
    return "\n".join([*lines[:-1], *([] if said is None else [said]), lines[-1]])
