"""The client: one method a call, one HTTP request a call (an upload may take three)."""

import asyncio
import base64
import hashlib
import json
import logging
import mimetypes
from collections.abc import AsyncIterator, Mapping
from functools import partial
from pathlib import PurePosixPath
from typing import TypeVar
from urllib.parse import urlencode
from uuid import uuid4

import httpx
from pydantic import SecretStr, ValidationError

from bot import __version__
from bot.runapi import _headers, _wire
from bot.runapi._addresses import Addresses
from bot.runapi._exchange import Answer, exchange
from bot.runapi._failures import failure, reason, storage_failure, unreadable
from bot.runapi._logs import quieten_http_logs
from bot.runapi._models import Account, AccountOwner, Balance, Created, State, TaskStatus, Upload
from bot.runapi._prices import PriceQuote, PriceSchedules, QuoteWire, SchedulesWire, quote_of, schedules_of
from bot.runapi._states import StateReader
from bot.runapi._text import one_line
from bot.runapi.errors import AnswerLost, RunAPIError, UnknownResult

INLINE_BYTES = 1024 * 1024  # up to here a file is sent inside JSON, above it goes to storage by itself
_PIECE_BYTES = 64 * 1024
_NOT_MODIFIED = 304

W = TypeVar("W", bound=_wire.Wire)

_log = logging.getLogger(__name__)


def new_client() -> httpx.AsyncClient:
    """Make the HTTP client that a process keeps for all its calls to RunAPI; the caller closes it.

    Proxies and certificates come from the environment, as httpx reads it. From here on httpx's and
    httpcore's logs leave out queries of addresses and headers of answers, which may hold secrets.
    """
    quieten_http_logs()
    return httpx.AsyncClient(
        follow_redirects=False,
        timeout=httpx.Timeout(connect=10, read=45, write=45, pool=10),
        limits=httpx.Limits(max_connections=40, max_keepalive_connections=20, keepalive_expiry=30),
        headers={"User-Agent": f"Easel/{__version__}"},
    )


