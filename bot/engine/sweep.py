"""What is not to be kept any more goes, now and then: old requests, files that no picture names, and old drafts."""

import logging
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta

from bot.engine.forgetting import Forgetter
from bot.engine.ports import Clock
from bot.images import PictureStore
from bot.store import Session, Store, StoreUnavailable

log = logging.getLogger(__name__)

SWEEP_EVERY = timedelta(hours=1)
"""How often the picture store is swept, and drafts and old requests are."""

DRAFTS_KEPT = timedelta(days=1)
"""How long a draft is kept after its last change."""


class Sweeper:
    """Sweeps the picture store, the drafts, and requests that are old enough to be forgotten."""

    def __init__(self, *, store: Store, pictures: PictureStore, clock: Clock, forgetter: Forgetter) -> None:
        self._store = store
        self._pictures = pictures
        self._clock = clock
        self._forgetter = forgetter

    async def run(self) -> None:
        """Sweep until cancelled."""
        while True:
            try:
                swept = await self._pictures.sweep(self._clock.now(), self._named_files)
            except (OSError, StoreUnavailable):
                log.exception("the picture store could not be swept")
            else:
                log.debug("%d files were swept from the picture store", len(swept))
            with suppress(StoreUnavailable):
                await self._store.write(self._sweep_drafts)
            await self._forget_old()
            await self._clock.sleep(SWEEP_EVERY.total_seconds())

    async def _forget_old(self) -> None:
        try:
            forgotten = await self._forgetter.forget_old()
        except (OSError, StoreUnavailable):
            log.exception("old requests could not be forgotten")
        else:
            log.debug("%d old requests were forgotten", forgotten)

    def _sweep_drafts(self, session: Session) -> None:
        session.drafts.sweep(self._clock.now() - DRAFTS_KEPT)

    async def _named_files(self) -> Mapping[str, datetime | None]:
        return await self._store.read(lambda session: session.pictures.files())
