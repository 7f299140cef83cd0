import asyncio
import socket
from contextlib import suppress
from http import HTTPStatus

import httpx
import pytest
from aiohttp import web
from pydantic import SecretStr

from bot.runapi import (
    AnswerLost,
    Conflict,
    Forbidden,
    InsufficientCredits,
    InvalidRequest,
    Maintenance,
    NotFound,
    NotReached,
    RateLimited,
    Redirected,
    Refusal,
    RunAPI,
    RunAPIError,
    ServerError,
    State,
    TooLarge,
    Trouble,
    Unauthorized,
)
from tests.runapi.calls import create
from tests.runapi.server import Handler, Server, close, garbage, reset, reset_in_body

ANSWER_LIMIT = 1024 * 1024


STATUSES = [
    (400, InvalidRequest),
    (401, Unauthorized),
    (402, InsufficientCredits),
    (403, Forbidden),
    (404, NotFound),
    (405, NotFound),
    (408, ServerError),
    (409, Conflict),
    (410, InvalidRequest),
    (413, TooLarge),
    (414, TooLarge),
    (415, TooLarge),
    (422, InvalidRequest),
    (429, RateLimited),
    (431, TooLarge),
    (455, Maintenance),
    (500, ServerError),
    (502, ServerError),
    (503, Maintenance),
    (504, ServerError),
    (599, ServerError),
    (301, Redirected),
    (304, Redirected),
]


MAYBE_MADE = {408, 500, 502, 504, 599}


async def failed_create(runapi: RunAPI) -> RunAPIError:
    with pytest.raises(RunAPIError) as caught:
        await create(runapi)
    return caught.value


@pytest.mark.parametrize(("status", "kind"), STATUSES)
async def test_every_status(runapi: RunAPI, server: Server, status: int, kind: type[RunAPIError]) -> None:
    server.answer(status, {"error": "words"}, headers={"X-Request-Id": "req-1"})
    error = await failed_create(runapi)
    assert type(error) is kind
    assert (error.status, error.request_id) == (status, "req-1")
    assert error.message == (None if status == HTTPStatus.NOT_MODIFIED else "words")  # a 304 has no body
    assert isinstance(error, Refusal | Trouble)
    if isinstance(error, Trouble):
        assert error.maybe_made == (status in MAYBE_MADE)


@pytest.mark.parametrize("status", [500, 503, 429, 409])
async def test_an_error_that_names_a_task(runapi: RunAPI, server: Server, status: int) -> None:
    server.answer(status, {"error": "words"}, headers={"X-RunAPI-Task-Id": "task_1"})
    error = await failed_create(runapi)
    assert error.task_id == "task_1"
    assert not isinstance(error, Trouble) or error.maybe_made


async def test_a_poll_makes_nothing(runapi: RunAPI, server: Server) -> None:
    server.answer(500, {"error": "words"}, headers={"X-RunAPI-Task-Id": "task_1"})
    with pytest.raises(ServerError) as caught:
        await runapi.status("/v1/text_to_image/task_1")
    assert not caught.value.maybe_made


@pytest.mark.parametrize(
    ("body", "message", "code"),
    [
        ({"error": "text"}, "text", None),
        (
            {"error": "Validation failed", "errors": {"prompt": ["too long", "rude"], "size": "odd", "seed": []}},
            "Validation failed (prompt: too long, rude; size: odd)",
            None,
        ),
        ({"errors": ["too long", {"x": 1}]}, "too long", None),
        ({"error": {"code": "rate_limited", "message": "slow down"}}, "slow down", "rate_limited"),
        ({"error": {"code": "inner"}, "code": "outer", "message": "fallback"}, "fallback", "inner"),
        ({"error": "text", "code": "not_found"}, "text", "not_found"),
        ({"error": "text", "code": 1042}, "text", "1042"),
        ({"message": "a", "detail": "b", "errorMessage": "c", "msg": "d"}, "a", None),
        ({"detail": "b", "errorMessage": "c", "msg": "d"}, "b", None),
        ({"errorMessage": "c", "msg": "d"}, "c", None),
        ({"msg": "d"}, "d", None),
        ({"error": "", "message": "a"}, "a", None),
        ({"error": {"message": {"en": "x"}}, "detail": [{"msg": "y"}]}, None, None),
        ({"error": 7, "errors": 7, "code": []}, None, None),
        (["text"], None, None),
        ("text", None, None),
    ],
)
async def test_every_shape_of_an_error(
    runapi: RunAPI, server: Server, body: object, message: str | None, code: str | None
) -> None:
    server.answer(422, body)
    error = await failed_create(runapi)
    assert (error.message, error.code) == (message, code)


@pytest.mark.parametrize("content_type", ["text/html", "text/plain", "application/json"])
async def test_a_body_that_is_not_json_is_never_shown(runapi: RunAPI, server: Server, content_type: str) -> None:
    server.answer(502, body="<h1>Bad gateway at 10.0.0.7</h1>", headers={"Content-Type": content_type})
    error = await failed_create(runapi)
    assert type(error) is ServerError
    assert error.message is None
    assert "10.0.0.7" not in f"{error} {error!r}"


async def test_retry_after_of_an_error(runapi: RunAPI, server: Server) -> None:
    server.answer(429, {"error": {"code": "rate_limited"}}, headers={"Retry-After": "12"})
    assert (await failed_create(runapi)).retry_after == 12.0


async def test_the_log_line_of_an_error(runapi: RunAPI, server: Server) -> None:
    server.answer(409, {"error": "taken", "code": "request_conflict"}, headers={"X-Request-Id": "r1"})
    error = await failed_create(runapi)
    expected = "runapi-conflict(status=409, code='request_conflict', request_id='r1')"
    assert str(error) == expected


