"""The floor on RunAPI's balance: below it nothing new is taken, and the operator is told."""

import logging
from datetime import datetime
from decimal import Decimal
from typing import Any

from bot.engine.ports import Clock, Courier, Notice
from bot.engine.upstream import Upstream
from bot.engine.watch import TOLD_EVERY
from bot.errors import EaselError
from bot.runapi import RunAPI, RunAPIError
from bot.store import BALANCE, Session, Store, StoreUnavailable

log = logging.getLogger(__name__)

LOOK_EVERY = 60.0
"""Seconds between two looks at the balance; RunAPI tells of no change by itself."""


class BelowFloor(EaselError):
    """RunAPI's balance is below what the operator wants to keep there."""


class BalanceFloor:
    """Looks at the balance now and then, where the operator wants some of it kept.

    Args:
        floor: dollars that are to stay; None looks at nothing.
    """

    def __init__(
        self, *, store: Store, runapi: RunAPI, clock: Clock, upstream: Upstream, floor: Decimal | None
    ) -> None:
        self._store = store
        self._runapi = runapi
        self._clock = clock
        self._upstream = upstream
        self._floor = floor
        self._below = False

    @property
    def below(self) -> bool:
        """Whether the balance was below the floor when it was last looked at."""
        return self._below

    def check(self) -> None:
        """Check that there is more than is to be kept.

        Raises:
            BelowFloor: there is not.
        """
        if self._below:
            raise BelowFloor("balance-below-floor")

    async def run(self, courier: Courier) -> None:
        """Look until cancelled, and tell the operator when it falls below the floor and when it is above it again."""
        if self._floor is None:
            return
        restored = False
        while True:
            try:
                if not restored:
                    known: dict[str, Any] = await self._store.read(lambda session: session.facts.get(BALANCE)) or {}
                    self._below, restored = bool(known.get("below")), True
                await self._look(self._floor, courier)
            except StoreUnavailable as error:
                log.error("how RunAPI's balance is cannot be written down: %s", error)  # noqa: TRY400 - no bug to trace
            await self._clock.sleep(LOOK_EVERY)

    async def _look(self, floor: Decimal, courier: Courier) -> None:
        try:
            async with self._upstream.call():
                cents = (await self._runapi.balance()).balance_cents
        except RunAPIError as error:
            log.warning("RunAPI does not say what is left: %s", error)
        else:
            self._below = Decimal(cents) / 100 < floor
        below, now = self._below, self._clock.now()
        notice = await self._store.write(lambda session: _note(session, now, below=below))
        if notice is not None:
            log.error("the operator is told: %s", notice)
            await courier.tell_operator(notice)


def _note(session: Session, now: datetime, *, below: bool) -> Notice | None:
    """Write down how it is, and return what the operator is to be told, once an hour at most while it lasts."""
    known: dict[str, Any] = session.facts.get(BALANCE) or {}
    told_at, told = known.get("told_at"), bool(known.get("told"))
    notice: Notice | None = None
    if below and (told_at is None or now - datetime.fromisoformat(told_at) >= TOLD_EVERY):
        notice, told_at, told = Notice.BELOW_FLOOR, now.isoformat(), True
    elif told and not below:
        notice, told = Notice.ABOVE_FLOOR, False
    new = {"below": below, "told_at": told_at, "told": told}
    if new != known:
        session.facts.put(BALANCE, new)
    return notice
