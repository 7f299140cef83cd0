"""Worlds that a module's tests share: what they ask for is counted, and no fault outlives its test."""

from collections.abc import AsyncGenerator

import pytest
import pytest_asyncio

from tests.faults.scene import IMPATIENT, imagine, quick_world
from tests.world import World


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def patient(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[World]:
    """A world that has found the style of RunAPI's routes and waits as long as the real one."""
    async with quick_world(tmp_path_factory.mktemp("patient")) as world:
        await imagine(world)
        yield world


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def impatient(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[World]:
    """A world that soon gives up."""
    async with quick_world(tmp_path_factory.mktemp("impatient"), patience=IMPATIENT) as world:
        yield world


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def hasty(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[World]:
    """A world that waits half a second for an answer."""
    async with quick_world(tmp_path_factory.mktemp("hasty"), answer_within=0.5) as world:
        yield world
