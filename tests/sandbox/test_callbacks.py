"""A task with a `callback_url` is called back about when it is over, signed as RunAPI's documents say."""

import asyncio
import json
import time
from collections.abc import AsyncIterator

import httpx
import pytest
from aiohttp import web
from pydantic import SecretStr

from bot.runapi import read_callback
from bot.sandbox import Fault, Sandbox, _callbacks
from tests.callbacks import free_port

IMAGEN = {"model": "imagen-4", "prompt": "a lighthouse"}
PATIENCE = 10.0


class Listener:
    """A server on loopback that answers callbacks with the statuses that it is told to, then with 204."""

    def __init__(self) -> None:
        self.url = f"http://127.0.0.1:{free_port()}/called?by=runapi"
        self.statuses: list[int] = []
        self._heard: asyncio.Queue[tuple[dict[str, str], bytes]] = asyncio.Queue()

    async def answer(self, request: web.Request) -> web.Response:
        self._heard.put_nowait((dict(request.headers), await request.read()))
        return web.Response(status=self.statuses.pop(0) if self.statuses else 204)

    async def next(self) -> tuple[dict[str, str], bytes]:
        """The headers and the body of the next callback."""
        return await asyncio.wait_for(self._heard.get(), PATIENCE)

    @property
    def quiet(self) -> bool:
        return self._heard.empty()


@pytest.fixture
async def listener() -> AsyncIterator[Listener]:
    listener = Listener()
    app = web.Application()
    app.router.add_post("/called", listener.answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", httpx.URL(listener.url).port).start()
    yield listener
    await runner.cleanup()


async def create(client: httpx.AsyncClient, path: str, **more: object) -> str:
    answer = (await client.post(path, json={**IMAGEN, **more})).raise_for_status().json()
    return answer.get("id") or answer["task_id"]


@pytest.mark.parametrize("path", ["/v1/text_to_image", "/api/v1/imagen_4/text_to_image"])
async def test_one_that_completes_says_what_its_status_says(
    sandbox: Sandbox, client: httpx.AsyncClient, listener: Listener, path: str
) -> None:
    task_id = await create(client, path, callback_url=listener.url)
    sandbox.task_seconds = 0.0
    headers, body = await listener.next()
    assert json.loads(body) == (await client.get(f"{path}/{task_id}")).json()
    assert headers["Content-Type"] == "application/json"
    callback = read_callback(headers, body, secret=SecretStr(sandbox.callback_secret), now=time.time())
    assert callback.task_id == task_id
    [sent] = sandbox.callbacks
    assert (sent.id, sent.task_id, sent.url, sent.body) == (callback.id, task_id, listener.url, body)


async def test_one_that_fails_says_why(sandbox: Sandbox, client: httpx.AsyncClient, listener: Listener) -> None:
    sandbox.faults.add(Fault.TASK_FAILED)
    await create(client, "/v1/text_to_image", callback_url=listener.url)
    sandbox.task_seconds = 0.0
    _, body = await listener.next()
    assert (json.loads(body)["status"], "error" in json.loads(body)) == ("failed", True)


async def test_what_is_not_answered_with_2xx_comes_again_signed_anew(
    sandbox: Sandbox, client: httpx.AsyncClient, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_callbacks, "_PAUSES", (1.1, 0.0, 0.0))
    listener.statuses = [500, 302]
    await create(client, "/v1/text_to_image", callback_url=listener.url)
    sandbox.task_seconds = 0.0
    heard = [await listener.next() for _ in range(3)]
    assert len({headers["X-Callback-Id"] for headers, _ in heard}) == 1
    assert len({body for _, body in heard}) == 1
    assert len({headers["X-Callback-Timestamp"] for headers, _ in heard}) > 1
    for headers, body in heard:
        read_callback(headers, body, secret=SecretStr(sandbox.callback_secret), now=time.time())
    other = await create(client, "/v1/text_to_image", callback_url=listener.url)
    _, body = await listener.next()
    assert json.loads(body)["task_id"] == other, "what was answered came again"
    assert [sent.status for sent in sandbox.callbacks[:3]] == [500, 302, 204]


async def test_one_whom_nobody_hears_does_not_hold_up_the_others(
    sandbox: Sandbox, client: httpx.AsyncClient, listener: Listener
) -> None:
    await create(client, "/v1/text_to_image", callback_url=f"http://127.0.0.1:{free_port()}/")
    task_id = await create(client, "/v1/text_to_image", callback_url=listener.url)
    sandbox.task_seconds = 0.0
    _, body = await listener.next()
    assert json.loads(body)["task_id"] == task_id


async def test_without_an_address_nobody_is_called(
    sandbox: Sandbox, client: httpx.AsyncClient, listener: Listener
) -> None:
    await create(client, "/v1/text_to_image")
    task_id = await create(client, "/v1/text_to_image", callback_url=listener.url)
    sandbox.task_seconds = 0.0
    await listener.next()
    assert listener.quiet
    assert [sent.task_id for sent in sandbox.callbacks] == [task_id]
