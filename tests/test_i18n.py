"""The sentences: each that the code says is in the catalog, each in the catalog is said, and all can be filled in."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest
from fluent.syntax import FluentParser, ast, visitor

import bot
from bot.i18n import DEFAULT_LOCALE, text
from tests.sentences import said

LOCALES = Path(bot.__file__).with_name("locales")
FILES = sorted(LOCALES.glob("*/*.ftl"))
MAX_DESCRIPTION = 100
"""Characters of a command's or an option's description (Discord's API document)."""


class Variables(visitor.Visitor):
    """Collects the variables of a message."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_VariableReference(self, node: ast.VariableReference) -> None:  # noqa: N802 - Fluent's own name
        self.names.add(node.id.name)


def entries(path: Path) -> list[ast.EntryType]:
    return FluentParser().parse(path.read_text(encoding="utf-8")).body


def messages(locale: str) -> Mapping[str, set[str]]:
    """Return the ids of a locale's messages and the variables that each takes."""
    found: dict[str, set[str]] = {}
    for path in (LOCALES / locale).glob("*.ftl"):
        for entry in entries(path):
            if isinstance(entry, ast.Message):
                variables = Variables()
                variables.visit(entry)
                found[entry.id.name] = variables.names
    return found


SAID = said()
ENGLISH = messages(DEFAULT_LOCALE)


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_catalog_has_no_line_that_does_not_parse(path: Path) -> None:
    assert [entry.content for entry in entries(path) if isinstance(entry, ast.Junk)] == []


@pytest.mark.parametrize("folder", sorted(LOCALES.iterdir()), ids=lambda path: path.name)
def test_no_message_is_there_twice(folder: Path) -> None:
    ids = Counter(
        entry.id.name for path in folder.glob("*.ftl") for entry in entries(path) if isinstance(entry, ast.Message)
    )
    assert [name for name, times in ids.items() if times > 1] == []


def test_every_language_has_the_same_messages_with_the_same_variables() -> None:
    for folder in LOCALES.iterdir():
        assert messages(folder.name).items() <= ENGLISH.items()


def test_every_sentence_that_the_code_says_is_in_the_catalog() -> None:
    missing = {(place.where, name) for place in SAID for name in place.ids if name not in ENGLISH}
    assert missing == set()


def test_every_message_in_the_catalog_is_said() -> None:
    assert ENGLISH.keys() - frozenset[str]().union(*(place.ids for place in SAID)) == set()


def test_every_sentence_is_given_its_variables() -> None:
    wrong = {
        (place.where, name): (sorted(place.args), sorted(ENGLISH[name]))
        for place in SAID
        for name in place.ids & ENGLISH.keys()
        if place.args is not None and not place.args >= ENGLISH[name]
    }
    assert wrong == {}


@pytest.mark.parametrize("value", ["word", "yes", 0, 1, 2, 1234567])
def test_every_message_can_be_filled_in(value: str | int) -> None:
    for locale in (folder.name for folder in LOCALES.iterdir()):
        for name, variables in ENGLISH.items():
            filled = text(name, locale=locale, **dict.fromkeys(variables, value))
            assert filled.strip()
            assert "{" not in filled


def test_descriptions_fit_into_discords_picker() -> None:
    described = [name for name in ENGLISH if name.startswith(("command-", "option-"))]
    assert described
    for name in described:
        assert 1 <= len(text(name)) <= MAX_DESCRIPTION


def test_a_message_that_is_not_there_is_an_error() -> None:
    with pytest.raises(KeyError, match="no-such-sentence"):
        text("no-such-sentence")


def test_a_variable_that_is_not_given_is_an_error() -> None:
    with pytest.raises(KeyError, match="fact-cost"):
        text("fact-cost")


@pytest.mark.parametrize("locale", ["en-GB", "xx", "de"])
def test_a_language_that_easel_does_not_speak_gives_english(locale: str) -> None:
    assert text("button-cancel", locale=locale) == "Cancel"


def test_what_is_filled_in_has_no_marks_around_it() -> None:
    assert text("fact-cost", cost="0.06") == "$0.06"
