"""The HTTP routes, flat and namespaced, and what they answer."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Protocol

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from bot.sandbox import _pricing
from bot.sandbox._calls import Call, recorder
from bot.sandbox._creation import Creation
from bot.sandbox._faults import Fault, Faults, Injection, altered
from bot.sandbox._files import FileStore, NotAPictureError
from bot.sandbox._http import idempotency_key, json_object, multipart_parts, text_of
from bot.sandbox._misbehaviour import Misbehaviour
from bot.sandbox._models import Json, Offer, Style
from bot.sandbox._refusals import invalid, not_found, unauthorized
from bot.sandbox._tasks import Task, TaskBook

_BODY_BYTES = 64 * 2**20


class Switches(Protocol):
    """What may change while the server runs."""

    api_key: str
    task_seconds: float
    credit_cents: float
    faults: Faults


class Api:
    """The handlers of one sandbox."""

    def __init__(
        self,
        switches: Switches,
        *,
        offers: Sequence[Offer],
        book: TaskBook,
        files: FileStore,
        creation: Creation,
        clock: Callable[[], float],
    ) -> None:
        self._switches = switches
        self._offers = offers
        self._book = book
        self._files = files
        self._creation = creation
        self._as_of = datetime.fromtimestamp(clock(), UTC).isoformat(timespec="seconds")
        self.closing = asyncio.Event()
        self._misbehaviour = Misbehaviour(self.closing)

    def app(
        self, styles: frozenset[str], calls: list[Call], calls_kept: int, middlewares: Sequence[Middleware] = ()
    ) -> web.Application:
        """The application with the routes of the given styles; files, account and prices are always there."""
        app = web.Application(middlewares=[*middlewares, recorder(calls, calls_kept)], client_max_size=_BODY_BYTES)
        keyed = self._keyed
        app.add_routes(
            [
                web.get("/files/{token}", self._file),
                web.put("/uploads/{signed_id}", self._upload),
                web.post("/api/v1/files", keyed(self._create_file)),
                web.post("/api/v1/files/prepare", keyed(self._prepare)),
                web.post("/api/v1/files/confirm", keyed(self._confirm)),
                web.get("/api/v1/me", keyed(self._me)),
                web.get("/api/v1/me/balance", keyed(self._balance)),
                web.get("/api/v1/price_schedules", self._schedules),
                web.post("/api/v1/price_quotes", self._quote),
            ]
        )
        if "flat" in styles:
            app.router.add_post("/v1/{action:text_to_image|edit_image}", keyed(self._create))
            app.router.add_get("/v1/{action:text_to_image|edit_image}/{id}", keyed(self._status))
        if "namespaced" in styles:
            app.router.add_post("/api/v1/{service}/{action}", keyed(self._create))
            app.router.add_get("/api/v1/{service}/{action}/{id}", keyed(self._status))
        return app

    def _keyed(self, handler: Handler) -> Handler:
        """`handler`, for those who send the API key."""

        async def guarded(request: web.Request) -> web.StreamResponse:
            if request.headers.get("Authorization") != f"Bearer {self._switches.api_key}":
                raise unauthorized()
            return await handler(request)

        return guarded

    async def _create(self, request: web.Request) -> web.StreamResponse:
        style, service, action = _address(request)
        key = idempotency_key(request.headers)
        made = await self._creation.create(style, service, action, await json_object(request), key)
        if made.task is None:
            usual = web.Response()
        else:
            if made.replayed:
                self._book.advance(made.task, self._switches.task_seconds)
            usual = _shown(made.task, style, made.injection, replayed=made.replayed)
        if made.injection is None:
            return usual
        if not made.injection.named:
            usual.headers.popall("X-RunAPI-Task-Id", None)
        return await self._misbehaviour.answer(request, made.injection, usual)

    async def _status(self, request: web.Request) -> web.StreamResponse:
        style, service, action = _address(request)
        task = self._book.tasks.get(request.match_info["id"])
        if task is None or task.offer.action != action or service not in {None, task.offer.service}:
            raise not_found("Task")
        self._book.advance(task, self._switches.task_seconds)
        injection = self._switches.faults.take("status")
        if injection is None:
            return _shown(task, style)
        if injection.fault is Fault.TASK_FAILED:
            task.fail()
        return await self._misbehaviour.answer(request, injection, _shown(task, style, injection))

    async def _create_file(self, request: web.Request) -> web.StreamResponse:
        if request.content_type == "multipart/form-data":
            parts = multipart_parts(request.headers["Content-Type"], await request.read())
            if "file" not in parts:
                raise invalid({"file": ["can't be blank"]})
            file_name, data = parts["file"]
            name = parts["file_name"][1].decode(errors="replace") if "file_name" in parts else file_name
            return web.json_response(await self._files.upload(data, name))
        body = await json_object(request)
        name = text_of(body, "file_name") if "file_name" in body else None
        try:
            data = await self._files.read_source(body.get("source"))
        except NotAPictureError as error:
            raise invalid({"source": [str(error)]}) from error
        return web.json_response(await self._files.upload(data, name))

    async def _prepare(self, request: web.Request) -> web.StreamResponse:
        body = await json_object(request)
        size = body.get("byte_size")
        if not isinstance(size, int) or not 0 < size <= _BODY_BYTES:
            raise invalid({"byte_size": [f"must be an integer from 1 to {_BODY_BYTES}"]})
        return web.json_response(self._files.prepare(text_of(body, "filename"), size, text_of(body, "checksum")))

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        self._files.receive(request.match_info["signed_id"], request.headers, await request.read())
        return web.Response(status=204)

    async def _confirm(self, request: web.Request) -> web.StreamResponse:
        return web.json_response(await self._files.confirm(text_of(await json_object(request), "signed_id")))

    async def _file(self, request: web.Request) -> web.StreamResponse:
        stored = await self._files.get(request.match_info["token"])
        if stored is None:
            raise not_found("File")
        injection = self._switches.faults.take("result")
        if injection is None:
            return web.FileResponse(stored.path, headers={"Content-Type": stored.mime})
        data = await asyncio.to_thread(stored.path.read_bytes)
        return await self._misbehaviour.answer(request, injection, web.Response(body=data, content_type=stored.mime))

    async def _me(self, _: web.Request) -> web.StreamResponse:
        account: Json = {"id": 1, "name": "Sandbox"}
        return web.json_response({"id": 1, "name": "Sandbox", "email": "sandbox@example.com", "account": account})

    async def _balance(self, _: web.Request) -> web.StreamResponse:
        spent = round(self._book.spent(self._switches.task_seconds))
        cents = round(self._switches.credit_cents) - spent
        left: Json = {"balance_cents": cents, "paid_balance_cents": cents}
        return web.json_response(
            {**left, "bonus_balance_cents": 0, "spent_cents_today": spent, "spent_cents_total": spent}
        )

    async def _schedules(self, request: web.Request) -> web.StreamResponse:
        filters = {name: request.query[name] for name in ("service", "action", "model") if name in request.query}
        response = web.json_response(_pricing.schedules(self._offers, filters, self._as_of))
        etag = '"' + "-".join([self._as_of, *filters.values()]).replace('"', "") + '"'
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=304, headers={"ETag": etag})
        response.headers["ETag"] = etag
        return response

    async def _quote(self, request: web.Request) -> web.StreamResponse:
        body = await json_object(request)
        model = text_of(body, "model") if "model" in body else None
        service, action = text_of(body, "service"), text_of(body, "action")
        answer = _pricing.quote(
            self._offers, service, action, model=model, params=body.get("params"), as_of=self._as_of
        )
        return web.json_response(answer)


def _address(request: web.Request) -> tuple[Style, str | None, str]:
    """The style, the service (None on flat routes) and the action of a task route."""
    service = request.match_info.get("service")
    return ("flat" if service is None else "namespaced"), service, request.match_info["action"]


def _shown(task: Task, style: Style, injection: Injection | None = None, *, replayed: bool = False) -> web.Response:
    body = altered(injection, task.answer(style, replayed=replayed))
    return web.json_response(body, headers={"X-RunAPI-Task-Id": task.id})
