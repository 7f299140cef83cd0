import asyncio

import httpx
import pytest

from bot.sandbox import Fault, Sandbox
from tests.sandbox.conftest import Clock

PATH = "/v1/text_to_image"
BODY = {"model": "imagen-4", "prompt": "a lighthouse"}
STATUSES = [(Fault.INSUFFICIENT_CREDITS, 402), (Fault.VALIDATION_FAILED, 422), (Fault.RATE_LIMITED, 429)]


@pytest.mark.parametrize(("fault", "status"), STATUSES)
async def test_a_create_is_refused_as_often_as_asked(
    sandbox: Sandbox, client: httpx.AsyncClient, fault: Fault, status: int
) -> None:
    sandbox.faults.add(fault, times=2)
    statuses = [(await client.post(PATH, json=BODY)).status_code for _ in range(3)]
    assert statuses == [status, status, 200]
    assert len(sandbox.tasks) == 1


@pytest.mark.parametrize(("fault", "status"), STATUSES)
async def test_a_prompt_calls_for_a_fault(
    sandbox: Sandbox, client: httpx.AsyncClient, fault: Fault, status: int
) -> None:
    for _ in range(2):
        answer = await client.post(PATH, json={**BODY, "prompt": f"a cat [{fault.value}]"})
        assert answer.status_code == status
    assert sandbox.tasks == {}


async def test_a_fault_without_end_lasts_until_removed(sandbox: Sandbox, client: httpx.AsyncClient) -> None:
    sandbox.faults.add(Fault.INSUFFICIENT_CREDITS, times=None)
    sandbox.faults.add(Fault.RATE_LIMITED)
    assert [(await client.post(PATH, json=BODY)).status_code for _ in range(3)] == [402] * 3
    sandbox.faults.remove(Fault.INSUFFICIENT_CREDITS)
    assert [(await client.post(PATH, json=BODY)).status_code for _ in range(2)] == [429, 200]
    sandbox.faults.add(Fault.RATE_LIMITED, times=None)
    sandbox.faults.clear()
    assert (await client.post(PATH, json=BODY)).status_code == 200


async def test_a_fault_waits_for_a_good_request(sandbox: Sandbox, client: httpx.AsyncClient) -> None:
    sandbox.faults.add(Fault.INSUFFICIENT_CREDITS)
    statuses = [(await client.post(PATH, json=body)).status_code for body in ({}, BODY, BODY)]
    assert statuses == [422, 402, 200]


async def test_a_429_says_when_to_come_back(sandbox: Sandbox, client: httpx.AsyncClient) -> None:
    sandbox.faults.add(Fault.RATE_LIMITED, retry_after=7)
    answer = await client.post(PATH, json=BODY)
    assert answer.headers["Retry-After"] == "7"
    assert answer.json()["error"]["code"] == "rate_limited"


async def test_a_tagged_429_lets_a_client_through_that_repeats_with_its_key(client: httpx.AsyncClient) -> None:
    body, headers = {**BODY, "prompt": "a cat [429]"}, {"Idempotency-Key": "one"}
    statuses = [(await client.post(PATH, json=body, headers=headers)).status_code for _ in range(3)]
    assert statuses == [429, 200, 200]
    assert (await client.post(PATH, json=body, headers={"Idempotency-Key": "two"})).status_code == 429


@pytest.mark.parametrize("by_tag", [True, False])
async def test_a_failed_task_says_why_and_costs_nothing(
    sandbox: Sandbox, client: httpx.AsyncClient, clock: Clock, *, by_tag: bool
) -> None:
    if not by_tag:
        sandbox.faults.add(Fault.TASK_FAILED)
    prompt = "a cat [FAIL]" if by_tag else "a cat"
    task_id = (await client.post(PATH, json={**BODY, "prompt": prompt})).json()["task_id"]
    clock.now += 5
    assert (await client.get(f"{PATH}/{task_id}")).json()["status"] == "processing"
    clock.now += 5
    answer = await client.get(f"{PATH}/{task_id}")
    assert answer.status_code == 200
    assert answer.json()["status"] == "failed"
    assert "rejected" in answer.json()["error"]
    assert not {"images", "usage"} & set(answer.json())
    assert (await client.get("/api/v1/me/balance")).json()["spent_cents_total"] == 0


async def test_faults_of_a_status_leave_the_create_alone(
    sandbox: Sandbox, client: httpx.AsyncClient, clock: Clock
) -> None:
    sandbox.faults.add(Fault.RATE_LIMITED, on="status", retry_after=3)
    sandbox.faults.add(Fault.TASK_FAILED, on="status")
    task_id = (await client.post(PATH, json=BODY)).json()["task_id"]
    refused = await client.get(f"{PATH}/{task_id}")
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "3")
    assert refused.headers["X-RunAPI-Task-Id"] == task_id
    assert (await client.get(f"{PATH}/{task_id}")).json()["status"] == "failed"
    clock.now += 60
    assert (await client.get(f"{PATH}/{task_id}")).json()["status"] == "failed"


@pytest.mark.parametrize("on", ["create", "status"])
async def test_a_hang_lasts_until_the_client_gives_up(sandbox: Sandbox, client: httpx.AsyncClient, on: str) -> None:
    headers = {"Idempotency-Key": "one"}
    sandbox.faults.add(Fault.HANG, on="create" if on == "create" else "status")
    if on == "create":
        with pytest.raises(httpx.ReadTimeout):
            await client.post(PATH, json=BODY, headers=headers, timeout=0.2)
    made = (await client.post(PATH, json=BODY, headers=headers)).json()
    if on == "status":
        with pytest.raises(httpx.ReadTimeout):
            await client.get(f"{PATH}/{made['task_id']}", timeout=0.2)
    assert made.get("task_replayed") == (True if on == "create" else None)
    assert len(sandbox.tasks) == 1
    assert [call.status for call in sandbox.calls].count(None) == 1


async def test_a_hang_is_released_when_the_sandbox_closes() -> None:
    async with Sandbox() as sandbox, httpx.AsyncClient(base_url=sandbox.url, timeout=30) as client:
        client.headers["Authorization"] = f"Bearer {sandbox.api_key}"
        waiting = asyncio.create_task(client.post(PATH, json={**BODY, "prompt": "a cat [hang]"}))
        async with asyncio.timeout(30):
            while not sandbox.tasks:
                await client.get("/api/v1/me")
            start = asyncio.get_running_loop().time()
            await sandbox.__aexit__(None, None, None)
            assert asyncio.get_running_loop().time() - start < 5  # without a release: ten seconds of grace
            with pytest.raises(httpx.TransportError):
                await waiting
