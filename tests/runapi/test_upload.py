import base64
import hashlib
import json
import logging
from datetime import UTC, datetime

import httpx
import pytest

from bot.runapi import (
    AnswerLost,
    Maintenance,
    RateLimited,
    RunAPI,
    RunAPIError,
    ServerError,
    TooLarge,
    Trouble,
    Unauthorized,
    Upload,
)
from bot.runapi._exchange import longest_wait
from tests.runapi.server import Server

INLINE = 1024 * 1024
FILE = {
    "file_name": "cat.png",
    "url": "https://file.runapi.ai/temporary/cat.png",
    "size_bytes": 3,
    "mime_type": "image/png",
    "created_at": "2026-11-20T10:00:00Z",
    "expires_at": "2026-11-20T11:00:00Z",
}
UPLOAD = Upload(
    url="https://file.runapi.ai/temporary/cat.png",
    expires_at=datetime(2026, 11, 20, 11, tzinfo=UTC),
    file_name="cat.png",
    size_bytes=3,
    mime_type="image/png",
)


def ticket(storage: Server, **changes: object) -> dict[str, object]:
    return {
        "signed_id": "signed-1",
        "upload_url": f"{storage.url}/bucket/cat.png?X-Signature=s1gnatur3",
        "headers": {"Content-Type": "image/png", "Content-MD5": "abc=", "X-Amz-Meta": "a"},
        **changes,
    }


@pytest.mark.parametrize("data", [b"", b"png", b"x" * INLINE])
async def test_a_small_file_is_sent_inside_json(runapi: RunAPI, server: Server, data: bytes, key: str) -> None:
    server.answer(200, FILE)
    assert await runapi.upload(data, file_name="cat.png", content_type="image/png") == UPLOAD
    (seen,) = server.seen
    assert (seen.method, seen.path) == ("POST", "/api/v1/files")
    assert json.loads(seen.body) == {
        "source": {"type": "base64", "data": base64.b64encode(data).decode()},
        "file_name": "cat.png",
    }
    assert seen.headers["Authorization"] == f"Bearer {key}"
    assert seen.headers["Content-Type"] == "application/json"


