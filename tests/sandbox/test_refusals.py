import httpx
import pytest

FLAT = "/v1/text_to_image"
NAMESPACED = "/api/v1/gpt_image_2/text_to_image"
EDIT = "/v1/edit_image"
BASE: dict[str, object] = {"model": "imagen-4", "prompt": "a"}
GPT: dict[str, object] = {"model": "gpt-image-2", "prompt": "a"}
BANANA: dict[str, object] = {"model": "nano-banana-2", "prompt": "a"}
FOUR_O: dict[str, object] = {"model": "gpt-4o-image", "prompt": "a", "aspect_ratio": "1:1"}
FOUR_O_PATH = "/api/v1/gpt_4o_image/text_to_image"
Z_IMAGE: dict[str, object] = {"model": "z-image", "prompt": "a"}
Z_IMAGE_PATH = "/api/v1/z_image/text_to_image"
SEVENTEEN = [f"http://127.0.0.1:9/{number}" for number in range(17)]

REFUSED: list[tuple[str, dict[str, object], str]] = [
    (FLAT, {"prompt": "a"}, "model"),
    (FLAT, {"model": "imagen-5", "prompt": "a"}, "model"),
    (FLAT, {"model": "gpt-image-2-image-to-image", "prompt": "a"}, "model"),
    (NAMESPACED, {"model": "gpt-image-2-text-to-image", "prompt": "a"}, "model"),
    (NAMESPACED, {"model": "imagen-4", "prompt": "a"}, "model"),
    (FLAT, {"model": "imagen-4"}, "prompt"),
    (FLAT, {"model": "imagen-4", "prompt": "  "}, "prompt"),
    (FLAT, {"model": "imagen-4", "prompt": 5}, "prompt"),
    (FLAT, {**BASE, "aspect_ratio": "3:2"}, "aspect_ratio"),
    (FLAT, {**BASE, "aspect_ratio": "auto"}, "aspect_ratio"),
    (FLAT, {**BASE, "seed": "7"}, "seed"),
    (FLAT, {**BASE, "seed": True}, "seed"),
    (FLAT, {**BASE, "output_count": 2}, "output_count"),
    (FLAT, {**BASE, "output_resolution": "1k"}, "output_resolution"),
    (FLAT, {**BASE, "callback_url": "nowhere"}, "callback_url"),
    (NAMESPACED, {**GPT, "seed": 7}, "seed"),
    (NAMESPACED, {**GPT, "output_resolution": "8k"}, "output_resolution"),
    (NAMESPACED, {**GPT, "aspect_ratio": "1:1", "output_resolution": "4k"}, "aspect_ratio"),
    (NAMESPACED, {**GPT, "aspect_ratio": "auto", "output_resolution": "2k"}, "aspect_ratio"),
    (NAMESPACED, {**GPT, "output_resolution": "4k"}, "aspect_ratio"),
    (EDIT, {**GPT}, "source_image_urls"),
    (EDIT, {**GPT, "source_image_urls": []}, "source_image_urls"),
    (EDIT, {**GPT, "source_image_urls": "http://127.0.0.1:9/a"}, "source_image_urls"),
    (EDIT, {**GPT, "source_image_urls": ["ftp://a/b"]}, "source_image_urls"),
    (EDIT, {**GPT, "source_image_urls": SEVENTEEN}, "source_image_urls"),
    (EDIT, {**GPT, "source_image_urls": SEVENTEEN[:1]}, "source_image_urls"),
    (FLAT, {**Z_IMAGE, "aspect_ratio": "1:1"}, "aspect_ratio"),
    (FLAT, {**Z_IMAGE, "size": "1024"}, "size"),
    (FLAT, {**Z_IMAGE, "prompt": "a" * 1001}, "prompt"),
    (Z_IMAGE_PATH, Z_IMAGE, "aspect_ratio"),
    (Z_IMAGE_PATH, {**Z_IMAGE, "aspect_ratio": "1:1", "negative_prompt": "fog"}, "negative_prompt"),
    (FOUR_O_PATH, {**FOUR_O, "aspect_ratio": None}, "aspect_ratio"),
    (FOUR_O_PATH, {**FOUR_O, "output_count": 3}, "output_count"),
    (FOUR_O_PATH, {**FOUR_O, "prompt": None}, "prompt"),
    (FOUR_O_PATH, {**FOUR_O, "source_image_urls": SEVENTEEN[:6]}, "source_image_urls"),
    (FOUR_O_PATH, {**FOUR_O, "mask_url": SEVENTEEN[0]}, "mask_url"),
    (FLAT, {**BANANA, "reference_image_urls": SEVENTEEN[:1]}, "reference_image_urls"),
    (FLAT, {"model": "seedream-4.5-text-to-image", "prompt": "a", "aspect_ratio": "1:1"}, "output_quality"),
    (EDIT, {"model": "ideogram-v3-edit", "prompt": "a", "source_image_url": SEVENTEEN[0]}, "mask_url"),
]

