"""Notifying people, once, of the end of a request that took long."""

import logging
from datetime import datetime

from bot.engine.pacing import backoff
from bot.engine.ports import Clock, Courier, TryLater, Uncertain, Undeliverable
from bot.store import Delivery, Details, NoticeState, Session, Store

log = logging.getLogger(__name__)


class Notifier:
    """Sends the notices that people want."""

    def __init__(self, *, store: Store, courier: Courier, clock: Clock) -> None:
        self._store = store
        self._courier = courier
        self._clock = clock

    async def notify(self, request_id: int) -> None:
        """Notify the owner of a request that is over, if they want that and were not told by a new message already."""
        tries = 0
        while (due := await self._store.read(lambda session: _due(session, request_id))) is not None:
            details, began_at = due
            tries += 1
            request = details.request
            if request.delivery is not Delivery.DELIVERED or request.delivery_nonce is not None:
                await self._end(request_id, NoticeState.UNSENT)
                return
            if began_at is None:
                now = self._clock.now()
                await self._store.write(lambda session, now=now: session.notices.begin(request_id, now))
            try:
                await self._courier.notify(details, began_at)
            except (Undeliverable, Uncertain) as error:
                log.warning("nobody could be notified of the end of request %s: %s", request.short_id, error)
                await self._end(request_id, NoticeState.UNSENT)
            except TryLater as error:
                log.warning("nobody is notified of the end of request %s yet: %s", request.short_id, error)
                await self._clock.sleep(backoff(tries))
            else:
                await self._end(request_id, NoticeState.SENT)

    async def _end(self, request_id: int, state: NoticeState) -> None:
        await self._store.write(lambda session: session.notices.end(request_id, state))


def _due(session: Session, request_id: int) -> tuple[Details, datetime | None] | None:
    """Return a request of whose end its owner is to be notified, and when that was begun; None where they are not."""
    notice = session.notices.get(request_id)
    request = session.requests.get(request_id)
    if notice is None or notice.state is not NoticeState.WANTED or request is None or request.finished_at is None:
        return None
    return session.details(request), notice.began_at
