"""What people typed and what comes from outside, shown as it is."""

import re
from collections.abc import Mapping

from bot.errors import WRITTEN_BY_OTHERS

_MARKUP = re.compile(r"[\\*_~`|<\[]")
_AT_THE_START = re.compile(r"^(?=#{1,3}\s|-|>)")


def literal(line: str) -> str:
    """Return one line of text that Discord shows as it is: no Markdown, no mention, no custom emoji."""
    return _AT_THE_START.sub(r"\\", _MARKUP.sub(r"\\\g<0>", line))


def literal_args(args: Mapping[str, str | int]) -> dict[str, str | int]:
    """Return a sentence's variables, of which those that somebody else wrote are made literal."""
    return {name: literal(str(value)) if name in WRITTEN_BY_OTHERS else value for name, value in args.items()}


def shortened(line: str, limit: int) -> str:
    """Return a text, or its beginning with an ellipsis: `limit` characters at most."""
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"
