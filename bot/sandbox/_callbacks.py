"""Calling back those who asked for it when a task is over."""

import asyncio
import base64
import hashlib
import hmac
import json
import secrets
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import httpx

from bot.sandbox._tasks import Task, TaskBook

_ANSWER_SECONDS = 10.0  # RunAPI's skill texts: a callback is to be answered within ten seconds
_PAUSES: Sequence[float] = (1.0, 5.0, 30.0)  # when RunAPI tries again, its documents do not say
_TICK = 0.01
_OVER = {"completed", "failed"}


def new_secret() -> str:
    """A Callback Secret: base64 of random bytes."""
    return base64.b64encode(secrets.token_bytes(32)).decode()


@dataclass(slots=True)
class Sent:
    """One callback as it was sent.

    Attributes:
        id: its X-Callback-Id; attempts to bring the same callback have the same.
        task_id: the task that it is about.
        url: where it went.
        headers: the signed ones.
        body: the bytes of its body.
        status: what was answered; None while or where nothing was.
    """

    id: str
    task_id: str
    url: str
    headers: dict[str, str]
    body: bytes
    status: int | None = None


class Switches(Protocol):
    """What may change while the server runs."""

    callback_secret: str
    task_seconds: float


class Callbacks:
    """Calls back about tasks with a `callback_url`, each as soon as it is over.

    Callbacks are dated by the host's clock whatever clock the tasks go by, for those who check that have it too.
    """

    def __init__(self, switches: Switches, book: TaskBook, sent: list[Sent], kept: int) -> None:
        self._switches = switches
        self._book = book
        self._sent = sent
        self._kept = kept
        self._waiting: list[Task] = []
        self._watching: asyncio.Task[None] | None = None
        self._calling: set[asyncio.Task[None]] = set()
        self._http: httpx.AsyncClient | None = None

    def promise(self, task: Task) -> None:
        """Call back about a new task, if that was asked for."""
        if "callback_url" not in task.parameters:
            return
        if self._http is None:
            self._http = httpx.AsyncClient(timeout=_ANSWER_SECONDS, trust_env=False)
        self._waiting.append(task)
        if self._watching is None or self._watching.done():
            self._watching = asyncio.create_task(self._watch(self._http))

    async def close(self) -> None:
        """Call nobody any more."""
        running = [*self._calling, *([self._watching] if self._watching else [])]
        for each in running:
            each.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        if self._http is not None:
            await self._http.aclose()

    async def _watch(self, http: httpx.AsyncClient) -> None:
        while self._waiting:
            await asyncio.sleep(_TICK)
            for task in self._waiting:
                self._book.advance(task, self._switches.task_seconds)
            over = [task for task in self._waiting if task.state in _OVER]
            self._waiting = [task for task in self._waiting if task.state not in _OVER]
            for task in over:
                calling = asyncio.create_task(self._call(task, http))
                self._calling.add(calling)
                calling.add_done_callback(self._calling.discard)

    async def _call(self, task: Task, http: httpx.AsyncClient) -> None:
        callback_id, body = str(uuid.uuid4()), json.dumps(task.answer(task.style)).encode()
        for pause in (*_PAUSES, None):
            sent = self._signed(callback_id, task, body)
            self._sent.append(sent)
            del self._sent[: -self._kept]
            sent.status = await _post(http, sent)
            if pause is None or (sent.status is not None and 200 <= sent.status < 300):
                return
            await asyncio.sleep(pause)

    def _signed(self, callback_id: str, task: Task, body: bytes) -> Sent:
        timestamp = str(int(time.time()))
        key = base64.b64decode(self._switches.callback_secret)
        signature = hmac.new(key, f"{callback_id}.{timestamp}.".encode() + body, hashlib.sha256).digest()
        headers = {
            "Content-Type": "application/json",
            "X-Callback-Id": callback_id,
            "X-Callback-Timestamp": timestamp,
            "X-Callback-Signature": base64.b64encode(signature).decode(),
        }
        return Sent(callback_id, task.id, str(task.parameters["callback_url"]), headers, body)


async def _post(http: httpx.AsyncClient, sent: Sent) -> int | None:
    try:
        return (await http.post(sent.url, content=sent.body, headers=sent.headers)).status_code
    except httpx.HTTPError:
        return None
