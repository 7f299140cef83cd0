"""An engine that takes only as many steps as it is given, and can die between any two."""

import asyncio
import secrets
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal, TypeAlias, TypeVar

import httpx
from pydantic import SecretStr

from bot.catalog import Catalog
from bot.engine import Answer, Delivered, Draft, Engine, Intend, Missing, Notice, OperatorLimits, Parcel, TryLater
from bot.engine.engine import NotCancellable, Stopping
from bot.engine.late import LOOK_EVERY
from bot.engine.limits import OverLimit
from bot.images import Downloader, EncodeFailed, Encoder, Fitted, PictureStore
from bot.runapi import Routes, RunAPI
from bot.sandbox import Sandbox
from bot.store import Details, Request, Session, Source, Store, TaskState

__all__ = ["LIMIT", "Clock", "Discord", "FirstAnswer", "Life", "Mood", "SteppedStore", "Steps", "Way"]

T = TypeVar("T")

LIMIT = 3
"""Pictures a day for everybody."""
_LONG = 1800.0
_SHORTEST = 0.001
_WAIT = 20.0

Mood: TypeAlias = Literal["here", "away", "answers lost"]
"""How Discord is: the last means that it does what it is asked and does not say so."""
Way: TypeAlias = Literal["edit", "new message"]
"""How a reply can be delivered."""
FirstAnswer: TypeAlias = Literal["taken", "too late", "taken, not told", "not taken, not told"]


class Clock:
    """A clock on which waiting takes no time, but for the engine's own housekeeping."""

    def __init__(self) -> None:
        self._now = datetime(2026, 11, 20, 8, tzinfo=UTC)

    def now(self) -> datetime:
        return self._now

    def advance(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)

    async def sleep(self, seconds: float) -> None:
        if seconds >= _LONG or seconds == LOOK_EVERY:
            await asyncio.Event().wait()
        # Some time passes in any case: a wait shorter than a microsecond would else last for ever.
        self.advance(max(seconds, _SHORTEST))
        await asyncio.sleep(0)


class Steps:
    """Hands out turns: what has an effect outside of the process is done one at a time, and only in a turn."""

    def __init__(self) -> None:
        self._one = asyncio.Lock()
        self._left = 0
        self._given = asyncio.Event()
        self._spent = asyncio.Event()
        self._dead = False

    @asynccontextmanager
    async def turn(self) -> AsyncGenerator[None]:
        """Wait for a turn and hold it; the dead have none."""
        async with self._one:
            await self._given.wait()
            if self._dead:
                raise asyncio.CancelledError
            self._left -= 1
            try:
                yield
            finally:
                if not self._left:
                    self._given.clear()
                    self._spent.set()

    def give(self, number: int) -> None:
        self._left += number
        self._spent.clear()
        self._given.set()

    def take_back(self) -> None:
        self._left = 0
        self._given.clear()

    async def spent(self) -> None:
        """Wait until all turns that were given are over."""
        await self._spent.wait()

    def die(self) -> None:
        self._dead = True
        self._given.set()


class SteppedStore(Store):
    """The store, whose transactions that write each take a turn."""

    steps = Steps()

    async def write(self, work: Callable[[Session], T]) -> T:
        async with self.steps.turn():
            return await super().write(work)


class _SteppedTransport(httpx.AsyncBaseTransport):
    """Real HTTP, each call of which takes a turn."""

    def __init__(self, steps: Steps, inner: httpx.AsyncBaseTransport) -> None:
        self._steps = steps
        self._inner = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        async with self._steps.turn():
            response = await self._inner.handle_async_request(request)
            content = await response.aread()
        return httpx.Response(response.status_code, headers=response.headers, stream=httpx.ByteStream(content))


class _WithoutThumbnails(Encoder):
    """The encoder, which starts no process for what no promise is about."""

    async def thumbnail(self, path: Path, to: Path, *, side: int = 0) -> Fitted:
        raise EncodeFailed


class Discord:
    """What people see, whichever process showed it: for each message of a request the statuses, in order."""

    def __init__(self) -> None:
        self.mood: Mood = "here"
        self.answered: set[int] = set()
        self.replies: dict[int, list[str]] = {}
        self.sent: dict[int, dict[str, str]] = {}
        """New messages, by request and nonce."""
        self.pictures: dict[int, int] = {}

    def ends(self, request_id: int) -> list[str]:
        """How the request is seen to have ended, by each message that says so."""
        told = [status for status in self.replies.get(request_id, [])[-1:] if status not in ("pending", "processing")]
        return [*told, *self.sent.get(request_id, {}).values()]


