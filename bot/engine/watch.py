"""Watching RunAPI: what is wrong with it is written down, its operator told, and its end found."""

import logging
from datetime import datetime, timedelta
from typing import Any

from bot.engine.ports import Clock, Courier, Notice
from bot.engine.upstream import Upstream, UpstreamState
from bot.runapi import RunAPI, RunAPIError
from bot.store import UPSTREAM, Session, Store, StoreUnavailable

log = logging.getLogger(__name__)

PROBE_EVERY = 30.0
"""Seconds between two looks at the balance while there is no credit."""

TOLD_EVERY = timedelta(hours=1)
"""How often the operator is told of the same trouble, at most."""


class Watch:
    """Keeps the store and the operator up to date about RunAPI."""

    def __init__(self, *, store: Store, runapi: RunAPI, courier: Courier, clock: Clock, upstream: Upstream) -> None:
        self._store = store
        self._runapi = runapi
        self._courier = courier
        self._clock = clock
        self._upstream = upstream

    async def run(self) -> None:
        """Watch until cancelled."""
        restored = False
        while True:
            try:
                if not restored:
                    await self._restore()
                    restored = True
                await self._follow()
            except StoreUnavailable as error:
                log.error("how RunAPI is cannot be written down: %s", error)  # noqa: TRY400 - no bug to trace
                await self._clock.sleep(PROBE_EVERY)

    async def _restore(self) -> None:
        known: dict[str, Any] = await self._store.read(lambda session: session.facts.get(UPSTREAM)) or {}
        if known.get("state") == UpstreamState.PAUSED and self._upstream.state is UpstreamState.CLOSED:
            self._upstream.restore(datetime.fromisoformat(known["since"]), known.get("credit"))

    async def _follow(self) -> None:
        while True:
            changed = self._upstream.changed
            await self._note()
            if self._upstream.state is UpstreamState.PAUSED:
                await self._probe()
                await self._note()
                changed = self._upstream.changed
                if self._upstream.state is UpstreamState.PAUSED:
                    await self._upstream.sleep(PROBE_EVERY, changed)
            else:
                await changed.wait()

    async def _probe(self) -> None:
        """Look at the balance, which costs nothing."""
        try:
            async with self._upstream.call():
                cents = (await self._runapi.balance()).balance_cents
        except RunAPIError as error:
            log.warning("RunAPI does not say what is left: %s", error)
            self._upstream.learn_balance(None)
        else:
            self._upstream.learn_balance(cents)

    async def _note(self) -> None:
        """Write down how RunAPI is, and tell the operator if that is due; what is to be told is written down first."""
        now = self._clock.now()
        state, since, credit = self._upstream.state, self._upstream.since, self._upstream.credit

        def note(session: Session) -> Notice | None:
            known: dict[str, Any] = session.facts.get(UPSTREAM) or {}
            notice = _due(known, state, now)
            told_at, told = known.get("told_at"), known.get("told", False)
            if notice is not None:
                told_at, told = (now.isoformat(), True) if notice is Notice.OUT_OF_CREDIT else (told_at, False)
            new = {"state": state, "since": since.isoformat(), "credit": credit, "told_at": told_at, "told": told}
            if new != known:
                session.facts.put(UPSTREAM, new)
            return notice

        notice = await self._store.write(note)
        if notice is not None:
            log.error("the operator is told: %s", notice)
            await self._courier.tell_operator(notice)


def _due(known: dict[str, Any], state: UpstreamState, now: datetime) -> Notice | None:
    """Return what the operator is to be told now, if anything.

    Args:
        known: what was written down last: among that whether they were told of what is wrong, and when.
    """
    match state:
        case UpstreamState.PAUSED:
            told_at = known.get("told_at")
            due = told_at is None or now - datetime.fromisoformat(told_at) >= TOLD_EVERY
            return Notice.OUT_OF_CREDIT if due else None
        case UpstreamState.OPEN:
            return None
        case _:
            return Notice.CREDIT_AGAIN if known.get("told") else None
