"""Answers that come too late, or byte by byte: nobody waits for them for ever."""

import pytest

from bot.sandbox import Fault
from tests.faults.scene import imagine
from tests.world import World

pytestmark = pytest.mark.asyncio(loop_scope="module")

LATE = pytest.mark.parametrize("fault", [Fault.HANG, Fault.SLOW, Fault.STALLED], ids=lambda fault: fault.value)


@LATE
async def test_a_late_create_is_asked_again(hasty: World, fault: Fault) -> None:
    hasty.sandbox.faults.add(fault)
    seen = await imagine(hasty)
    seen.completed()
    seen.asked_alike()


@LATE
async def test_a_late_status_is_asked_again(hasty: World, fault: Fault) -> None:
    hasty.sandbox.faults.add(fault, on="status")
    seen = await imagine(hasty)
    seen.completed()
    assert len(seen.creates) == 1
    assert len(seen.looks) > 1


@LATE
async def test_a_late_picture_is_asked_for_again(hasty: World, fault: Fault) -> None:
    hasty.sandbox.faults.add(fault, on="result")
    seen = await imagine(hasty)
    seen.completed()
    assert len(seen.downloads) > 1


async def test_a_picture_that_never_comes_is_handed_on_as_a_link(hasty: World) -> None:
    hasty.sandbox.faults.add(Fault.STALLED, on="result", times=None)
    seen = await imagine(hasty)
    seen.completed(files=0)
    assert f"[open it]({hasty.sandbox.url}/files/" in seen.content
    assert len(seen.downloads) == 4
