"""Creates that RunAPI refuses: each is told at once, in whatever shape it came, and costs nothing."""

from typing import Any

import pytest

from bot.sandbox import Fault
from bot.store import TaskState
from tests.faults.scene import SHAPES, imagine
from tests.faults.told import DEFINITE, GIVEN_UP, INVALID, REDIRECTED, UNKNOWN
from tests.runapi.server import serve
from tests.world import World

pytestmark = pytest.mark.asyncio(loop_scope="module")

WORDS = {Fault.BAD_REQUEST: "The request is not valid", Fault.VALIDATION_FAILED: "Validation failed"}


def expected(fault: Fault, shape: str) -> str:
    """Return what is said of a refusal: only an invalid request is told in RunAPI's words."""
    words = WORDS.get(fault)
    if words is None:
        return DEFINITE[fault]
    if shape in {"html", "plain"}:
        return INVALID.format(said=".")
    fields = " (prompt: is not acceptable)" if shape == "fields" else ""
    return INVALID.format(said=f": “{words}{fields}”")


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("fault", DEFINITE, ids=lambda fault: fault.value)
async def test_a_refusal_is_told_and_costs_nothing(patient: World, fault: Fault, shape: Any) -> None:
    patient.sandbox.faults.add(fault, times=None, shape=shape)
    seen = await imagine(patient)
    seen.failed(expected(fault, shape))
    seen.asked_alike(1)
    assert (seen.tasks, seen.task.state) == (0, TaskState.REFUSED)


@pytest.mark.parametrize("fault", DEFINITE, ids=lambda fault: fault.value)
async def test_a_refusal_says_nothing_about_an_answer_that_was_lost_before(patient: World, fault: Fault) -> None:
    patient.sandbox.faults.add(Fault.LOST)
    patient.sandbox.faults.add(fault)
    seen = await imagine(patient)
    seen.failed(UNKNOWN)
    seen.asked_alike(2)
    assert (seen.tasks, seen.task.state) == (1, TaskState.UNKNOWN)


async def test_the_key_does_not_follow_a_redirect(patient: World) -> None:
    async with serve() as elsewhere:
        patient.sandbox.faults.add(Fault.REDIRECTED, to=f"{elsewhere.url}/v1/text_to_image")
        seen = await imagine(patient)
        seen.failed(REDIRECTED)
        seen.asked_alike(1)
        assert elsewhere.seen == []


@pytest.mark.parametrize("fault", [Fault.RATE_LIMITED, Fault.UNAVAILABLE], ids=lambda fault: fault.value)
async def test_a_wait_beyond_all_patience_is_not_begun(patient: World, fault: Fault) -> None:
    patient.sandbox.faults.add(fault, retry_after=86400)
    seen = await imagine(patient)
    seen.failed(GIVEN_UP[fault])
    seen.asked_alike(1)


async def test_a_success_without_any_id_is_not_repeated(patient: World) -> None:
    patient.sandbox.faults.add(Fault.NO_ID)
    seen = await imagine(patient)
    seen.failed(UNKNOWN)
    seen.asked_alike(1)
    assert (seen.tasks, seen.task.state) == (1, TaskState.UNKNOWN)
