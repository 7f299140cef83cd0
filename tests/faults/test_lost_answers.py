"""Creates whose answer says nothing: they are asked again with the same key and bytes, and give one task."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.sandbox import Fault
from tests.faults.scene import SHAPES, imagine
from tests.faults.told import PASSING
from tests.world import World

pytestmark = pytest.mark.asyncio(loop_scope="module")

NAMED = [Fault.NO_ID, Fault.BROKEN, Fault.EMPTY, Fault.HTML, Fault.TRUNCATED, Fault.HUGE]


@pytest.mark.parametrize("shape", SHAPES)
async def test_what_passes_is_asked_again(patient: World, shape: Any) -> None:
    for fault in PASSING:
        patient.sandbox.faults.add(fault, shape=shape, retry_after=0.01)
    seen = await imagine(patient)
    seen.completed()
    seen.asked_alike(len(PASSING) + 1)
    assert [call.status for call in seen.creates] == [*(fault.status for fault in PASSING), 200]


async def test_a_lost_answer_is_asked_for_again(patient: World) -> None:
    faults = [Fault.RESET, Fault.LOST, Fault.TRUNCATED, Fault.BROKEN, Fault.EMPTY, Fault.HTML, Fault.GARBLED]
    for fault in faults:
        patient.sandbox.faults.add(fault)
    seen = await imagine(patient)
    seen.completed()
    seen.asked_alike(len(faults) + 1)


async def test_an_answer_without_end_is_not_read_to_it(patient: World) -> None:
    patient.sandbox.faults.add(Fault.HUGE)
    seen = await imagine(patient)
    seen.completed()
    seen.asked_alike(2)


@pytest.mark.parametrize("fault", [*PASSING, Fault.RATE_LIMITED, *NAMED], ids=lambda fault: fault.value)
async def test_an_answer_that_names_its_task_in_a_header_has_made_it(patient: World, fault: Fault) -> None:
    patient.sandbox.faults.add(fault, named=True)
    seen = await imagine(patient)
    seen.completed()
    seen.asked_alike(1)


@pytest.mark.parametrize(
    ("said", "least"),
    [(0.4, 0.4), (timedelta(seconds=2), 1.0), (None, 1.0)],
    ids=["seconds", "date", "unsaid"],
)
async def test_a_busy_runapi_is_asked_again_when_it_says(patient: World, said: Any, least: float) -> None:
    said = datetime.now(UTC) + said if isinstance(said, timedelta) else said
    patient.sandbox.faults.add(Fault.RATE_LIMITED, retry_after=said)
    began = patient.clock.now()
    seen = await imagine(patient)
    assert patient.clock.now() - began >= timedelta(seconds=least)
    seen.completed()
    seen.asked_alike(2)
