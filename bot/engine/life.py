"""The life of requests under way: taken up, followed to their end across faults and stops, and put down."""

import asyncio
import logging
import secrets
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from functools import partial

from bot.catalog import Catalog
from bot.engine.attendant import Attendant
from bot.engine.balance import BalanceFloor
from bot.engine.callbacks import Callbacks
from bot.engine.desk import Desk
from bot.engine.fairness import FairSlots, owner_of
from bot.engine.follow import Follower
from bot.engine.forgetting import Forgetter
from bot.engine.late import Latecomers
from bot.engine.own_pictures import OwnPictures
from bot.engine.pacing import Durations, Rush, backoff
from bot.engine.parcels import Packer
from bot.engine.patience import Patience
from bot.engine.ports import Clock, Courier
from bot.engine.posts import Posts
from bot.engine.removals import Removals
from bot.engine.sources import Sources
from bot.engine.sweep import Sweeper
from bot.engine.task import TaskRunner
from bot.engine.upstream import Upstream
from bot.engine.watch import Watch
from bot.images import Downloader, PictureStore
from bot.runapi import Routes, RunAPI
from bot.store import Details, Failure, Request, Store, StoreUnavailable

log = logging.getLogger(__name__)

LONGEST_RUSH = 1.0
"""Seconds for which a request that was answered makes way for others that are not."""

RESUMED_PER_SLOT = 2
"""Requests left by a stop that are taken up together, per task that may be with RunAPI: while some are made, others
are delivered."""

MENDED_FAULTS = 2
"""Faults of ours in one request after which only that is told; the next start tries again what could not be told."""


