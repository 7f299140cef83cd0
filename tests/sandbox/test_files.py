import base64
import hashlib
import io
import os

import httpx
import pytest
from PIL import Image

from bot.sandbox import Sandbox
from tests.sandbox.conftest import Clock

FILES = "/api/v1/files"


def encoded(kind: str = "PNG", size: tuple[int, int] = (60, 40)) -> bytes:
    data = io.BytesIO()
    Image.frombytes("RGB", size, os.urandom(size[0] * size[1] * 3)).save(data, kind)
    return data.getvalue()


def as_base64(data: bytes) -> dict[str, object]:
    return {"source": {"type": "base64", "data": base64.b64encode(data).decode()}}


def prepared_body(data: bytes) -> dict[str, object]:
    digest = base64.b64encode(hashlib.md5(data, usedforsecurity=False).digest()).decode()
    return {"filename": "cat.png", "byte_size": len(data), "checksum": digest}


async def test_base64_gives_an_address_that_lives_an_hour(client: httpx.AsyncClient, clock: Clock) -> None:
    data = encoded("JPEG")
    answer = (await client.post(FILES, json={**as_base64(data), "file_name": "cat.jpg"})).json()
    assert (answer["file_name"], answer["size_bytes"], answer["mime_type"]) == ("cat.jpg", len(data), "image/jpeg")
    assert answer["created_at"] == "2026-09-21T14:13:20Z"
    assert answer["expires_at"] == "2026-09-21T15:13:20Z"
    clock.now += 3599
    served = await client.get(answer["url"])
    assert (served.content, served.headers["Content-Type"]) == (data, "image/jpeg")
    clock.now += 1
    assert (await client.get(answer["url"])).status_code == 404


async def test_multipart_keeps_every_byte(client: httpx.AsyncClient) -> None:
    data = encoded()
    files = {"file": ("cat.png", data, "image/png")}
    answer = (await client.post(FILES, files=files, data={"file_name": "named.png"})).json()
    assert answer["file_name"] == "named.png"
    assert (await client.get(answer["url"])).content == data
    answer = (await client.post(FILES, files=files)).json()
    assert answer["file_name"] == "cat.png"


async def test_a_url_is_fetched_from_another_server(client: httpx.AsyncClient) -> None:
    async with Sandbox() as elsewhere, httpx.AsyncClient(base_url=elsewhere.url) as other:
        other.headers["Authorization"] = f"Bearer {elsewhere.api_key}"
        data = encoded()
        url = (await other.post(FILES, json=as_base64(data))).json()["url"]
        answer = await client.post(FILES, json={"source": {"type": "url", "url": url}})
        assert (await client.get(answer.json()["url"])).content == data
        no_picture = await client.post(
            FILES, json={"source": {"type": "url", "url": f"{elsewhere.url}/api/v1/price_schedules"}}
        )
        assert no_picture.status_code == 422
        edit = {"model": "gpt-image-2", "prompt": "warmer", "source_image_urls": [url]}
        assert (await client.post("/v1/edit_image", json=edit)).status_code == 200
        assert "authorization" not in elsewhere.calls[-1].headers


async def test_prepare_put_confirm(client: httpx.AsyncClient) -> None:
    data = encoded()
    prepared = (await client.post(f"{FILES}/prepare", json=prepared_body(data))).json()
    confirm = {"signed_id": prepared["signed_id"]}
    assert (await client.post(f"{FILES}/confirm", json=confirm)).status_code == 404
    async with httpx.AsyncClient() as bare:
        put = await bare.put(prepared["upload_url"], content=data, headers=prepared["headers"])
        assert put.status_code == 204
        assert (await bare.put(prepared["upload_url"], content=data, headers=prepared["headers"])).status_code == 404
    answer = (await client.post(f"{FILES}/confirm", json=confirm)).json()
    assert (answer["file_name"], answer["mime_type"]) == ("cat.png", "image/png")
    assert (await client.get(answer["url"])).content == data
    assert (await client.post(f"{FILES}/confirm", json=confirm)).status_code == 404


@pytest.mark.parametrize(
    ("changed", "cut"),
    [
        ({"Content-Type": "image/png"}, 0),
        ({"Content-MD5": "x"}, 0),
        ({"Authorization": "Bearer runapi_sandbox"}, 0),
        ({}, 1),
    ],
)
async def test_a_direct_upload_must_be_exactly_what_was_announced(
    client: httpx.AsyncClient, changed: dict[str, str], cut: int
) -> None:
    data = encoded()
    prepared = (await client.post(f"{FILES}/prepare", json=prepared_body(data))).json()
    async with httpx.AsyncClient() as bare:
        sent = data[: len(data) - cut]
        headers = {**prepared["headers"], **changed}
        assert (await bare.put(prepared["upload_url"], content=sent, headers=headers)).status_code == 422


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"source": "text"},
        {"source": {"type": "base64", "data": "%%%"}},
        {"source": {"type": "base64", "data": "AAAA"}},
        {"source": {"type": "url", "url": "ftp://a/b"}},
        {"source": {"type": "url", "url": "http://127.0.0.1:9/"}},
    ],
)
async def test_what_is_no_picture_is_refused(client: httpx.AsyncClient, body: dict[str, object]) -> None:
    answer = await client.post(FILES, json=body)
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["source"])


async def test_a_picture_too_large_to_open_is_refused(client: httpx.AsyncClient) -> None:
    data = io.BytesIO()
    Image.new("1", (10_000, 9_000)).save(data, "PNG")
    assert (await client.post(FILES, json=as_base64(data.getvalue()))).status_code == 422


async def test_an_expired_source_cannot_be_edited(client: httpx.AsyncClient, clock: Clock) -> None:
    url = (await client.post(FILES, json=as_base64(encoded()))).json()["url"]
    body = {"model": "gpt-image-2", "prompt": "warmer", "source_image_urls": [url]}
    assert (await client.post("/v1/edit_image", json=body)).status_code == 200
    clock.now += 3600
    answer = await client.post("/v1/edit_image", json=body)
    assert answer.status_code == 422
    assert "expired" in answer.json()["errors"]["source_image_urls"][0]
