"""One task's way through RunAPI, from whatever state the database says it is in to its end.

Every step does one thing and stores the outcome only if the task is still in the state that the step began in: it
can be killed at any line and started again, and a cancellation wins over whatever was under way.
"""

import json
import logging
import uuid
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypedDict

from bot.catalog import Catalog, Operation, SourceUrls, request_body, task_options, urls_in
from bot.engine.callbacks import Call, Callbacks
from bot.engine.desk import Desk
from bot.engine.fairness import FairSlots, owner_of
from bot.engine.pacing import (
    FIRST_LOOK,
    LONGEST_PAUSE,
    SAFETY_NET,
    Durations,
    backoff,
    first_look,
    net_look,
    next_look,
)
from bot.engine.ports import Clock
from bot.engine.sources import Sources, any_discords
from bot.engine.upstream import KeptBack, Upstream, UpstreamState
from bot.errors import EaselError
from bot.runapi import (
    Conflict,
    Created,
    InsufficientCredits,
    InvalidRequest,
    NotFound,
    Refusal,
    Routes,
    RouteStyle,
    RunAPI,
    RunAPIError,
    State,
    TaskStatus,
    Trouble,
    UnknownResult,
    create_path,
)
from bot.store import Details, Failure, Request, Session, Store, Task, TaskState

log = logging.getLogger(__name__)

RESULTS_KEPT = timedelta(days=7)
"""How long RunAPI keeps what it made (the official SDKs' READMEs)."""

SHOWN_AFTER = 2.0
"""Seconds that a task waits for RunAPI before its reply says so."""

