"""A world in which the test says how far a task is."""

from collections.abc import AsyncGenerator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.engine import Patience
from tests.world import World, world


@pytest.fixture(name="slow_world")
async def _slow_world(tmp_path: Path) -> AsyncGenerator[World]:
    """A world whose tasks wait: for `World.process`, then for `World.complete`."""
    async with world(tmp_path, task_seconds=1e6) as built:
        yield built


@pytest.fixture(name="quick_world")
async def _quick_world(tmp_path: Path) -> AsyncGenerator[World]:
    """A world in which posts may be edited as often as one likes."""
    async with world(tmp_path, patience=Patience(edit=timedelta(0))) as built:
        yield built
