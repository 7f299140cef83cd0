"""Every error has a sentence in the catalog, which reads well whatever is known."""

from pathlib import Path

import pytest
from fluent.runtime import FluentBundle, FluentResource

import bot
from bot import runapi
from bot.runapi import InvalidRequest, Refusal, RunAPIError, Trouble

CATALOG = Path(bot.__file__).parent / "locales/en-US/runapi.ftl"
KINDS: list[type[RunAPIError]] = [
    kind
    for name in runapi.__all__
    if isinstance(kind := getattr(runapi, name), type)
    and issubclass(kind, RunAPIError)
    and kind not in (RunAPIError, Refusal, Trouble)
]


@pytest.fixture(scope="module")
def bundle() -> FluentBundle:
    bundle = FluentBundle(["en-US"], use_isolating=False)
    bundle.add_resource(FluentResource(CATALOG.read_text(encoding="utf-8")))
    return bundle


def sentence(bundle: FluentBundle, error: RunAPIError) -> str:
    pattern = bundle.get_message(error.sentence).value
    assert pattern is not None
    text, errors = bundle.format_pattern(pattern, error.args_)
    assert errors == []
    return str(text)


@pytest.mark.parametrize("kind", KINDS)
def test_every_error_has_a_sentence(bundle: FluentBundle, kind: type[RunAPIError]) -> None:
    text = sentence(bundle, kind())
    assert text.endswith(".")
    assert "RunAPI" not in text
    assert ("Nothing was charged." in text) is issubclass(kind, Refusal)


def test_the_reason_is_in_the_sentence(bundle: FluentBundle) -> None:
    assert "“too long”" in sentence(bundle, InvalidRequest(message="too long"))
    assert "“" not in sentence(bundle, InvalidRequest())


def test_no_sentence_is_left_over(bundle: FluentBundle) -> None:
    written = {
        line.partition(" =")[0]
        for line in CATALOG.read_text(encoding="utf-8").splitlines()
        if line.startswith("runapi-")
    }
    assert written == {kind.sentence_id for kind in KINDS}
