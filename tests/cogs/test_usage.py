"""`/usage`, and the day's allowance."""

import asyncio
import io
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from bot.engine import Draft, OverLimit
from bot.images import Encoder
from bot.store import Session, Store
from tests.world import World, texts, world


def midnight() -> int:
    """Return when the UTC day ends, in seconds since 1970."""
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)
    return int(datetime.combine(tomorrow, time(), UTC).timestamp())


async def usage(world: World) -> list[str]:
    """Return the lines of ada's `/usage`."""
    shown = await world.slash("usage")
    assert shown.ephemeral
    return texts(shown).splitlines()


async def test_who_made_nothing_is_told_how_to_begin(world: World) -> None:
    assert await usage(world) == [
        "## Your pictures",
        f"**25** of 25 left today · full again <t:{midnight()}:R>",
        "You have not made a picture yet. Try /imagine.",
        "-# Days and months are counted in UTC.",
    ]


async def test_it_shows_today_the_month_all_time_and_each_model_with_its_cost(world: World) -> None:
    today = datetime.now(UTC).date()
    last_month = today.replace(day=1) - timedelta(days=1)

    def add_what_was_used_before(session: Session) -> None:
        for day, cost, unpriced in ((today.replace(day=1), Decimal("0.0125"), 0), (last_month, Decimal(0), 2)):
            session.usage.add(
                user_id=world.ada.id,
                guild_id=None,
                model="imagen-4-ultra",
                day=day.isoformat(),
                pictures=2,
                unpriced=unpriced,
                cost=cost,
            )

    async with Store.open(world.settings.database_path) as store:
        await store.write(add_what_was_used_before)
    await world.imagine()
    await world.imagine(model="gpt-image-2")
    await world.imagine(by=world.bob)

    on_the_first = today.day == 1
    assert await usage(world) == [
        "## Your pictures",
        f"**23** of 25 left today · full again <t:{midnight()}:R>",
        "**Today** · 4 pictures · $0.1525" if on_the_first else "**Today** · 2 pictures · $0.14",
        "**This month** · 4 pictures · $0.1525",
        "**All time** · 6 pictures · $0.1525 and 2 pictures of unknown cost",
        "### By model",
        "**Imagen 4 Ultra** · 4 pictures · $0.0125 and 2 pictures of unknown cost",
        "**GPT Image 2** · 1 picture · $0.06",
        "**Imagen 4** · 1 picture · $0.08",
        "-# Days and months are counted in UTC.",
    ]


async def test_its_numbers_come_at_once_and_then_a_chart_that_says_them(world: World) -> None:
    today = datetime.now(UTC).date()

    def add_what_was_used_before(session: Session) -> None:
        for ago, pictures, unpriced in ((29, 3, 0), (30, 9, 0), (1, 2, 1)):
            day = (today - timedelta(days=ago)).isoformat()
            row: dict[str, Any] = {
                "user_id": world.ada.id,
                "guild_id": None,
                "model": "imagen-4",
                "day": day,
                "cost": Decimal("0.5"),
            }
            session.usage.add(**row, pictures=pictures, unpriced=unpriced)

    async with Store.open(world.settings.database_path) as store:
        await store.write(add_what_was_used_before)
    await world.imagine()
    asked = len(world.calls())
    shown = await world.slash("usage")
    first, then = [call for call in world.calls()[asked:] if call.json]
    assert "**Today** · 1 picture · $0.08" in str(first.json)
    assert "attachments" not in str(first.json)
    assert "usage.png" in str(then.json)
    [chart] = shown.response.attachments
    described = [f"{day:%b} {day.day}" for day in (today - timedelta(days=ago) for ago in (29, 1, 0))]
    assert chart.description == (
        f"Columns of pictures and cost in the last 30 days. {described[0]}: 3 pictures, $0.50; "
        f"{described[1]}: 2 pictures, $0.50 and 1 picture of unknown cost; {described[2]}: 1 picture, $0.08."
    )
    with Image.open(io.BytesIO(await chart.read())) as opened:
        assert (opened.format, opened.width) == ("PNG", 1100)


