"""Old requests are forgotten where the operator or a server's managers want it."""

from collections.abc import AsyncGenerator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.engine import Posts, SystemClock, forgetting
from bot.images import PictureStore
from bot.store import Forgotten, Store
from tests.cogs.test_buttons import files
from tests.world import World, world

DAY = 86_400 * 10**6
"""Microseconds, in which the database has its moments."""


@pytest.fixture(name="strict")
async def _strict(tmp_path: Path) -> AsyncGenerator[World]:
    """A world whose operator wants everything forgotten after 30 days."""
    async with world(tmp_path, retention_days=30) as built:
        yield built


async def age(world: World, days: float, *shown: Any) -> None:
    """Let requests be so many days older."""
    for each in shown:
        request_id = (await world.details(each)).request.id
        world.sql("UPDATE requests SET created_at = created_at - ? WHERE id = ?", int(days * DAY), request_id)


def prompts(world: World) -> list[str]:
    return [row[0] for row in world.rows("SELECT prompt FROM requests ORDER BY id")]


async def want(world: World, days: int) -> None:
    """Let the server's managers want requests forgotten after some days."""
    guild = world.guild.id
    world.sql("INSERT INTO guilds VALUES (?, ?, 0)", guild, f'{{"retention_days": {days}}}')


async def swept(world: World) -> None:
    """Restart the bot, and wait until its first sweep forgot something."""
    before = prompts(world)
    await world.restart()
    await world.until(lambda: prompts(world) != before)


async def test_nothing_is_forgotten_where_nobody_wants_that(world: World) -> None:
    shown = await world.imagine("a red fox")
    await age(world, 5000, shown)
    assert await _forget_old(world) == 0
    assert prompts(world) == ["a red fox"]
    assert len(files(world)) == 2


async def test_a_server_decides_for_what_is_asked_in_it(world: World) -> None:
    await want(world, 7)
    old, new = await world.imagine("an old fox"), await world.imagine("a new fox")
    direct = await world.ada.user.slash("imagine", prompt="a fox of my own")
    await world.settle()
    await age(world, 8, old, direct)
    await age(world, 6, new)
    await swept(world)
    assert prompts(world) == ["", "a new fox", "a fox of my own"]
    await world.until(lambda: len(files(world)) == 4)
    details = await world.details(old)
    assert details.request.forgotten is Forgotten.AGE
    assert (await world.bot.engine.usage(world.ada.id)).all_time.pictures == 3


async def test_the_operator_decides_for_all_and_the_shorter_time_holds(strict: World) -> None:
    await want(strict, 7)
    direct = await strict.ada.user.slash("imagine", prompt="a fox of my own")
    shown = [await strict.imagine("a fox of eight days"), await strict.imagine("a fox of six days")]
    await strict.settle()
    for days, each in zip((31, 8, 6), (direct, *shown), strict=True):
        await age(strict, days, each)
    await swept(strict)
    await strict.until(lambda: prompts(strict) == ["", "", "a fox of six days"])


async def test_its_buttons_say_why(strict: World) -> None:
    shown = await strict.imagine()
    await age(strict, 31, shown)
    await swept(strict)
    refused = await strict.press(shown, "reroll", by=strict.bob)
    assert refused.ephemeral
    assert refused.response.content == (
        "This is older than requests are kept here, so there is nothing left to do anything with."
    )


async def test_what_is_not_over_is_not_forgotten(strict: World) -> None:
    shown = [await strict.imagine("a fox on its way"), await strict.imagine("a fox that came")]
    await age(strict, 31, *shown)
    strict.sql("UPDATE requests SET delivery = 'open', delivered_at = NULL WHERE prompt = 'a fox on its way'")
    assert await _forget_old(strict) == 1
    assert prompts(strict) == ["a fox on its way", ""]


async def test_many_are_forgotten_a_few_at_a_time(strict: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forgetting, "BATCH", 2)
    shown = [await strict.imagine(f"fox {number}") for number in range(5)]
    await age(strict, 31, *shown)
    assert await _forget_old(strict) == 5
    assert prompts(strict) == [""] * 5
    assert files(strict) == []
    assert await _forget_old(strict) == 0


async def _forget_old(world: World) -> int:
    """Forget what is old enough as the sweeper does, and return how many requests that were."""
    settings = world.settings
    pictures = PictureStore(settings.pictures_dir, cap_bytes=2**40, keep=timedelta(days=7))
    async with Store.open(settings.database_path) as store:
        posts = Posts(store=store, clock=SystemClock(), edit_every=timedelta(0))
        forgetter = forgetting.Forgetter(
            store=store, pictures=pictures, clock=SystemClock(), posts=posts, retention_days=settings.retention_days
        )
        return await forgetter.forget_old()
