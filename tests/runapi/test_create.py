import json
import logging
from uuid import UUID

import httpx
import pytest
from pydantic import SecretStr

from bot import __version__
from bot.runapi import AnswerLost, Created, RunAPI, State, UnknownResult
from tests.runapi.calls import PATH, create
from tests.runapi.server import Server

GUIDE_ANSWER = {"task_id": "tsk_abc123", "status": "pending", "model": "imagen-4"}


async def test_the_guides_example(runapi: RunAPI, server: Server) -> None:
    server.answer(200, GUIDE_ANSWER)
    assert await create(runapi) == Created("tsk_abc123", State.PENDING, f"{PATH}/tsk_abc123", replayed=False)


async def test_what_is_sent(runapi: RunAPI, server: Server, key: str) -> None:
    body = b'{"prompt":  "caf\xc3\xa9"}\n'
    server.answer(200, GUIDE_ANSWER)
    server.answer(200, GUIDE_ANSWER)
    await create(runapi, body=body)
    await create(runapi, body=body)
    first, second = server.seen
    assert (first.method, first.path, first.body) == ("POST", PATH, body)
    assert first.headers["Authorization"] == f"Bearer {key}"
    assert first.headers["Content-Type"] == "application/json"
    assert first.headers["Accept"] == "application/json"
    assert first.headers["Idempotency-Key"] == second.headers["Idempotency-Key"] == "key-1"
    assert first.headers["User-Agent"] == f"Easel/{__version__}"
    ids = {UUID(seen.headers["X-Client-Request-Id"]) for seen in server.seen}
    assert len(ids) == 2


@pytest.mark.parametrize(
    ("answer", "task_id"),
    [
        ({"id": "a", "task_id": "b", "data": {"id": "c"}}, "a"),
        ({"task_id": "b", "data": {"id": "c"}}, "b"),
        ({"id": None, "task_id": "b"}, "b"),
        ({"data": {"id": "c", "task_id": "d"}}, "c"),
        ({"data": {"id": None, "task_id": "d"}}, "d"),
        ({"id": 17}, "17"),
        ({"id": "x" * 128}, "x" * 128),
        ({}, "header"),
        ({"id": "../me"}, "header"),
        ({"id": "x" * 129}, "header"),
        ({"id": "a\n"}, "header"),
        ({"id": "", "data": [1]}, "header"),
    ],
)
async def test_where_the_id_is_found(runapi: RunAPI, server: Server, answer: object, task_id: str) -> None:
    server.answer(202, answer, headers={"X-RunAPI-Task-Id": "header"})
    assert (await create(runapi)).task_id == task_id


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"id": "tas', b"[]"])
async def test_the_header_alone_is_enough(runapi: RunAPI, server: Server, body: bytes) -> None:
    server.answer(200, body=body, headers={"X-RunAPI-Task-Id": "header"})
    assert await create(runapi) == Created("header", State.PENDING, f"{PATH}/header")


@pytest.mark.parametrize("headers", [{}, {"X-RunAPI-Task-Id": "../me"}])
async def test_no_id_anywhere(runapi: RunAPI, server: Server, headers: dict[str, str]) -> None:
    server.answer(200, {"status": "pending", "id": "a b"}, headers=headers)
    with pytest.raises(UnknownResult) as caught:
        await create(runapi)
    assert caught.value.maybe_made
    assert caught.value.status == 200


@pytest.mark.parametrize("body", [b"", b"<html>hello</html>", b'{"id": "tas', b'["a"]', b'{"a": NaN}', b"\xff"])
async def test_a_success_that_is_no_json_object_is_a_lost_answer(runapi: RunAPI, server: Server, body: bytes) -> None:
    server.answer(200, body=body)
    with pytest.raises(AnswerLost) as caught:
        await create(runapi)
    assert type(caught.value) is AnswerLost
    assert caught.value.maybe_made
    assert caught.value.message is None


async def test_json_nested_beyond_reason(runapi: RunAPI, server: Server) -> None:
    server.answer(200, body=b'{"id": ' + b"[" * 500_000)
    with pytest.raises(AnswerLost):
        await create(runapi)


