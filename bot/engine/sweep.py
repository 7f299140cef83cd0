"""What nobody needs any more is removed, now and then: files that no picture names, and old drafts."""

import logging
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta

from bot.engine.ports import Clock
from bot.images import PictureStore
from bot.store import Session, Store, StoreUnavailable

log = logging.getLogger(__name__)

SWEEP_EVERY = timedelta(hours=1)
"""How often the picture store is swept, and drafts are."""

DRAFTS_KEPT = timedelta(days=1)
"""How long a draft is kept after its last change."""


class Sweeper:
    """Sweeps the picture store and the drafts."""

    def __init__(self, *, store: Store, pictures: PictureStore, clock: Clock) -> None:
        self._store = store
        self._pictures = pictures
        self._clock = clock

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
            await self._clock.sleep(SWEEP_EVERY.total_seconds())

    def _sweep_drafts(self, session: Session) -> None:
        session.drafts.sweep(self._clock.now() - DRAFTS_KEPT)

    async def _named_files(self) -> Mapping[str, datetime | None]:
        return await self._store.read(lambda session: session.pictures.files())
