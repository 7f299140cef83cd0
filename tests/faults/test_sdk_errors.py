"""RunAPI's own SDK takes the sandbox's faults for what they are."""

import asyncio
from collections.abc import AsyncGenerator

import pytest
from runapi.core import ClientOptions, HttpClient
from runapi.core import errors as sdk
from runapi.imagen_4 import Imagen4Client

from bot.sandbox import Fault, Sandbox

ERRORS: dict[Fault, type[sdk.Error]] = {
    Fault.REDIRECTED: sdk.Error,
    Fault.BAD_REQUEST: sdk.ValidationError,
    Fault.UNAUTHORIZED: sdk.AuthenticationError,
    Fault.INSUFFICIENT_CREDITS: sdk.InsufficientCreditsError,
    Fault.FORBIDDEN: sdk.Error,
    Fault.NOT_FOUND: sdk.NotFoundError,
    Fault.METHOD_NOT_ALLOWED: sdk.Error,
    Fault.REQUEST_TIMEOUT: sdk.Error,
    Fault.CONFLICT: sdk.ConflictError,
    Fault.PAYLOAD_TOO_LARGE: sdk.Error,
    Fault.UNSUPPORTED_MEDIA_TYPE: sdk.Error,
    Fault.VALIDATION_FAILED: sdk.ValidationError,
    Fault.RATE_LIMITED: sdk.RateLimitError,
    Fault.MAINTENANCE: sdk.Error,
    Fault.SERVER_ERROR: sdk.ServerError,
    Fault.BAD_GATEWAY: sdk.ServerError,
    Fault.UNAVAILABLE: sdk.ServiceUnavailableError,
    Fault.GATEWAY_TIMEOUT: sdk.ServerError,
}


@pytest.fixture(name="sandbox")
async def _sandbox() -> AsyncGenerator[Sandbox]:
    async with Sandbox(task_seconds=0) as sandbox:
        yield sandbox


async def refused(sandbox: Sandbox) -> sdk.Error:
    """Return what the SDK raises for a create."""
    http = HttpClient(ClientOptions(api_key=sandbox.api_key, base_url=sandbox.url, max_retries=0))
    try:
        client = Imagen4Client(api_key="in http", http_client=http)
        with pytest.raises(sdk.Error) as caught:
            await asyncio.to_thread(client.text_to_image.create, model="imagen-4", prompt="a lighthouse")
    finally:
        http.close()
    return caught.value


def test_every_status_is_here() -> None:
    assert set(ERRORS) == {fault for fault in Fault if fault.status is not None}


@pytest.mark.parametrize("fault", ERRORS, ids=lambda fault: fault.value)
async def test_an_http_fault_is_the_error_that_the_sdk_knows(sandbox: Sandbox, fault: Fault) -> None:
    sandbox.faults.add(fault, named=True)
    error = await refused(sandbox)
    assert type(error) is ERRORS[fault]
    assert error.status == fault.status
    assert error.runapi_task_id == next(iter(sandbox.tasks))


@pytest.mark.parametrize("fault", [Fault.RESET, Fault.LOST], ids=lambda fault: fault.value)
async def test_a_cut_connection_is_trouble_with_the_network(sandbox: Sandbox, fault: Fault) -> None:
    sandbox.faults.add(fault)
    assert type(await refused(sandbox)) is sdk.NetworkError
    assert len(sandbox.tasks) == (1 if fault is Fault.LOST else 0)


def test_a_fault_belongs_to_its_moment(sandbox: Sandbox) -> None:
    with pytest.raises(ValueError, match="does not happen at a result"):
        sandbox.faults.add(Fault.NO_ID, on="result")
