"""Making words that came from outside safe to log and to show."""

import re
import unicodedata
from collections.abc import Callable

from pydantic import SecretStr

MESSAGE_LENGTH = 300

Clean = Callable[[str], str | None]

_LINK_WITH_CREDENTIALS = re.compile(r"\b[a-z][a-z0-9+.-]*://[^\s\"'<>]*[@?#][^\s\"'<>]*", re.IGNORECASE)
_BEARER = re.compile(r"\bBearer\s+[^\s\"'<>]+", re.IGNORECASE)
_JOINERS = "\u200c\u200d"  # hold emoji and some scripts together


def one_line(text: str, *, secret: SecretStr) -> str | None:
    """Return `text` as one line of at most 300 characters, or None when nothing is left.

    Control and other invisible characters, `secret`, bearer tokens and links that may carry
    credentials (user info, a query or a fragment) are taken out.
    """
    # Bounded first: the patterns below must not run over a megabyte.
    visible = "".join(_visible(character) for character in text[: 20 * MESSAGE_LENGTH])
    words = visible.replace(secret.get_secret_value(), "[key]")
    words = _BEARER.sub("Bearer [key]", words)
    words = _LINK_WITH_CREDENTIALS.sub("[link]", words)
    line = " ".join(words.split())
    if len(line) > MESSAGE_LENGTH:
        line = line[: MESSAGE_LENGTH - 1].rstrip() + "…"
    return line or None


def _visible(character: str) -> str:
    category = unicodedata.category(character)
    if category in ("Cc", "Zl", "Zp"):
        return " "
    if category.startswith("C") and character not in _JOINERS:
        return ""
    return character
