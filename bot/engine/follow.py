"""A request's way from its acceptance to its delivery.

`follow` takes a request from whatever state the database says it is in to its end: it can be killed at any line and
started again.
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from bot.engine import art_channels
from bot.engine.attendant import Attendant
from bot.engine.limits import charged
from bot.engine.notices import Notifier
from bot.engine.pacing import Rush, backoff
from bot.engine.parcels import Packer
from bot.engine.ports import Clock, Courier, Delivered, Parcel, TryLater, Uncertain, Undeliverable
from bot.engine.posts import Posts
from bot.engine.rounds import enter_made
from bot.engine.task import TaskRunner
from bot.store import UNFINISHED, Delivery, Details, Failure, RequestState, Session, Store, Task, TaskState

log = logging.getLogger(__name__)

THUMBNAILS_WAIT = 10.0
"""Seconds for which thumbnails make way for deliveries."""


class Follower:
    """Takes requests to their end."""

    def __init__(
        self,
        *,
        store: Store,
        tasks: TaskRunner,
        packer: Packer,
        courier: Courier,
        clock: Clock,
        attendant: Attendant,
        posts: Posts,
    ) -> None:
        self._store = store
        self._tasks = tasks
        self._packer = packer
        self._courier = courier
        self._clock = clock
        self._attendant = attendant
        self._posts = posts
        self._notifier = Notifier(store=store, courier=courier, clock=clock)
        self._rush = Rush()

    async def follow(self, request_id: int) -> None:
        """Take a request to its end: until its person has been told how it ended."""
        details = await self.load(request_id)
        if details.request.state is RequestState.ACCEPTED:
            details = await self._ask_for_answer(details)
        if details.request.state is RequestState.ACKNOWLEDGED:
            with self._attendant.attending(details):
                await self._run_tasks(details)
            details = await self._finish(details)
        if details.request.delivery is not Delivery.OPEN or await self._deliver(details):
            await self._notifier.notify(request_id)

    async def _run_tasks(self, details: Details) -> None:
        """Take a request's tasks to their end, also when one of them meets a fault of ours.

        Raises:
            Exception: what one of them met, once the others are over.
        """
        running = [self._run_task(task, details) for task in details.tasks]
        for met in await asyncio.gather(*running, return_exceptions=True):
            if met is not None:
                raise met

    async def _run_task(self, task: Task, details: Details) -> None:
        await self._tasks.run(task, details)
        if len(details.tasks) > 1:
            await self._attendant.show_progress(details.request.id)

    async def load(self, request_id: int) -> Details:
        """Return a request with all that belongs to it."""

        def load(session: Session) -> Details:
            request = session.requests.get(request_id)
            if request is None:
                raise LookupError(f"there is no request {request_id}")
            return session.details(request)

        return await self._store.read(load)

    async def give_up(self, request_id: int, failure: Failure) -> None:
        """End a request's tasks, and so the request, for a reason that no rule foresaw."""
        now = self._clock.now()

        def end(session: Session) -> None:
            for task in session.tasks.of_request(request_id):
                state = TaskState.REFUSED if task.state is TaskState.QUEUED else TaskState.FAILED
                session.tasks.move(task.id, *UNFINISHED, to=state, failure=failure, finished_at=now)

        await self._store.write(end)

    async def _ask_for_answer(self, details: Details) -> Details:
        """Find out whether Discord took the first answer to a request that a stop left in between."""
        request = details.request
        tries = 0
        while True:
            tries += 1
            try:
                answer = await self._courier.find_answer(details)
            except TryLater:
                await self._clock.sleep(backoff(tries))
            else:
                break
        now = self._clock.now()
        if answer is None:
            await self._store.write(lambda session: session.lapse(request.id, now))
        else:
            await self._store.write(lambda session: session.acknowledge(request.id, now, **asdict(answer)))
        return await self.load(request.id)

    async def _finish(self, details: Details) -> Details:
        """Settle a request whose tasks are over: what was made is used, the rest of the reservation goes back."""
        now = self._clock.now()
        return await self._store.write(lambda session: _settle(session, details, now))

    async def _deliver(self, details: Details) -> bool:
        """Deliver a reply with its pictures; return whether its owner was offered to be notified."""
        offered = False

        async def bring(parcels: Sequence[Parcel]) -> None:
            nonlocal offered
            offered = await self._bring(details, parcels)

        with self._rush:
            await self._packer.pack(details, details.request.filesize_limit, bring)
        return offered

    async def make_thumbnails(self, request_id: int) -> None:
        """Make a delivered request's thumbnails, once nobody waits for a delivery."""
        await self._rush.over(THUMBNAILS_WAIT)
        for picture in await self._store.read(lambda session: session.pictures.of_request(request_id)):
            await self._packer.make_thumbnail(picture)

    async def apologise(self, request_id: int, reference: str) -> None:
        """Tell the person that a fault of ours keeps the end of their request from being shown as it should be."""
        details = await self.load(request_id)
        if details.request.finished_at is not None and details.request.delivery is Delivery.OPEN:
            await self._bring(details, (), fault=reference)

    async def _bring(self, details: Details, parcels: Sequence[Parcel], *, fault: str | None = None) -> bool:
        """Deliver a reply and record how; return whether its owner was offered to be notified."""
        delivery, brought = await self._send(details, parcels, fault)
        now = self._clock.now()

        def record(session: Session) -> tuple[bool, bool]:
            request_id, posted = details.request.id, False
            if brought is None:
                session.requests.change(request_id, delivery=delivery)
            else:
                answer = asdict(brought.answer)
                session.requests.change(request_id, delivery=delivery, delivered_at=now, **answer)
                shown = replace(details.request, **answer)
                posted = fault is None and art_channels.want_posts(session, shown, now)
            for parcel in () if brought is None else brought.parcels:
                how = parcel.fitted.how if parcel.fitted else "link"
                session.pictures.change(parcel.picture.id, delivered_as=how)
            return session.notices.get(request_id) is not None, posted

        notified, posted = await self._store.write(record)
        if posted:
            self._posts.wake()
        return notified

    async def _send(
        self, details: Details, parcels: Sequence[Parcel], fault: str | None
    ) -> tuple[Delivery, Delivered | None]:
        request_id, short_id = details.request.id, details.request.short_id

        async def intend(nonce: str) -> None:
            now = self._clock.now()
            await self._store.write(
                lambda session: session.requests.change(request_id, delivery_nonce=nonce, delivery_began_at=now)
            )

        tries = 0
        while True:
            tries += 1
            # A press of a button may have brought a newer address of the reply.
            request = await self._store.read(lambda session: session.requests.get(request_id))
            details = replace(details, request=request or details.request)
            try:
                async with self._attendant.editing(request_id):
                    brought = await self._courier.deliver(details, parcels, intend, fault=fault)
            except Undeliverable as error:
                log.warning("request %s cannot be delivered and is kept under that id: %s", short_id, error)
                return Delivery.UNDELIVERABLE, None
            except Uncertain as error:
                log.warning("request %s may not have been delivered and is kept under that id: %s", short_id, error)
                return Delivery.UNCERTAIN, None
            except TryLater as error:
                log.warning("request %s is not delivered yet: %s", short_id, error)
                await self._clock.sleep(backoff(tries))
            else:
                return Delivery.DELIVERED, brought


