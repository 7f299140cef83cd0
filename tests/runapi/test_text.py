import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.runapi._text import one_line

SECRET = "runapi_5e3cr3t"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("two\r\nlines\tand\x00more\u2028there", "two lines and more there"),
        ("  padded \n", "padded"),
        ("\x00\u200b \n", None),
        ("", None),
        ("left\u202eright\ufeff\ud800", "leftright"),
        ("👩\u200d🎨 paints", "👩\u200d🎨 paints"),
        ("see https://runapi.ai/billing.", "see https://runapi.ai/billing."),
        ("at https://me:word@runapi.ai/x now", "at [link] now"),
        ("at 'https://s3.example/x?X-Amz-Signature=abc'", "at '[link]'"),
        ("at postgres://me:word@10.0.0.7/db", "at [link]"),
        ("sent Bearer abc.def to", "sent Bearer [key] to"),
        (f"key {SECRET}!", "key [key]!"),
        (f"key {SECRET[:4]}\u200b{SECRET[4:]}!", "key [key]!"),
    ],
)
def test_one_line(text: str, line: str | None) -> None:
    assert one_line(text, secret=SecretStr(SECRET)) == line


@pytest.mark.parametrize("length", [299, 300, 301, 1_000_000])
def test_length(length: int) -> None:
    line = one_line("x" * length, secret=SecretStr(SECRET))
    assert line is not None
    assert len(line) == min(length, 300)
    assert line.endswith("…") == (length > 300)


@given(st.lists(st.one_of(st.text(), st.just(SECRET), st.just("https://a@b/?c"), st.just("\n"))).map("".join))
def test_whatever_comes_in(text: str) -> None:
    line = one_line(text, secret=SecretStr(SECRET))
    assert line != ""
    for character in line or "":
        assert unicodedata.category(character) not in ("Cc", "Cs", "Co", "Cn", "Zl", "Zp")
    assert SECRET not in (line or "")
    assert len(line or "") <= 300