@pytest.mark.parametrize("handler", [reset, close, garbage])
async def test_a_connection_that_breaks_before_the_answer(runapi: RunAPI, server: Server, handler: Handler) -> None:
    server.handle(handler)
    error = await failed_create(runapi)
    assert type(error) is AnswerLost
    assert error.maybe_made
    assert error.status is None


async def test_a_connection_that_breaks_in_the_body(runapi: RunAPI, server: Server) -> None:
    server.handle(reset_in_body)
    error = await failed_create(runapi)
    assert type(error) is AnswerLost
    assert error.status == 200


async def test_an_answer_that_does_not_come(hasty_runapi: RunAPI, server: Server) -> None:
    server.handle(server.hang)
    error = await failed_create(hasty_runapi)
    assert type(error) is AnswerLost
    assert error.maybe_made
    assert isinstance(error.__cause__, httpx.ReadTimeout)


async def test_a_body_that_does_not_end(hasty_runapi: RunAPI, server: Server) -> None:
    server.handle(server.hang_in_body)
    assert type(await failed_create(hasty_runapi)) is AnswerLost


async def test_an_error_is_known_by_its_status_though_its_body_does_not_end(
    hasty_runapi: RunAPI, server: Server
) -> None:
    async def refuse(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(status=402, headers={"Content-Length": "100"})
        await response.prepare(request)
        return await server.hang(request)

    server.handle(refuse)
    error = await failed_create(hasty_runapi)
    assert type(error) is InsufficientCredits
    assert error.message is None


@pytest.mark.parametrize("head", [b"HTTP/1.1 200 OK\r\nX-Slow: ", b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n"])
async def test_an_answer_that_only_trickles(hasty: httpx.AsyncClient, head: bytes) -> None:
    """Each byte comes well within the read timeout, but there is no end to them."""
    hasty.timeout = httpx.Timeout(0.3)
    ended = asyncio.Event()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(head)
        with suppress(ConnectionError):
            while not reader.at_eof():
                writer.write(b"x")
                await writer.drain()
                await asyncio.sleep(0.02)
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()
        ended.set()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        runapi = RunAPI(hasty, base_url=f"http://127.0.0.1:{port}", api_key=SecretStr("k"))
        async with asyncio.timeout(5):
            assert type(await failed_create(runapi)) is AnswerLost
            await ended.wait()


async def test_a_body_of_the_greatest_length(runapi: RunAPI, server: Server) -> None:
    body = b'{"id": "a"}'
    server.answer(200, body=body + b" " * (ANSWER_LIMIT - len(body)))
    assert (await create(runapi)).task_id == "a"


async def test_a_body_above_the_greatest_length(runapi: RunAPI, server: Server) -> None:
    body = b'{"id": "a"}'
    server.answer(200, body=body + b" " * (ANSWER_LIMIT + 1 - len(body)))
    assert type(await failed_create(runapi)) is AnswerLost
    server.answer(200, {"id": "b"})
    assert (await create(runapi)).task_id == "b"


async def test_an_answer_is_never_unpacked(runapi: RunAPI, server: Server) -> None:
    async def packed(request: web.Request) -> web.StreamResponse:
        assert request.headers["Accept-Encoding"] == "identity"
        response = web.json_response({"id": "a"})
        response.enable_compression(web.ContentCoding.gzip)
        return response

    server.handle(packed)
    assert type(await failed_create(runapi)) is AnswerLost


async def test_nobody_listens(http: httpx.AsyncClient) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        error = await failed_create(RunAPI(http, base_url=f"http://127.0.0.1:{port}", api_key=SecretStr("k")))
    assert type(error) is NotReached
    assert not error.maybe_made


async def test_no_tls_where_it_is_expected(http: httpx.AsyncClient, server: Server) -> None:
    base_url = server.url.replace("http://", "https://")
    assert type(await failed_create(RunAPI(http, base_url=base_url, api_key=SecretStr("k")))) is NotReached


async def test_a_handshake_that_does_not_come(hasty: httpx.AsyncClient) -> None:
    hasty.timeout = httpx.Timeout(0.1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        error = await failed_create(RunAPI(hasty, base_url=f"https://127.0.0.1:{port}", api_key=SecretStr("k")))
    assert type(error) is NotReached
    assert isinstance(error.__cause__, httpx.ConnectTimeout)


async def test_no_connection_is_free(server: Server) -> None:
    limits = httpx.Limits(max_connections=1)
    async with httpx.AsyncClient(limits=limits, timeout=httpx.Timeout(5, pool=0.05)) as http:
        runapi = RunAPI(http, base_url=server.url, api_key=SecretStr("k"))
        server.handle(server.hang)
        busy = asyncio.create_task(runapi.account())
        await server.arrived.wait()
        error = await failed_create(runapi)
        assert type(error) is NotReached
        assert isinstance(error.__cause__, httpx.PoolTimeout)
        assert len(server.seen) == 1
        busy.cancel()
        await asyncio.gather(busy, return_exceptions=True)


async def test_a_cancelled_call_frees_its_connection(server: Server) -> None:
    async with httpx.AsyncClient(limits=httpx.Limits(max_connections=1), timeout=5) as http:
        runapi = RunAPI(http, base_url=server.url, api_key=SecretStr("k"))
        server.handle(server.hang)
        call = asyncio.create_task(create(runapi))
        await server.arrived.wait()
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        server.answer(200, {"status": "pending"})
        assert (await runapi.status("/v1/text_to_image/a")).state is State.PENDING
