import asyncio

import pytest

from bot.check import Finding, Level
from bot.check._findings import guarded

SECRET = "hush-hush-0123456789"


async def breaks(error: Exception) -> None:
    raise error


@pytest.mark.parametrize("error", [RuntimeError(SECRET), OSError(SECRET), KeyError(SECRET)])
async def test_a_check_that_breaks_is_a_finding_without_its_words(error: Exception) -> None:
    said: list[Finding] = []
    await guarded("database", breaks(error), said.append, seconds=10)
    [finding] = said
    assert finding.level is Level.FAIL
    assert str(finding).startswith(f"FAIL  The database could not be looked at: {type(error).__name__}.")
    assert SECRET not in str(finding)


async def test_a_check_that_hangs_is_a_finding() -> None:
    said: list[Finding] = []
    await guarded("discord", asyncio.Event().wait(), said.append, seconds=0.01)
    [finding] = said
    assert str(finding).startswith("FAIL  Discord did not answer within 0.01 seconds.")


async def test_a_check_that_ends_adds_nothing() -> None:
    said: list[Finding] = []
    await guarded("folder", asyncio.sleep(0), said.append, seconds=10)
    assert said == []
