"""Faults that do not pass: in the end the user reads what to do, and nothing is counted."""

from typing import Any

import pytest

from bot.sandbox import Fault
from bot.store import TaskState
from tests.faults.scene import imagine
from tests.faults.told import DEFINITE, EXPIRED, GIVEN_UP, LOST, MAINTENANCE, PASSING, UNANSWERED, UNKNOWN
from tests.world import World

pytestmark = pytest.mark.asyncio(loop_scope="module")

GONE = (Fault.NOT_FOUND, Fault.METHOD_NOT_ALLOWED)
SILENT = [*(fault for fault in DEFINITE if fault not in GONE), *PASSING, Fault.RESET, Fault.BROKEN, Fault.REDIRECTED]


@pytest.mark.parametrize("fault", GIVEN_UP, ids=lambda fault: fault.value)
async def test_a_create_that_is_never_answered(impatient: World, fault: Fault) -> None:
    impatient.sandbox.faults.add(fault, times=None, retry_after=2)
    seen = await imagine(impatient)
    seen.failed(GIVEN_UP[fault])
    seen.asked_alike()
    assert seen.tasks <= 1
    assert seen.task.state is (TaskState.UNKNOWN if GIVEN_UP[fault] is UNKNOWN else TaskState.REFUSED)


async def test_a_time_to_come_back_that_is_over_is_no_reason_to_hurry(impatient: World) -> None:
    impatient.sandbox.faults.add(Fault.UNAVAILABLE, times=None, retry_after=0)
    seen = await imagine(impatient)
    seen.failed(MAINTENANCE)
    assert len(seen.creates) < 10


@pytest.mark.parametrize("fault", SILENT, ids=lambda fault: fault.value)
async def test_a_status_that_is_never_answered(impatient: World, fault: Fault) -> None:
    impatient.sandbox.faults.add(fault, on="status", times=None, retry_after=0)
    seen = await imagine(impatient)
    seen.failed(UNANSWERED)
    seen.asked_alike(1)
    assert 8 <= len(seen.looks) <= 20
    assert seen.task.state is TaskState.EXPIRED


@pytest.mark.parametrize("fault", GONE, ids=lambda fault: fault.value)
async def test_a_task_that_vanishes(impatient: World, fault: Fault) -> None:
    impatient.sandbox.faults.add(fault, on="status", times=None)
    seen = await imagine(impatient)
    seen.failed(LOST)
    seen.asked_alike(1)
    assert (len(seen.looks), seen.task.state) == (4, TaskState.FAILED)


@pytest.mark.parametrize("word", ["pending", "processing", "queued", "dreaming", ""])
async def test_a_task_that_never_ends(impatient: World, word: Any) -> None:
    impatient.sandbox.faults.add(Fault.STATE_WORD, on="status", times=None, word=word)
    seen = await imagine(impatient)
    seen.failed(EXPIRED)
    seen.asked_alike(1)
    assert seen.task.state is TaskState.EXPIRED


@pytest.mark.parametrize("fault", [Fault.RATE_LIMITED, Fault.UNAVAILABLE], ids=lambda fault: fault.value)
async def test_a_wait_beyond_the_deadline_ends_at_the_deadline(impatient: World, fault: Fault) -> None:
    impatient.sandbox.faults.add(fault, on="status", retry_after=86400)
    seen = await imagine(impatient)
    seen.completed()
    assert len(seen.looks) == 2
