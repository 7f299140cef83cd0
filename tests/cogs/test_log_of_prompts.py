"""No prompt gets into a log above DEBUG, whatever goes wrong."""

import logging
from typing import Any

import pytest

from bot.sandbox import Fault, _misbehaviour, _tasks
from tests.cogs.test_edit import edit, picture
from tests.world import World

CANARY = "xyzzy canary"


@pytest.fixture(name="quoting", autouse=True)
def _quoting(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """Let RunAPI quote the prompt wherever it says what is wrong, and the log be as an operator has it."""
    caplog.set_level(logging.INFO)
    for status in _misbehaviour._WORDS:  # pyright: ignore[reportPrivateUsage]
        monkeypatch.setitem(_misbehaviour._WORDS, status, f"not made: {CANARY}")  # pyright: ignore[reportPrivateUsage]
    monkeypatch.setattr(_tasks, "MODERATION", f"the prompt {CANARY} is not allowed")


def check(caplog: pytest.LogCaptureFixture) -> None:
    formatter = logging.Formatter("%(message)s")
    said = "\n".join(formatter.format(record) + repr(record.args) for record in caplog.records)
    assert "xyzzy" not in said


@pytest.mark.parametrize(
    "fault",
    [
        Fault.BAD_REQUEST,
        Fault.VALIDATION_FAILED,
        Fault.FORBIDDEN,
        Fault.CONFLICT,
        Fault.PAYLOAD_TOO_LARGE,
        Fault.SERVER_ERROR,
        Fault.RATE_LIMITED,
        Fault.LOST,
        Fault.BROKEN,
        Fault.NO_ID,
    ],
)
async def test_refusals_and_trouble_at_a_create(world: World, fault: Fault, caplog: pytest.LogCaptureFixture) -> None:
    world.sandbox.faults.add(fault, retry_after=0.0)
    await world.imagine(CANARY)
    assert world.creates()
    check(caplog)


@pytest.mark.parametrize(
    "fault", [Fault.TASK_FAILED, Fault.NO_PICTURES, Fault.STATE_WORD, Fault.SERVER_ERROR, Fault.BROKEN]
)
async def test_what_goes_wrong_with_a_task(world: World, fault: Fault, caplog: pytest.LogCaptureFixture) -> None:
    world.sandbox.faults.add(fault, on="status", retry_after=0.0)
    await world.imagine(CANARY)
    check(caplog)


async def test_what_is_refused_before_it_is_taken(world: World, caplog: pytest.LogCaptureFixture) -> None:
    shown: Any = None
    for option in ("model", "aspect_ratio", "size"):
        wrong: dict[str, Any] = {option: CANARY}
        shown = await world.slash("imagine", prompt=CANARY, **wrong)
    assert shown.ephemeral
    await edit(world, (f"{CANARY}.txt", b"no picture"), prompt=CANARY)
    await edit(world, (f"{CANARY}.png", picture("red")), prompt=CANARY, resolution=CANARY)
    assert any("was told" in record.getMessage() for record in caplog.records)
    check(caplog)


async def test_what_discord_does_not_take(world: World, caplog: pytest.LogCaptureFixture) -> None:
    world.env.inject_error("PATCH", "/webhooks/*", status=400, code=50035, message="Invalid Form Body", times=None)
    world.env.inject_error("PATCH", "/channels/*", status=404, code=10008, times=None)
    await world.imagine(CANARY)
    assert caplog.records
    check(caplog)


async def test_a_fault_of_ours(world: World, caplog: pytest.LogCaptureFixture) -> None:
    world.sql("CREATE TRIGGER fault BEFORE INSERT ON pictures BEGIN SELECT RAISE(ABORT, 'a fault'); END")
    await world.imagine(CANARY)
    assert any("met a fault" in record.getMessage() for record in caplog.records)
    check(caplog)
    world.sql("DROP TRIGGER fault")


async def test_a_database_that_fails_when_a_request_is_written(world: World, caplog: pytest.LogCaptureFixture) -> None:
    world.sql("CREATE TRIGGER fault BEFORE INSERT ON requests BEGIN SELECT RAISE(ABORT, 'a fault'); END")
    world.forgiven = (Exception,)
    await world.slash("imagine", prompt=CANARY)
    assert any("met a fault" in record.getMessage() for record in caplog.records)
    check(caplog)
