"""Every sentence that a user reads, from the Fluent catalogs in `bot/locales`."""

from functools import cache, lru_cache
from pathlib import Path
from typing import TypeAlias

from fluent.runtime import FluentBundle, FluentResource

DEFAULT_LOCALE = "en-US"

_REMEMBERED_LENGTH = 32
"""Characters of values with which a sentence is filled in once: numbers, names of models, moments."""

_Given: TypeAlias = tuple[tuple[str, str | int], ...]

_LOCALES = Path(__file__).with_name("locales")


def text(sentence: str, /, *, locale: str = DEFAULT_LOCALE, **args: str | int) -> str:
    """Return a sentence of the catalog with its variables filled in.

    Args:
        sentence: the message's id.
        locale: Discord's name of a language; one that Easel does not speak gives English.
        args: the message's variables.

    Raises:
        KeyError: there is no such message, or it takes a variable that is not given.
    """
    given = tuple(args.items())
    # What people typed is not remembered, and would hardly come again.
    known = all(isinstance(value, int) or len(value) <= _REMEMBERED_LENGTH for _, value in given)
    return _remembered(sentence, locale, given) if known else _filled(sentence, locale, given)


def _filled(sentence: str, locale: str, given: _Given) -> str:
    args = dict(given)
    bundle = _bundle(locale if locale in _spoken() else DEFAULT_LOCALE)
    if not bundle.has_message(sentence):
        bundle = _bundle(DEFAULT_LOCALE)
    pattern = bundle.get_message(sentence).value
    if pattern is None:
        raise KeyError(sentence)
    filled, errors = bundle.format_pattern(pattern, args)
    if errors:
        raise KeyError(f"{sentence}: {errors[0]}")
    return str(filled)


_remembered = lru_cache(maxsize=4096, typed=True)(_filled)


@cache
def _spoken() -> frozenset[str]:
    return frozenset(path.name for path in _LOCALES.iterdir())


@cache
def _bundle(locale: str) -> FluentBundle:
    # Isolation marks are for mixed writing directions; in Discord's Markdown they only get in the way.
    bundle = FluentBundle([locale], use_isolating=False)
    for path in sorted((_LOCALES / locale).glob("*.ftl")):
        bundle.add_resource(FluentResource(path.read_text(encoding="utf-8")))
    return bundle
