"""What the managers of a server do with its rules for prompts; each change is in the audit log."""

import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

from bot.engine.folding import folded, folded_phrase, tidied
from bot.engine.ports import Clock
from bot.engine.rules import Finding, contains, find, of_guild
from bot.errors import EaselError
from bot.store import Rule, Session, Store

MAX_RULES = 200
"""Rules of a server."""

MAX_PHRASE = 100
"""Characters of a phrase: what Discord suggests while somebody types has no more (its API document)."""

MAX_EXCEPTIONS = 10
"""Exceptions of a rule."""

MAX_EXCEPTIONS_LENGTH = 400
"""Characters of all exceptions of a rule, so that a sentence can hold them (Fluent fills in at most 1000)."""

AUDITED = "rule"
"""The action under which a change is in the audit log."""


class BadRule(EaselError):
    """It cannot be a rule; the sentence says why."""


class NoSuchRule(EaselError):
    """The server has no such rule."""


class Rulebook:
    """The rules of all servers."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def of_guild(self, guild_id: int) -> Sequence[Rule]:
        """Return a server's own rules, by phrase."""
        return await self._store.read(lambda session: session.rules.of_guild(guild_id))

    async def add(self, guild_id: int, phrase: str, exceptions: Iterable[str] = (), *, by: int) -> tuple[Rule, bool]:
        """Add a rule, in place of one whose phrase has the same words; return it, and whether there was one.

        Args:
            exceptions: phrases with it in them that are all right; blank ones and repetitions are left out.
            by: the user who wants that.

        Raises:
            BadRule: it has no words, is too long, or has such an exception; or the server has too many.
            StoreUnavailable: the database cannot be written; nothing has changed.
        """
        rule = Rule(guild_id, _phrase(phrase), _exceptions(exceptions, phrase), by, self._clock.now())

        def add(session: Session) -> bool:
            rules = session.rules.of_guild(guild_id)
            old = _same(rules, rule.phrase)
            if old is None and len(rules) >= MAX_RULES:
                raise BadRule("rules-too-many", limit=MAX_RULES)
            if old is not None:
                session.rules.remove(guild_id, old.phrase)
            session.rules.put(rule)
            session.audit.add(guild_id, by, rule.created_at, AUDITED, before=_audited(old), after=_audited(rule))
            return old is not None

        return rule, await self._store.write(add)

    async def remove(self, guild_id: int, phrase: str, *, by: int) -> Rule:
        """Remove the rule whose phrase has these words, and return it.

        Raises:
            NoSuchRule: there is none.
            StoreUnavailable: the database cannot be written; nothing has changed.
        """
        now = self._clock.now()

        def remove(session: Session) -> Rule:
            rule = _same(session.rules.of_guild(guild_id), phrase)
            if rule is None:
                raise NoSuchRule("rules-none-such", phrase=tidied(phrase)[:MAX_PHRASE])
            session.rules.remove(guild_id, rule.phrase)
            session.audit.add(guild_id, by, now, AUDITED, before=_audited(rule), after=None)
            return rule

        return await self._store.write(remove)

    async def test(self, guild_id: int, prompt: str) -> Sequence[Finding]:
        """Return which rules a prompt meets in a server; nothing comes of it."""
        return find(prompt, await self._store.read(lambda session: of_guild(session, guild_id)))


def _phrase(typed: str) -> str:
    phrase = tidied(typed)
    if not any(unicodedata.category(each)[0] in "LNS" for each in folded(phrase)):
        raise BadRule("rules-no-word")
    if len(phrase) > MAX_PHRASE:
        raise BadRule("rules-too-long", limit=MAX_PHRASE)
    return phrase


def _exceptions(typed: Iterable[str], phrase: str) -> tuple[str, ...]:
    exceptions = {folded(each): _phrase(each) for each in typed if tidied(each)}
    if len(exceptions) > MAX_EXCEPTIONS or sum(map(len, exceptions.values())) > MAX_EXCEPTIONS_LENGTH:
        raise BadRule("rules-too-many-exceptions", limit=MAX_EXCEPTIONS, length=MAX_EXCEPTIONS_LENGTH)
    for words, exception in exceptions.items():
        if words == folded(phrase) or not contains(exception, phrase):
            raise BadRule("rules-exception-apart", phrase=tidied(phrase), exception=exception)
    return tuple(exceptions.values())


def _same(rules: Iterable[Rule], phrase: str) -> Rule | None:
    """Return the rule whose phrase has the same words."""
    words = folded(phrase)
    return next((rule for rule in rules if folded_phrase(rule.phrase) == words), None)


def _audited(rule: Rule | None) -> Any:
    return None if rule is None else {"phrase": rule.phrase, "exceptions": [*rule.exceptions]}
