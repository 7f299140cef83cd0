"""Looking at a task that RunAPI has, until it is over or there is no more patience."""

import json
import logging

from bot.engine.callbacks import Call, Callbacks
from bot.engine.desk import Desk
from bot.engine.moves import Moves, take_in
from bot.engine.pacing import (
    FIRST_LOOK,
    LONGEST_PAUSE,
    QUICK,
    SAFETY_NET,
    Durations,
    backoff,
    first_look,
    net_look,
    next_look,
)
from bot.engine.patience import Patience
from bot.engine.ports import Clock
from bot.engine.upstream import Upstream
from bot.runapi import NotFound, RunAPI, RunAPIError, State, TaskStatus
from bot.store import Failure, Request, Store, Task, TaskState

log = logging.getLogger(__name__)

RUNNING = (TaskState.PENDING, TaskState.PROCESSING)
OVER = (State.COMPLETED, State.FAILED)


class Looks:
    """Takes tasks that RunAPI has to their end."""

    def __init__(
        self,
        *,
        store: Store,
        runapi: RunAPI,
        clock: Clock,
        desk: Desk,
        upstream: Upstream,
        moves: Moves,
        durations: Durations,
        callbacks: Callbacks,
        patience: Patience,
    ) -> None:
        self._store = store
        self._runapi = runapi
        self._clock = clock
        self._desk = desk
        self._upstream = upstream
        self._moves = moves
        self._durations = durations
        self._callbacks = callbacks
        self._patience = patience

    async def until_over(self, task: Task, request: Request) -> Task:
        """Look at a task that RunAPI has until it is over or given up."""
        with self._callbacks.awaited(task.runapi_id, _callback_url(task)) as call:
            return await self._look_until_over(task, request, call)

    async def _look_until_over(self, task: Task, request: Request, call: Call) -> Task:
        tries = vanished = in_vain = 0
        watched, unfinished = self._age(task) < QUICK, 0.0
        wait = self._until_look(task, request, call, first=True)
        while True:
            left = (self._patience.deadline - self._moves.age(task)).total_seconds()
            if wait > 0.0:
                self._desk.leave(request.id)
            await call.sleep(max(min(wait, left), 0.0), self._clock)
            asked = self._age(task)
            try:
                status = await self._look(task)
            except RunAPIError as error:
                tries, watched = tries + 1, False
                vanished += isinstance(error, NotFound)
                log.warning("request %s: status not answered: %s", request.short_id, error)
                if vanished >= self._patience.vanished:
                    return await self._moves.end(task, TaskState.FAILED, Failure("task-vanished", {}))
                wait = backoff(tries, error.retry_after or None)
                failure = Failure("task-unanswered", {"minutes": self._minutes})
            else:
                tries = vanished = 0
                if status.state in OVER and wait >= SAFETY_NET:
                    call.missed()
                if status.state is State.COMPLETED:
                    completed = await self._complete(task, status)
                    if completed.state is TaskState.COMPLETED and watched:
                        finished = self._age(task)
                        self._durations.add(request.model, request.action, asked if call.came else unfinished, finished)
                    return completed
                if status.state is State.FAILED:
                    return await self._moves.end(task, TaskState.FAILED, _said(status.error))
                if status.state is State.PROCESSING and task.state is TaskState.PENDING:
                    task = await self._moves.running(task, TaskState.PROCESSING)
                    if task.state.over:
                        return task
                watched, unfinished = True, asked
                in_vain += call.came
                wait = backoff(in_vain) if in_vain else self._until_look(task, request, call)
                wait = max(wait, min(status.retry_after or 0, LONGEST_PAUSE))
                failure = Failure("task-expired", {"minutes": self._minutes})
            if self._moves.age(task) >= self._patience.deadline:
                return await self._moves.end(task, TaskState.EXPIRED, failure)

    async def _look(self, task: Task) -> TaskStatus:
        if task.status_path is None:
            raise RuntimeError(f"task {task.id} has no address to ask")
        async with self._upstream.look():
            return await self._runapi.status(task.status_path)

    def _until_look(self, task: Task, request: Request, call: Call, *, first: bool = False) -> float:
        elapsed = self._age(task)
        if call.came:
            return 0.0
        if call.expected:
            return max(FIRST_LOOK - elapsed, 0.0) if first else net_look(elapsed)
        return (first_look if first else next_look)(
            elapsed,
            self._durations.usual(request.model, request.action),
            started=task.state is TaskState.PROCESSING,
        )

    @property
    def _minutes(self) -> int:
        """How long a task is waited for, as it is told."""
        return max(round(self._patience.deadline.total_seconds() / 60), 1)

    def _age(self, task: Task) -> float:
        return self._moves.age(task).total_seconds()

    async def _complete(self, task: Task, status: TaskStatus) -> Task:
        if not status.images:
            return await self._moves.end(task, TaskState.FAILED, Failure("task-without-picture", {}))
        now = self._clock.now()
        return await self._store.write(
            lambda session: take_in(session, task, status, *RUNNING, now=now) or session.tasks.get(task.id)
        )


def _callback_url(task: Task) -> str | None:
    """Return where RunAPI was asked to call when the task is over."""
    return None if task.body is None else json.loads(task.body).get("callback_url")


def _said(error: str | None) -> Failure:
    return Failure("task-failed", {"said": "yes" if error else "no", "message": error or ""})
