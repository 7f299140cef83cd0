import io
import re
import uuid

import httpx
import pytest
from PIL import Image

from bot.sandbox import Sandbox
from tests.sandbox.conftest import Clock

IMAGEN = {"model": "imagen-4", "prompt": "a lighthouse"}
GPT = {"model": "gpt-image-2-text-to-image", "prompt": "a lighthouse"}


async def finished(client: httpx.AsyncClient, clock: Clock, path: str, body: dict[str, object]) -> dict[str, object]:
    created = (await client.post(path, json=body)).json()
    clock.now += 60
    return (await client.get(f"{path}/{created.get('id') or created['task_id']}")).json()


async def picture(client: httpx.AsyncClient, answer: dict[str, object]) -> bytes:
    match answer["images"]:
        case [{"url": str(url)}]:
            return (await client.get(url)).raise_for_status().content
        case other:
            raise AssertionError(other)


async def test_flat_create_answers_as_the_guide_shows(client: httpx.AsyncClient) -> None:
    answer = await client.post("/v1/text_to_image", json=IMAGEN)
    assert answer.status_code == 200
    assert answer.json() == {"task_id": answer.json()["task_id"], "status": "pending", "model": "imagen-4"}
    assert re.fullmatch(r"tsk_[0-9a-f]+", answer.json()["task_id"])


async def test_namespaced_create_answers_as_the_sdks_expect(client: httpx.AsyncClient) -> None:
    answer = await client.post("/api/v1/imagen_4/text_to_image", json=IMAGEN)
    assert answer.status_code == 200
    assert answer.json() == {"id": str(uuid.UUID(answer.json()["id"])), "status": "pending"}


@pytest.mark.parametrize("path", ["/v1/text_to_image", "/api/v1/imagen_4/text_to_image"])
async def test_a_task_goes_from_pending_to_completed(
    sandbox: Sandbox, client: httpx.AsyncClient, clock: Clock, path: str
) -> None:
    created = (await client.post(path, json=IMAGEN)).json()
    task_id = created.get("id") or created["task_id"]
    seen: list[str] = []
    answer: dict[str, object] = {}
    for _ in range(6):
        answer = (await client.get(f"{path}/{task_id}")).json()
        seen.append(str(answer["status"]))
        assert ("images" in answer) == (answer["status"] == "completed")
        assert sandbox.tasks[task_id].state == answer["status"]
        clock.now += 2
    assert seen == ["pending", *["processing"] * 4, "completed"]
    assert answer["usage"] == {"cost": 0.08, "generated_images": 1}
    assert answer.get("model") == (None if "api" in path else "imagen-4")


async def test_the_time_of_a_running_task_can_be_changed_and_states_never_go_back(
    sandbox: Sandbox, client: httpx.AsyncClient, clock: Clock
) -> None:
    task_id = (await client.post("/v1/text_to_image", json=IMAGEN)).json()["task_id"]
    clock.now += 5
    assert sandbox.tasks[task_id].state == "processing"
    sandbox.task_seconds = 1000
    assert sandbox.tasks[task_id].state == "processing"
    sandbox.task_seconds = 0
    assert sandbox.tasks[task_id].state == "completed"
    sandbox.task_seconds = 1000
    assert sandbox.tasks[task_id].state == "completed"


async def test_the_picture_is_served_without_a_key_with_its_type_and_length(
    client: httpx.AsyncClient, clock: Clock
) -> None:
    done = await finished(client, clock, "/v1/text_to_image", {**IMAGEN, "aspect_ratio": "16:9"})
    data = await picture(client, done)
    assert Image.open(io.BytesIO(data)).size == (1024, 576)
    async with httpx.AsyncClient() as stranger:
        match done["images"]:
            case [{"url": str(url)}]:
                answer = await stranger.get(url)
            case other:
                raise AssertionError(other)
    assert answer.headers["Content-Type"] == "image/png"
    assert int(answer.headers["Content-Length"]) == len(data)
    clock.now += 7 * 24 * 3600 + 1
    assert (await client.get(url)).status_code == 404


async def test_a_seed_repeats_a_picture_and_no_seed_never_does(client: httpx.AsyncClient, clock: Clock) -> None:
    async def made(**more: object) -> bytes:
        return await picture(client, await finished(client, clock, "/v1/text_to_image", {**IMAGEN, **more}))

    seeded = await made(seed=7)
    assert await made(seed=7) == seeded
    assert await made(seed=8) != seeded
    assert await made(seed=7, negative_prompt="fog") != seeded
    assert await made(seed=7, model="imagen-4-ultra") != seeded
    assert await made() != await made()


async def test_resolution_and_price_of_gpt_image_2(client: httpx.AsyncClient, clock: Clock) -> None:
    body: dict[str, object] = {**GPT, "output_resolution": "2k", "aspect_ratio": "3:4"}
    done = await finished(client, clock, "/v1/text_to_image", body)
    assert Image.open(io.BytesIO(await picture(client, done))).size == (1536, 2048)
    assert done["usage"] == {"cost": 0.1, "generated_images": 1}


async def test_a_transparent_background_is_asked_for_in_words(client: httpx.AsyncClient, clock: Clock) -> None:
    words = {"prompt": "perfume on transparent background"}
    done = await finished(client, clock, "/v1/text_to_image", {**GPT, **words})
    assert Image.open(io.BytesIO(await picture(client, done))).mode == "RGBA"
    done = await finished(client, clock, "/v1/text_to_image", {**IMAGEN, **words})
    assert Image.open(io.BytesIO(await picture(client, done))).mode == "RGB"