class StepsCourier:
    """Brings replies to the people on `Discord`, a turn a call."""

    def __init__(self, steps: Steps, discord: Discord) -> None:
        self._steps = steps
        self._discord = discord

    async def answer(self, request: Request, first: FirstAnswer) -> None:
        """Answer first; the caller goes on by what that came to."""
        async with self._steps.turn():
            if first.startswith("taken"):
                self._discord.answered.add(request.id)
                self._discord.replies[request.id] = ["pending"]

    async def tell_operator(self, notice: Notice) -> None:
        """Nobody is told in this world."""

    async def show(self, details: Details, *, waits_for: str | None = None) -> None:
        async with self._steps.turn():
            if self._discord.mood != "away":
                self._discord.replies[details.request.id].append(_status(details))

    async def deliver(
        self, details: Details, parcels: Sequence[Parcel], intend: Intend, *, fault: str | None = None
    ) -> Delivered:
        request = details.request
        nonce = request.delivery_nonce
        if request.reply["way"] == "new message" and nonce is None:
            nonce = secrets.token_hex(4)
            await intend(nonce)
        async with self._steps.turn():
            if self._discord.mood == "away":
                raise TryLater("Discord is away")
            if nonce is None:
                self._discord.replies[request.id].append(_status(details))
            else:
                self._discord.sent.setdefault(request.id, {}).setdefault(nonce, _status(details))
            self._discord.pictures[request.id] = len(parcels)
            if self._discord.mood == "answers lost":
                raise TryLater("Discord did not answer")
        return Delivered(Answer(request.reply, 1, request.id), parcels)

    async def notify(self, details: Details, began_at: datetime | None) -> None:
        raise NotImplementedError("nobody waits for a minute here")

    async def find_answer(self, details: Details) -> Answer | None:
        request = details.request
        async with self._steps.turn():
            if self._discord.mood != "here":
                raise TryLater("Discord does not say")
        return Answer(request.reply, 1, request.id) if request.id in self._discord.answered else None

    async def fetch(self, source: Source, to: Path, limit: int) -> None:
        raise NotImplementedError("nothing is edited here")

    async def fetch_result(self, request: Request, number: int, to: Path, limit: int) -> bool:
        raise NotImplementedError("nothing is edited here")

    async def missing(self, request: Request) -> Missing | None:
        raise NotImplementedError("nothing is deleted here")

    async def has_left(self, guild_id: int) -> bool:
        raise NotImplementedError("nobody leaves here")


def _status(details: Details) -> str:
    if details.request.finished_at is not None:
        return details.request.state.value
    return "processing" if details.tasks[0].state is TaskState.PROCESSING else "pending"


class Life:
    """One run of the engine, from a start to a sudden death."""

    def __init__(
        self,
        *,
        store: SteppedStore,
        sandbox: Sandbox,
        http: httpx.AsyncBaseTransport,
        pictures: PictureStore,
        discord: Discord,
        clock: Clock,
    ) -> None:
        self.steps = store.steps = Steps()
        self._courier = StepsCourier(self.steps, discord)
        self.engine = Engine(
            store=store,
            catalog=_CATALOG,
            runapi=RunAPI(
                _client(_SteppedTransport(self.steps, http)), base_url=sandbox.url, api_key=SecretStr(sandbox.api_key)
            ),
            routes=Routes("auto"),
            pictures=pictures,
            downloader=Downloader(_client(http), trusted_origin=sandbox.url),
            encoder=_WithoutThumbnails(),
            clock=clock,
            limits=OperatorLimits.of(LIMIT),
            tasks_at_once=2,
        )
        self._running = AsyncExitStack()
        self._people: list[asyncio.Task[None]] = []

    async def begin(self) -> None:
        await self._running.enter_async_context(self.engine.running(self._courier, grace=timedelta(0)))

    def ask(self, user_id: int, prompt: str, way: Way, first: FirstAnswer, *, count: int) -> None:
        """Somebody types a command; what follows takes turns."""
        self._people.append(asyncio.create_task(self._ask(_draft(user_id, prompt, {"way": way}, count), first)))

    async def _ask(self, draft: Draft, first: FirstAnswer) -> None:
        with suppress(OverLimit, Stopping):
            request = (await self.engine.accept(draft)).details.request
            await self._courier.answer(request, first)
            match first:
                case "taken":
                    await self.engine.acknowledge(request.id, Answer(draft.reply, 1, request.id))
                case "too late":
                    await self.engine.lapse(request.id)
                case _:
                    await self.engine.resolve(request.id)

    def cancel(self, request_id: int) -> None:
        """Its author presses Cancel."""
        self._people.append(asyncio.create_task(self._cancel(request_id)))

    async def _cancel(self, request_id: int) -> None:
        with suppress(NotCancellable):
            await self.engine.cancel(request_id, by=0)

    async def go_on(self, steps: int) -> bool:
        """Take so many steps, or fewer where there is nothing more to do; return whether that is so."""
        self.steps.give(steps)
        spent = asyncio.create_task(self.steps.spent())
        done = asyncio.create_task(self._done())
        async with asyncio.timeout(_WAIT):
            await asyncio.wait([spent, done], return_when=asyncio.FIRST_COMPLETED)
        self.steps.take_back()
        if done.done():
            done.result()
        for each in (spent, done):
            each.cancel()
        await asyncio.gather(spent, done, return_exceptions=True)
        return not done.cancelled()

    async def _done(self) -> None:
        # Not gathered: whoever no longer waits for them must not end them.
        for each in self._people:
            await asyncio.wait([each])
            each.result()
        await self.engine.drain()

    async def die(self) -> None:
        """End at once: nothing that was not done yet happens any more."""
        self.steps.die()
        for each in self._people:
            each.cancel()
        await asyncio.gather(*self._people, return_exceptions=True)
        await self._running.aclose()


_CATALOG = Catalog.load()


def _client(transport: httpx.AsyncBaseTransport) -> httpx.AsyncClient:
    """A client that holds nothing of its own, so that a death leaves nothing behind."""
    return httpx.AsyncClient(transport=transport, trust_env=False)


def _draft(user_id: int, prompt: str, reply: Mapping[str, Any], count: int) -> Draft:
    return Draft(
        user_id=user_id,
        guild_id=1,
        channel_id=1,
        bot_present=True,
        origin="imagine",
        action="text_to_image",
        prompt=prompt,
        locale="en-US",
        filesize_limit=10 * 1024 * 1024,
        reply=reply,
        options={"count": count},
    )
