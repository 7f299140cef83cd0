"""What people see while their request is under way: how far it is, its place in the queue, the offer to be notified."""

import asyncio
import logging
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple
from weakref import WeakValueDictionary

from bot.engine.fairness import FairSlots
from bot.engine.patience import Patience
from bot.engine.ports import Clock, Courier
from bot.store import Details, NoticeState, Request, Session, Store, StoreUnavailable, TaskState

log = logging.getLogger(__name__)

UNKNOWN = 0
"""The place that a reply may show since before a restart."""


@dataclass(slots=True)
class _Attended:
    since: datetime
    waits: bool
    told: int | None
    waits_for: str | None = None
    offered: bool = False
    shown: "_Seen | None" = None


class _Seen(NamedTuple):
    """What a reply tells of how far its request is."""

    begun: bool
    over: int
    made: int
    place: int | None
    waits_for: str | None
    notifiable: bool


class Attendant:
    """Shows requests that are under way, one edit of a reply at a time, so that a later one is never undone.

    Args:
        priced: adds what is known by now of a request's price.
    """

    def __init__(
        self,
        *,
        store: Store,
        slots: FairSlots,
        courier: Courier,
        clock: Clock,
        patience: Patience,
        priced: Callable[[Details], Details],
    ) -> None:
        self._priced = priced
        self._store = store
        self._slots = slots
        self._courier = courier
        self._clock = clock
        self._patience = patience
        self._told: dict[int, int | None] = {}
        self._attended: dict[int, _Attended] = {}
        self._editing: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    def told(self, request_id: int, place: int | None) -> None:
        """Note the place that the first answer says."""
        self._told[request_id] = place

    def forget(self, request_id: int) -> None:
        """Forget what the first answer says: nobody will wait."""
        self._told.pop(request_id, None)

    def editing(self, request_id: int) -> asyncio.Lock:
        """Return what to hold while a request's reply is edited."""
        return self._editing.setdefault(request_id, asyncio.Lock())

    @contextmanager
    def attending(self, details: Details) -> Generator[None]:
        """Keep a request's reply up to date during the body."""
        request = details.request
        waits, told = _waits(details), self._told.pop(request.id, UNKNOWN)
        self._attended[request.id] = _Attended(request.acknowledged_at or request.created_at, waits, told)
        try:
            yield
        finally:
            del self._attended[request.id]

    async def show(self, request_id: int, waits_for: str | None) -> None:
        """Show how far a request is, unless its reply says so, or its tasks are over: then its delivery shows that.

        Args:
            waits_for: why it is not sent yet, if it waits: a state of `UpstreamState`.
        """
        async with self.editing(request_id):
            details = await self._store.read(lambda session: _details(session, request_id))
            attended = self._attended.get(request_id)
            if attended is None or details.request.finished_at is not None:
                return
            if all(task.state.over for task in details.tasks):
                return
            attended.waits, attended.waits_for = _waits(details), waits_for
            attended.told = self._slots.places().get(request_id) if attended.waits else None
            details = replace(details, place=attended.told)
            seen = _seen(details, waits_for)
            if seen != attended.shown:
                attended.shown = seen
                await self._courier.show(self._priced(details), waits_for=waits_for)

    async def show_progress(self, request_id: int) -> None:
        """Show that one of a request's tasks is over, while others are not."""
        if attended := self._attended.get(request_id):
            await self.show(request_id, attended.waits_for)

    async def rounds(self) -> None:
        """Look after everybody, again and again."""
        while True:
            await asyncio.sleep(self._patience.round.total_seconds())
            try:
                await self._round()
            except StoreUnavailable as error:
                log.error("who waits cannot be told how far they are: %s", error)  # noqa: TRY400 - no bug to trace

    async def _round(self) -> None:
        """Offer notices that are due, and tell changed places; one edit after another, the next in line first."""
        due = await self._offer()
        places = self._slots.places()
        # One that is attended since a moment ago is in neither: its first answer holds until it stands in line.
        standing = places.keys() | self._slots.holders()
        changed = {
            each
            for each, attended in self._attended.items()
            if attended.waits and each in standing and attended.told != places.get(each)
        }
        for request_id in sorted(due | changed, key=lambda each: places.get(each, 0)):
            if attended := self._attended.get(request_id):
                await self.show(request_id, attended.waits_for)

    async def _offer(self) -> set[int]:
        """Offer notices about what takes long; return about which requests."""
        latest = self._clock.now() - self._patience.notify_after
        due = {each for each, attended in self._attended.items() if not attended.offered and attended.since <= latest}

        def offer(session: Session) -> None:
            for request_id in due:
                session.notices.offer(request_id)

        if due:
            await self._store.write(offer)
            for attended in map(self._attended.get, due):
                if attended is not None:
                    attended.offered = True
        return due


def _details(session: Session, request_id: int) -> Details:
    request: Request | None = session.requests.get(request_id)
    if request is None:
        raise LookupError(f"there is no request {request_id}")
    notice = session.notices.get(request_id)
    offered = notice is not None and notice.state is NoticeState.OFFERED
    return replace(session.details(request), notifiable=offered)


def _seen(details: Details, waits_for: str | None) -> _Seen:
    over = sum(task.state.over for task in details.tasks)
    begun = over > 0 or any(task.state is TaskState.PROCESSING for task in details.tasks)
    return _Seen(begun, over, len(details.pictures), details.place, waits_for, details.notifiable)


def _waits(details: Details) -> bool:
    """Whether RunAPI has not been asked for any of a request's tasks."""
    return all(task.state is TaskState.QUEUED for task in details.tasks)
