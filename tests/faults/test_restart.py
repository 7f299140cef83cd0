"""A stop while a create is under way: the next start asks for the same task with the same key and bytes."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.engine import Patience
from bot.sandbox import Fault
from bot.store import TaskState
from tests.faults.scene import follow, quick_world
from tests.faults.told import UNKNOWN
from tests.world import World


async def stopped_in_between(world: World, fault: Fault) -> Any:
    """Type `/imagine`, stop the bot while RunAPI's answer is awaited, start it again; return the reply."""
    world.sandbox.faults.add(fault, times=1 if fault is Fault.HANG else None)
    shown = await world.ada.slash(world.channel, "imagine", prompt="a red fox")
    await world.until(lambda: [call for call in world.creates() if call.status is not None or fault is Fault.HANG])
    if fault is Fault.HANG:
        await world.until(lambda: world.sandbox.tasks)
    await world.stop_engine()
    world.sandbox.faults.clear()
    await world.restart()
    await world.settle()
    return shown


@pytest.mark.parametrize("fault", [Fault.HANG, Fault.RESET, Fault.LOST], ids=lambda fault: fault.value)
async def test_a_lost_answer_is_asked_for_again_after_a_restart(tmp_path: Path, fault: Fault) -> None:
    async with quick_world(tmp_path) as world:
        seen = await follow(world, stopped_in_between(world, fault))
        seen.completed()
        seen.asked_alike()


async def test_an_answer_that_was_lost_long_ago_is_not_asked_for_again(tmp_path: Path) -> None:
    async with quick_world(tmp_path, patience=Patience(resubmit=timedelta(0))) as world:
        seen = await follow(world, stopped_in_between(world, Fault.HANG))
        seen.failed(UNKNOWN)
        seen.asked_alike(1)
        assert (seen.tasks, seen.task.state) == (1, TaskState.UNKNOWN)