def _settle(session: Session, details: Details, now: datetime) -> Details:
    """End a request whose tasks are over, once; return it as it is then."""
    request = details.request
    tasks, pictures = session.tasks.of_request(request.id), session.pictures.of_request(request.id)
    details = replace(details, tasks=tasks, pictures=pictures)
    end = _end({task.state for task in details.tasks})
    made = len(details.pictures)
    came: dict[str, Any] = {"pictures_made": made, "unpriced": details.unpriced, "cost": details.spent}
    if not session.requests.move(request.id, RequestState.ACKNOWLEDGED, to=end, finished_at=now, **came):
        return replace(details, request=session.requests.get(request.id) or request)
    session.allowances.settle(request.id, made)
    session.budgets.settle(request.id, charged(tasks))
    if made:
        session.usage.add(
            user_id=request.user_id,
            guild_id=request.guild_id,
            model=request.model,
            day=now.date().isoformat(),
            pictures=made,
            cost=details.spent,
            unpriced=details.unpriced,
        )
    over = replace(request, state=end, finished_at=now, **came)
    details = replace(details, request=over, stars=session.stars_of(over))
    return replace(details, round=enter_made(session, details, now))


def _end(states: set[TaskState]) -> RequestState:
    """Return how a request ended whose tasks ended in `states`."""
    if TaskState.COMPLETED in states:
        return RequestState.COMPLETED
    return RequestState.CANCELLED if TaskState.CANCELLED in states else RequestState.FAILED