async def test_who_made_nothing_of_late_gets_no_chart(world: World) -> None:
    today = datetime.now(UTC).date()
    old: dict[str, Any] = {"day": (today - timedelta(days=30)).isoformat(), "pictures": 1, "cost": Decimal(0)}

    def add_what_was_used_before(session: Session) -> None:
        session.usage.add(user_id=world.ada.id, guild_id=None, model="imagen-4", **old)

    async with Store.open(world.settings.database_path) as store:
        await store.write(add_what_was_used_before)
    shown = await world.slash("usage")
    assert "**All time** · 1 picture" in texts(shown)
    assert shown.response.attachments == []


async def test_where_no_chart_can_be_drawn_the_numbers_are_there(world: World) -> None:
    await world.imagine()
    charts: Any = world.bot.engine.charts
    charts._encoder = Encoder(seconds=0.0)
    shown = await world.slash("usage")
    assert "**Today** · 1 picture · $0.08" in texts(shown)
    assert shown.response.attachments == []


async def test_a_chart_that_others_hold_up_is_not_waited_for(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    await world.imagine()
    monkeypatch.setattr("bot.engine.charts.CHART_SECONDS", 0.0)
    shown = await world.slash("usage")
    assert "**Today** · 1 picture · $0.08" in texts(shown)
    assert shown.response.attachments == []


async def test_what_is_under_way_counts_as_taken(slow_world: World) -> None:
    await slow_world.slash("imagine", prompt="a red fox")
    assert (await usage(slow_world))[1].startswith("**24** of 25 left today")


async def test_what_fails_or_is_cancelled_does_not_count(slow_world: World) -> None:
    world = slow_world
    cancelled = await world.slash("imagine", prompt="a red fox")
    await world.press(cancelled, "cancel")
    # The last one: without credit nothing more is taken.
    await world.imagine("a red fox [402]")
    lines = await usage(world)
    assert lines[1].startswith("**25** of 25 left today")
    assert lines[2] == "You have not made a picture yet. Try /imagine."


async def test_a_used_up_day_is_answered_privately_with_its_end_and_costs_nothing(tmp_path: Path) -> None:
    async with world(tmp_path, daily_images_per_user=1) as built:
        await built.imagine()
        for refused in [await built.imagine() for _ in range(2)]:
            assert refused.ephemeral
            assert refused.response.content == (
                "You have used all 1 of today's pictures. "
                f"Your allowance is full again <t:{midnight()}:R>. Nothing was charged."
            )
        assert len(built.creates()) == 1
        other = await built.imagine(by=built.bob)
        assert "**completed**" in other.response.content


async def test_a_used_up_day_stops_rerolls_and_edits_too(tmp_path: Path) -> None:
    async with world(tmp_path, daily_images_per_user=1) as built:
        shown = await built.imagine()
        refused = await built.press(shown, "reroll")
        assert refused.ephemeral
        assert refused.response.content.startswith("You have used all 1 of today's pictures.")


async def test_twenty_commands_at_once_give_no_more_than_the_limit(tmp_path: Path) -> None:
    async with world(tmp_path, daily_images_per_user=5) as built:
        draft = Draft(
            user_id=built.ada.id,
            guild_id=built.guild.id,
            channel_id=built.channel.id,
            bot_present=True,
            origin="imagine",
            action="text_to_image",
            prompt="a red fox",
            locale="en-US",
            filesize_limit=10 * 1024 * 1024,
            reply={},
        )
        outcomes = await asyncio.gather(*(built.bot.engine.accept(draft) for _ in range(20)), return_exceptions=True)
        refused = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
        assert len(refused) == 15
        assert {type(error) for error in refused} == {OverLimit}
        assert await built.left(built.ada) == 0
        shown = await built.imagine()
        assert shown.response.content.startswith("You have used all 5 of today's pictures.")


@pytest.mark.parametrize("limit", [0, 3])
async def test_one_after_the_other_gives_exactly_the_limit(tmp_path: Path, limit: int) -> None:
    async with world(tmp_path, task_seconds=1e6, daily_images_per_user=limit) as built:
        shown = [await built.slash("imagine", prompt="a red fox") for _ in range(limit + 2)]
        taken = [each for each in shown if "**pending**" in each.response.content]
        assert taken == shown[:limit]