async def test_a_large_file_goes_to_storage(
    runapi: RunAPI, server: Server, elsewhere: Server, key: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    data = bytes(range(256)) * (INLINE // 256) + b"!"
    server.answer(200, ticket(elsewhere))
    elsewhere.answer(200, body=b"", headers={"ETag": "s1gnatur3"})
    server.answer(201, FILE)
    assert await runapi.upload(data, file_name="cat.png", content_type="image/png") == UPLOAD

    prepare, confirm = server.seen
    assert (prepare.method, prepare.path) == ("POST", "/api/v1/files/prepare")
    assert json.loads(prepare.body) == {
        "filename": "cat.png",
        "byte_size": len(data),
        "checksum": base64.b64encode(hashlib.md5(data, usedforsecurity=False).digest()).decode(),
    }
    assert (confirm.method, confirm.path) == ("POST", "/api/v1/files/confirm")
    assert json.loads(confirm.body) == {"signed_id": "signed-1"}

    (put,) = elsewhere.seen
    assert (put.method, put.path) == ("PUT", "/bucket/cat.png?X-Signature=s1gnatur3")
    assert put.body == data
    assert {name.lower(): value for name, value in put.headers.items()} == {
        "host": elsewhere.url.removeprefix("http://"),
        "content-length": str(len(data)),
        "content-type": "image/png",
        "content-md5": "abc=",
        "x-amz-meta": "a",
    }
    assert "HTTP Request: PUT" in caplog.text
    assert "s1gnatur3" not in caplog.text
    assert key not in caplog.text


@pytest.mark.parametrize(("length", "seconds"), [(0, 4.0), (64 * 1024, 5.0), (10 * INLINE, 164.0)])
def test_a_slow_uplink_gets_its_time(length: int, seconds: float) -> None:
    request = httpx.Request("PUT", "https://storage.example/", headers={"Content-Length": str(length)})
    assert longest_wait(httpx.Timeout(1), request) == seconds
    assert longest_wait(httpx.Timeout(1, read=None), request) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"upload_url": "file:///etc/passwd"},
        {"upload_url": "/bucket"},
        {"upload_url": "http://u:p@127.0.0.1:1/"},
        {"upload_url": None},
        {"signed_id": None},
        {"headers": {"X-A": "a\r\nX-B: b"}},
        {"headers": {"É": "a"}},
        {"headers": {"X-A": "é"}},
        {"headers": ["X-A"]},
    ],
)
async def test_a_ticket_that_cannot_be_used(
    runapi: RunAPI, server: Server, elsewhere: Server, changes: dict[str, object]
) -> None:
    server.answer(200, ticket(elsewhere, **changes))
    with pytest.raises(AnswerLost) as caught:
        await runapi.upload(b"x" * (INLINE + 1), file_name="cat.png", content_type="image/png")
    assert not caught.value.maybe_made
    assert len(server.seen) == 1
    assert elsewhere.seen == []


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (403, ServerError),
        (404, ServerError),
        (302, ServerError),
        (500, ServerError),
        (413, TooLarge),
        (429, RateLimited),
        (503, Maintenance),
    ],
)
async def test_storage_that_refuses(
    runapi: RunAPI, server: Server, elsewhere: Server, status: int, kind: type[RunAPIError]
) -> None:
    server.answer(200, ticket(elsewhere))
    elsewhere.answer(status, {"error": "<Code>SignatureDoesNotMatch</Code>"}, headers={"Retry-After": "2"})
    with pytest.raises(RunAPIError) as caught:
        await runapi.upload(b"x" * (INLINE + 1), file_name="cat.png", content_type="image/png")
    assert type(caught.value) is kind
    assert (caught.value.status, caught.value.message, caught.value.retry_after) == (status, None, 2.0)
    assert not isinstance(caught.value, Trouble) or not caught.value.maybe_made
    assert len(server.seen) == 1


@pytest.mark.parametrize("answer", [{}, {"url": "ftp://x"}, {"url": 7}, []])
async def test_an_upload_without_an_address(runapi: RunAPI, server: Server, answer: object) -> None:
    server.answer(200, answer)
    with pytest.raises(AnswerLost):
        await runapi.upload(b"png", file_name="cat.png", content_type="image/png")


async def test_optional_parts_of_an_upload(runapi: RunAPI, server: Server) -> None:
    server.answer(200, {"url": FILE["url"], "expires_at": "2026-11-20T11:00:00", "size_bytes": "many"})
    file = await runapi.upload(b"png", file_name="cat.png", content_type="image/png")
    assert file == Upload(url=UPLOAD.url, expires_at=datetime(2026, 11, 20, 11, tzinfo=UTC))
    server.answer(200, {"url": FILE["url"], "expires_at": "soon"})
    assert (await runapi.upload(b"", file_name="a.png", content_type="image/png")).expires_at is None


@pytest.mark.parametrize(
    ("file_name", "content_type", "sent"),
    [
        ("cat", "image/webp", "cat.webp"),
        ("cat.jpeg", "image/png", "cat.jpeg"),
        ("cat", "made/up", "cat"),
    ],
)
async def test_the_suffix_tells_the_type(
    runapi: RunAPI, server: Server, file_name: str, content_type: str, sent: str
) -> None:
    server.answer(200, FILE)
    await runapi.upload(b"png", file_name=file_name, content_type=content_type)
    assert json.loads(server.seen[0].body)["file_name"] == sent


async def test_an_upload_that_runapi_refuses(runapi: RunAPI, server: Server) -> None:
    server.answer(401, {"error": "no"})
    with pytest.raises(Unauthorized):
        await runapi.upload(b"png", file_name="cat.png", content_type="image/png")
