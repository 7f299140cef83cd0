"""The sandbox as a whole: a server, what it remembers, and its switches."""

import asyncio
import socket
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from aiohttp import web
from aiohttp.typedefs import Middleware

from bot.sandbox._callbacks import Callbacks, Sent, new_secret
from bot.sandbox._calls import Call
from bot.sandbox._creation import Creation
from bot.sandbox._faults import Faults
from bot.sandbox._files import Fetch, FileStore, download
from bot.sandbox._models import BOTH, Offer
from bot.sandbox._offers import OFFERS
from bot.sandbox._routes import Api
from bot.sandbox._tasks import Task, TaskBook
from bot.sandbox.painting import Order, paint

_SHUTDOWN_SECONDS = 10.0
_PAINTERS = 2
CREDIT_CENTS = 100_000.0


class Sandbox:
    """A RunAPI of one's own on 127.0.0.1, as an async context manager.

    Attributes:
        url: "http://127.0.0.1:PORT", once entered.
        api_key: the one key that it accepts.
        task_seconds: how long a task takes from create to completed. May be changed at any time, for running tasks
            too; a task is `pending` for a fifth of it, then `processing`.
        callback_secret: the Callback Secret, base64, with which callbacks are signed.
        credit_cents: US cents that were paid in. May be changed at any time; what its tasks did not spend is the
            balance, and a create that costs more is refused with 402.
        faults: what is to go wrong.
        calls: every request in the order of arrival, the last `requests_kept` of them.
        callbacks: every callback that was sent, in order, the last `requests_kept` of them.
    """

    def __init__(
        self,
        *,
        api_key: str = "runapi_sandbox",
        port: int = 0,
        task_seconds: float = 4.0,
        routes: frozenset[str] = BOTH,
        offers: Sequence[Offer] = OFFERS,
        fetch: Fetch = download,
        requests_kept: int = 10_000,
        clock: Callable[[], float] = time.time,
        painter: Callable[[Order], bytes] = paint,
        middlewares: Sequence[Middleware] = (),
    ) -> None:
        """Nothing is opened yet.

        Args:
            api_key: the key that calls must carry.
            port: where to listen; 0 is any free port.
            task_seconds: how long a task takes.
            routes: which route styles exist, "flat" and "namespaced"; the other answers 404.
            offers: the models, a row for each id that a create accepts on an action.
            fetch: how a picture elsewhere is fetched that a create names; raises `NotAPictureError`.
            requests_kept: how many calls to remember.
            clock: seconds since 1970; tests that are about time bring their own.
            painter: makes the bytes of a picture, in a thread; measurements bring a quick one.
            middlewares: what stands before the routes, outermost first; tests that watch the traffic bring one.
        """
        self.url = ""
        self.api_key = api_key
        self.task_seconds = task_seconds
        self.callback_secret = new_secret()
        self.credit_cents = CREDIT_CENTS
        self.faults = Faults()
        self.calls: list[Call] = []
        self.callbacks: list[Sent] = []
        self._port = port
        self._styles = routes
        self._offers = offers
        self._fetch = fetch
        self._requests_kept = requests_kept
        self._clock = clock
        self._painter = painter
        self._middlewares = middlewares
        self._book = TaskBook(clock)
        self._exits = AsyncExitStack()

    @property
    def tasks(self) -> dict[str, Task]:
        """All tasks by id, in the states that they have reached by now."""
        for task in self._book.tasks.values():
            self._book.advance(task, self.task_seconds)
        return self._book.tasks

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as exits:
            listener = exits.enter_context(socket.create_server(("127.0.0.1", self._port)))
            self.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
            folder = Path(exits.enter_context(tempfile.TemporaryDirectory(prefix="easel-sandbox-")))
            painters = ThreadPoolExecutor(_PAINTERS, thread_name_prefix="painter")
            exits.push_async_callback(asyncio.to_thread, painters.shutdown, cancel_futures=True)
            files = FileStore(folder, self.url, self._clock, self._fetch)
            exits.push_async_callback(files.close)
            callbacks = Callbacks(self, self._book, self.callbacks, self._requests_kept)
            exits.push_async_callback(callbacks.close)
            creation = Creation(
                offers=self._offers,
                faults=self.faults,
                book=self._book,
                files=files,
                painters=painters,
                painter=self._painter,
                made=callbacks.promise,
                left=lambda: self.credit_cents - self._book.spent(self.task_seconds),
            )
            api = Api(self, offers=self._offers, book=self._book, files=files, creation=creation, clock=self._clock)
            await self._serve(exits, api, listener)
            self._exits = exits.pop_all()
        return self

    async def _serve(self, exits: AsyncExitStack, api: Api, listener: socket.socket) -> None:
        runner = web.AppRunner(
            api.app(self._styles, self.calls, self._requests_kept, self._middlewares),
            access_log=None,
            shutdown_timeout=_SHUTDOWN_SECONDS,
        )
        await runner.setup()
        exits.push_async_callback(runner.cleanup)
        exits.callback(api.closing.set)
        await web.SockSite(runner, listener).start()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._exits.aclose()
