"""Tasks that were given up: RunAPI may finish them all the same, and then they are brought to their people."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from bot.engine.ports import Clock
from bot.engine.task import RESULTS_KEPT
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
                for task in given_up:
                    await self._look(task)
            except StoreUnavailable as error:
                log.error("what was given up is not looked at: %s", error)  # noqa: TRY400 - no bug to trace
                await self._clock.sleep(LOOK_EVERY)

    async def _given_up(self) -> Sequence[Task]:
        since = self._clock.now() - self._patience
        return await self._store.read(lambda session: session.tasks.given_up(since))

    async def _look(self, task: Task) -> None:
        if task.status_path is None:
            return
        try:
            async with self._upstream.look():
                status = await self._runapi.status(task.status_path)
        except (RunAPIError, ValueError) as error:  # an address of another origin is never asked
            log.info("task %s, which was given up: status not answered: %s", task.runapi_id, error)
            return
        if status.state is State.FAILED or (status.state is State.COMPLETED and not status.images):
            await self._store.write(lambda session: _fail(session, task))
        elif status.state is State.COMPLETED:
            now = self._clock.now()
            if await self._store.write(lambda session: _complete(session, task, status, now)):
                log.info("task %s was finished after it had been given up", task.runapi_id)
                self._follow(task.request_id)


def _fail(session: Session, task: Task) -> None:
    """Ask after it no more; what its person was told stays true."""
    session.tasks.move(task.id, TaskState.EXPIRED, to=TaskState.FAILED, failure=task.failure)


def _complete(session: Session, task: Task, status: TaskStatus, now: datetime) -> bool:
    """Take in what came late, for delivery; return whether that could be done.

    The allowance went back when the task was given up and is not taken again, for its person was told so; what RunAPI
    charged is recorded.
    """
    request = session.requests.get(task.request_id)
    if request is None or request.deleted_at is not None or request.delivery is Delivery.OPEN:
        return False
    completed = session.tasks.move(
        task.id,
        TaskState.EXPIRED,
        to=TaskState.COMPLETED,
        failure=task.failure,
        cost=status.cost,
        finished_at=now,
    )
    if completed is None:
        return False
    session.pictures.add(completed, status.images, created_at=now, expires_at=now + RESULTS_KEPT)
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
    )
    session.usage.add(
        user_id=request.user_id,
        guild_id=request.guild_id,
        model=request.model,
        day=now.date().isoformat(),
        pictures=len(status.images),
        cost=status.cost,
    )
    return True