class Life:
    """Follows requests, each in a task of its own that belongs to no command.

    Args:
        tasks_at_once: tasks that may be with RunAPI together.
        runapi_host: where RunAPI is: on the public internet it can take pictures from Discord itself.
        answering: what is entered while somebody waits for their first answer.
        priced: adds what is known by now of a request's price.

    Attributes:
        stopping: whether the bot is about to stop, so that nothing more is to be taken.
    """

    def __init__(
        self,
        *,
        store: Store,
        catalog: Catalog,
        runapi: RunAPI,
        routes: Routes,
        pictures: PictureStore,
        downloader: Downloader,
        packer: Packer,
        clock: Clock,
        tasks_at_once: int,
        runapi_host: str,
        patience: Patience,
        callbacks: Callbacks,
        upstream: Upstream,
        answering: Rush,
        priced: Callable[[Details], Details],
        forgetter: Forgetter,
        removals: Removals,
        balance: BalanceFloor,
        posts: Posts,
    ) -> None:
        self._store = store
        self._catalog = catalog
        self._runapi = runapi
        self._routes = routes
        self._pictures = pictures
        self._downloader = downloader
        self._packer = packer
        self._clock = clock
        self._tasks_at_once = tasks_at_once
        self._runapi_host = runapi_host
        self._patience = patience
        self._callbacks = callbacks
        self._upstream = upstream
        self._answering = answering
        self._priced = priced
        self._forgetter = forgetter
        self._removals = removals
        self._balance = balance
        self._posts = posts
        self._slots = FairSlots(tasks_at_once)
        self._desk = Desk()
        self._latecomers = Latecomers(
            store=store, runapi=runapi, clock=clock, upstream=upstream, patience=patience.late, follow=self.follow
        )
        self._follower: Follower | None = None
        self._attendant: Attendant | None = None
        self._inbox: asyncio.Queue[int] = asyncio.Queue()
        self._followed: dict[int, asyncio.Task[None]] = {}
        self._again: set[int] = set()
        self._resuming: asyncio.Task[None] | None = None
        self._resumed: set[int] = set()
        self._places = asyncio.Semaphore(0)
        self._told = asyncio.Event()
        self.stopping = False

    @asynccontextmanager
    async def running(self, courier: Courier, *, grace: timedelta) -> AsyncGenerator[None]:
        """Follow what the database says is unfinished and what comes; at the end, stop.

        Args:
            grace: how long requests under way may take to end after the body; the next start takes up the rest.
        """
        self.stopping = False
        self._inbox = asyncio.Queue()
        self._again.clear()
        self._attendant = Attendant(
            store=self._store,
            slots=self._slots,
            courier=courier,
            clock=self._clock,
            patience=self._patience,
            priced=self._priced,
        )
        self._follower = self._new_follower(courier, self._attendant)
        left = await self._store.read(lambda session: [*session.notices.due_ids(), *session.requests.unfinished_ids()])
        if left:
            log.info("taking up %s requests that the last stop left", len(left))
        self._resuming = asyncio.create_task(self._resume(left))
        watch = Watch(
            store=self._store, runapi=self._runapi, courier=courier, clock=self._clock, upstream=self._upstream
        )
        sweeper = Sweeper(store=self._store, pictures=self._pictures, clock=self._clock, forgetter=self._forgetter)
        work = (
            self._take_up(),
            sweeper.run(),
            self._attendant.rounds(),
            watch.run(),
            self._latecomers.run(),
            self._removals.run(courier),
            self._balance.run(courier),
        )
        background = [asyncio.create_task(each) for each in work]
        try:
            yield
        finally:
            self.stopping = True
            await _halt([self._resuming])
            with suppress(TimeoutError):
                await self.drain(grace)
            await _halt([*background, *self._followed.values()])

    def _new_follower(self, courier: Courier, attendant: Attendant) -> Follower:
        tasks = TaskRunner(
            store=self._store,
            catalog=self._catalog,
            runapi=self._runapi,
            routes=self._routes,
            sources=Sources(
                store=self._store,
                pictures=self._pictures,
                runapi=self._runapi,
                courier=courier,
                own=OwnPictures(
                    store=self._store,
                    pictures=self._pictures,
                    downloader=self._downloader,
                    courier=courier,
                    clock=self._clock,
                    removals=self._removals,
                ),
                clock=self._clock,
                upstream=self._upstream,
                runapi_host=self._runapi_host,
            ),
            clock=self._clock,
            slots=self._slots,
            desk=self._desk,
            upstream=self._upstream,
            durations=Durations(),
            callbacks=self._callbacks,
            patience=self._patience,
            show=attendant.show,
            gave_up=self._latecomers.expect,
        )
        return Follower(
            store=self._store,
            tasks=tasks,
            packer=self._packer,
            courier=courier,
            clock=self._clock,
            attendant=attendant,
            posts=self._posts,
        )

    async def drain(self, within: timedelta | None = None) -> None:
        """Wait until no request is under way.

        Raises:
            TimeoutError: some still are after `within`.
        """
        async with asyncio.timeout(None if within is None else within.total_seconds()):
            if self._resuming is not None:
                await asyncio.wait([self._resuming])
            await self._inbox.join()

    async def _resume(self, request_ids: Sequence[int]) -> None:
        """Follow what the last stop left, a few at a time; what comes in meanwhile does not wait for that."""
        self._resumed.clear()
        self._places = asyncio.Semaphore(RESUMED_PER_SLOT * self._tasks_at_once)
        for request_id in request_ids:
            await self._places.acquire()
            self._resumed.add(request_id)
            self.follow(request_id)

    def follow(self, request_id: int) -> None:
        """Take a request up, and follow it to its end; one that is followed already, once more after that."""
        self._inbox.put_nowait(request_id)

    async def _take_up(self) -> None:
        """Follow what comes in; so its work belongs to the engine, not to the command that asked for it."""
        while True:
            request_id = await self._inbox.get()
            if request_id in self._followed:  # a late picture came while another is brought, for one
                self._again.add(request_id)
                self._inbox.task_done()
                continue
            task = asyncio.create_task(self._follow_to_the_end(request_id), name=f"request {request_id}")
            self._followed[request_id] = task
            task.add_done_callback(partial(self._put_down, request_id))

    def _put_down(self, request_id: int, done: asyncio.Task[None]) -> None:
        if self._followed.get(request_id) is done:
            del self._followed[request_id]
        self._make_place(request_id)
        self._desk.leave(request_id)
        self.forget_place(request_id)
        if request_id in self._again:
            self._again.remove(request_id)
            self.follow(request_id)
        self._inbox.task_done()

    def _make_place(self, request_id: int) -> None:
        """Let the next request that the last stop left take this one's place."""
        if request_id in self._resumed:
            self._resumed.remove(request_id)
            self._places.release()

    async def halt(self, request_id: int) -> None:
        """Stop following a request, if it is followed, at whatever step it is."""
        running = self._followed.get(request_id)
        if running is not None:
            await _halt([running])

    async def until_told(self, user_id: int, within: timedelta) -> None:
        """Wait until somebody was told the end of all their requests, but no longer than `within`."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within.total_seconds()):
                while True:
                    told = self._told
                    if not await self._store.read(lambda session: session.forgetting.under_way(user_id)):
                        return
                    await told.wait()

    def promise_place(self, request: Request) -> int | None:
        """Return the place in the queue that a new request's first answer says, and note that it says so."""
        place = self._slots.place_of_next(owner_of(request))
        if self._attendant is not None:
            self._attendant.told(request.id, place)
        return place

    def forget_place(self, request_id: int) -> None:
        """Forget what the first answer to a request says: nobody will wait."""
        if self._attendant is not None:
            self._attendant.forget(request_id)

    @property
    def _running_follower(self) -> Follower:
        """Who takes requests to their end, while the engine is running."""
        if self._follower is None:
            raise RuntimeError("the engine is not running")
        return self._follower

    async def _follow_to_the_end(self, request_id: int) -> None:
        await self._answering.over(LONGEST_RUSH)
        tries = 0
        faults: list[str] = []
        while len(faults) <= MENDED_FAULTS:
            tries += 1
            try:
                await self._follow_after(faults, request_id)
                self._told.set()
                self._told = asyncio.Event()
                self._make_place(request_id)
                self._desk.leave(request_id)
                await self._removals.brought(request_id)
                await self._running_follower.make_thumbnails(request_id)
            except StoreUnavailable as error:
                log.error("request %s waits for the database: %s", request_id, error)  # noqa: TRY400 - no bug to trace
                await self._clock.sleep(backoff(tries))
            except Exception:
                # A fault of ours in one request must not end the others, nor leave its person without an answer.
                reference = secrets.token_hex(4)
                log.exception("request %s met a fault, reference %s", request_id, reference)
                faults.append(reference)
            else:
                return

    async def _follow_after(self, faults: Sequence[str], request_id: int) -> None:
        """Follow a request; after a fault of ours end its tasks first, after another only say so."""
        if len(faults) == MENDED_FAULTS:
            return await self._running_follower.apologise(request_id, faults[-1])
        if faults:
            await self._running_follower.give_up(request_id, Failure("unexpected", {"reference": faults[-1]}))
        return await self._running_follower.follow(request_id)


async def _halt(tasks: Sequence[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
