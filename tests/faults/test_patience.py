"""How long the bot keeps at it in real use, by a clock on which waiting takes no time."""

from datetime import timedelta

import pytest

from bot.sandbox import Fault
from bot.store import TaskState
from tests.faults.scene import Outcome, imagine
from tests.faults.told import EXPIRED, MAINTENANCE, UNKNOWN
from tests.world import World

pytestmark = pytest.mark.asyncio(loop_scope="module")

LONGEST_PAUSE = timedelta(minutes=1)
"""Between two tries, while RunAPI answers nobody."""


def kept_at_it(seen: Outcome) -> timedelta:
    assert seen.task.finished_at is not None
    return seen.task.finished_at - seen.task.created_at


async def test_what_was_not_taken_is_tried_for_two_minutes(patient: World) -> None:
    patient.sandbox.faults.add(Fault.UNAVAILABLE, times=None)
    seen = await imagine(patient)
    seen.failed(MAINTENANCE)
    assert timedelta(minutes=1) < kept_at_it(seen) <= timedelta(minutes=2) + LONGEST_PAUSE
    assert seen.tasks == 0


async def test_a_lost_answer_is_asked_for_for_an_hour(patient: World) -> None:
    patient.sandbox.faults.add(Fault.LOST, times=None)
    seen = await imagine(patient)
    seen.failed(UNKNOWN)
    seen.asked_alike()
    assert timedelta(hours=1) - LONGEST_PAUSE < kept_at_it(seen) <= timedelta(hours=1) + LONGEST_PAUSE
    assert (seen.tasks, seen.task.state) == (1, TaskState.UNKNOWN)


async def test_a_task_that_does_not_end_is_given_up_after_14_minutes(patient: World) -> None:
    patient.sandbox.faults.add(Fault.STATE_WORD, on="status", times=None, word="processing")
    seen = await imagine(patient)
    seen.failed(EXPIRED.replace("5 minutes", "14 minutes"))
    assert timedelta(minutes=14) <= kept_at_it(seen) <= timedelta(minutes=14) + LONGEST_PAUSE
    assert seen.task.state is TaskState.EXPIRED
