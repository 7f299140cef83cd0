"""Which prompts a rule refuses."""
# ruff: noqa: RUF001 - letters that look alike are what this is about

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.rules import Finding, PromptRule, everywhere, find

COON = PromptRule("coon", ("maine coon", "coon cat"))
PROMPTS = st.lists(st.sampled_from(["maine", "coon", "cat", "raccoon", "a", ",", "MAINE", "Coon's"]), max_size=12)


def refused(prompt: str, *rules: PromptRule) -> bool:
    return any(found.refused for found in find(prompt, rules))


@pytest.mark.parametrize(
    "prompt",
    [
        "coon",
        "a Coon.",
        "the coon's hat",
        "coon/dog",
        "c\u200boon",
        "ＣＯＯＮ",
        "(coon)",
        "*coon*",
        "one_coon_two",
        "coon!!",
    ],
)
def test_a_word_is_refused_however_it_is_written(prompt: str) -> None:
    assert refused(prompt, COON)


@pytest.mark.parametrize("prompt", ["raccoon", "coonhound", "cocoon", "coons", "co on", "coon2", "2coon", "cöon", ""])
def test_a_part_of_a_word_is_not(prompt: str) -> None:
    assert find(prompt, [COON]) == []


@pytest.mark.parametrize("prompt", ["a Maine Coon cat", "maine-coon", "MAINE\u200b\u00a0COON", "maine\n\ncoon"])
def test_what_is_excepted_passes(prompt: str) -> None:
    [found] = find(prompt, [COON])
    assert not found.refused
    assert found.exceptions


def test_what_is_there_besides_its_exceptions_is_refused_and_both_are_said() -> None:
    assert find("a maine coon and a coon", [COON]) == [Finding(COON, ("maine coon",), refused=True)]
    assert find("a maine coon cat", [COON]) == [Finding(COON, ("maine coon", "coon cat"), refused=False)]
    assert find("a coon in maine", [COON]) == [Finding(COON, (), refused=True)]
    assert find("a maine coon coon", [COON]) == [Finding(COON, ("maine coon",), refused=True)]


def test_an_exception_is_one_to_its_own_rule_alone() -> None:
    assert refused("maine coon", COON, PromptRule("maine"))
    assert refused("maine coon", COON, PromptRule("maine coon"))


@pytest.mark.parametrize(
    ("phrase", "prompt", "met"),
    [
        ("red fox", "a Red,  fox", False),
        ("red fox", "a red\n  fox", True),
        ("red fox", "red foxes", False),
        ("red fox", "a red-fox", True),
        ("red fox", "a (red) **fox**", True),
        ("red fox", "Red. Fox", False),
        ("red fox", "fox red", False),
        ("18+", "an 18+ scene", True),
        ("18+", "18 people", False),
        ("🍆", "a 🍆🍆 salad", True),
        ("don't", "I don’t know", True),
        ("裸", "裸体画", True),
        ("año", "ano", False),
        ("a a", "a a a", True),
    ],
)
def test_a_phrase_is_its_words_one_after_the_other(phrase: str, prompt: str, *, met: bool) -> None:
    assert refused(prompt, PromptRule(phrase)) == met


def test_a_rule_without_words_refuses_nothing() -> None:
    assert find("anything -- at all", [PromptRule("\u200b--"), PromptRule("")]) == []


@given(PROMPTS)
def test_a_prompt_is_refused_exactly_where_a_word_stands_outside_its_exceptions(words: list[str]) -> None:
    prompt = " ".join(words)
    plain = [part for word in words for part in word.lower().replace("'", " ").split()]
    bare = [
        at
        for at, word in enumerate(plain)
        if word == "coon" and plain[at - 1 : at] != ["maine"] and plain[at + 1 : at + 2] != ["cat"]
    ]
    assert refused(prompt, COON) == bool(bare)
    assert (find(prompt, [COON]) == []) == ("coon" not in plain)


@given(st.text(max_size=40), st.text(max_size=40))
def test_a_phrase_is_found_wherever_it_stands(before: str, after: str) -> None:
    assert refused(f"{before} lolicon {after}", PromptRule("lolicon"))


@pytest.mark.parametrize(
    "prompt",
    [
        "a Maine Coon cat",
        "a child playing at the beach, porn-free",
        "a portrait of Lolita Lebrón",
        "gothic lolita fashion",
        "a naked mole rat",
        "underage drinking is forbidden, poster",
        "the Venus of Urbino, nude",
        "Scunthorpe United, Essex",
        "breast cancer awareness ribbon",
        "a cockpit, a rooster, a tit on a branch",
    ],
)
def test_ordinary_prompts_pass_where_no_rule_was_made(prompt: str) -> None:
    assert find(prompt, everywhere()) == []


@pytest.mark.parametrize("phrase", [rule.phrase for rule in everywhere()])
def test_what_discord_forbids_is_refused_everywhere(phrase: str) -> None:
    for typed in (phrase, phrase.upper(), phrase.replace(" ", "-"), f"a\u200b ({phrase})!"):
        assert refused(typed, *everywhere())


def test_the_rules_that_hold_everywhere_are_few_and_different() -> None:
    phrases = [rule.phrase for rule in everywhere()]
    assert 1 <= len(set(phrases)) == len(phrases) <= 20
