"""A request's way from its acceptance to its delivery.

`follow` takes a request from whatever state the database says it is in to its end: it can be killed at any line and
started again.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from contextlib import AsyncExitStack
from dataclasses import asdict, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from bot.engine.attendant import Attendant
from bot.engine.notices import Notifier
from bot.engine.pacing import Rush, backoff
from bot.engine.ports import Clock, Courier, Delivered, Parcel, TooMuch, TryLater, Uncertain, Undeliverable, WhyLink
from bot.engine.task import TaskRunner
from bot.errors import EaselError
from bot.images import (
    Downloader,
    Encoder,
    FetchFailed,
    Fitted,
    PictureError,
    PictureInfo,
    PictureStore,
    StorageFull,
    inspect,
)
from bot.store import (
    UNFINISHED,
    Delivery,
    Details,
    Failure,
    Picture,
    RequestState,
    Session,
    Store,
    Task,
    TaskState,
)

log = logging.getLogger(__name__)

T = TypeVar("T")

MAX_RESULT_BYTES = 200 * 1024 * 1024
"""Bytes of a result that are fetched; more than that is handed on as a link."""

THUMBNAILS_WAIT = 10.0
"""Seconds for which thumbnails make way for deliveries."""

FETCH_TRIES = 4
"""Downloads of a result before it is handed on as a link."""

FILES_A_MESSAGE = 10
"""Pictures that one message takes (Discord's API document: 10 files)."""

SURE_BYTES = 10 * 1024 * 1024
"""Bytes of files that one message takes wherever it is: what a file may have without boosts (Discord's documentation).

What Discord says of an interaction is a limit for each file. That of the whole request it keeps to itself.
"""


class Follower:
    """Takes requests to their end."""

    def __init__(
        self,
        *,
        store: Store,
        tasks: TaskRunner,
        pictures: PictureStore,
        downloader: Downloader,
        encoder: Encoder,
        courier: Courier,
        clock: Clock,
        attendant: Attendant,
    ) -> None:
        self._store = store
        self._tasks = tasks
        self._pictures = pictures
        self._downloader = downloader
        self._encoder = encoder
        self._courier = courier
        self._clock = clock
        self._attendant = attendant
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
        if details.request.delivery is Delivery.OPEN:
            await self._deliver(details)
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

    async def _deliver(self, details: Details) -> None:
        with self._rush:
            await self.pack(details, details.request.filesize_limit, partial(self._bring, details))

    async def pack(self, details: Details, limit: int, bring: Callable[[Sequence[Parcel]], Awaitable[None]]) -> None:
        """Have a request's pictures brought, each in `limit` bytes, and smaller where they are too much together.

        Args:
            bring: is awaited with the pictures, whose files are there so long; raises TooMuch to get them smaller.
        """
        async with AsyncExitStack() as stack:
            parcels = await self._pack_all(details, stack, limit)
            while True:
                try:
                    await bring(parcels)
                except TooMuch as error:
                    log.warning("the pictures of request %s are too large: %s", details.request.short_id, error)
                    parcels = await self._pack_smaller(details, stack, parcels)
                else:
                    break

    async def make_thumbnails(self, request_id: int) -> None:
        """Make a delivered request's thumbnails, once nobody waits for a delivery."""
        await self._rush.over(THUMBNAILS_WAIT)
        for picture in await self._store.read(lambda session: session.pictures.of_request(request_id)):
            await self._make_thumbnail(picture)

    async def apologise(self, request_id: int, reference: str) -> None:
        """Tell the person that a fault of ours keeps the end of their request from being shown as it should be."""
        details = await self.load(request_id)
        if details.request.finished_at is not None and details.request.delivery is Delivery.OPEN:
            await self._bring(details, (), fault=reference)

    async def _bring(self, details: Details, parcels: Sequence[Parcel], *, fault: str | None = None) -> None:
        """Deliver a reply and record how."""
        delivery, brought = await self._send(details, parcels, fault)
        now = self._clock.now()

        def record(session: Session) -> None:
            if brought is None:
                session.requests.change(details.request.id, delivery=delivery)
                return
            session.requests.change(details.request.id, delivery=delivery, delivered_at=now, **asdict(brought.answer))
            for parcel in brought.parcels:
                how = parcel.fitted.how if parcel.fitted else "link"
                session.pictures.change(parcel.picture.id, delivered_as=how)

        await self._store.write(record)

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

    async def _pack_all(self, details: Details, stack: AsyncExitStack, limit: int) -> Sequence[Parcel]:
        """Return the pictures, each in `limit` bytes; their files are there until `stack` closes."""
        packing = (self._pack(picture, details, stack, limit) for picture in details.pictures[:FILES_A_MESSAGE])
        too_many = [Parcel(picture, None, "too-many") for picture in details.pictures[FILES_A_MESSAGE:]]
        return [*await _together(packing), *too_many]

    async def _pack_smaller(
        self, details: Details, stack: AsyncExitStack, parcels: Sequence[Parcel]
    ) -> Sequence[Parcel]:
        """Return pictures that were too large together as what is taken for sure, or else as links."""
        if sum(parcel.size for parcel in parcels) > SURE_BYTES:
            return await self._pack_all(details, stack, SURE_BYTES // sum(parcel.size > 0 for parcel in parcels))
        return [replace(parcel, fitted=None) for parcel in parcels]

    async def _pack(self, picture: Picture, details: Details, stack: AsyncExitStack, limit: int) -> Parcel:
        try:
            picture, path = await self._collect(picture)
            fitted = _whole(picture, path, limit)
            if fitted is None:
                directory = await stack.enter_async_context(self._pictures.temporary())
                fitted = await self._encoder.fit(path, limit=limit, directory=directory)
        except (FetchFailed, PictureError, StorageFull, OSError) as error:
            level = getattr(error, "level", logging.ERROR)
            what = f"picture {picture.number} of request {details.request.short_id}"
            log.log(max(level, logging.WARNING), "%s goes as a link: %r", what, error)
            return Parcel(picture, None, _why_link(error))
        return Parcel(picture, None if fitted.how == "link" else fitted)

    async def _collect(self, picture: Picture) -> tuple[Picture, Path]:
        """Return a picture with its original, which is fetched if the store does not have it."""
        if picture.file is not None and (path := self._pictures.path(picture.file)).exists():
            return picture, path
        async with self._pictures.incoming() as path:
            info = await self._fetch(picture.url, path)
            name = await self._pictures.add(path, info.suffix)
        facts: dict[str, Any] = {
            "file": name,
            "content_type": info.content_type,
            "size": info.size,
            "width": info.width,
            "height": info.height,
        }
        await self._store.write(lambda session: session.pictures.change(picture.id, **facts))
        return replace(picture, **facts), self._pictures.path(name)

    async def _fetch(self, url: str, to: Path) -> PictureInfo:
        """Download a result and see that it is a whole picture; what passes is tried again."""
        tries = 0
        while True:
            tries += 1
            try:
                await self._downloader.fetch(url, to, limit=MAX_RESULT_BYTES)
                return await inspect(to)
            except (FetchFailed, PictureError) as error:
                lasting = isinstance(error, FetchFailed) and not error.retry
                if lasting or tries >= FETCH_TRIES:
                    raise
                await self._clock.sleep(backoff(tries))

    async def _make_thumbnail(self, picture: Picture) -> None:
        if picture.file is None or picture.thumbnail is not None:
            return
        try:
            async with self._pictures.incoming() as place:
                made = await self._encoder.thumbnail(self._pictures.path(picture.file), place)
                name = await self._pictures.add_thumbnail(made.path, made.suffix)
        except (EaselError, OSError) as error:
            log.info("picture %s gets no thumbnail: %s", picture.id, error)
            return
        if not await self._store.write(lambda session: session.pictures.add_thumbnail(picture, name)):
            await self._pictures.delete(name)


def _whole(picture: Picture, path: Path, limit: int) -> Fitted | None:
    """Return a picture as it is, if its bytes fit."""
    if picture.size is None or picture.size > limit:
        return None
    return Fitted(
        path,
        "original",
        picture.size,
        picture.width or 0,
        picture.height or 0,
        picture.content_type or "",
        path.suffix,
    )


def _settle(session: Session, details: Details, now: datetime) -> Details:
    """End a request whose tasks are over, once; return it as it is then."""
    request = details.request
    tasks, pictures = session.tasks.of_request(request.id), session.pictures.of_request(request.id)
    details = replace(details, tasks=tasks, pictures=pictures)
    end = _end({task.state for task in details.tasks})
    if not session.requests.move(request.id, RequestState.ACKNOWLEDGED, to=end, finished_at=now):
        return replace(details, request=session.requests.get(request.id) or request)
    made = len(details.pictures)
    session.allowances.settle(request.id, made)
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
    return replace(details, request=replace(request, state=end, finished_at=now))


def _why_link(error: FetchFailed | PictureError | StorageFull | OSError) -> WhyLink:
    match error:
        case FetchFailed():
            return error.reason
        case PictureError():
            return "unreadable"
        case _:
            return "unkept"


async def _together(work: Iterable[Coroutine[Any, Any, T]]) -> Sequence[T]:
    """Await all and return what they return; if one fails the others are cancelled."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(each) for each in work]
    except ExceptionGroup as failures:
        raise failures.exceptions[0] from None
    return [task.result() for task in tasks]


def _end(states: set[TaskState]) -> RequestState:
    """Return how a request ended whose tasks ended in `states`."""
    if TaskState.COMPLETED in states:
        return RequestState.COMPLETED
    return RequestState.CANCELLED if TaskState.CANCELLED in states else RequestState.FAILED
