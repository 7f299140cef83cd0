"""A world in which the test says how far a task is."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from tests.world import World, world


@pytest.fixture(name="slow_world")
async def _slow_world(tmp_path: Path) -> AsyncGenerator[World]:
    """A world whose tasks wait: for `World.process`, then for `World.complete`."""
    async with world(tmp_path, task_seconds=1e6) as built:
        yield built
