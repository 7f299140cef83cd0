"""A task's moves from one state to the next.

What a step found is stored only if the task is still in the state that the step began in: it can be killed at any line
and started again, and a cancellation wins over whatever was under way.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

from bot.engine.ports import Clock
from bot.engine.upstream import UpstreamState
from bot.runapi import TaskStatus
from bot.store import Failure, Session, Store, Task, TaskState

RESULTS_KEPT = timedelta(days=7)
"""How long RunAPI keeps what it made (the official SDKs' READMEs)."""

Show = Callable[[int, UpstreamState | None], Awaitable[None]]
"""Shows how far a request is, and in which state of RunAPI it waits to be sent, if it does."""


class Moves:
    """Stores moves, and tells of those that others wait for.

    Each returns the task as it is then, which is not in the state asked for when somebody else was quicker.

    Args:
        gave_up: called when a task was given up that RunAPI may still finish.
    """

    def __init__(self, *, store: Store, clock: Clock, show: Show, gave_up: Callable[[], None]) -> None:
        self._store = store
        self._clock = clock
        self._show = show
        self._gave_up = gave_up

    def age(self, task: Task) -> timedelta:
        """Return for how long a task has been sent, or known where it is not sent yet."""
        return self._clock.now() - (task.submitted_at or task.created_at)

    async def move(self, task: Task, to: TaskState, **values: Any) -> Task:
        """Store that a task is in another state, with the columns that go with it."""
        return await self._store.write(
            lambda session: session.tasks.move(task.id, task.state, to=to, **values) or session.tasks.get(task.id)
        )

    async def running(self, task: Task, state: TaskState, **values: Any) -> Task:
        """Store that RunAPI has a task; show it once it works on it."""
        started: datetime | None = self._clock.now() if state is TaskState.PROCESSING else None
        moved = await self.move(task, state, started_at=started, **values)
        if moved.state is TaskState.PROCESSING:
            await self._show(task.request_id, None)
        return moved

    async def end(self, task: Task, state: TaskState, failure: Failure) -> Task:
        """Store that a task is over without a picture, and why."""
        ended = await self.move(task, state, failure=failure, finished_at=self._clock.now())
        if ended.state is TaskState.EXPIRED:
            self._gave_up()
        return ended


def take_in(
    session: Session,
    task: Task,
    status: TaskStatus,
    *states: TaskState,
    now: datetime,
    failure: Failure | None = None,
) -> Task | None:
    """Complete a task that is in one of `states` with what RunAPI made; return it, or None if it was in no such state.

    Args:
        failure: what it was given up for, if it was.
    """
    completed = session.tasks.move(
        task.id, *states, to=TaskState.COMPLETED, failure=failure, cost=status.cost, finished_at=now
    )
    if completed is not None:
        session.pictures.add(completed, status.images, created_at=now, expires_at=now + RESULTS_KEPT)
    return completed
