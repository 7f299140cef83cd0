"""The plumbing of the HTTP API: reading requests, injected faults, the record of calls, the oracle."""

import json
import re
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from aiohttp import BodyPartReader, web

from tests.discord_api import DiscordAPI
from tests.wire.attachments import Upload
from tests.wire.changes import Changes
from tests.wire.errors import ApiError, refuse
from tests.wire.gateway import reset

__all__ = ["PREFIX", "Answer", "Call", "Fault", "Request", "Rest"]

PREFIX = "/api/v10"
_TOKEN_IN_PATH = re.compile(r"^(/(?:interactions|webhooks)/\d+/)[^/]+")


@dataclass
class Request:
    """A request of the bot, read: `path` and `query` without the prefix, JSON body, uploads by number."""

    method: str
    path: str
    query: dict[str, str]
    body: Any
    uploads: dict[int, Upload]
    size: int
    match: dict[str, str] = field(default_factory=dict[str, str])


@dataclass
class Call:
    """A request as the record keeps it: the interaction's token is hidden in the path.

    `status` is None while the answer is being made, and for a connection that was reset.
    """

    method: str
    path: str
    body: Any
    files: list[Upload]
    query: dict[str, str]
    status: int | None = None
    at: float = field(default_factory=time.monotonic)

    def __str__(self) -> str:
        return f"{self.method} {self.path} -> {self.status}"


@dataclass
class Fault:
    """What goes wrong with matching requests, `times` in a row."""

    method: str
    path: re.Pattern[str]
    times: int
    status: int
    body: Any
    headers: dict[str, str]
    reset: Literal["before", "after"] | None

    def answer(self) -> web.Response:
        if self.body is None:
            return web.Response(status=self.status, text="upstream error", headers=self.headers)
        return _json_response(self.status, self.body, self.headers)


Answer: TypeAlias = tuple[int, Any]
"""Status and JSON body; None for no body."""
Handler: TypeAlias = Callable[[Request], Awaitable[Answer]]


class Rest:
    """Takes the requests under ``/api/v10``; the routes are added with `route`."""

    def __init__(self, token: str, changes: Changes, api: DiscordAPI | None) -> None:
        self.calls: list[Call] = []
        self.violations: list[str] = []
        self.faults: deque[Fault] = deque()
        self.token = token
        self._changes = changes
        self._api = api
        self._routes: list[tuple[str, re.Pattern[str], Handler]] = []

    def route(self, method: str, template: str, handler: Handler) -> None:
        pattern = re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", template))
        self._routes.append((method, pattern, handler))

    async def handle(self, raw: web.Request) -> web.StreamResponse:
        request = await _read(raw)
        path = _TOKEN_IN_PATH.sub(r"\1:token", request.path)
        call = Call(request.method, path, request.body, [*request.uploads.values()], request.query)
        self.calls.append(call)
        if self._api is not None:
            self.violations += self._api.request_errors(request.method, request.path, request.body)
        fault = self._fault(request)
        try:
            if fault is None or fault.reset == "after":
                response = await self._answer(request, raw.headers.get("Authorization"))
            else:
                response = fault.answer()
            if fault is not None and fault.reset is not None:
                reset(raw.transport)
            else:
                call.status = response.status
        except Exception as error:
            # aiohttp would answer 500, which discord.py quietly retries.
            self.violations.append(f"{call}: the simulated Discord failed: {error!r}")
            raise
        finally:
            await self._changes.notify()
        return response

    def _fault(self, request: Request) -> Fault | None:
        for fault in self.faults:
            if fault.method == request.method and fault.path.search(request.path):
                fault.times -= 1
                if not fault.times:
                    self.faults.remove(fault)
                return fault
        return None

    async def _answer(self, request: Request, authorization: str | None) -> web.Response:
        try:
            status, body = await self._dispatch(request, authorization)
        except ApiError as error:
            return _json_response(error.status, error.body, _limits(request))
        if self._api is not None:
            self.violations += self._api.response_errors(request.method, request.path, status, body)
        return _json_response(status, body, _limits(request))

    async def _dispatch(self, request: Request, authorization: str | None) -> Answer:
        if not _TOKEN_IN_PATH.match(request.path) and authorization != f"Bot {self.token}":
            raise refuse(40001)
        for method, pattern, handler in self._routes:
            if method == request.method and (found := pattern.fullmatch(request.path)):
                request.match = found.groupdict()
                return await handler(request)
        self.violations.append(f"{request.method} {request.path}: the simulated Discord has no such route")
        raise refuse(0)


async def _read(raw: web.Request) -> Request:
    path = raw.path.removeprefix(PREFIX)
    request = Request(raw.method, path, dict(raw.query), None, {}, raw.content_length or 0)
    if raw.content_type != "multipart/form-data":
        request.body = json.loads(await raw.read()) if raw.body_exists else None
        return request
    async for part in await raw.multipart():
        assert isinstance(part, BodyPartReader), "nested multipart"
        data = bytes(await part.read())
        if part.name == "payload_json":
            request.body = json.loads(data)
        elif found := re.fullmatch(r"files\[(\d+)\]", part.name or ""):
            kind = part.headers.get("Content-Type", "")
            request.uploads[int(found[1])] = Upload(data, part.filename or "unknown", kind)
    return request


def _json_response(status: int, body: Any, headers: dict[str, str]) -> web.Response:
    if body is None:
        return web.Response(status=status, headers=headers)
    # discord.py compares the whole header: a charset would make it take the answer for text.
    headers = {"Content-Type": "application/json", **headers}
    return web.Response(status=status, body=json.dumps(body).encode(), headers=headers)


def _limits(request: Request) -> dict[str, str]:
    """Rate limit headers of a bucket that is never empty: limits are injected as faults."""
    return {
        "X-RateLimit-Limit": "100",
        "X-RateLimit-Remaining": "99",
        "X-RateLimit-Reset-After": "1.000",
        "X-RateLimit-Reset": f"{time.time() + 1:.3f}",
        "X-RateLimit-Bucket": re.sub(r"\d{5,}", "id", _TOKEN_IN_PATH.sub(r"\1:token", request.path)),
        "Via": "1.1 google",
    }
