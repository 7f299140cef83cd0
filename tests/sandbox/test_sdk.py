"""RunAPI's own SDKs as clients: they block, so they run in threads."""

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from runapi.core import ClientOptions, HttpClient, RequestOptions
from runapi.core import errors as sdk_errors
from runapi.gpt_4o_image import Gpt4oImageClient
from runapi.gpt_image_2 import GptImage2Client
from runapi.imagen_4 import Imagen4Client
from runapi.z_image import ZImageClient

from bot.sandbox import Fault, Sandbox

PROMPT: dict[str, Any] = {"model": "imagen-4", "prompt": "a lighthouse"}


@pytest.fixture
def http(sandbox: Sandbox) -> Iterator[HttpClient]:
    http = HttpClient(ClientOptions(api_key=sandbox.api_key, base_url=sandbox.url, max_retries=0))
    yield http
    http.close()


@pytest.fixture
def imagen(http: HttpClient) -> Imagen4Client:
    return Imagen4Client(api_key="in http", http_client=http)


@pytest.fixture
def gpt(http: HttpClient) -> GptImage2Client:
    return GptImage2Client(api_key="in http", http_client=http)


async def test_create_and_get(sandbox: Sandbox, imagen: Imagen4Client) -> None:
    made = await asyncio.to_thread(imagen.text_to_image.create, **PROMPT, seed=3)
    assert made.status == "pending"
    assert made.runapi_task_id == made.id
    sandbox.task_seconds = 0
    done = await asyncio.to_thread(imagen.text_to_image.get, made.id)
    assert done.status == "completed"
    assert done.images[0].url.startswith(sandbox.url)
    assert (done.usage.cost, done.usage.generated_images) == (0.08, 1)


async def test_run(sandbox: Sandbox, gpt: GptImage2Client) -> None:
    sandbox.task_seconds = 0
    done = await asyncio.to_thread(gpt.text_to_image.run, model="gpt-image-2", prompt="a lighthouse")
    assert len(done.images) == 1
    edited = await asyncio.to_thread(
        gpt.edit_image.run, model="gpt-image-2", prompt="warmer", source_image_urls=[done.images[0].url]
    )
    assert edited.usage.cost == 0.16


async def test_z_image_needs_a_ratio(sandbox: Sandbox, http: HttpClient) -> None:
    sandbox.task_seconds = 0
    z_image = ZImageClient(api_key="in http", http_client=http)
    run = z_image.text_to_image.run
    done = await asyncio.to_thread(run, model="z-image", prompt="a lighthouse", aspect_ratio="16:9")
    assert (len(done.images), done.usage.cost) == (1, 0.01)
    with pytest.raises(sdk_errors.ValidationError) as caught:
        await asyncio.to_thread(run, model="z-image", prompt="a lighthouse", size="1024x1024")
    assert caught.value.details["errors"].keys() == {"aspect_ratio", "size"}


async def test_gpt_4o_image_makes_four_and_edits_with_a_mask(sandbox: Sandbox, http: HttpClient) -> None:
    sandbox.task_seconds = 0
    run = Gpt4oImageClient(api_key="in http", http_client=http).text_to_image.run
    given: dict[str, Any] = {"model": "gpt-4o-image", "prompt": "a lighthouse", "aspect_ratio": "3:2"}
    made = await asyncio.to_thread(run, **given, output_count=4)
    urls = [image.url for image in made.images]
    assert (len(set(urls)), made.usage.generated_images, made.usage.cost) == (4, 4, 0.08)
    edited = await asyncio.to_thread(run, **given, source_image_urls=urls[:2], mask_url=urls[2])
    assert (len(edited.images), edited.usage.cost) == (1, 0.06)


