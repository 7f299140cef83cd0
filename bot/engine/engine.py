"""The engine as the rest of the house sees it."""

import asyncio
import logging
import secrets
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from bot.catalog import Action, Catalog, Options
from bot.engine import limits
from bot.engine.accept import Accepted, Draft, SourceDraft, accept
from bot.engine.attendant import Attendant
from bot.engine.callbacks import Callbacks
from bot.engine.fairness import FairSlots, owner_of
from bot.engine.follow import Follower
from bot.engine.late import Latecomers
from bot.engine.pacing import REMEMBERED, Durations, Rush, backoff
from bot.engine.ports import Answer, Clock, Courier
from bot.engine.price_lists import PriceList
from bot.engine.prices import Prices
from bot.engine.sources import Sources
from bot.engine.task import Patience, TaskRunner
from bot.engine.upstream import Upstream, UpstreamState
from bot.engine.watch import Watch
from bot.errors import EaselError
from bot.images import Downloader, Encoder, PictureStore
from bot.runapi import InsufficientCredits, Routes, RunAPI
from bot.store import (
    UNFINISHED,
    Details,
    Failure,
    Session,
    Store,
    StoredDraft,
    StoreUnavailable,
    TaskState,
    Usage,
)

log = logging.getLogger(__name__)

LONGEST_RUSH = 1.0
"""Seconds for which a request that was answered makes way for others that are not."""

RESUMED_PER_SLOT = 2
"""Requests left by a stop that are taken up together, per task that may be with RunAPI: while some are made, others
are delivered."""

MENDED_FAULTS = 2
"""Faults of ours in one request after which only that is told; the next start tries again what could not be told."""

SWEEP_EVERY = timedelta(hours=1)
"""How often the picture store is swept, and drafts are."""

DRAFTS_KEPT = timedelta(days=1)
"""How long a draft is kept after its last change."""


class Stopping(EaselError):
    """The bot is about to stop and takes no more requests."""


class OutOfCredit(EaselError):
    """RunAPI's account has no credit, so nothing that is asked for now could be made soon."""


class NotCancellable(EaselError):
    """The request is over already."""


class NotNotifiable(EaselError):
    """The request is over already, so there is nothing to notify anybody of."""


@dataclass(frozen=True, slots=True)
class UsageReport:
    """What a user made and what is left; days are UTC."""

    today: Usage
    month: Usage
    all_time: Usage
    by_model: Sequence[tuple[str, Usage]]
    left: int
    limit: int
    resets_at: datetime


