"""Fixtures for every test."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.world import World, world

# How long an example takes says more of the machine than of the code.
settings.register_profile("easel", deadline=None)
settings.load_profile("easel")


@pytest.fixture(name="world")
async def _world(tmp_path: Path) -> AsyncGenerator[World]:
    async with world(tmp_path) as built:
        yield built
