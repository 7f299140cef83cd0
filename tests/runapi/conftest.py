"""Real servers on loopback and the real client against them."""

from collections.abc import AsyncIterator

import httpx
import pytest
from pydantic import SecretStr

from bot.runapi import RunAPI, new_client
from tests.runapi.server import Server, serve

KEY = "runapi_5e3cr3t_0123456789abcdef"


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with serve() as running:
        yield running


@pytest.fixture
async def elsewhere() -> AsyncIterator[Server]:
    """A second server, of another origin."""
    async with serve() as running:
        yield running


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with new_client() as client:
        yield client


@pytest.fixture
async def hasty() -> AsyncIterator[httpx.AsyncClient]:
    """The client with little patience for answers."""
    async with new_client() as client:
        client.timeout = httpx.Timeout(5, read=0.1)
        yield client


@pytest.fixture
def key() -> str:
    return KEY


@pytest.fixture
def runapi(http: httpx.AsyncClient, server: Server) -> RunAPI:
    return RunAPI(http, base_url=server.url, api_key=SecretStr(KEY))


@pytest.fixture
def hasty_runapi(hasty: httpx.AsyncClient, server: Server) -> RunAPI:
    return RunAPI(hasty, base_url=server.url, api_key=SecretStr(KEY))