class Engine:
    """Takes requests and brings them to their end, across any number of stops.

    Args:
        daily_limit: pictures that a user may make on a UTC day.
        tasks_at_once: tasks that may be with RunAPI together.
        runapi_host: where RunAPI is: on the public internet it can take pictures from Discord itself.
        callback_url: where RunAPI is to call when a task is over, so that `called_back` is told; None is nowhere.
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
        encoder: Encoder,
        clock: Clock,
        daily_limit: int,
        tasks_at_once: int,
        runapi_host: str = "localhost",
        callback_url: str | None = None,
        patience: Patience | None = None,
    ) -> None:
        self.catalog = catalog
        self.daily_limit = daily_limit
        self._store = store
        self._runapi = runapi
        self._routes = routes
        self._pictures = pictures
        self._downloader = downloader
        self._encoder = encoder
        self._clock = clock
        self._tasks_at_once = tasks_at_once
        self._runapi_host = runapi_host
        self._patience = patience or Patience()
        self._callbacks = Callbacks(callback_url)
        self._slots = FairSlots(tasks_at_once)
        self._upstream = Upstream(clock)
        self._latecomers = Latecomers(
            store=store,
            runapi=runapi,
            clock=clock,
            upstream=self._upstream,
            patience=self._patience.late,
            follow=self._follow,
        )
        self._prices = Prices(runapi, catalog, clock, self._upstream)
        self._follower: Follower | None = None
        self._attendant: Attendant | None = None
        self._inbox: asyncio.Queue[int] = asyncio.Queue()
        self._followed: dict[int, asyncio.Task[None]] = {}
        self._resuming: asyncio.Task[None] | None = None
        self._resumed: set[int] = set()
        self._places = asyncio.Semaphore(0)
        self._stopping = False
        self.answering = Rush()
        """Entered while somebody waits for their first answer: following makes way for that."""

    @asynccontextmanager
    async def running(self, courier: Courier, *, grace: timedelta = timedelta(seconds=10)) -> AsyncGenerator[None]:
        """Follow what the database says is unfinished and what comes; at the end, stop.

        Args:
            grace: how long requests under way may take to end after the body; the next start takes up the rest.
        """
        self._stopping = False
        self._inbox = asyncio.Queue()
        self._attendant = Attendant(
            store=self._store, slots=self._slots, courier=courier, clock=self._clock, patience=self._patience
        )
        self._follower = await self._new_follower(courier, self._attendant)
        left = await self._store.read(lambda session: [*session.notices.due_ids(), *session.requests.unfinished_ids()])
        if left:
            log.info("taking up %s requests that the last stop left", len(left))
        self._resuming = asyncio.create_task(self._resume(left))
        watch = Watch(
            store=self._store, runapi=self._runapi, courier=courier, clock=self._clock, upstream=self._upstream
        )
        work = (self._take_up(), self._sweep(), self._attendant.rounds(), watch.run(), self._latecomers.run())
        background = [asyncio.create_task(each) for each in work]
        try:
            yield
        finally:
            self._stopping = True
            await _halt([self._resuming])
            with suppress(TimeoutError):
                await self.drain(grace)
            await _halt([*background, *self._followed.values()])
            await self._prices.close()

    async def _new_follower(self, courier: Courier, attendant: Attendant) -> Follower:
        durations = Durations()
        for known in await self._store.read(lambda session: session.tasks.recent_durations(REMEMBERED * 20)):
            durations.add(*known)
        tasks = TaskRunner(
            store=self._store,
            catalog=self.catalog,
            runapi=self._runapi,
            routes=self._routes,
            sources=Sources(
                store=self._store,
                pictures=self._pictures,
                runapi=self._runapi,
                courier=courier,
                clock=self._clock,
                upstream=self._upstream,
                runapi_host=self._runapi_host,
            ),
            clock=self._clock,
            slots=self._slots,
            upstream=self._upstream,
            durations=durations,
            callbacks=self._callbacks,
            patience=self._patience,
            show=attendant.show,
            gave_up=self._latecomers.expect,
        )
        return Follower(
            store=self._store,
            tasks=tasks,
            pictures=self._pictures,
            downloader=self._downloader,
            encoder=self._encoder,
            courier=courier,
            clock=self._clock,
            attendant=attendant,
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
            self._follow(request_id)

    def _follow(self, request_id: int) -> None:
        self._inbox.put_nowait(request_id)

    async def _take_up(self) -> None:
        """Follow what comes in; so its work belongs to the engine, not to the command that asked for it."""
        while True:
            request_id = await self._inbox.get()
            if request_id in self._followed:  # cancelled before its turn came, for one
                self._inbox.task_done()
                continue
            task = asyncio.create_task(self._follow_to_the_end(request_id), name=f"request {request_id}")
            self._followed[request_id] = task
            task.add_done_callback(partial(self._put_down, request_id))

    def _put_down(self, request_id: int, done: asyncio.Task[None]) -> None:
        if self._followed.get(request_id) is done:
            del self._followed[request_id]
        self._make_place(request_id)
        self._forget_place(request_id)
        self._inbox.task_done()

    def _make_place(self, request_id: int) -> None:
        """Let the next request that the last stop left take this one's place."""
        if request_id in self._resumed:
            self._resumed.remove(request_id)
            self._places.release()

    def _forget_place(self, request_id: int) -> None:
        if self._attendant is not None:
            self._attendant.forget(request_id)

    @property
    def _running(self) -> Follower:
        if self._follower is None:
            raise RuntimeError("the engine is not running")
        return self._follower

    async def _follow_to_the_end(self, request_id: int) -> None:
        await self.answering.over(LONGEST_RUSH)
        tries = 0
        faults: list[str] = []
        while len(faults) <= MENDED_FAULTS:
            tries += 1
            try:
                await self._follow_after(faults, request_id)
                self._make_place(request_id)
                await self._running.make_thumbnails(request_id)
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
            return await self._running.apologise(request_id, faults[-1])
        if faults:
            await self._running.give_up(request_id, Failure("unexpected", {"reference": faults[-1]}))
        return await self._running.follow(request_id)

    @property
    def upstream(self) -> UpstreamState:
        """How RunAPI is."""
        return self._upstream.state

    async def _sweep(self) -> None:
        while True:
            try:
                swept = await self._pictures.sweep(self._clock.now(), self._named_files)
            except (OSError, StoreUnavailable):
                log.exception("the picture store could not be swept")
            else:
                log.debug("%d files were swept from the picture store", len(swept))
            with suppress(StoreUnavailable):
                await self._store.write(self._sweep_drafts)
            await self._clock.sleep(SWEEP_EVERY.total_seconds())

    def _sweep_drafts(self, session: Session) -> None:
        session.drafts.sweep(self._clock.now() - DRAFTS_KEPT)

    async def _named_files(self) -> Mapping[str, datetime | None]:
        return await self._store.read(lambda session: session.pictures.files())

    async def accept(self, draft: Draft) -> Accepted:
        """Check what is asked, take the allowance and write the request, in one transaction.

        Raises:
            CatalogError, OverLimit, OutOfCredit, Stopping: it is not taken; nothing has changed.
            StoreUnavailable: the database cannot be written.
        """
        if self._stopping:
            raise Stopping("stopping")
        if self._upstream.out_of_credit:
            # Nobody pays a bill in the time that a person waits for a picture: what is known is said at once.
            raise OutOfCredit(InsufficientCredits.sentence_id)
        accepted = await self._store.write(
            lambda session: accept(session, draft, self.catalog, self._clock.now(), daily_limit=self.daily_limit)
        )
        request = accepted.details.request
        place = self._slots.place_of_next(owner_of(request))
        if self._attendant is not None:
            self._attendant.told(request.id, place)
        return replace(accepted, details=replace(accepted.details, place=place))

    async def acknowledge(self, request_id: int, answer: Answer) -> None:
        """Record that Discord took the first answer, and begin; where it cannot be recorded, Discord is asked later.

        Others' first answers go before that.
        """
        now = self._clock.now()
        await self.answering.over(LONGEST_RUSH)
        try:
            await self._store.write(lambda session: session.acknowledge(request_id, now, **asdict(answer)))
        except StoreUnavailable as error:
            log.error("the answer to request %s is not recorded yet: %s", request_id, error)  # noqa: TRY400
        self._follow(request_id)

    async def lapse(self, request_id: int) -> None:
        """Give the allowance of a request back whose first answer Discord did not take; if need be later."""
        now = self._clock.now()
        self._forget_place(request_id)
        try:
            await self._store.write(lambda session: session.lapse(request_id, now))
        except StoreUnavailable as error:
            log.error("request %s has not lapsed yet: %s", request_id, error)  # noqa: TRY400
            self._follow(request_id)

    async def resolve(self, request_id: int) -> None:
        """Find out later whether Discord took the first answer to a request, and go on by that."""
        self._follow(request_id)

    async def cancel(self, request_id: int, *, by: int) -> None:
        """End a request that is under way; its allowance goes back.

        RunAPI has no cancel: what it has begun it may finish and bill, but nothing asks for it any more.

        Args:
            by: the user who wants that; who cancels their own is not notified of it.

        Raises:
            NotCancellable: it is over already.
        """
        now = self._clock.now()

        def end(session: Session) -> bool:
            ended = [
                session.tasks.move(task.id, *UNFINISHED, to=TaskState.CANCELLED, finished_at=now)
                for task in session.tasks.of_request(request_id)
            ]
            request = session.requests.get(request_id)
            if any(ended) and request is not None and request.user_id == by:
                session.notices.withdraw(request_id)
            return any(ended)

        if not await self._store.write(end):
            raise NotCancellable("not-cancellable")
        running = self._followed.get(request_id)
        if running is not None:
            await _halt([running])
        self._follow(request_id)

    async def notify(self, request_id: int) -> None:
        """Record that the owner of a request wants to be notified when it is over.

        Raises:
            NotNotifiable: it is over already.
        """
        if not await self._store.write(lambda session: session.notices.want(request_id)):
            raise NotNotifiable("notify-too-late")

    async def called_back(self, runapi_id: str) -> bool:
        """Look at a task at once that RunAPI called back about; return whether there is such a task.

        Raises:
            StoreUnavailable: the database cannot be read; the task is looked at all the same.
        """
        if self._callbacks.come(runapi_id):
            return True
        return await self._store.read(lambda session: session.tasks.is_known(runapi_id))

    async def find(self, short_id: str) -> Details | None:
        """Return a request with all that belongs to it, or None."""

        def find(session: Session) -> Details | None:
            request = session.requests.by_short_id(short_id)
            return None if request is None else session.details(request)

        return await self._store.read(find)

    async def find_by_message(self, message_id: int) -> Details | None:
        """Return the request whose reply is this message, with all that belongs to it, or None."""

        def find(session: Session) -> Details | None:
            request = session.requests.by_message(message_id)
            return None if request is None else session.details(request)

        return await self._store.read(find)

    async def keep_draft(self, user_id: int, content: Mapping[str, Any]) -> StoredDraft:
        """Keep what somebody has chosen for a request that they have not made yet, for `DRAFTS_KEPT`."""
        now = self._clock.now()
        return await self._store.write(lambda session: session.drafts.add(user_id, content, now))

    async def draft(self, draft_id: str) -> StoredDraft | None:
        """Return a draft, or None where it is not kept any more."""
        return await self._store.read(lambda session: session.drafts.get(draft_id))

    async def change_draft(self, draft_id: str, content: Mapping[str, Any]) -> None:
        """Replace what a draft holds."""
        now = self._clock.now()
        await self._store.write(lambda session: session.drafts.change(draft_id, content, now))

    async def renew(self, request_id: int, reply: Mapping[str, Any]) -> None:
        """Record a newer address of a request's reply."""
        await self._store.write(lambda session: session.requests.change(request_id, reply=reply))

    async def forget(self, details: Details) -> None:
        """Remove a request's pictures from the picture store, after its message was deleted."""
        now = self._clock.now()

        def forget(session: Session) -> None:
            session.requests.change(details.request.id, deleted_at=now)
            for picture in details.pictures:
                session.pictures.change(picture.id, file=None, thumbnail=None)

        await self._store.write(forget)
        for picture in details.pictures:
            for name in filter(None, (picture.file, picture.thumbnail)):
                await self._pictures.delete(name)

    async def usage(self, user_id: int) -> UsageReport:
        """Return what a user made and what is left."""
        now = self._clock.now()
        return await self._store.read(
            lambda session: UsageReport(
                today=session.usage.of_user(user_id, since=now.date().isoformat()),
                month=session.usage.of_user(user_id, since=now.date().replace(day=1).isoformat()),
                all_time=session.usage.of_user(user_id),
                by_model=session.usage.of_user_by_model(user_id),
                left=limits.left(session, user_id, now, self.daily_limit),
                limit=self.daily_limit,
                resets_at=limits.resets_at(now),
            )
        )

    async def price(self, action: Action, model: str | None, options: Options) -> Decimal | None:
        """Return what one request would cost in US dollars, or None where RunAPI does not say that soon.

        Args:
            model: its id, or None for the one that is taken then.
            options: checked options, by their names on `/imagine` and `/edit`.

        Raises:
            CatalogError: there is no such model, or it cannot do `action`.
        """
        chosen, _ = self.catalog.choose(action, model)
        return await self._prices.price(action, chosen, options)

    async def price_lists(self) -> Mapping[tuple[str, Action], PriceList]:
        """Return what models cost, by id and action, without those of which RunAPI does not say it soon."""
        return await self._prices.lists()


async def _halt(tasks: Sequence[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def sources_again(details: Details) -> tuple[SourceDraft, ...]:
    """Return what a request edited, to be edited once more."""
    return tuple(
        SourceDraft(source.file_name, source.url, source.file, source.picture_id, source.role)
        for source in details.sources
    )