@pytest.mark.parametrize(
    ("answer", "state", "replayed"),
    [
        ({"id": "a"}, State.PENDING, False),
        ({"id": "a", "status": "processing", "task_replayed": True}, State.PROCESSING, True),
        ({"id": "a", "data": {"status": "Succeeded"}, "task_replayed": False}, State.COMPLETED, False),
    ],
)
async def test_state_and_replay(runapi: RunAPI, server: Server, answer: object, state: State, replayed: bool) -> None:
    server.answer(201, answer)
    task = await create(runapi)
    assert (task.state, task.replayed) == (state, replayed)


@pytest.mark.parametrize(
    ("location", "path"),
    [
        ("/api/v1/tasks/a/result", "/api/v1/tasks/a/result"),
        ("{origin}/api/v1/tasks/a?x=1#y", "/api/v1/tasks/a?x=1"),
        ("tasks/a", "/v1/tasks/a"),
    ],
)
async def test_location(runapi: RunAPI, server: Server, location: str, path: str) -> None:
    server.answer(202, {"id": "a"}, headers={"Location": location.format(origin=server.url)})
    assert (await create(runapi)).status_path == path


@pytest.mark.parametrize(
    "location",
    [
        "https://evil.example/v1/x",
        "//evil.example/v1/x",
        "http://127.0.0.1:1/v1/x",
        "http://user:word@{host}/v1/x",
        "https://{host}/v1/x",
        "http://[",
        "mailto:me@example.org",
    ],
)
async def test_a_location_elsewhere_is_ignored(
    runapi: RunAPI, server: Server, location: str, caplog: pytest.LogCaptureFixture
) -> None:
    server.answer(202, {"id": "a"}, headers={"Location": location.format(host=server.url.removeprefix("http://"))})
    assert (await create(runapi)).status_path == f"{PATH}/a"
    warnings = [record for record in caplog.records if record.levelno == logging.WARNING]
    assert [record.name for record in warnings] == ["bot.runapi._addresses"]
    assert "evil" not in caplog.text


async def test_the_status_template(http: httpx.AsyncClient, server: Server) -> None:
    runapi = RunAPI(
        http,
        base_url=server.url,
        api_key=SecretStr("k"),
        status_path="/v1/{service}/{action}/tasks/{task_id}",
    )
    server.answer(200, {"id": "a"})
    server.answer(200, {"id": "a"}, headers={"Location": "/there"})
    assert (await create(runapi)).status_path == "/v1/imagen_4/text_to_image/tasks/a"
    assert (await create(runapi)).status_path == "/there"


@pytest.mark.parametrize(
    "template", ["/v1/tasks", "tasks/{task_id}", "/{task_id}/{model}", "/{task_id}/{", "/{task_id}}", ""]
)
def test_a_malformed_template(http: httpx.AsyncClient, template: str) -> None:
    with pytest.raises(ValueError, match="status path"):
        RunAPI(http, base_url="https://runapi.ai", api_key=SecretStr("k"), status_path=template)


@pytest.mark.parametrize(
    "base_url",
    [
        "runapi.ai",
        "ftp://runapi.ai",
        "https://runapi.ai/api",
        "https://u:p@runapi.ai",
        "https://",
        "https://runapi.ai:port",
        "",
    ],
)
def test_a_malformed_base_url(http: httpx.AsyncClient, base_url: str) -> None:
    with pytest.raises(ValueError, match="base URL"):
        RunAPI(http, base_url=base_url, api_key=SecretStr("k"))


async def test_a_slash_behind_the_base_url(http: httpx.AsyncClient, server: Server) -> None:
    server.answer(200, {"id": "a"})
    await create(RunAPI(http, base_url=server.url + "/", api_key=SecretStr("k")))
    assert server.seen[0].path == PATH


def test_the_clients_patience(http: httpx.AsyncClient) -> None:
    assert http.timeout == httpx.Timeout(connect=10, read=45, write=45, pool=10)
    assert not http.follow_redirects


async def test_one_request_a_call_even_after_an_error(runapi: RunAPI, server: Server) -> None:
    server.answer(503, {"error": "later"})
    server.answer(200, {"id": "a"})
    with pytest.raises(Exception, match="runapi-maintenance"):
        await create(runapi)
    assert len(server.seen) == 1
    assert json.loads(server.seen[0].body) == {"prompt": "a mug"}
