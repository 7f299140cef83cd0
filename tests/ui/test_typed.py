"""What people typed, in replies and descriptions: it always fits, and nothing in it is markup."""

import re
from dataclasses import replace
from decimal import Decimal
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.catalog import MAX_PROMPT
from bot.engine import WhyLink
from bot.images import How
from bot.store import Failure, RequestState
from bot.ui.messages import reply_to
from bot.ui.typed import literal, literal_args
from bot.ui.wording import MAX_ALT_TEXT, alt_text, dollars, quoted
from tests.ui.replies import CATALOG, DONE, TASK, details, failed, parcel

MAX_CONTENT = 2000
"""Characters of a message (Discord's API document)."""

MAX_MESSAGE = 300
"""Characters of RunAPI's own words, as they are kept."""


def repeated(part: str, times: int) -> str:
    return (part * times)[:MAX_PROMPT]


PART = st.text(min_size=1, max_size=50) | st.text("*_~|`<>[]()#@\\-: \n", min_size=1, max_size=50)
TEXT = st.builds(repeated, PART, st.sampled_from([1, 10, 100, MAX_PROMPT]))


class TestLength:
    @settings(deadline=None)
    @given(TEXT, TEXT, st.sampled_from(["task-failed", "runapi-invalid-request"]))
    async def test_a_reply_that_says_why_always_fits(self, prompt: str, said: str, sentence: str) -> None:
        shown = failed(Failure(sentence, {"said": "yes", "message": said[:MAX_MESSAGE]}), prompt=prompt)
        assert len(reply_to(shown, CATALOG).content) <= MAX_CONTENT

    @settings(deadline=None)
    @given(TEXT, st.lists(st.sampled_from(["reencoded", "downscaled", *get_args(WhyLink)]), max_size=10))
    async def test_a_reply_with_notes_on_pictures_always_fits(self, prompt: str, hows: list[How | WhyLink]) -> None:
        url = "https://file.runapi.ai/" + "x" * 180
        shown = details(RequestState.COMPLETED, replace(TASK, **DONE), prompt=prompt)
        content = reply_to(shown, CATALOG, [parcel(how, url) for how in hows]).content
        assert len(content) <= MAX_CONTENT

    @pytest.mark.parametrize("how", ["reencoded", "missing"])
    def test_a_reply_leaves_out_an_address_that_is_too_long(self, how: How | WhyLink) -> None:
        url = "https://file.runapi.ai/" + "x" * 3000
        shown = details(RequestState.COMPLETED, replace(TASK, **DONE))
        content = reply_to(shown, CATALOG, [parcel(how, url)]).content
        assert url not in content
        assert ("cannot be attached" in content) == (how == "missing")

    @settings(deadline=None)
    @given(TEXT, st.sampled_from(["text_to_image", "edit_image"]))
    def test_a_description_always_fits(self, prompt: str, action: Any) -> None:
        described = alt_text(details(prompt=prompt, action=action), CATALOG)
        assert 0 < len(described) <= MAX_ALT_TEXT

    def test_a_description_says_what_and_how(self) -> None:
        assert alt_text(details(), CATALOG) == "Picture made by Imagen 4 from the prompt: a red fox"
        edited = details(action="edit_image", model="gpt-image-2", prompt="make it snow")
        assert alt_text(edited, CATALOG) == "Picture edited by GPT Image 2 as the prompt asks: make it snow"

    def test_a_long_prompt_ends_in_an_ellipsis(self) -> None:
        assert alt_text(details(prompt="x" * 4000), CATALOG).endswith("x…")
        assert quoted("x" * 180) == "> " + "x" * 180
        assert quoted("x" * 181) == "> " + "x" * 179 + "…"
        assert quoted("abcde fgh", limit=7) == "> abcde…"


class TestLiteral:
    @pytest.mark.parametrize(
        ("typed", "shown"),
        [
            ("**bold** _it_ `code` ||hidden|| ~~gone~~", r"\*\*bold\*\* \_it\_ \`code\` \|\|hidden\|\| \~\~gone\~\~"),
            ("# heading", r"\# heading"),
            ("### heading", r"\### heading"),
            ("-# small", r"\-# small"),
            ("- item", r"\- item"),
            ("> quote", r"\> quote"),
            (">>> quote", r"\>>> quote"),
            ("<@1> <@&2> <#3> <:fox:4> </x:5> <t:6>", r"\<@1> \<@&2> \<#3> \<:fox:4> \</x:5> \<t:6>"),
            ("[here](https://example.com)", r"\[here](https://example.com)"),
            ("a \\ b", r"a \\ b"),
            ("a fox, red: 5 + 3 = 8!", "a fox, red: 5 + 3 = 8!"),
        ],
    )
    def test_markup_is_shown_as_it_was_typed(self, typed: str, shown: str) -> None:
        assert literal(typed) == shown
        assert quoted(typed) == f"> {shown}"

    @settings(deadline=None)
    @given(st.text("*_~|`<>#@\\-: ab", max_size=180))
    def test_nothing_that_is_typed_is_markup(self, typed: str) -> None:
        check_literal(typed)

    @pytest.mark.parametrize("typed", ["[a](b) [c](d)", "[**a**](b)", "[a](||b||) <@1>"])
    def test_nothing_in_links_is_markup(self, typed: str) -> None:
        check_literal(typed)

    @settings(deadline=None)
    @given(st.text(max_size=400) | st.text("ab \n\r\t\v\u2028\u0085#->", max_size=400))
    def test_a_quote_is_one_line(self, prompt: str) -> None:
        shown = quoted(prompt)
        assert len(shown.splitlines()) == 1
        assert shown.startswith("> ")

    @settings(deadline=None)
    @given(st.text(min_size=181, max_size=1000))
    def test_a_long_one_is_cut_before_it_is_escaped(self, prompt: str) -> None:
        assert len(unescaped(quoted(prompt).removeprefix("> "))) <= 180


def test_what_others_wrote_is_literal_in_a_sentence_and_the_rest_stays() -> None:
    args: dict[str, str | int] = {"name": "**x** <@1>.png", "size": 21, "option": "aspect_ratio"}
    assert literal_args(args) == {"name": r"\*\*x\*\* \<@1>.png", "size": 21, "option": "aspect_ratio"}


def check_literal(typed: str) -> None:
    """Check that Discord shows text just as it was typed."""
    typed = " ".join(typed.split())
    shown = quoted(typed).removeprefix("> ")
    assert unescaped(shown) == typed
    bare = re.sub(r"\\.", "", shown)
    assert re.search(r"[*_~|`<]", bare) is None
    assert re.search(r"\[[^\]]*\]\(", bare) is None
    assert re.match(r"#{1,3}\s|-|>(?:>>)?\s", shown) is None


def unescaped(shown: str) -> str:
    return re.sub(r"\\(.)", r"\1", shown)


class TestDollars:
    @pytest.mark.parametrize(
        ("amount", "shown"),
        [
            ("0", "0.00"),
            ("0.06", "0.06"),
            ("0.6", "0.60"),
            ("6", "6.00"),
            ("0.035", "0.035"),
            ("0.000001", "0.000001"),
            ("1234.5", "1234.50"),
            ("1E+2", "100.00"),
        ],
    )
    def test_it_has_two_digits_or_as_many_as_it_needs(self, amount: str, shown: str) -> None:
        assert dollars(Decimal(amount)) == shown

    @settings(deadline=None)
    @given(st.integers(0, 10**12))
    def test_no_micro_dollar_is_lost(self, micro: int) -> None:
        amount = Decimal(micro) / 1_000_000
        assert Decimal(dollars(amount)) == amount
