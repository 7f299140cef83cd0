import httpx

from bot.sandbox import OFFERS, Sandbox
from tests.sandbox.conftest import Clock

SCHEDULES = "/api/v1/price_schedules"


async def test_who_am_i(client: httpx.AsyncClient) -> None:
    answer = (await client.get("/api/v1/me")).json()
    assert set(answer) == {"id", "name", "email", "account"}


async def test_the_balance_falls_by_what_completed_tasks_cost(client: httpx.AsyncClient, clock: Clock) -> None:
    before = (await client.get("/api/v1/me/balance")).json()
    await client.post("/v1/text_to_image", json={"model": "imagen-4", "prompt": "a"})
    assert (await client.get("/api/v1/me/balance")).json() == before
    clock.now += 60
    after = (await client.get("/api/v1/me/balance")).json()
    assert after["balance_cents"] == before["balance_cents"] - 8
    assert after["spent_cents_today"] == after["spent_cents_total"] == 8


async def test_price_schedules_need_no_key_and_can_be_narrowed(client: httpx.AsyncClient) -> None:
    del client.headers["Authorization"]
    all_of_them = (await client.get(SCHEDULES)).json()["price_schedules"]
    assert len(all_of_them) == len([offer for offer in OFFERS if "namespaced" in offer.styles])
    answer = await client.get(SCHEDULES, params={"service": "gpt_image_2", "action": "text_to_image"})
    (schedule,) = answer.json()["price_schedules"]
    assert schedule["model"] == "gpt-image-2"
    assert schedule["billing_config"] == {"key": "output_resolution", "overrides": {"1k": 6, "2k": 10, "4k": 16}}


async def test_price_schedules_that_did_not_change_are_not_sent_again(client: httpx.AsyncClient) -> None:
    first = await client.get(SCHEDULES)
    again = await client.get(SCHEDULES, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = await client.get(SCHEDULES, params={"model": "imagen-4"}, headers={"If-None-Match": first.headers["ETag"]})
    assert other.status_code == 200


async def test_a_quote_follows_the_parameters(client: httpx.AsyncClient) -> None:
    body = {"service": "gpt_image_2", "action": "text_to_image", "model": "gpt-image-2"}
    for params, cents in (({}, 6), ({"output_resolution": "4k"}, 16)):
        quote = (await client.post("/api/v1/price_quotes", json={**body, "params": params})).json()["price_quote"]
        assert (quote["reservation_amount_cents"], quote["currency"]) == (cents, "USD")
    assert (await client.post("/api/v1/price_quotes", json={**body, "model": "other"})).status_code == 404


async def test_a_create_that_costs_more_than_is_left_is_refused(sandbox: Sandbox, client: httpx.AsyncClient) -> None:
    sandbox.credit_cents = 7.0
    refused = await client.post("/v1/text_to_image", json={"model": "imagen-4", "prompt": "a red fox"})
    assert (refused.status_code, sandbox.tasks) == (402, {})
    sandbox.credit_cents = 8.0
    made = await client.post("/v1/text_to_image", json={"model": "imagen-4", "prompt": "a red fox"})
    assert made.is_success


async def test_what_was_spent_cannot_be_spent_again(sandbox: Sandbox, client: httpx.AsyncClient, clock: Clock) -> None:
    sandbox.credit_cents = 15.0
    body = {"model": "imagen-4", "prompt": "a red fox"}
    first = await client.post("/v1/text_to_image", json=body, headers={"Idempotency-Key": "first"})
    clock.now += 60
    assert (await client.post("/v1/text_to_image", json=body)).status_code == 402
    again = await client.post("/v1/text_to_image", json=body, headers={"Idempotency-Key": "first"})
    assert (again.json()["task_id"], len(sandbox.tasks)) == (first.json()["task_id"], 1)
