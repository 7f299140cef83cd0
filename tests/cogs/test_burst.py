"""Of many requests at once a few are brought to their end before more are begun."""

from pathlib import Path

import pytest

from bot.engine import desk
from tests.world import World, world

MANY = 3 * desk.PLACES


@pytest.fixture(autouse=True)
def _on_any_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody lose their place to a machine that is slow."""
    monkeypatch.setattr(desk, "LONGEST", 1000.0)


async def test_the_first_are_delivered_before_the_last_are_begun(tmp_path: Path) -> None:
    async with world(tmp_path, engine=False) as burst:
        for number in range(MANY):
            await burst.slash("imagine", prompt=f"fox {number}")
        await burst.run_engine()
        await burst.until(lambda: "completed" in burst.statuses())
        assert len(burst.creates()) < MANY
        await burst.settle()
        assert burst.statuses().count("completed") == len(burst.creates()) == MANY


async def test_those_that_runapi_works_on_hold_up_nobody(slow_world: World) -> None:
    for number in range(MANY):
        await slow_world.slash("imagine", prompt=f"fox {number}")
    await slow_world.until(lambda: len(slow_world.creates()) == MANY)
    await slow_world.complete()
    assert slow_world.statuses().count("completed") == MANY