async def test_an_uploaded_file_can_be_edited(sandbox: Sandbox, gpt: GptImage2Client, tmp_path: Path) -> None:
    path = tmp_path / "cat.png"
    Image.new("RGB", (30, 20), "teal").save(path)
    upload = await asyncio.to_thread(gpt.files.create, file=str(path))
    assert (upload.file_name, upload.mime_type) == ("cat.png", "image/png")
    again = await asyncio.to_thread(gpt.files.create, source=upload.url)
    sandbox.task_seconds = 0
    urls = [upload.url, again.url]
    done = await asyncio.to_thread(gpt.edit_image.run, model="gpt-image-2", prompt="warmer", source_image_urls=urls)
    assert done.status == "completed"


async def test_an_idempotency_key(gpt: GptImage2Client) -> None:
    options = RequestOptions(headers={"Idempotency-Key": "one"})

    def create(prompt: str) -> Any:
        return gpt.text_to_image.create(options=options, model="gpt-image-2", prompt=prompt)

    first = await asyncio.to_thread(create, "a")
    again = await asyncio.to_thread(create, "a")
    assert (again.id, again.task_replayed) == (first.id, True)
    with pytest.raises(sdk_errors.ConflictError):
        await asyncio.to_thread(create, "b")


async def test_a_wrong_key(sandbox: Sandbox) -> None:
    http = HttpClient(ClientOptions(api_key="wrong", base_url=sandbox.url))
    stranger = Imagen4Client(api_key="in http", http_client=http)
    with contextlib.closing(http), pytest.raises(sdk_errors.AuthenticationError):
        await asyncio.to_thread(stranger.text_to_image.create, **PROMPT)


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (Fault.INSUFFICIENT_CREDITS, sdk_errors.InsufficientCreditsError),
        (Fault.VALIDATION_FAILED, sdk_errors.ValidationError),
        (Fault.RATE_LIMITED, sdk_errors.RateLimitError),
    ],
)
async def test_faults_are_the_errors_that_the_sdk_knows(
    sandbox: Sandbox, imagen: Imagen4Client, fault: Fault, expected: type[sdk_errors.Error]
) -> None:
    sandbox.faults.add(fault, retry_after=3)
    with pytest.raises(expected) as caught:
        await asyncio.to_thread(imagen.text_to_image.create, **PROMPT)
    assert (caught.value.request_id or "").startswith("req_")
    if isinstance(caught.value, sdk_errors.RateLimitError):
        assert (caught.value.retry_after, caught.value.code) == (3, "rate_limited")


async def test_a_failed_task(sandbox: Sandbox, imagen: Imagen4Client) -> None:
    sandbox.task_seconds = 0
    with pytest.raises(sdk_errors.TaskFailedError, match="safety"):
        await asyncio.to_thread(imagen.text_to_image.run, model="imagen-4", prompt="a cat [fail]")


async def test_unknown_task_and_unknown_parameter(imagen: Imagen4Client) -> None:
    with pytest.raises(sdk_errors.NotFoundError):
        await asyncio.to_thread(imagen.text_to_image.get, "550e8400-e29b-41d4-a716-446655440000")
    with pytest.raises(sdk_errors.ValidationError) as caught:
        await asyncio.to_thread(imagen.text_to_image.create, **PROMPT, output_count=2)
    assert caught.value.details["errors"] == {"output_count": ["is not a known parameter"]}


async def test_account_and_prices(gpt: GptImage2Client) -> None:
    calls: list[Callable[[], Any]] = [gpt.account.info, gpt.account.balance, gpt.pricing.list_schedules]
    info, balance, prices = [await asyncio.to_thread(call) for call in calls]
    assert (info.account.name, balance.spent_cents_total) == ("Sandbox", 0)
    assert {schedule.model for schedule in prices.price_schedules} >= {"imagen-4", "gpt-image-2"}
    quote = await asyncio.to_thread(
        gpt.pricing.create_quote, "gpt_image_2", "edit_image", "gpt-image-2", {"output_resolution": "1k"}
    )
    assert quote.price_quote.reservation_amount_cents == 16
