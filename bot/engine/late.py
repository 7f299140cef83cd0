"""Tasks that were given up: RunAPI may finish them all the same, and then they are brought to their people."""

import asyncio
import logging
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import groupby

from bot.engine.limits import charged
from bot.engine.moves import take_in
from bot.engine.ports import Clock
from bot.engine.upstream import Upstream
from bot.runapi import RunAPI, RunAPIError, State, TaskStatus
from bot.store import Delivery, RequestState, Session, Store, StoreUnavailable, Task, TaskState

log = logging.getLogger(__name__)

LOOK_EVERY = 300.0
"""Seconds between two looks at what was given up: nobody waits for it any more."""


class Latecomers:
    """Looks now and then at tasks that were given up.

    Args:
        patience: from submission until such a task is not asked after any more.
        follow: called with the id of a request whose pictures came after all and are to be delivered.
    """

    def __init__(
        self,
        *,
        store: Store,
        runapi: RunAPI,
        clock: Clock,
        upstream: Upstream,
        patience: timedelta,
        follow: Callable[[int], None],
    ) -> None:
        self._store = store
        self._runapi = runapi
        self._clock = clock
        self._upstream = upstream
        self._patience = patience
        self._follow = follow
        self._more = asyncio.Event()

    def expect(self) -> None:
        """Note that there is one more."""
        self._more.set()

    async def run(self) -> None:
        """Look until cancelled; what an earlier run gave up is looked at too."""
        while True:
            self._more.clear()
            try:
                given_up = await self._given_up()
                if not given_up:
                    await self._more.wait()
                    continue
                await self._clock.sleep(LOOK_EVERY)
                for of_request in _by_request(given_up):
                    await self._look(of_request)
            except StoreUnavailable as error:
                log.error("what was given up is not looked at: %s", error)  # noqa: TRY400 - no bug to trace
                await self._clock.sleep(LOOK_EVERY)

    async def _given_up(self) -> Sequence[Task]:
        since = self._clock.now() - self._patience
        return await self._store.read(lambda session: session.tasks.given_up(since))

    async def _look(self, given_up: Sequence[Task]) -> None:
        """Look at some tasks of one request, and take in together what came, so that its person is told once."""
        seen = [(task, status) for task in given_up if (status := await self._status(task)) is not None]
        failed = [(task, status) for task, status in seen if status.state is State.FAILED or _is_empty(status)]
        came = [(task, status) for task, status in seen if status.state is State.COMPLETED and status.images]
        if failed:
            await self._store.write(lambda session: _fail(session, failed))
        if came:
            now = self._clock.now()
            if await self._store.write(lambda session: _complete(session, came, now)):
                names = ", ".join(str(task.runapi_id) for task, _ in came)
                log.info("finished after it had been given up: %s", names)
                self._follow(given_up[0].request_id)

    async def _status(self, task: Task) -> TaskStatus | None:
        if task.status_path is None:
            return None
        try:
            async with self._upstream.look():
                return await self._runapi.status(task.status_path)
        except (RunAPIError, ValueError) as error:  # an address of another origin is never asked
            log.info("task %s, which was given up: status not answered: %s", task.runapi_id, error)
            return None


def _by_request(tasks: Sequence[Task]) -> Iterator[Sequence[Task]]:
    for _, of_request in groupby(sorted(tasks, key=_request_of), key=_request_of):
        yield list(of_request)


def _request_of(task: Task) -> int:
    return task.request_id


def _is_empty(status: TaskStatus) -> bool:
    return status.state is State.COMPLETED and not status.images


def _fail(session: Session, seen: Sequence[tuple[Task, TaskStatus]]) -> None:
    """Ask after them no more; what their person was told stays true."""
    for task, status in seen:
        session.tasks.move(task.id, TaskState.EXPIRED, to=TaskState.FAILED, failure=task.failure, cost=status.cost)
    _settle_anew(session, seen[0][0].request_id)


def _settle_anew(session: Session, request_id: int) -> None:
    """Have budgets take what a request cost in the end, once it is over."""
    request = session.requests.get(request_id)
    if request is not None and request.finished_at is not None:
        session.budgets.settle(request_id, charged(session.tasks.of_request(request_id)))


def _complete(session: Session, came: Sequence[tuple[Task, TaskStatus]], now: datetime) -> bool:
    """Take in what came late, for delivery; return whether that could be done.

    The allowance went back when the tasks were given up and is not taken again, for their person was told so; what
    RunAPI charged is recorded.
    """
    request = session.requests.get(came[0][0].request_id)
    if request is None or request.deleted_at is not None or request.delivery is Delivery.OPEN:
        return False
    if request.state is RequestState.CANCELLED:  # its person wanted none of the rest
        _fail(session, came)
        return False
    taken_in = [
        status
        for task, status in came
        if take_in(session, task, status, TaskState.EXPIRED, now=now, failure=task.failure)
    ]
    if not taken_in:
        return False
    pictures = sum(len(status.images) for status in taken_in)
    unpriced = sum(len(status.images) for status in taken_in if status.cost is None)
    cost = sum((status.cost or Decimal(0) for status in taken_in), Decimal(0))
    session.requests.move(
        request.id,
        RequestState.FAILED,
        RequestState.COMPLETED,
        to=RequestState.COMPLETED,
        finished_at=now,
        delivery=Delivery.OPEN,
        delivery_nonce=None,
        delivery_began_at=None,
        delivered_at=None,
        pictures_made=request.pictures_made + pictures,
        unpriced=request.unpriced + unpriced,
        cost=request.cost + cost,
    )
    _settle_anew(session, request.id)
    session.usage.add(
        user_id=request.user_id,
        guild_id=request.guild_id,
        model=request.model,
        day=now.date().isoformat(),
        pictures=pictures,
        unpriced=unpriced,
        cost=cost,
        requests=int(request.state is RequestState.FAILED),  # a request that gave a picture in time is counted
    )
    return True
