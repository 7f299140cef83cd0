"""The endpoint for callbacks, over real HTTP: what is taken, and how everything else is refused."""

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, closing

import httpx
import pytest
from pydantic import SecretStr

from bot import callbacks
from bot.callbacks import BODY_BYTES, PATH, WARN_EVERY, Endpoint, serving
from bot.runapi import CALLBACK_WINDOW
from bot.store import StoreUnavailable
from tests.callbacks import free_port, sign

SECRET = SecretStr("MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=")
PROMPT = "a fox that nobody may see"
BODY = json.dumps({"id": "tsk_1", "status": "completed", "prompt": PROMPT}).encode()


class Scene:
    """An endpoint that knows one task, `tsk_1`; its time passes only when a test says so."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.now = 1_790_000_000.0
        self.called: list[str] = []
        self.unavailable = False
        self.http: httpx.AsyncClient

    async def called_back(self, task_id: str) -> bool:
        if self.unavailable:
            raise StoreUnavailable("store-unavailable")
        self.called.append(task_id)
        return task_id == "tsk_1"

    def signed(self, body: bytes = BODY, *, ago: float = 0.0, callback_id: str | None = None) -> dict[str, str]:
        return sign(SECRET, body, self.now - ago, callback_id=callback_id)

    async def post(self, headers: dict[str, str] | None = None, body: bytes = BODY) -> int:
        """The status that a callback is answered with; by default one that is right."""
        answer = await self.http.post(PATH, content=body, headers=headers or self.signed(body))
        assert answer.content == b""
        return answer.status_code

    async def send(self, *pieces: bytes) -> bytes:
        """What comes back on a connection of its own until the other side ends it."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        with closing(writer):
            for piece in pieces:
                writer.write(piece)
                await writer.drain()
            return await reader.read()

    async def leave(self, *pieces: bytes) -> None:
        """Send something and go away without an answer."""
        _, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.writelines(pieces)
        await writer.drain()
        writer.close()
        await writer.wait_closed()


@asynccontextmanager
async def serve(called_back: Callable[[Scene], Callable[[str], Awaitable[bool]]]) -> AsyncGenerator[Scene]:
    scene = Scene(free_port())
    endpoint = Endpoint(secret=SECRET, called_back=called_back(scene), now=lambda: scene.now)
    async with (
        serving(endpoint, "127.0.0.1", scene.port),
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{scene.port}", trust_env=False) as scene.http,
    ):
        yield scene


@pytest.fixture(name="scene")
async def _scene(caplog: pytest.LogCaptureFixture) -> AsyncGenerator[Scene]:
    """Beside warnings of bad signatures nothing is logged, and never what a callback says or the secret."""
    caplog.set_level(logging.DEBUG)
    async with serve(lambda scene: scene.called_back) as scene:
        yield scene
    records = caplog.get_records("call")
    for record in records:
        if record.levelno > logging.INFO:
            assert record.name == "bot.callbacks"
            assert "a signature that RUNAPI_CALLBACK_SECRET does not give" in record.getMessage()
    said = "\n".join(map(logging.Formatter().format, records))
    assert PROMPT not in said
    assert SECRET.get_secret_value() not in said


def head(length: int, headers: dict[str, str]) -> bytes:
    lines = [f"POST {PATH} HTTP/1.1", "Host: easel", f"Content-Length: {length}"]
    return "\r\n".join([*lines, *(f"{name}: {value}" for name, value in headers.items()), "", ""]).encode()


async def test_a_signed_one_is_taken(scene: Scene) -> None:
    assert await scene.post() == 204
    assert scene.called == ["tsk_1"]


async def test_a_bad_signature_is_not_authorized(scene: Scene) -> None:
    answer = await scene.http.post(PATH, content=BODY + b" ", headers=scene.signed())
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "X-Callback-Signature"
    assert scene.called == []


@pytest.mark.parametrize("ago", [CALLBACK_WINDOW + 1, -CALLBACK_WINDOW - 1])
async def test_one_that_was_signed_long_ago_is_not_authorized(scene: Scene, ago: float) -> None:
    assert await scene.post(scene.signed(ago=ago)) == 401
    assert scene.called == []


@pytest.mark.parametrize("name", ["X-Callback-Id", "X-Callback-Timestamp"])
async def test_one_without_its_headers_is_a_bad_request(scene: Scene, name: str) -> None:
    assert await scene.post({each: value for each, value in scene.signed().items() if each != name}) == 400


async def test_one_that_names_no_task_is_a_bad_request(scene: Scene) -> None:
    assert await scene.post(body=b"[]") == 400


async def test_a_replay_is_a_conflict(scene: Scene) -> None:
    headers = scene.signed()
    assert [await scene.post(headers) for _ in range(3)] == [204, 409, 409]
    assert scene.called == ["tsk_1"]


