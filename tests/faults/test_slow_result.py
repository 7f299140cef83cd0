"""A result that comes too slowly, or stops coming."""

import pytest

from bot.engine import parcels
from bot.sandbox import Fault
from tests.faults.scene import UNREACHED, given_as_link, imagine
from tests.world import World

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.parametrize("fault", [Fault.STALLED, Fault.SLOW, Fault.HANG], ids=lambda fault: fault.value),
]


async def test_what_is_slow_is_tried_again(hasty: World, fault: Fault) -> None:
    hasty.sandbox.faults.add(fault, on="result")
    seen = await imagine(hasty)
    seen.completed()
    assert len(seen.downloads) == 2


async def test_what_stays_slow_ends_in_a_link(hasty: World, fault: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parcels, "FETCH_TRIES", 2)
    hasty.sandbox.faults.add(fault, on="result", times=None)
    seen = await imagine(hasty)
    given_as_link(hasty, seen, UNREACHED)
    assert len(seen.downloads) == 2