TAKEN: list[tuple[str, dict[str, object]]] = [
    (
        FLAT,
        {**BASE, "aspect_ratio": "3:4", "negative_prompt": "fog", "seed": -3, "callback_url": "https://a.example/b"},
    ),
    (FLAT, {"model": "imagen-4-fast", "prompt": "a", "aspect_ratio": "auto"}),
    (FLAT, {"model": "imagen-4-ultra", "prompt": "a", "aspect_ratio": "9:16"}),
    (FLAT, {**GPT, "aspect_ratio": "21:9"}),
    (FLAT, {**GPT, "model": "gpt-image-2-text-to-image", "output_resolution": "1k", "aspect_ratio": "auto"}),
    (NAMESPACED, {**GPT, "output_resolution": "2k", "aspect_ratio": "1:1"}),
    (NAMESPACED, {**GPT, "output_resolution": None, "aspect_ratio": None}),
    (FLAT, {**Z_IMAGE, "size": "1024x768", "negative_prompt": "fog"}),
    (Z_IMAGE_PATH, {**Z_IMAGE, "aspect_ratio": "16:9"}),
    (FLAT, {**FOUR_O, "output_count": 4}),
    (FLAT, {**BANANA, "aspect_ratio": "1:8", "output_resolution": "4k"}),
    (FLAT, {"model": "flux-kontext-pro", "prompt": "a", "aspect_ratio": "21:9"}),
]


@pytest.mark.parametrize(("path", "body", "field"), REFUSED)
async def test_what_does_not_fit_is_refused_with_the_field(
    client: httpx.AsyncClient, path: str, body: dict[str, object], field: str
) -> None:
    answer = await client.post(path, json=body)
    assert answer.status_code == 422
    assert answer.json()["error"] == "Validation failed"
    assert list(answer.json()["errors"]) == [field]


@pytest.mark.parametrize(("path", "body"), TAKEN)
async def test_what_fits_is_taken(client: httpx.AsyncClient, path: str, body: dict[str, object]) -> None:
    answer = await client.post(path, json=body)
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", FLAT),
        ("GET", f"{FLAT}/tsk_1"),
        ("POST", NAMESPACED),
        ("GET", "/api/v1/me"),
        ("GET", "/api/v1/me/balance"),
        ("POST", "/api/v1/files"),
        ("POST", "/api/v1/files/prepare"),
        ("POST", "/api/v1/files/confirm"),
    ],
)
@pytest.mark.parametrize("headers", [{"Authorization": ""}, {"Authorization": "Bearer wrong"}])
async def test_the_key_is_asked_for(client: httpx.AsyncClient, method: str, path: str, headers: dict[str, str]) -> None:
    answer = await client.request(method, path, headers=headers)
    assert answer.status_code == 401
    assert isinstance(answer.json()["error"], str)


@pytest.mark.parametrize(
    "path",
    [
        "/nowhere",
        f"{FLAT}/tsk_1",
        "/api/v1/imagen_4/text_to_image/5",
        "/files/none",
    ],
)
async def test_what_is_not_there(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert (answer.status_code, list(answer.json())) == (404, ["error"])


async def test_an_unknown_service_or_action_is_no_route(client: httpx.AsyncClient) -> None:
    for path in ("/api/v1/imagen_4/edit_image", "/api/v1/imagen_9/text_to_image", "/v1/upscale_image"):
        assert (await client.post(path, json=BASE)).status_code == 404


async def test_a_task_is_found_only_under_its_own_action(client: httpx.AsyncClient) -> None:
    task_id = (await client.post(FLAT, json=BASE)).json()["task_id"]
    assert (await client.get(f"{FLAT}/{task_id}")).status_code == 200
    assert (await client.get(f"/api/v1/imagen_4/text_to_image/{task_id}")).json()["id"] == task_id
    assert (await client.get(f"/v1/edit_image/{task_id}")).status_code == 404
    assert (await client.get(f"/api/v1/gpt_image_2/text_to_image/{task_id}")).status_code == 404


@pytest.mark.parametrize(
    ("content", "content_type", "status"),
    [
        (b"{", "application/json", 400),
        (b"[]", "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b"{}", "text/plain", 415),
    ],
)
async def test_a_body_that_cannot_be_read(
    client: httpx.AsyncClient, content: bytes, content_type: str, status: int
) -> None:
    answer = await client.post(FLAT, content=content, headers={"Content-Type": content_type})
    assert answer.status_code == status
    assert "error" in answer.json()


async def test_a_wrong_method_names_the_right_ones(client: httpx.AsyncClient) -> None:
    answer = await client.delete(FLAT)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert "error" in answer.json()