async def test_a_replay_is_refused_as_long_as_its_signature_holds(scene: Scene) -> None:
    headers = scene.signed(ago=-CALLBACK_WINDOW)
    assert await scene.post(headers) == 204
    scene.now += 2 * CALLBACK_WINDOW
    assert await scene.post() == 204
    assert await scene.post(headers) == 409
    scene.now += 1
    assert await scene.post(headers) == 401


async def test_what_runapi_sends_again_because_it_got_no_answer_is_answered_and_does_nothing(scene: Scene) -> None:
    assert await scene.post(scene.signed(callback_id="one")) == 204
    scene.now += 5
    assert await scene.post(scene.signed(callback_id="one")) == 204
    assert scene.called == ["tsk_1"]


async def test_an_unknown_task_is_not_found_until_it_is_known(scene: Scene) -> None:
    body = b'{"id": "tsk_2"}'
    headers = scene.signed(body)
    assert [await scene.post(headers, body) for _ in range(2)] == [404, 404]
    assert scene.called == ["tsk_2", "tsk_2"]


async def test_one_that_cannot_be_looked_up_now_may_come_again(scene: Scene) -> None:
    headers = scene.signed()
    scene.unavailable = True
    assert await scene.post(headers) == 503
    scene.unavailable = False
    assert await scene.post(headers) == 204


async def test_a_fault_of_ours_is_logged_with_no_word_of_what_was_said(caplog: pytest.LogCaptureFixture) -> None:
    async def fail(task_id: str) -> bool:
        raise LookupError(task_id)

    async with serve(lambda _: fail) as scene:
        headers = scene.signed()
        assert [await scene.post(headers) for _ in range(2)] == [500, 500]
    assert [record.message for record in caplog.records if record.levelno >= logging.ERROR] == [
        "a callback met a fault"
    ] * 2
    assert PROMPT not in caplog.text


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"])
async def test_another_method_is_not_allowed(scene: Scene, method: str) -> None:
    answer = await scene.http.request(method, PATH)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")


@pytest.mark.parametrize("path", ["/", "/runapi", f"{PATH}/", f"{PATH}/tsk_1"])
async def test_there_is_nothing_elsewhere(scene: Scene, path: str) -> None:
    assert (await scene.http.post(path, content=BODY, headers=scene.signed())).status_code == 404


async def test_a_body_of_the_largest_size_is_taken(scene: Scene) -> None:
    assert await scene.post(body=BODY.ljust(BODY_BYTES)) == 204


async def test_a_larger_body_is_refused_before_it_comes(scene: Scene) -> None:
    answer = await scene.send(head(BODY_BYTES + 1, {"Connection": "close"}))
    assert answer.startswith(b"HTTP/1.1 413 ")


async def test_a_larger_body_of_no_stated_size_is_refused(scene: Scene) -> None:
    async def endless() -> AsyncGenerator[bytes]:
        for _ in range(4):
            yield b" " * (BODY_BYTES // 2)

    answer = await scene.http.post(PATH, content=endless(), headers=scene.signed())
    assert answer.status_code == 413


async def test_a_body_that_is_slow_to_come_is_not_waited_for(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(callbacks, "BODY_SECONDS", 0.05)
    answer = await scene.send(head(len(BODY), scene.signed()), BODY[:10])
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert scene.called == []


async def test_a_compressed_body_is_taken_as_it_was_signed(scene: Scene) -> None:
    assert await scene.post({**scene.signed(), "Content-Encoding": "gzip"}) == 204


async def test_who_sends_rubbish_or_goes_away_leaves_nothing_in_the_log(scene: Scene) -> None:
    assert (await scene.send(b"\x16\x03\x01 no HTTP\r\n\r\n")).startswith(b"HTTP/1.0 400 ")
    after_another = head(len(BODY), scene.signed()) + BODY + b"no HTTP\r\n\r\n"
    assert b"HTTP/1.0 400 " in await scene.send(after_another)
    await scene.leave(head(len(BODY), scene.signed()), BODY[:10])
    await scene.leave(head(len(BODY), scene.signed()), BODY)
    assert await scene.post() == 204


async def test_bad_signatures_are_warned_of_once_an_hour(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    def warnings() -> list[str]:
        return [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]

    for _ in range(3):
        assert await scene.post({**scene.signed(), "X-Callback-Signature": "bad"}) == 401
    [first] = warnings()
    assert ": 1 since the last warning;" in first
    scene.now += WARN_EVERY - 1
    assert await scene.post({**scene.signed(), "X-Callback-Signature": "bad"}) == 401
    assert len(warnings()) == 1
    scene.now += 1
    assert await scene.post({**scene.signed(), "X-Callback-Signature": "bad"}) == 401
    assert ": 4 since the last warning;" in warnings()[1]
