"""A request's way from its acceptance to its delivery.

`follow` takes a request from whatever state the database says it is in to its end: it can be killed at any line and
started again.
"""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import asdict, replace
from pathlib import Path

from bot.engine.pacing import Rush, backoff
from bot.engine.ports import Clock, Courier, Parcel, TryLater, Uncertain, Undeliverable
from bot.engine.task import TaskRunner
from bot.errors import EaselError
from bot.images import (
    Downloader,
    EmptyPicture,
    Encoder,
    FetchFailed,
    PictureInfo,
    PictureStore,
    TruncatedPicture,
    inspect,
)
from bot.store import (
    UNFINISHED,
    Delivery,
    Details,
    Failure,
    Picture,
    RequestState,
    Store,
    TaskState,
)

log = logging.getLogger(__name__)

MAX_RESULT_BYTES = 200 * 1024 * 1024
"""Bytes of a result that are fetched; more than that is handed on as a link."""

THUMBNAILS_WAIT = 10.0
"""Seconds for which thumbnails make way for deliveries."""

FETCH_TRIES = 4
"""Downloads of a result before it is handed on as a link."""


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
    ) -> None:
        self._store = store
        self._tasks = tasks
        self._pictures = pictures
        self._downloader = downloader
        self._encoder = encoder
        self._courier = courier
        self._clock = clock
        self._rush = Rush()

    async def follow(self, request_id: int) -> None:
        """Take a request to its end."""
        details = await self.load(request_id)
        if details.request.state is RequestState.ACCEPTED:
            details = await self._ask_for_answer(details)
        if details.request.state is RequestState.ACKNOWLEDGED:
            await self._run_tasks(details)
            details = await self._finish(details)
        if details.request.delivery is Delivery.OPEN:
            await self._deliver(details)

    async def _run_tasks(self, details: Details) -> None:
        try:
            async with asyncio.TaskGroup() as group:
                for task in details.tasks:
                    group.create_task(self._tasks.run(task, details))
        except ExceptionGroup as group:
            raise group.exceptions[0] from None

    async def load(self, request_id: int) -> Details:
        """Return a request with all that belongs to it."""
        async with self._store.read() as session:
            request = await session.requests.get(request_id)
            if request is None:
                raise LookupError(f"there is no request {request_id}")
            return await session.details(request)

    async def show(self, request_id: int) -> None:
        """Show how far a request is."""
        await self._courier.show(await self.load(request_id))

    async def give_up(self, request_id: int, failure: Failure) -> None:
        """End a request's tasks, and so the request, for a reason that no rule foresaw."""
        now = self._clock.now()
        async with self._store.write() as session:
            for task in await session.tasks.of_request(request_id):
                state = TaskState.REFUSED if task.state is TaskState.QUEUED else TaskState.FAILED
                await session.tasks.move(task.id, *UNFINISHED, to=state, failure=failure, finished_at=now)

    async def _ask_for_answer(self, details: Details) -> Details:
        """Find out whether Discord took the first answer to a request that a stop left in between."""
        request = details.request
        tries = 0
        while True:
            tries += 1
            try:
                answer = await self._courier.find_answer(request)
            except TryLater:
                await self._clock.sleep(backoff(tries))
            else:
                break
        now = self._clock.now()
        async with self._store.write() as session:
            if answer is None:
                await session.lapse(request.id, now)
            else:
                await session.acknowledge(request.id, now, **asdict(answer))
        return await self.load(request.id)

    async def _finish(self, details: Details) -> Details:
        """Settle a request whose tasks are over: what was made is used, the rest of the reservation goes back."""
        request = details.request
        now = self._clock.now()
        async with self._store.write() as session:
            details = await session.details(request)
            end = _end({task.state for task in details.tasks})
            if await session.requests.move(request.id, RequestState.ACKNOWLEDGED, to=end, finished_at=now):
                made = len(details.pictures)
                await session.allowances.settle(request.id, made)
                if made:
                    await session.usage.add(
                        user_id=request.user_id,
                        guild_id=request.guild_id,
                        model=request.model,
                        day=now.date().isoformat(),
                        pictures=made,
                        cost=details.cost,
                    )
                return replace(details, request=replace(request, state=end, finished_at=now))
        return await self.load(request.id)

    async def _deliver(self, details: Details) -> None:
        request = details.request
        async with AsyncExitStack() as stack:
            stack.enter_context(self._rush)
            parcels = [await self._pack(picture, details, stack) for picture in details.pictures]
            delivery, values = await self._bring(await self.load(request.id), parcels)
            async with self._store.write() as session:
                await session.requests.change(request.id, delivery=delivery, **values)
                for parcel in parcels:
                    how = parcel.fitted.how if parcel.fitted else "link"
                    await session.pictures.change(parcel.picture.id, delivered_as=how)
        await self._rush.over(THUMBNAILS_WAIT)
        async with self._store.read() as session:
            pictures = await session.pictures.of_request(request.id)
        for picture in pictures:
            await self._make_thumbnail(picture)

    async def _bring(self, details: Details, parcels: Sequence[Parcel]) -> tuple[Delivery, dict[str, object]]:
        short_id = details.request.short_id

        async def intend(nonce: str) -> None:
            async with self._store.write() as session:
                await session.requests.change(
                    details.request.id, delivery_nonce=nonce, delivery_began_at=self._clock.now()
                )

        tries = 0
        while True:
            tries += 1
            try:
                answer = await self._courier.deliver(details, parcels, intend)
            except Undeliverable as error:
                log.warning("request %s cannot be delivered: %s", short_id, error)
                return Delivery.UNDELIVERABLE, {}
            except Uncertain as error:
                log.warning("request %s may not have been delivered: %s", short_id, error)
                return Delivery.UNCERTAIN, {}
            except TryLater as error:
                log.warning("request %s is not delivered yet: %s", short_id, error)
                await self._clock.sleep(backoff(tries))
                details = await self.load(details.request.id)
            else:
                return Delivery.DELIVERED, {
                    "reply": answer.reply,
                    "channel_id": answer.channel_id,
                    "message_id": answer.message_id,
                    "delivered_at": self._clock.now(),
                }

    async def _pack(self, picture: Picture, details: Details, stack: AsyncExitStack) -> Parcel:
        try:
            path = await self._collect(picture)
            directory = await stack.enter_async_context(self._pictures.temporary())
            fitted = await self._encoder.fit(path, limit=details.request.filesize_limit, directory=directory)
        except (EaselError, OSError) as error:
            log.warning("picture %s of request %s goes as a link: %s", picture.number, details.request.short_id, error)
            return Parcel(picture, None)
        return Parcel(picture, None if fitted.how == "link" else fitted)

    async def _collect(self, picture: Picture) -> Path:
        """Return a picture's original, which is fetched if the store does not have it."""
        if picture.file is not None and (path := self._pictures.path(picture.file)).exists():
            return path
        async with self._pictures.temporary() as scratch:
            path = scratch / "result"
            info = await self._fetch(picture.url, path)
            name = await self._pictures.add(path, info.suffix)
        async with self._store.write() as session:
            await session.pictures.change(
                picture.id,
                file=name,
                content_type=info.content_type,
                size=info.size,
                width=info.width,
                height=info.height,
            )
        return self._pictures.path(name)

    async def _fetch(self, url: str, to: Path) -> PictureInfo:
        """Download a result and see that it is a whole picture; what passes is tried again."""
        tries = 0
        while True:
            tries += 1
            try:
                await self._downloader.fetch(url, to, limit=MAX_RESULT_BYTES)
                return await inspect(to)
            except (FetchFailed, EmptyPicture, TruncatedPicture) as error:
                lasting = isinstance(error, FetchFailed) and not error.retry
                if lasting or tries >= FETCH_TRIES:
                    raise
                await self._clock.sleep(backoff(tries))

    async def _make_thumbnail(self, picture: Picture) -> None:
        if picture.file is None or picture.thumbnail is not None:
            return
        try:
            async with self._pictures.temporary() as scratch:
                made = await self._encoder.thumbnail(self._pictures.path(picture.file), scratch / "thumbnail")
                name = await self._pictures.add_thumbnail(made.path, made.suffix)
        except EaselError as error:
            log.info("picture %s gets no thumbnail: %s", picture.id, error)
            return
        async with self._store.write() as session:
            await session.pictures.change(picture.id, thumbnail=name)


def _end(states: set[TaskState]) -> RequestState:
    """Return how a request ended whose tasks ended in `states`."""
    if TaskState.COMPLETED in states:
        return RequestState.COMPLETED
    return RequestState.CANCELLED if TaskState.CANCELLED in states else RequestState.FAILED
