"""The API key goes to one origin, and nowhere else: no log, no exception, no other host."""

import logging
import traceback

import httpx
import pytest
from pydantic import SecretStr

from bot.runapi import Redirected, RunAPI, RunAPIError
from tests.runapi.calls import create
from tests.runapi.server import Handler, Server, garbage, reset, reset_in_body


def everything_about(error: BaseException, caplog: pytest.LogCaptureFixture) -> str:
    """Return all that a log, a report or a person could come to see."""
    chain: list[BaseException] = []
    link: BaseException | None = error
    while link is not None:
        chain.append(link)
        link = link.__cause__ or link.__context__
    parts = [caplog.text, *(f"{record.msg!r} {record.args!r}" for record in caplog.records)]
    parts += [f"{link} {link!r} {link.args!r} {vars(link)!r}" for link in chain]
    return "\n".join([*parts, *traceback.format_exception(error)])


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 409, 413, 429, 455, 500, 503, 302, 200])
async def test_a_server_that_repeats_the_key(
    runapi: RunAPI, server: Server, status: int, key: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.answer(
        status,
        {"error": f"No such key: {key}", "code": key, "errors": {key: [f"Bearer {key}"]}, "status": key},
        headers={"X-Request-Id": key, "X-Echo": f"Bearer {key}", "Location": f"https://evil.example/{key}"},
    )
    with pytest.raises(RunAPIError) as caught:
        await create(runapi)
    seen = everything_about(caught.value, caplog)
    assert "httpcore.http11" in seen  # the libraries' own logs are in what is looked through
    assert "HTTP Request: POST" in seen
    assert key not in seen


@pytest.mark.parametrize("handler", [reset, garbage, reset_in_body])
async def test_connections_that_break(
    runapi: RunAPI, server: Server, handler: Handler, key: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.handle(handler)
    with pytest.raises(RunAPIError) as caught:
        await create(runapi)
    assert key not in everything_about(caught.value, caplog)


async def test_polls_that_repeat_the_key(
    runapi: RunAPI, server: Server, key: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.answer(200, {"status": key, "progress": f"with {key}"})
    server.answer(200, {"status": "failed", "error": f"by {key}"})
    first, second = await runapi.status("/v1/a/b"), await runapi.status("/v1/a/b")
    assert first.progress == "with [key]"
    assert second.error == "by [key]"
    assert key not in caplog.text


async def test_a_malformed_body_is_not_quoted(
    runapi: RunAPI, server: Server, key: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.answer(200, {"balance_cents": key})
    with pytest.raises(RunAPIError) as caught:
        await runapi.balance()
    assert key not in everything_about(caught.value, caplog)


def test_repr(runapi: RunAPI, key: str) -> None:
    assert key not in f"{runapi} {runapi!r} {vars(runapi)}"


@pytest.mark.parametrize("key", ["", "two words", "line\n", "schlüssel"])
def test_a_key_that_no_header_can_hold(http: httpx.AsyncClient, key: str) -> None:
    with pytest.raises(ValueError, match="API key") as caught:
        RunAPI(http, base_url="https://runapi.ai", api_key=SecretStr(key))
    assert not key or key not in str(caught.value)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_not_followed(server: Server, elsewhere: Server, key: str, status: int) -> None:
    async with httpx.AsyncClient(follow_redirects=True) as http:
        runapi = RunAPI(http, base_url=server.url, api_key=SecretStr(key))
        server.answer(status, {}, headers={"Location": f"{elsewhere.url}/v1/text_to_image"})
        server.answer(status, {}, headers={"Location": f"{server.url}/v1/other"})
        for _ in range(2):
            with pytest.raises(Redirected):
                await create(runapi)
    assert len(server.seen) == 2
    assert elsewhere.seen == []


@pytest.mark.parametrize("path", ["{elsewhere}/v1/a/b", "//{host}/v1/a/b", "http://u:p@{own}/v1/a/b", "http://["])
async def test_an_address_elsewhere_is_refused(runapi: RunAPI, server: Server, elsewhere: Server, path: str) -> None:
    host = elsewhere.url.removeprefix("http://")
    own = server.url.removeprefix("http://")
    address = path.format(elsewhere=elsewhere.url, host=host, own=own)
    with pytest.raises(ValueError, match="address"):
        await runapi.status(address)
    with pytest.raises(ValueError, match="address"):
        await create(runapi, address)
    assert server.seen == elsewhere.seen == []
