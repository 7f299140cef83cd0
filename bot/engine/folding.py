"""What somebody typed, as its words alone, so that what reads the same is the same."""

import re
import unicodedata
from functools import lru_cache

_IGNORABLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\ufff0-\ufff8\U000e0000-\U000e0fff]"
)
"""Characters that nobody sees (Unicode's Default_Ignorable_Code_Point), apart from those of category Cf."""

_ORNAMENTS = re.compile("[\u0300-\u036f\u0488\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]")
"""Combining marks that belong to no script; where one and its letter make a letter, NFKC has made that of them."""

_WITHOUT_SPACES = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3041-\u309f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff]"
)
"""Scripts whose words stand without spaces: a word may begin at each of their letters (Unicode Annex 29)."""

_BETWEEN_WORDS = frozenset({"Pd", "Pc", "Ps", "Pe", "Pi", "Pf"})
"""Categories of dashes, underscores, brackets and quotation marks."""

_QUOTES_AND_MARKDOWN = frozenset("'\"*`~|")

_ASCII_WORDS = re.compile(r"[a-z0-9]+|[^\s\-_()\[\]{}'\"*`~|]")
_ASCII_CONTROLS = re.compile("[\x00-\x08\x0e-\x1b\x7f]")
"""The same for ASCII, where most prompts are at home; it takes a tenth of the time."""


def tidied(text: str) -> str:
    """Return text without characters that nobody sees, and with one space where there is any white space."""
    return " ".join(unicodedata.normalize("NFKC", _visible(text)).split())


def folded(text: str) -> str:
    """Return the words of a text, a space between any two; other characters than letters and digits stand alone.

    Case, compatible forms of a character (NFKC), characters that nobody sees, white space, dashes, brackets, quotation
    marks and Markdown make no difference. Letters of different scripts that look alike are different letters.
    """
    if text.isascii():
        return " ".join(_ASCII_WORDS.findall(_ASCII_CONTROLS.sub("", text).lower()))
    return " ".join(_words(_plain(text)))


folded_phrase = lru_cache(maxsize=4096)(folded)
"""As `folded`, for what is asked again and again."""


def _plain(text: str) -> str:
    """Return text whose characters are as plain as they get; folding case may bring what NFKC changes."""
    before = None
    while text != before:
        before = text
        text = unicodedata.normalize("NFKC", _visible(text))
        text = _ORNAMENTS.sub("", unicodedata.normalize("NFKC", text.casefold()))
    return text


def _visible(text: str) -> str:
    return "".join(each for each in _IGNORABLE.sub("", text) if each.isprintable() or each.isspace() or _is_seen(each))


def _is_seen(character: str) -> bool:
    return unicodedata.category(character) not in {"Cf", "Cc"}


def _words(text: str) -> list[str]:
    words: list[str] = []
    in_word = joins = False  # whether a mark, and a letter, would belong to the last word
    for each in text:
        kind = unicodedata.category(each)
        if kind[0] in "LMN":
            alone = _WITHOUT_SPACES.match(each) is not None
            if in_word and (kind[0] == "M" or (joins and not alone)):
                words[-1] += each
            else:
                words.append(each)
                joins = not alone
            in_word = True
        else:
            in_word = joins = False
            if not (each.isspace() or kind in _BETWEEN_WORDS or each in _QUOTES_AND_MARKDOWN):
                words.append(each)
    return words
