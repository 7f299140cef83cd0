"""Whatever a result's address may give."""

import pytest

from bot.engine import parcels
from bot.sandbox import Fault
from tests.faults.scene import UNREACHED, given_as_link, imagine
from tests.runapi.server import serve
from tests.world import World

pytestmark = pytest.mark.asyncio(loop_scope="module")

MISSING = "has nothing at [its address]"
UNREADABLE = "but what is at [its address]"
FAULTS = {
    **dict.fromkeys((Fault.TRUNCATED, Fault.RESET), UNREACHED),
    **dict.fromkeys((Fault.REQUEST_TIMEOUT, Fault.RATE_LIMITED, Fault.SERVER_ERROR, Fault.UNAVAILABLE), UNREACHED),
    **dict.fromkeys((Fault.NOT_FOUND, Fault.FORBIDDEN), MISSING),
    **dict.fromkeys((Fault.BROKEN, Fault.EMPTY, Fault.GARBLED, Fault.HTML), UNREADABLE),
}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.value)
async def test_what_may_pass_is_tried_again(patient: World, fault: Fault) -> None:
    patient.sandbox.faults.add(fault, on="result", times=2)
    seen = await imagine(patient)
    seen.completed()
    assert len(seen.downloads) == 3


@pytest.mark.parametrize(("fault", "said"), FAULTS.items(), ids=[fault.value for fault in FAULTS])
async def test_what_does_not_pass_ends_in_a_link(patient: World, fault: Fault, said: str) -> None:
    patient.sandbox.faults.add(fault, on="result", times=None)
    seen = await imagine(patient)
    given_as_link(patient, seen, said)
    assert len(seen.downloads) == parcels.FETCH_TRIES


async def test_a_picture_beyond_the_limit_ends_in_a_link(patient: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parcels, "MAX_RESULT_BYTES", 2**22)
    patient.sandbox.faults.add(Fault.HUGE, on="result", times=None)
    seen = await imagine(patient)
    given_as_link(patient, seen, "The picture is too large for Discord: [open it]")
    assert len(seen.downloads) == 1


async def test_what_a_picture_is_called_does_not_matter(patient: World) -> None:
    patient.sandbox.faults.add(Fault.MISTYPED, on="result")
    seen = await imagine(patient)
    seen.completed()
    assert len(seen.downloads) == 1


async def test_a_redirect_is_followed(patient: World) -> None:
    patient.sandbox.faults.add(Fault.REDIRECTED, on="result")
    seen = await imagine(patient)
    seen.completed()
    assert len(seen.downloads) == 2


async def test_a_redirect_in_a_loop_is_not_followed_for_ever(patient: World) -> None:
    patient.sandbox.faults.add(Fault.REDIRECTED, on="result", times=None)
    seen = await imagine(patient)
    given_as_link(patient, seen, UNREACHED)
    assert len(seen.downloads) == 4


async def test_a_redirect_to_a_private_address_is_not_followed(patient: World) -> None:
    async with serve() as private:
        patient.sandbox.faults.add(Fault.REDIRECTED, on="result", to=f"{private.url}/picture.png")
        seen = await imagine(patient)
        given_as_link(patient, seen, UNREACHED)
        assert len(seen.downloads) == 1
        assert private.seen == []


async def test_no_key_goes_with_a_download(patient: World) -> None:
    seen = await imagine(patient)
    assert [call.headers.get("authorization") for call in seen.downloads] == [None]
