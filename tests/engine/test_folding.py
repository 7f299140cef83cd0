"""What reads the same is the same."""
# ruff: noqa: RUF001 - letters that look alike are what this is about

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.folding import folded, tidied

WORDS = st.lists(st.text("abcxyzäßéøжяλσ0123", min_size=1, max_size=8), min_size=1, max_size=5)
UNSEEN = (
    "\u200b\u200c\u200d\u2060\ufeff\u00ad\u034f\u061c\u180e\u202e\u2066\ufe0f\ufe00\u115f\u3164\U000e0001\U000e0100\x07"
)
ORNAMENTS = "\u0335\u0338\u0489\u20d0\u20e3\ufe20"
APART = st.text(" \t\n\u00a0\u3000-_–—‑()[]{}«»“”'’\"*`~|", min_size=1, max_size=4)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("Maine Coon", "maine coon"),
        ("a COON’s tail", "a coon s tail"),
        ("raccoon, coonhound", "raccoon , coonhound"),
        ("ｃｏｏｎ ⓒⓞⓞⓝ 𝐜𝐨𝐨𝐧 𝖈𝖔𝖔𝖓", "coon coon coon coon"),
        ("c\u200bo\u00ado\u2060n", "coon"),
        ("c\u0336o\u0336o\u0336n\u0336", "coon"),
        ("e\u0301te\u0301 \u00e9t\u00e9", "été été"),
        ("año ano", "año ano"),
        ("STRASSE Straße", "strasse strasse"),
        ("İstanbul", "istanbul"),
        ("ﬁre ½ ①", "fire 1 ⁄ 2 1"),
        ("**co**on ||nude|| `x`", "co on nude x"),
        ("maine_coon maine-coon maine\u00a0\n coon", "maine coon maine coon maine coon"),
        ("18+ c++ 🍆🍆", "18 + c + + 🍆 🍆"),
        ("young. Girl", "young . girl"),
        ("裸体画 はだか ヌード", "裸 体 画 は だ か ヌード"),
        ("แม่cat", "แ ม่ cat"),
        ("हिन्दी भाषा", "हिन्दी भाषा"),
        ("고양이를", "고양이를"),
        ("", ""),
        ("\u200b -- ", ""),
    ],
)
def test_the_words_of_a_text(typed: str, words: str) -> None:
    assert folded(typed) == words


@given(st.text())
def test_what_is_folded_stays_so(text: str) -> None:
    once = folded(text)
    assert folded(once) == once
    assert once == " ".join(once.split())


@given(st.text())
def test_tidying_changes_no_words(text: str) -> None:
    assert folded(tidied(text)) == folded(text)
    assert tidied(tidied(text)) == tidied(text)


@given(WORDS, st.data())
def test_what_nobody_sees_and_ornaments_make_no_difference(words: list[str], data: st.DataObject) -> None:
    text = " ".join(words)
    at = data.draw(st.integers(1, len(text)))
    more = data.draw(st.text(UNSEEN + ORNAMENTS, min_size=1, max_size=5))
    assert folded(text[:at] + more + text[at:]) == folded(text)


@given(WORDS, st.data())
def test_words_may_stand_apart_in_many_ways(words: list[str], data: st.DataObject) -> None:
    apart = "".join(part for word in words for part in (data.draw(APART), word))
    assert folded(apart) == folded(" ".join(words))


@given(WORDS)
def test_case_makes_no_difference(words: list[str]) -> None:
    text = " ".join(words)
    assert folded(text.upper()) == folded(text.lower()) == folded(text.title())


@given(st.text(st.characters(max_codepoint=127)))
def test_ascii_is_folded_like_all_else(text: str) -> None:
    assert folded(text) == folded(f"{text}\u200b")
