"""What the painter reads out of a prompt."""

import re
from collections.abc import Sequence

_LONGEST = 28  # characters that still fit on one line in a readable size
_QUOTED = re.compile(r"[\"“”„«]([^\"“”«»]{1,60})[\"“”»]|(?<!\w)'([^']{2,60})'(?!\w)")
_CAPITALS = re.compile(r"\b[A-Z][A-Z0-9]{2,}(?:[ '&-]+[A-Z][A-Z0-9]+)*\b")
_TAG = re.compile(r"\[[^\]]*\]")


def mentions(prompt: str, words: Sequence[str]) -> bool:
    """Whether the prompt uses one of the words, alone or in the plural."""
    return re.search(rf"\b(?:{'|'.join(words)})(?:s|es)?\b", prompt.lower()) is not None


def words_to_letter(prompt: str) -> str | None:
    """What the prompt puts in quotes or, failing that, in capitals; None where the font lacks a letter."""
    text = _TAG.sub(" ", prompt)
    found = _QUOTED.search(text) or _CAPITALS.search(text)
    if found is None:
        return None
    words = " ".join(next((group for group in found.groups() if group), found.group()).split())
    fits = 0 < len(words) <= _LONGEST and all(" " <= letter <= "ÿ" for letter in words)
    return words if fits else None