class RunAPI:
    """RunAPI under one base URL and key.

    Every call makes one attempt and raises a `RunAPIError`: a `Refusal` or a `Trouble`.

    Args:
        http: a client from `new_client`, which stays the caller's to close.
        base_url: scheme, host and maybe port. The key is sent to this origin only.
        api_key: the bearer token.
        status_path: a template over `{action}`, `{service}` and `{task_id}` for the status of tasks
            whose create came without a Location; by default `{create path}/{task_id}`.

    Raises:
        ValueError: the base URL or the template is malformed, or the key cannot stand in a header.
    """

    def __init__(
        self, http: httpx.AsyncClient, *, base_url: str, api_key: SecretStr, status_path: str | None = None
    ) -> None:
        key = api_key.get_secret_value()
        if not key or not all("!" <= character <= "~" for character in key):
            raise ValueError("the API key must be printable ASCII without spaces")
        self._http = http
        self._addresses = Addresses(base_url, status_path)
        self._key = api_key
        self._clean = partial(one_line, secret=api_key)
        self._states = StateReader(self._clean)

    async def create(self, path: str, body: bytes, *, idempotency_key: str, service: str, action: str) -> Created:
        """Ask for a task, or for the one that an earlier call with the same body and key has made.

        Args:
            path: from `create_path`.
            body: JSON, sent byte for byte.
            idempotency_key: 1 to 512 characters, one for each task that is wanted.
            service, action: fill the template of the status path.

        Raises:
            Refusal: RunAPI made nothing.
            Trouble: see `Trouble.maybe_made`. `UnknownResult` if a success names no task.
        """
        answer = await self._send("POST", path, body, {"Idempotency-Key": idempotency_key}, creates=True)
        fields = _wire.read_object(answer.body)
        task = _wire.TaskWire.model_validate(fields or {})
        task_id = task.id or _headers.task_id(answer.headers)
        if task_id is None:
            kind = AnswerLost if fields is None else UnknownResult
            raise unreadable(answer, clean=self._clean, creates=True, kind=kind)
        return Created(
            task_id=task_id,
            state=self._states.read(task.status) if task.status else State.PENDING,
            status_path=self._addresses.status_path(
                path, task_id=task_id, service=service, action=action, location=answer.headers.get("Location")
            ),
            replayed=bool(task.replayed),
        )

    def made_by(self, error: RunAPIError, path: str, *, service: str, action: str) -> Created | None:
        """Return the task that a create made although its answer was `error`, or None if that names none.

        Args:
            path, service, action: of the create.
        """
        if error.task_id is None:
            return None
        status_path = self._addresses.status_path(
            path, task_id=error.task_id, service=service, action=action, location=None
        )
        return Created(error.task_id, State.PENDING, status_path)

    async def status(self, path: str) -> TaskStatus:
        """Ask how a task stands, at its `Created.status_path`.

        Raises:
            ValueError: `path` is an address of another origin.
            Refusal, Trouble: RunAPI did not say.
        """
        answer = await self._send("GET", path)
        fields = self._object(answer)
        task = _wire.TaskWire.model_validate(fields)
        state = self._states.read(task.status or "")
        said = reason(fields) if state is State.FAILED else None
        if state is State.COMPLETED and not task.urls:
            _log.error("RunAPI completed a task without a picture; its answer has %s", self._clean(", ".join(fields)))
            _log.debug("that answer is: %s", self._clean(str(dict(fields))))
        return TaskStatus(
            state=state,
            images=task.urls,
            error=self._clean(said) if said else None,
            cost=task.cost,
            progress=self._clean(task.progress) if task.progress else None,
            retry_after=_headers.retry_after(answer.headers),
        )

    async def upload(self, data: bytes, *, file_name: str, content_type: str) -> Upload:
        """Hand RunAPI a file, for a short time, to get an address that a task can name as its source.

        Args:
            content_type: gives the name a suffix where it has none; RunAPI takes no type beside it.

        Raises:
            Refusal, Trouble: RunAPI or its storage did not take the file.
        """
        name = _with_suffix(file_name, content_type)
        if len(data) <= INLINE_BYTES:
            source = {"type": "base64", "data": base64.b64encode(data).decode("ascii")}
            answer = await self._post("/api/v1/files", {"source": source, "file_name": name})
        else:
            answer = await self._upload_to_storage(data, name)
        file = self._read(_wire.UploadWire, answer)
        return Upload(
            url=file.url,
            expires_at=file.expires_at,
            file_name=file.file_name,
            size_bytes=file.size_bytes,
            mime_type=file.mime_type,
        )

    async def account(self) -> Account:
        """Ask whose key this is: the cheapest check of a key."""
        body = self._read(_wire.AccountWire, await self._send("GET", "/api/v1/me"))
        owner = AccountOwner(body.account.id, body.account.name) if body.account else None
        return Account(id=body.id, name=body.name, email=body.email, owner=owner)

    async def balance(self) -> Balance:
        """Ask for the account's credit and spending."""
        body = self._read(_wire.BalanceWire, await self._send("GET", "/api/v1/me/balance"))
        return Balance(**body.model_dump())

    async def price_schedules(
        self,
        *,
        service: str | None = None,
        action: str | None = None,
        model: str | None = None,
        known: PriceSchedules | None = None,
    ) -> PriceSchedules:
        """Ask what calls cost; no key is sent, for none is needed.

        Args:
            service, action, model: narrow the answer; the model by its namespaced id.
            known: an earlier answer to the same question, which is returned if it still holds.

        Raises:
            Refusal, Trouble: RunAPI did not say.
        """
        filters = {"service": service, "action": action, "model": model}
        query = urlencode({name: value for name, value in filters.items() if value is not None})
        headers = {"If-None-Match": known.etag} if known and known.etag else {}
        path = "/api/v1/price_schedules"
        answer = await self._send("GET", f"{path}?{query}" if query else path, headers=headers, keyed=False)
        if known is not None and answer.status == _NOT_MODIFIED:
            return known
        return schedules_of(self._read(SchedulesWire, answer), answer.headers.get("ETag"))

    async def price_quote(self, service: str, action: str, model: str, params: Mapping[str, object]) -> PriceQuote:
        """Ask what one call would cost; it makes no task, and no key is sent, for none is needed.

        Args:
            model: the namespaced id.
            params: the body of the create without its model, as namespaced routes take it.

        Raises:
            Refusal, Trouble: RunAPI did not say.
        """
        asked = {"service": service, "action": action, "model": model, "params": dict(params)}
        answer = await self._send("POST", "/api/v1/price_quotes", json.dumps(asked).encode(), keyed=False)
        return quote_of(self._read(QuoteWire, answer))

    async def _upload_to_storage(self, data: bytes, name: str) -> Answer:
        checksum = await asyncio.to_thread(_checksum, data)
        asked = {"filename": name, "byte_size": len(data), "checksum": checksum}
        ticket = self._read(_wire.TicketWire, await self._post("/api/v1/files/prepare", asked))
        # Not built by the client, which would add headers of its own: the address is signed for these.
        headers = httpx.Headers(ticket.headers)
        headers["Content-Length"] = str(len(data))
        put = httpx.Request("PUT", ticket.upload_url, headers=headers, content=_pieces(data))
        answer = await exchange(self._http, put, creates=False)
        if not answer.ok:
            raise storage_failure(answer)
        return await self._post("/api/v1/files/confirm", {"signed_id": ticket.signed_id})

    async def _post(self, path: str, body: Mapping[str, object]) -> Answer:
        return await self._send("POST", path, json.dumps(body).encode())

    async def _send(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        *,
        creates: bool = False,
        keyed: bool = True,
    ) -> Answer:
        request = self._http.build_request(
            method,
            self._addresses.url(path),
            content=body,
            headers={
                **({"Content-Type": "application/json"} if body is not None else {}),
                "Accept": "application/json",
                "Accept-Encoding": "identity",
                **({"Authorization": f"Bearer {self._key.get_secret_value()}"} if keyed else {}),
                "X-Client-Request-Id": str(uuid4()),
                **(headers or {}),
            },
        )
        answer = await exchange(self._http, request, creates=creates)
        unchanged = answer.status == _NOT_MODIFIED and "If-None-Match" in request.headers
        if not answer.ok and not unchanged:
            failed = failure(answer, clean=self._clean, creates=creates)
            _log.debug("RunAPI says to %s %s: %s", method, path, failed.message)
            raise failed
        return answer

    def _object(self, answer: Answer) -> _wire.Fields:
        fields = _wire.read_object(answer.body)
        if fields is None:
            raise unreadable(answer, clean=self._clean, creates=False)
        return fields

    def _read(self, kind: type[W], answer: Answer) -> W:
        try:
            return kind.model_validate(self._object(answer))
        except ValidationError as error:
            raise unreadable(answer, clean=self._clean, creates=False) from error


def _with_suffix(file_name: str, content_type: str) -> str:
    if PurePosixPath(file_name).suffix:
        return file_name
    return file_name + (mimetypes.guess_extension(content_type) or "")


def _checksum(data: bytes) -> str:
    """Return the base64 of the MD5, which RunAPI's storage checks what arrives against."""
    return base64.b64encode(hashlib.md5(data, usedforsecurity=False).digest()).decode("ascii")


async def _pieces(data: bytes) -> AsyncIterator[bytes]:
    """Cut `data`, so that the write timeout holds for a piece and not for the whole file."""
    for start in range(0, len(data), _PIECE_BYTES):
        yield data[start : start + _PIECE_BYTES]
