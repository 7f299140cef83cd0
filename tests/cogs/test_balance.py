"""A floor on RunAPI's balance."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from bot.engine import balance
from bot.sandbox import Sandbox
from tests.world import World, texts, world

BELOW = "This bot's account at the image service is below what its operator wants to keep there."
FLOOR = "5"


@pytest.fixture(name="quick", autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let waits be short, by the host's clock."""
    monkeypatch.setattr(balance, "LOOK_EVERY", 0.02)


@pytest.fixture(name="low")
async def _low(tmp_path: Path) -> AsyncGenerator[World]:
    """A world whose account is a cent below the floor, and whose bot knows."""
    async with Sandbox(task_seconds=0.0) as sandbox:
        sandbox.credit_cents = 499.0
        async with world(tmp_path, sandbox=sandbox, balance_floor=FLOOR) as built:
            await built.until(lambda: built.bot.engine.balance.below)
            yield built


async def top_up(low: World) -> None:
    low.sandbox.credit_cents += 1.0
    await low.until(lambda: not low.bot.engine.balance.below)


async def test_below_the_floor_nothing_new_is_taken_and_what_was_taken_goes_on(tmp_path: Path) -> None:
    async with world(tmp_path, task_seconds=1e6, balance_floor=FLOOR) as built:
        taken = await built.slash("imagine", prompt="a red fox")
        built.sandbox.credit_cents = 499.0
        await built.until(lambda: built.bot.engine.balance.below)
        refused = await built.slash("imagine", prompt="a red fox")
        assert refused.ephemeral
        assert refused.response.content.startswith(f"{BELOW} Nothing was charged. This is not your fault")
        await built.complete()
        assert "**completed**" in taken.response.content
        assert await built.left(built.ada) == built.settings.daily_images_per_user - 1


async def test_at_the_floor_it_goes_on_by_itself(low: World) -> None:
    assert (await low.imagine()).response.content.startswith(BELOW)
    await top_up(low)
    assert "**completed**" in (await low.imagine()).response.content


async def test_the_operator_is_told_when_it_begins_and_when_it_is_over(low: World) -> None:
    await low.until(lambda: low.told(low.opal))
    await top_up(low)
    await low.until(lambda: len(low.told(low.opal)) > 1)
    begins, over = low.told(low.opal)
    assert "below BALANCE_FLOOR" in begins
    assert "https://runapi.ai/billing" in begins
    assert over.startswith("Your account at RunAPI is above BALANCE_FLOOR again")


async def test_the_operator_is_told_once_an_hour_however_often_it_begins(low: World) -> None:
    for _ in range(2):
        low.sandbox.credit_cents = 499.0
        await low.until(lambda: low.bot.engine.balance.below)
        await low.until(lambda: low.told(low.opal))
        await low.restart()
        await low.until(lambda: low.bot.engine.balance.below)
        await top_up(low)
    await low.until(lambda: len(low.told(low.opal)) > 1)
    assert ["below BALANCE_FLOOR, so" in said for said in low.told(low.opal)] == [True, False]


async def test_the_operator_is_told_again_while_it_lasts(low: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(balance, "TOLD_EVERY", balance.TOLD_EVERY * 0)
    await low.until(lambda: len(low.told(low.opal)) > 2)


async def test_a_restart_forgets_nothing(low: World) -> None:
    """Also where RunAPI does not say what the balance is."""
    await low.until(lambda: low.told(low.opal))
    low.sandbox.api_key = "another"
    await low.restart()
    await low.until(lambda: low.bot.engine.balance.below)
    assert (await low.slash("imagine", prompt="a red fox")).response.content.startswith(BELOW)


async def test_help_says_it(low: World) -> None:
    assert "below what its operator wants to keep there" in texts(await low.slash("help"))
    await top_up(low)
    assert "⚠️" not in texts(await low.slash("help"))


async def test_without_a_floor_nobody_asks_for_the_balance(tmp_path: Path) -> None:
    async with world(tmp_path) as built:
        await built.imagine()
        assert not [call for call in built.sandbox.calls if call.path.endswith("/balance")]
