"""Asking RunAPI for a task: what is sent, and what becomes of a create that is refused or not answered."""

import json
import logging
import uuid
from contextlib import suppress
from datetime import datetime
from typing import Any, TypedDict

from bot.catalog import Catalog, Operation, SourceUrls, request_body, task_options, urls_in
from bot.engine.desk import Desk
from bot.engine.moves import Moves, Show
from bot.engine.pacing import backoff
from bot.engine.patience import Patience
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
    Trouble,
    UnknownResult,
    create_path,
)
from bot.store import Details, Failure, Request, Session, Store, Task, TaskState

log = logging.getLogger(__name__)

SHOWN_AFTER = 2.0
"""Seconds that a task waits for RunAPI before its reply says so."""


class Creates:
    """Takes tasks from the queue to RunAPI.

    Args:
        callback_url: where RunAPI is to call when a task is over, or None where it is not to.
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
        desk: Desk,
        upstream: Upstream,
        moves: Moves,
        patience: Patience,
        show: Show,
        callback_url: str | None,
    ) -> None:
        self._store = store
        self._catalog = catalog
        self._runapi = runapi
        self._routes = routes
        self._sources = sources
        self._clock = clock
        self._desk = desk
        self._upstream = upstream
        self._moves = moves
        self._patience = patience
        self._show = show
        self._callback_url = callback_url

    async def begin(self, task: Task, details: Details) -> Task:
        """Prepare a task once RunAPI can be asked for more; nothing is frozen before that."""
        # Those that wait for the same trouble end together, also those that had to wait for a slot.
        since = max(task.created_at, self._upstream.since)
        if await self._admitted(task, since + self._patience.submit):
            await self._desk.take(task.request_id)
            return await self._prepare(task, details)
        return await self._moves.end(task, TaskState.REFUSED, self._kept_back())

    async def submit(self, task: Task, details: Details, *, maybe_made: bool) -> Task:
        """Ask RunAPI for a task until it took it, refused it or could not be asked for too long.

        Args:
            maybe_made: whether it may have been asked for before, without an answer.
        """
        if maybe_made and self._moves.age(task) > self._patience.resubmit:
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

    def leave(self, task: Task) -> None:
        """Let another be tried in place of a task that is not to be sent any more, if it is the one that is tried."""
        self._upstream.leave(_name(task))

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
            return await self._moves.end(
                task, TaskState.REFUSED, Failure("task-model-gone", {"model": details.request.model})
            )
        try:
            urls = await self._sources.addresses(details, upload=task.attempt > 1)
        except EaselError as error:
            return await self._moves.end(task, TaskState.REFUSED, _failure(error))
        return await self._moves.move(
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
            callback_url=self._callback_url,
        )
        return {
            "style": style.value,
            "path": create_path(style, operation.service, operation.route_action(request.action)),
            "body": json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode(),
        }

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
        if asked > (patience - self._moves.age(task)).total_seconds():
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
        until = self._clock.now() - self._moves.age(task) + patience
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
        return await self._moves.move(task, TaskState.SUBMITTING, **self._frozen(style, task, details, operation, urls))

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
            return session.tasks.add(task.request_id, task.number, now, attempt=task.attempt + 1, quote=task.quote)

        return await self._store.write(begin_another)

    async def _created(self, task: Task, created: Created) -> Task:
        self._routes.settle(RouteStyle(task.style or RouteStyle.FLAT))
        state = TaskState.PROCESSING if created.state is State.PROCESSING else TaskState.PENDING
        return await self._moves.running(task, state, runapi_id=created.task_id, status_path=created.status_path)

    async def _refuse(self, task: Task, error: RunAPIError, *, maybe_made: bool) -> Task:
        """End a task that RunAPI did not take; where an earlier call may have made it, nobody knows."""
        if maybe_made:
            return await self._lose(task, error)
        log.log(error.level, "task %s: RunAPI does not take it: %s", task.idempotency_key, error)
        return await self._moves.end(task, TaskState.REFUSED, _failure(error))

    async def _not_sent(self, task: Task, last: Trouble | None, *, maybe_made: bool) -> Task:
        if last is not None:
            return await self._refuse(task, last, maybe_made=maybe_made)
        if maybe_made:
            return await self._lose(task, "RunAPI had trouble for all the time that it could be asked for again")
        return await self._moves.end(task, TaskState.REFUSED, self._kept_back())

    async def _lose(self, task: Task, reason: object) -> Task:
        log.error("task %s: RunAPI may have made it, and its answer is lost: %s", task.idempotency_key, reason)
        return await self._moves.end(task, TaskState.UNKNOWN, Failure("task-unknown", {}))


class _NotSent(Exception):
    """RunAPI could not be asked for as long as there was patience."""


class _Place(TypedDict):
    service: str
    action: str


def _failure(error: EaselError) -> Failure:
    return Failure(error.sentence, error.args_)


def _name(task: Task) -> tuple[int, int]:
    """Return what tells a task from all others, whichever attempt at it this is."""
    return task.request_id, task.number
