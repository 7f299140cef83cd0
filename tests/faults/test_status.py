"""Whatever RunAPI may answer to the question how a task stands."""

from decimal import Decimal
from typing import Any

import pytest

from bot.sandbox import Fault
from tests.faults.scene import SHAPES, imagine
from tests.faults.told import DEFINITE, PASSING, REJECTED, WITHOUT_PICTURE
from tests.runapi.server import serve
from tests.world import World

pytestmark = pytest.mark.asyncio(loop_scope="module")

ODD = [Fault.RESET, Fault.TRUNCATED, Fault.BROKEN, Fault.EMPTY, Fault.HTML, Fault.GARBLED]


@pytest.mark.parametrize("shape", SHAPES)
async def test_a_status_that_is_not_answered_is_asked_for_again(patient: World, shape: Any) -> None:
    faults = [*DEFINITE, *PASSING]
    for fault in faults:
        patient.sandbox.faults.add(fault, on="status", shape=shape, retry_after=0.01)
        # So that the waits between the looks stay short: they grow with the failures in a row.
        patient.sandbox.faults.add(Fault.STATE_WORD, on="status", word="processing")
    seen = await imagine(patient)
    seen.completed()
    seen.asked_alike(1)
    assert [call.status for call in seen.looks] == [
        *(status for fault in faults for status in (fault.status, 200)),
        200,
    ]


async def test_a_status_that_cannot_be_read_is_asked_for_again(patient: World) -> None:
    for fault in (*ODD, Fault.HUGE):
        patient.sandbox.faults.add(fault, on="status")
    seen = await imagine(patient)
    seen.completed()
    seen.asked_alike(1)
    assert len(seen.looks) == len(ODD) + 2


async def test_the_key_does_not_follow_a_redirect(patient: World) -> None:
    async with serve() as elsewhere:
        patient.sandbox.faults.add(Fault.REDIRECTED, on="status", to=f"{elsewhere.url}/v1/text_to_image/x")
        seen = await imagine(patient)
        seen.completed()
        assert elsewhere.seen == []


@pytest.mark.parametrize("said", [0.3, None], ids=["said", "unsaid"])
async def test_a_busy_runapi_is_asked_again_later(patient: World, said: float | None) -> None:
    patient.sandbox.faults.add(Fault.RATE_LIMITED, on="status", retry_after=said)
    seen = await imagine(patient)
    seen.completed()
    assert [call.status for call in seen.looks] == [429, 200]


@pytest.mark.parametrize("word", ["queued", "running", "PENDING", "dreaming"])
async def test_a_word_that_is_not_known_means_that_it_still_runs(patient: World, word: str) -> None:
    patient.sandbox.faults.add(Fault.STATE_WORD, on="status", times=2, word=word)
    seen = await imagine(patient)
    seen.completed()
    assert len(seen.looks) == 3


@pytest.mark.parametrize("word", ["complete", "succeeded", "success", "finished", "Completed"])
async def test_a_completed_task_by_another_word(patient: World, word: str) -> None:
    patient.sandbox.faults.add(Fault.STATE_WORD, on="status", word=word)
    seen = await imagine(patient)
    seen.completed()
    assert len(seen.looks) == 1


@pytest.mark.parametrize("word", ["error", "canceled", "cancelled", "timeout", "generate_failed", "Failed"])
async def test_a_failed_task_by_another_word(patient: World, word: str) -> None:
    patient.sandbox.faults.add(Fault.TASK_FAILED)
    patient.sandbox.faults.add(Fault.STATE_WORD, on="status", word=word)
    seen = await imagine(patient)
    seen.failed(REJECTED)
    assert len(seen.looks) == 1


async def test_a_task_that_fails(patient: World) -> None:
    patient.sandbox.faults.add(Fault.TASK_FAILED, on="status")
    seen = await imagine(patient)
    seen.failed(REJECTED)
    seen.asked_alike(1)


async def test_a_task_that_completes_without_pictures(patient: World, caplog: pytest.LogCaptureFixture) -> None:
    patient.sandbox.faults.add(Fault.NO_PICTURES, on="status")
    seen = await imagine(patient)
    seen.failed(WITHOUT_PICTURE)
    seen.asked_alike(1)
    [message] = [record.getMessage() for record in caplog.records if record.name == "bot.runapi._client"]
    assert "its answer has" in message
    assert "status" in message


async def test_a_task_in_the_fields_of_old(patient: World) -> None:
    patient.sandbox.faults.add(Fault.OLD_FIELDS, on="status")
    seen = await imagine(patient)
    seen.completed()
    assert seen.task.cost == Decimal("0.08")
    assert "$0.08" in seen.content
