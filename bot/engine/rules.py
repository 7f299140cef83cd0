"""What is not wanted in prompts: words and phrases, matched as whole words, and what around them is all right.

Only the prompt is looked at. The negative prompt says what is not to be in the picture: there the words are welcome.
"""

import logging
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from bot.engine.folding import folded, folded_phrase
from bot.errors import EaselError
from bot.store import Session

DEFAULTS_FILE = Path(__file__).parents[1] / "unwanted.toml"


class UnwantedPrompt(EaselError):
    """A rule does not let a prompt through; the log does not keep what somebody asked for."""

    level = logging.DEBUG
    private = True


@dataclass(frozen=True, slots=True)
class PromptRule:
    """A phrase that is not wanted.

    Attributes:
        exceptions: phrases with it in them that are all right.
        everywhere: whether it holds wherever Easel is used, and not for one server.
    """

    phrase: str
    exceptions: tuple[str, ...] = ()
    everywhere: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule whose phrase is in a prompt.

    Attributes:
        exceptions: those of the rule's that are there around its phrase.
        refused: whether the phrase is there without one, too.
    """

    rule: PromptRule
    exceptions: tuple[str, ...]
    refused: bool


def find(prompt: str, rules: Iterable[PromptRule]) -> list[Finding]:
    """Return the rules whose phrases are in a prompt, in their order."""
    text = folded(prompt)
    words = frozenset(text.split())
    # A server may have hundreds of rules, hardly any of which has its first word in a prompt.
    likely = (rule for rule in rules if _first_word(rule.phrase) in words)
    return [found for rule in likely if (found := _find(f" {text} ", rule)) is not None]


def contains(text: str, phrase: str) -> bool:
    """Whether a phrase is in a text, as its words."""
    return bool(find(text, [PromptRule(phrase)]))


def check(session: Session, guild_id: int | None, prompt: str) -> None:
    """Check that a prompt is wanted.

    Raises:
        UnwantedPrompt: it is not; the sentence names the rule.
    """
    for found in find(prompt, of_guild(session, guild_id)):
        if found.refused:
            sentence = "prompt-forbidden" if found.rule.everywhere else "prompt-unwanted"
            raise UnwantedPrompt(sentence, phrase=found.rule.phrase)


def of_guild(session: Session, guild_id: int | None) -> Sequence[PromptRule]:
    """Return the rules for a server's prompts: those that hold everywhere, then its own; outside a server the first."""
    own = () if guild_id is None else session.rules.phrases(guild_id)
    return [*everywhere(), *(PromptRule(phrase, exceptions) for phrase, exceptions in own)]


@cache
def everywhere() -> Sequence[PromptRule]:
    """Return the rules that hold wherever Easel is used (`bot/unwanted.toml`)."""
    phrases = tomllib.loads(DEFAULTS_FILE.read_text(encoding="utf-8"))["phrases"]
    return tuple(PromptRule(phrase, everywhere=True) for phrase in phrases)


def _find(text: str, rule: PromptRule) -> Finding | None:
    places = list(_places(text, rule.phrase))
    if not places:
        return None
    excused = {exception: list(_places(text, exception)) for exception in rule.exceptions}
    around = [exception for exception, all_right in excused.items() if any(_covers(all_right, each) for each in places)]
    refused = not all(any(_covers(excused[exception], each) for exception in around) for each in places)
    return Finding(rule, tuple(around), refused)


@lru_cache(maxsize=4096)
def _first_word(phrase: str) -> str:
    return folded_phrase(phrase).partition(" ")[0]


def _places(text: str, phrase: str) -> Iterator[range]:
    """Yield where the words of a phrase are, one after the other, in a folded text with a space around it."""
    words = f" {folded_phrase(phrase)} "
    at = text.find(words)
    while at >= 0:
        yield range(at, at + len(words))
        at = text.find(words, at + 1)


def _covers(places: Iterable[range], inner: range) -> bool:
    return any(outer.start <= inner.start and inner.stop <= outer.stop for outer in places)
