"""One task's way through RunAPI, from whatever state the database says it is in to its end."""

from collections.abc import Callable

from bot.catalog import Catalog
from bot.engine.callbacks import Callbacks
from bot.engine.creates import Creates
from bot.engine.desk import Desk
from bot.engine.fairness import FairSlots, owner_of
from bot.engine.looks import Looks
from bot.engine.moves import Moves, Show
from bot.engine.pacing import Durations
from bot.engine.patience import Patience
from bot.engine.ports import Clock
from bot.engine.sources import Sources
from bot.engine.upstream import Upstream
from bot.runapi import Routes, RunAPI
from bot.store import Details, Store, Task, TaskState


class TaskRunner:
    """Takes tasks to their end: each step does one thing and stores what came of it.

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
        show: Show,
        gave_up: Callable[[], None],
    ) -> None:
        moves = Moves(store=store, clock=clock, show=show, gave_up=gave_up)
        self._slots = slots
        self._creates = Creates(
            store=store,
            catalog=catalog,
            runapi=runapi,
            routes=routes,
            sources=sources,
            clock=clock,
            desk=desk,
            upstream=upstream,
            moves=moves,
            patience=patience,
            show=show,
            callback_url=callbacks.url,
        )
        self._looks = Looks(
            store=store,
            runapi=runapi,
            clock=clock,
            desk=desk,
            upstream=upstream,
            moves=moves,
            durations=durations,
            callbacks=callbacks,
            patience=patience,
        )

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
                            task, maybe_made = await self._creates.begin(task, details), False
                        case TaskState.SUBMITTING:
                            task = await self._creates.submit(task, details, maybe_made=maybe_made)
                        case _:
                            self._creates.leave(task)
                            task = await self._looks.until_over(task, details.request)
            finally:
                self._creates.leave(task)
