"""The answers of faults: wrong ones, halves of answers, and none."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import format_datetime
from http import HTTPStatus
from random import Random

from aiohttp import web

from bot.sandbox._faults import Fault, Injection, Shape
from bot.sandbox._models import Json

_BLOCK = 2**20
_HUGE_BLOCKS = 1024
_SECONDS_A_BYTE = 0.02
_SAY_WHEN = frozenset({429, 455, 503})  # statuses that name a time to come back
_TASK_ID = "X-RunAPI-Task-Id"
_PAGE = "<!DOCTYPE html><html><head><title>{reason}</title></head><body><h1>{reason} at 10.0.0.7</h1></body></html>"

_WORDS: Mapping[int, str] = {
    400: "The request is not valid",
    401: "Invalid or missing API key",
    402: "Insufficient credits. Please top up your account.",
    403: "This API key may not use this model",
    404: "Not found",
    405: "Method not allowed",
    408: "Request timeout",
    409: "The Idempotency-Key was used with a different request",
    413: "Payload too large",
    415: "Unsupported media type",
    422: "Validation failed",
    429: "Too many requests, please slow down.",
    455: "Under maintenance",
    500: "Internal server error",
    502: "Bad gateway",
    503: "No active channel available",
    504: "Gateway timeout",
}
_CODES: Mapping[int, str] = {
    400: "invalid_resource_id",
    404: "not_found",
    409: "request_conflict",
    429: "rate_limited",
    455: "maintenance",
    503: "continuation_unavailable",
}
_USUAL_SHAPES: Mapping[int, Shape] = {409: "structured", 422: "fields", 429: "structured"}


class Misbehaviour:
    """Gives the answers of faults.

    Args:
        closing: set when the sandbox closes; then whoever waits for an answer is cut off.
    """

    def __init__(self, closing: asyncio.Event) -> None:
        self._closing = closing

    async def answer(self, request: web.Request, injection: Injection, usual: web.Response) -> web.StreamResponse:
        """Answer as a fault wants it.

        Args:
            usual: the answer without the fault, whose task id an error names too.
        """
        body = usual.body if isinstance(usual.body, bytes) else b""
        match injection.fault:
            case fault if fault.status is not None:
                return _error(request, injection, fault.status, usual.headers.get(_TASK_ID))
            case Fault.RESET | Fault.LOST:
                return _cut(request)
            case Fault.HANG:
                await self._closing.wait()
                return _cut(request)
            case Fault.SLOW | Fault.STALLED | Fault.TRUNCATED | Fault.HUGE:
                return await self._stream(request, injection.fault, usual, body)
            case Fault.BROKEN:
                usual.body = body[: len(body) // 2]
            case Fault.EMPTY:
                usual.body = b""
            case Fault.GARBLED:
                usual.body = Random(0).randbytes(len(body))  # noqa: S311 - noise, not a secret
            case Fault.MISTYPED:
                usual.content_type = "text/plain"
            case Fault.HTML:
                usual.body = _PAGE.format(reason="Welcome").encode()
                usual.content_type = "text/html"
            case _:
                pass
        return usual

    async def _stream(self, request: web.Request, fault: Fault, usual: web.Response, body: bytes) -> web.StreamResponse:
        response = web.StreamResponse(status=usual.status, headers=usual.headers)
        response.headers.pop("Content-Length", None)
        if fault is not Fault.HUGE:
            response.content_length = len(body)
        with suppress(ConnectionError):  # the client has seen enough
            await response.prepare(request)
            match fault:
                case Fault.SLOW:
                    for start in range(len(body)):
                        await response.write(body[start : start + 1])
                        await self._pause()
                case Fault.HUGE:
                    await response.write(body)
                    for _ in range(_HUGE_BLOCKS):
                        await response.write(b" " * _BLOCK)
                case _:
                    await response.write(body[: len(body) // 2])
                    if fault is Fault.STALLED:
                        await self._closing.wait()
                    _cut(request)
        return response

    async def _pause(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(_SECONDS_A_BYTE):
                await self._closing.wait()


def _cut(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def _error(request: web.Request, injection: Injection, status: int, task_id: str | None) -> web.Response:
    headers = {} if task_id is None else {_TASK_ID: task_id}
    if status in _SAY_WHEN and injection.retry_after is not None:
        headers["Retry-After"] = _when(injection.retry_after)
    if injection.fault is Fault.REDIRECTED:
        return web.Response(status=status, headers={**headers, "Location": injection.to or request.path_qs})
    shape = injection.shape or _USUAL_SHAPES.get(status, "text")
    if shape in {"html", "plain"}:
        reason = _WORDS[status] if shape == "plain" else _PAGE.format(reason=_WORDS[status])
        content_type = "text/plain" if shape == "plain" else "text/html"
        return web.Response(status=status, headers=headers, text=reason, content_type=content_type)
    return web.json_response(_body(shape, status), status=status, headers=headers)


def _body(shape: Shape, status: int) -> Json:
    words, code = (
        _WORDS[status],
        _CODES.get(status, HTTPStatus(status).name.lower() if status != 455 else "maintenance"),
    )
    match shape:
        case "fields":
            return {"error": words, "errors": {"prompt": ["is not acceptable"]}}
        case "structured":
            return {"error": {"code": code, "message": words}}
        case "coded":
            return {"error": words, "code": code}
        case "message" | "detail" | "errorMessage" | "msg":
            return {shape: words}
        case _:
            return {"error": words}


def _when(moment: float | datetime) -> str:
    if isinstance(moment, datetime):
        return format_datetime(moment.astimezone(UTC), usegmt=True)
    return f"{moment:g}"