@pytest.mark.parametrize(
    ("path", "model"),
    [
        ("/v1/edit_image", "gpt-image-2-image-to-image"),
        ("/v1/edit_image", "gpt-image-2"),
        ("/api/v1/gpt_image_2/edit_image", "gpt-image-2"),
    ],
)
async def test_an_edit_takes_its_source_from_a_result(
    client: httpx.AsyncClient, clock: Clock, path: str, model: str
) -> None:
    source = await finished(client, clock, "/v1/text_to_image", {**IMAGEN, "aspect_ratio": "4:3"})
    match source["images"]:
        case [{"url": str(url)}]:
            body: dict[str, object] = {"model": model, "prompt": "warmer", "source_image_urls": [url]}
        case other:
            raise AssertionError(other)
    done = await finished(client, clock, path, body)
    assert Image.open(io.BytesIO(await picture(client, done))).size == (1024, 768)
    assert done["usage"] == {"cost": 0.16, "generated_images": 1}


async def test_an_idempotency_key_replays_its_task_and_refuses_another_input(
    sandbox: Sandbox, client: httpx.AsyncClient, clock: Clock
) -> None:
    headers = {"Idempotency-Key": "one"}
    first = await client.post("/v1/text_to_image", json=IMAGEN, headers=headers)
    clock.now += 60
    again = await client.post("/v1/text_to_image", json=IMAGEN, headers=headers)
    assert again.json()["task_id"] == first.json()["task_id"]
    assert (again.json()["task_replayed"], again.json()["status"]) == (True, "completed")
    assert "task_replayed" not in first.json()
    other = await client.post("/v1/text_to_image", json={**IMAGEN, "seed": 1}, headers=headers)
    assert (other.status_code, other.json()["error"]["code"]) == (409, "request_conflict")
    assert [task.idempotency_key for task in sandbox.tasks.values()] == ["one"]
    assert (
        await client.post("/v1/text_to_image", json=IMAGEN, headers={"Idempotency-Key": "k" * 513})
    ).status_code == 400


async def test_the_task_book_knows_what_was_asked(sandbox: Sandbox, client: httpx.AsyncClient, clock: Clock) -> None:
    answer = await client.post("/v1/text_to_image", json={**IMAGEN, "seed": 5, "aspect_ratio": None})
    task = sandbox.tasks[answer.json()["task_id"]]
    assert (task.model, task.prompt, task.parameters) == ("imagen-4", "a lighthouse", {"seed": 5})
    assert task.created.timestamp() == clock.now


async def test_headers_of_every_answer(client: httpx.AsyncClient) -> None:
    made = await client.post("/v1/text_to_image", json=IMAGEN, headers={"X-Client-Request-Id": "mine 1"})
    task_id = made.json()["task_id"]
    assert made.headers["X-RunAPI-Task-Id"] == task_id
    assert made.headers["X-Client-Request-Id"] == "mine 1"
    polled = await client.get(f"/v1/text_to_image/{task_id}")
    missing = await client.get("/nowhere")
    assert polled.headers["X-RunAPI-Task-Id"] == task_id
    assert "X-Client-Request-Id" not in polled.headers
    assert len({answer.headers["X-Request-Id"] for answer in (made, polled, missing)}) == 3


async def test_every_call_is_remembered(sandbox: Sandbox, client: httpx.AsyncClient) -> None:
    await client.post("/v1/text_to_image?x=1", content=b'{"model": "imagen-4", "prompt": "a"}')
    await client.get("/nowhere")
    await client.post("/v1/text_to_image", json=IMAGEN)
    first, second, third = sandbox.calls
    assert (first.method, first.path, first.status) == ("POST", "/v1/text_to_image?x=1", 415)
    assert first.body == b'{"model": "imagen-4", "prompt": "a"}'
    assert first.headers["authorization"] == f"Bearer {sandbox.api_key}"
    assert (second.status, third.status) == (404, 200)


async def test_only_the_last_calls_are_kept() -> None:
    async with Sandbox(requests_kept=2) as sandbox, httpx.AsyncClient(base_url=sandbox.url) as client:
        for number in range(4):
            await client.get(f"/{number}")
        assert [call.path for call in sandbox.calls] == ["/2", "/3"]


@pytest.mark.parametrize(
    ("style", "there", "gone"),
    [
        ("flat", "/v1/text_to_image", "/api/v1/imagen_4/text_to_image"),
        ("namespaced", "/api/v1/imagen_4/text_to_image", "/v1/text_to_image"),
    ],
)
async def test_a_style_can_be_missing(style: str, there: str, gone: str) -> None:
    async with Sandbox(routes=frozenset({style})) as sandbox:
        headers = {"Authorization": f"Bearer {sandbox.api_key}"}
        async with httpx.AsyncClient(base_url=sandbox.url, headers=headers) as client:
            assert (await client.post(there, json=IMAGEN)).status_code == 200
            assert (await client.post(gone, json=IMAGEN)).status_code == 404
            assert (await client.get("/api/v1/me")).status_code == 200


async def test_it_closes_with_pictures_still_to_be_painted() -> None:
    async with Sandbox() as sandbox, httpx.AsyncClient(base_url=sandbox.url) as client:
        client.headers["Authorization"] = f"Bearer {sandbox.api_key}"
        for _ in range(8):
            await client.post("/v1/text_to_image", json=IMAGEN)
    assert len(sandbox.tasks) == 8
