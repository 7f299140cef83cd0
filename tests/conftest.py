"""Fixtures for every test."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from tests.world import World, world


@pytest.fixture(name="world")
async def _world(tmp_path: Path) -> AsyncGenerator[World]:
    async with world(tmp_path) as built:
        yield built
