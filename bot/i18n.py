"""Every sentence that a user reads, from the Fluent catalogs in `bot/locales`."""

from functools import cache
from pathlib import Path

from fluent.runtime import FluentBundle, FluentResource

DEFAULT_LOCALE = "en-US"

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
    return _filled(sentence, locale, args) if args else _fixed(sentence, locale)


@cache
def _fixed(sentence: str, locale: str) -> str:
    return _filled(sentence, locale, {})


def _filled(sentence: str, locale: str, args: dict[str, str | int]) -> str:
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