RUNNING = (TaskState.PENDING, TaskState.PROCESSING)
OVER = (State.COMPLETED, State.FAILED)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long the engine keeps at it.

    Attributes:
        resubmit: while a create whose answer was lost is asked again with the same key.
        submit: while a create that surely made nothing is tried again.
        deadline: from submission until a task that does not end is given up.
        vanished: looks at a task that RunAPI says it does not know, before that is believed.
        round: between two looks at who waits: a reply's place in the queue is edited once in it at most.
        notify_after: from acknowledgement until somebody is offered to be notified.
        late: from submission until a task that was given up is not asked after any more.
    """

    resubmit: timedelta = timedelta(hours=1)
    submit: timedelta = timedelta(minutes=2)
    deadline: timedelta = timedelta(minutes=14)
    vanished: int = 4
    round: timedelta = timedelta(seconds=10)
    notify_after: timedelta = timedelta(seconds=60)
    late: timedelta = timedelta(hours=1)


class TaskRunner:
    """Takes tasks to their end.

    Args:
        show: shows how far a request is, and in which state of RunAPI it waits to be sent, if it does.
        gave_up: called when a task was given up that RunAPI may still finish.
    """

    def __init__(
        self,
        *,
        store: Store,
        catalog: Catalog,
        runapi: RunAPI,
        routes: Routes,
        sources: Sources,
        clock: Clock,
        slots: FairSlots,
        desk: Desk,
        upstream: Upstream,
        durations: Durations,
        callbacks: Callbacks,
        patience: Patience,
        show: Callable[[int, UpstreamState | None], Awaitable[None]],
        gave_up: Callable[[], None],
    ) -> None:
        self._store = store
        self._catalog = catalog
        self._runapi = runapi
        self._routes = routes
        self._sources = sources
        self._clock = clock
        self._slots = slots
        self._desk = desk
        self._upstream = upstream
        self._durations = durations
        self._callbacks = callbacks
        self._patience = patience
        self._show = show
        self._gave_up = gave_up

    async def run(self, task: Task, details: Details) -> None:
        """Take a task to its end."""
        if task.state.over:  # cancelled while it waited: there is no turn to wait for
            return
        async with self._slots.hold(owner_of(details.request), details.request.id):
            # What was found in this state may have been sent before a crash.
            maybe_made = task.state is TaskState.SUBMITTING
            try:
                while not task.state.over:
                    match task.state:
                        case TaskState.QUEUED:
                            task, maybe_made = await self._begin(task, details), False
                        case TaskState.SUBMITTING:
                            task = await self._submit(task, details, maybe_made=maybe_made)
                        case _:
                            self._upstream.leave(_name(task))
                            task = await self._poll(task, details.request)
            finally:
                self._upstream.leave(_name(task))

    async def _begin(self, task: Task, details: Details) -> Task:
        """Prepare a task once RunAPI can be asked for more; nothing is frozen before that."""
        # Those that wait for the same trouble end together, also those that had to wait for a slot.
        since = max(task.created_at, self._upstream.since)
        if await self._admitted(task, since + self._patience.submit):
            await self._desk.take(task.request_id)
            return await self._prepare(task, details)
        return await self._end(task, TaskState.REFUSED, self._kept_back())

    async def _admitted(self, task: Task, until: datetime, *, maybe_made: bool = False) -> bool:
        """Wait while RunAPI is not to be asked for more; return whether it may be before `until`.

        A wait that is not over at once is shown.
        """
        shown: UpstreamState | None = None
        while not await self._upstream.admitted(
            _name(task), min(SHOWN_AFTER, (until - self._clock.now()).total_seconds()), maybe_made=maybe_made
        ):
            if self._clock.now() >= until:
                return False
            if shown is not self._upstream.state:
                shown = self._upstream.state
                await self._show(task.request_id, shown)
        if shown is not None:
            await self._show(task.request_id, None)
        return True

    def _kept_back(self) -> Failure:
        """Return why a task was not sent in all the time that there was for it."""
        out = self._upstream.state is UpstreamState.PAUSED
        return Failure(InsufficientCredits.sentence_id if out else "task-not-sent", {})

    async def _prepare(self, task: Task, details: Details) -> Task:
        """Freeze what will be sent: route, bytes and key are stored together before the first byte leaves."""
        operation = self._operation(details.request)
        if operation is None:
            return await self._end(
                task, TaskState.REFUSED, Failure("task-model-gone", {"model": details.request.model})
            )
        try:
            urls = await self._sources.addresses(details, upload=task.attempt > 1)
        except EaselError as error:
            return await self._end(task, TaskState.REFUSED, _failure(error))
        return await self._move(
            task,
            TaskState.SUBMITTING,
            idempotency_key=str(uuid.uuid4()),
            submitted_at=self._clock.now(),
            **self._frozen(self._routes.first(), task, details, operation, urls),
        )

    def _operation(self, request: Request) -> Operation | None:
        model = self._catalog.find(request.model)
        return None if model is None else model.operation(request.action)

    def _frozen(
        self, style: RouteStyle, task: Task, details: Details, operation: Operation, urls: SourceUrls
    ) -> dict[str, Any]:
        request = details.request
        model = self._catalog.choose(request.action, request.model)[0]
        body = request_body(
            model,
            operation,
            style.value,
            prompt=request.prompt,
            options=task_options(request.options, operation, task=task.number, tasks=len(details.tasks)),
            source_urls=urls.images,
            mask_url=urls.mask,
            callback_url=self._callbacks.url,
        )
        return {
            "style": style.value,
            "path": create_path(style, operation.service, operation.route_action(request.action)),
            "body": json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode(),
        }

    async def _submit(self, task: Task, details: Details, *, maybe_made: bool) -> Task:
        if maybe_made and self._age(task) > self._patience.resubmit:
            return await self._lose(task, "it was sent too long ago to be asked for again")
        tries = 0
        moved = False
        last: Trouble | None = None
        while task.state is TaskState.SUBMITTING:
            tries += 1
            try:
                created = await self._create(task, details.request, maybe_made=maybe_made)
            except _NotSent:
                task = await self._not_sent(task, last, maybe_made=maybe_made)
            except Refusal as error:
                task, moved = await self._after_refusal(task, details, error, maybe_made=maybe_made, moved=moved)
            except UnknownResult as error:
                task = await self._lose(task, error)
            except Trouble as error:
                last, maybe_made = error, maybe_made or error.maybe_made
                task = await self._after_trouble(task, details.request, error, tries, maybe_made=maybe_made)
            else:
                task = await self._created(task, created)
        return task

    async def _after_refusal(
        self, task: Task, details: Details, error: Refusal, *, maybe_made: bool, moved: bool
    ) -> tuple[Task, bool]:
        """Send a task another way, or end it; return also whether it was moved to the other style of routes."""
        match error:
            case NotFound() if other := self._routes.after_missing(RouteStyle(task.style or RouteStyle.FLAT)):
                return await self._reroute(task, details, other), True
            case InvalidRequest() if not maybe_made and any_discords(self._urls(task, details.request)):
                return await self._try_uploads(task, error), moved
            case _:
                # After a move, a conflict means that the key was taken by the create before it.
                taken = moved and isinstance(error, Conflict)
                return await self._refuse(task, error, maybe_made=maybe_made or taken), moved

    async def _after_trouble(
        self, task: Task, request: Request, error: Trouble, tries: int, *, maybe_made: bool
    ) -> Task:
        """Go on with the task that the answer names, or wait to ask again, or give up."""
        log.warning("request %s: create not answered: %s", request.short_id, error)
        created = self._runapi.made_by(error, task.path or "", **self._place(request))
        if created is not None:
            return await self._created(task, created)
        patience = self._patience.resubmit if maybe_made else self._patience.submit
        wait = backoff(tries, error.retry_after or None)
        asked = max(wait, error.retry_after or 0.0)
        if asked > (patience - self._age(task)).total_seconds():
            return await self._refuse(task, error, maybe_made=maybe_made)
        await self._clock.sleep(wait)
        return task

    async def _create(self, task: Task, request: Request, *, maybe_made: bool) -> Created:
        """Ask for a task, once RunAPI can be asked for more.

        Raises:
            _NotSent: it could not be for as long as there is patience.
        """
        if task.path is None or task.body is None or task.idempotency_key is None:
            raise RuntimeError(f"task {task.id} has nothing to submit")
        patience = self._patience.resubmit if maybe_made else self._patience.submit
        until = self._clock.now() - self._age(task) + patience
        while await self._admitted(task, until, maybe_made=maybe_made):
            with suppress(KeptBack):
                async with self._upstream.create(_name(task), maybe_made=maybe_made):
                    return await self._runapi.create(
                        task.path, task.body, idempotency_key=task.idempotency_key, **self._place(request)
                    )
        raise _NotSent

    def _place(self, request: Request) -> "_Place":
        operation = self._operation(request)
        if operation is None:
            return {"service": "", "action": request.action}
        return {"service": operation.service, "action": operation.route_action(request.action)}

    async def _reroute(self, task: Task, details: Details, style: RouteStyle) -> Task:
        """Send the same request in the other style: RunAPI has no such route, so it made nothing."""
        operation = self._operation(details.request)
        if operation is None:
            raise RuntimeError(f"task {task.id} cannot be sent another way")
        urls = self._urls(task, details.request)
        return await self._move(task, TaskState.SUBMITTING, **self._frozen(style, task, details, operation, urls))

    def _urls(self, task: Task, request: Request) -> SourceUrls:
        """Return the addresses of pictures that a task's body names."""
        operation = self._operation(request)
        return SourceUrls() if operation is None or task.body is None else urls_in(json.loads(task.body), operation)

    async def _try_uploads(self, task: Task, error: InvalidRequest) -> Task:
        """End a task that RunAPI refused, maybe for Discord's addresses, and begin one more with uploads."""
        log.info("task %s: refused with Discord's addresses, so it is tried with uploads: %s", task.id, error)
        now = self._clock.now()

        def begin_another(session: Session) -> Task:
            ended = session.tasks.move(
                task.id, task.state, to=TaskState.REFUSED, failure=_failure(error), finished_at=now
            )
            if ended is None:
                return session.tasks.get(task.id)
            return session.tasks.add(task.request_id, task.number, now, attempt=task.attempt + 1)

        return await self._store.write(begin_another)

    async def _created(self, task: Task, created: Created) -> Task:
        self._routes.settle(RouteStyle(task.style or RouteStyle.FLAT))
        state = TaskState.PROCESSING if created.state is State.PROCESSING else TaskState.PENDING
        return await self._running(task, state, runapi_id=created.task_id, status_path=created.status_path)

    async def _poll(self, task: Task, request: Request) -> Task:
        with self._callbacks.awaited(task.runapi_id, _callback_url(task)) as call:
            return await self._look_until_over(task, request, call)

    async def _look_until_over(self, task: Task, request: Request, call: Call) -> Task:
        tries = vanished = in_vain = 0
        wait = self._until_look(task, request, call, first=True)
        while True:
            left = (self._patience.deadline - self._age(task)).total_seconds()
            if wait > 0.0:
                self._desk.leave(request.id)
            await call.sleep(max(min(wait, left), 0.0), self._clock)
            try:
                status = await self._look(task)
            except RunAPIError as error:
                tries += 1
                vanished += isinstance(error, NotFound)
                log.warning("request %s: status not answered: %s", request.short_id, error)
                if vanished >= self._patience.vanished:
                    return await self._end(task, TaskState.FAILED, Failure("task-vanished", {}))
                wait = backoff(tries, error.retry_after or None)
                failure = Failure("task-unanswered", {"minutes": self._minutes})
            else:
                tries = vanished = 0
                if status.state in OVER and wait >= SAFETY_NET:
                    call.missed()
                if status.state is State.COMPLETED:
                    return await self._complete(task, request, status)
                if status.state is State.FAILED:
                    return await self._end(task, TaskState.FAILED, _said(status.error))
                if status.state is State.PROCESSING and task.state is TaskState.PENDING:
                    task = await self._running(task, TaskState.PROCESSING)
                    if task.state.over:
                        return task
                in_vain += call.came
                wait = backoff(in_vain) if in_vain else self._until_look(task, request, call)
                wait = max(wait, min(status.retry_after or 0, LONGEST_PAUSE))
                failure = Failure("task-expired", {"minutes": self._minutes})
            if self._age(task) >= self._patience.deadline:
                return await self._end(task, TaskState.EXPIRED, failure)

    async def _look(self, task: Task) -> TaskStatus:
        if task.status_path is None:
            raise RuntimeError(f"task {task.id} has no address to ask")
        async with self._upstream.look():
            return await self._runapi.status(task.status_path)

    def _until_look(self, task: Task, request: Request, call: Call, *, first: bool = False) -> float:
        elapsed = self._age(task).total_seconds()
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

    def _age(self, task: Task) -> timedelta:
        return self._clock.now() - (task.submitted_at or task.created_at)

    async def _complete(self, task: Task, request: Request, status: TaskStatus) -> Task:
        if not status.images:
            return await self._end(task, TaskState.FAILED, Failure("task-without-picture", {}))
        now = self._clock.now()

        def complete(session: Session) -> Task:
            moved = session.tasks.move(task.id, *RUNNING, to=TaskState.COMPLETED, cost=status.cost, finished_at=now)
            if moved is None:
                return session.tasks.get(task.id)
            session.pictures.add(moved, status.images, created_at=now, expires_at=now + RESULTS_KEPT)
            return moved

        completed = await self._store.write(complete)
        if completed.state is TaskState.COMPLETED:
            self._durations.add(request.model, request.action, self._age(task).total_seconds())
        return completed

    async def _refuse(self, task: Task, error: RunAPIError, *, maybe_made: bool) -> Task:
        """End a task that RunAPI did not take; where an earlier call may have made it, nobody knows."""
        if maybe_made:
            return await self._lose(task, error)
        log.log(error.level, "task %s: RunAPI does not take it: %s", task.idempotency_key, error)
        return await self._end(task, TaskState.REFUSED, _failure(error))

    async def _not_sent(self, task: Task, last: Trouble | None, *, maybe_made: bool) -> Task:
        if last is not None:
            return await self._refuse(task, last, maybe_made=maybe_made)
        if maybe_made:
            return await self._lose(task, "RunAPI had trouble for all the time that it could be asked for again")
        return await self._end(task, TaskState.REFUSED, self._kept_back())

    async def _lose(self, task: Task, reason: object) -> Task:
        log.error("task %s: RunAPI may have made it, and its answer is lost: %s", task.idempotency_key, reason)
        return await self._end(task, TaskState.UNKNOWN, Failure("task-unknown", {}))

    async def _end(self, task: Task, state: TaskState, failure: Failure) -> Task:
        ended = await self._move(task, state, failure=failure, finished_at=self._clock.now())
        if ended.state is TaskState.EXPIRED:
            self._gave_up()
        return ended

    async def _running(self, task: Task, state: TaskState, **values: Any) -> Task:
        started: datetime | None = self._clock.now() if state is TaskState.PROCESSING else None
        moved = await self._move(task, state, started_at=started, **values)
        if moved.state is TaskState.PROCESSING:
            await self._show(task.request_id, None)
        return moved

    async def _move(self, task: Task, to: TaskState, **values: Any) -> Task:
        """Store a step; return the task as it is then, which is not `to` when somebody else was quicker."""
        return await self._store.write(
            lambda session: session.tasks.move(task.id, task.state, to=to, **values) or session.tasks.get(task.id)
        )


class _NotSent(Exception):
    """RunAPI could not be asked for as long as there was patience."""


class _Place(TypedDict):
    service: str
    action: str


def _name(task: Task) -> tuple[int, int]:
    """Return what tells a task from all others, whichever attempt at it this is."""
    return task.request_id, task.number


def _callback_url(task: Task) -> str | None:
    """Return where RunAPI was asked to call when the task is over."""
    return None if task.body is None else json.loads(task.body).get("callback_url")


def _failure(error: EaselError) -> Failure:
    return Failure(error.sentence, error.args_)


def _said(error: str | None) -> Failure:
    return Failure("task-failed", {"said": "yes" if error else "no", "message": error or ""})
