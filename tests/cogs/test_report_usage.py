"""`/report usage`."""

import csv
import io
import json
from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from bot.images import Encoder
from tests.managers import decide, give_to_everyone, manager
from tests.world import World, texts, world

DAY = 86_400_000_000
"""Microseconds, in which the database keeps moments."""


class Reported:
    """A world in which vera may manage the server."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.vera = manager(world)

    async def report(self, by: str | None = None, days: int | None = None) -> Any:
        """Type vera's `/report usage` and return the private answer."""
        options = {name: value for name, value in (("by", by), ("days", days)) if value is not None}
        shown = await self.vera.slash(self.world.channel, "report usage", **options)
        assert shown.ephemeral
        return shown

    async def lines(self, by: str | None = None, **options: Any) -> list[str]:
        """Return what is said under the title."""
        return texts(await self.report(by, **options)).splitlines()[1:-1]

    async def table(self, by: str) -> list[dict[str, str]]:
        """Return the rows of the file."""
        _, file = (await self.report(by)).response.attachments
        return list(csv.DictReader(io.StringIO((await file.read()).decode("utf-8-sig"), newline="")))


@pytest.fixture(name="reported")
async def _reported(tmp_path: Path) -> AsyncGenerator[Reported]:
    async with world(tmp_path) as built:
        yield Reported(built)


def today() -> datetime:
    return datetime.now(UTC)


def span(days: int) -> str:
    first, last = (today() - timedelta(days=ago) for ago in (days - 1, 0))
    return f"**{first:%Y-%m-%d}** to **{last:%Y-%m-%d}**, days of UTC"


def change_all(world: World, **values: Any) -> None:
    for name, value in values.items():
        world.sql(f"UPDATE requests SET {name} = ?", value)  # noqa: S608 - a column of our own


async def test_only_who_manages_the_server_gets_it(reported: Reported) -> None:
    world = reported.world
    [command] = [each for each in world.env.backend.commands[None].values() if each["name"] == "report"]
    assert command["default_member_permissions"] == 32
    give_to_everyone(world, "report")
    for member in (world.ada, world.grace):
        refused: Any = await member.slash(world.channel, "report usage")
        assert refused.ephemeral
        assert "manage" in refused.response.content
        assert refused.response.attachments == []


async def test_where_nobody_made_anything_it_says_so(reported: Reported) -> None:
    shown = await reported.report()
    assert await reported.lines() == [span(30), "Nobody made anything here in that time."]
    assert shown.response.attachments == []


async def test_by_day_it_adds_up_what_came_of_all_requests(reported: Reported) -> None:
    world = reported.world
    await world.imagine()
    await world.imagine("two foxes", by=world.bob, count=2, model="gpt-image-2")
    await world.imagine("a poster [fail]")
    change_all(world, finished_at=12_000_000)
    world.sql("UPDATE requests SET finished_at = created_at + 12000000")
    assert await reported.lines(days=7) == [
        span(7),
        "3 pictures of 3 requests · $0.20",
        "66% of those that were not cancelled gave a picture · 1 failed · 0 cancelled",
        "Half of the pictures were there within 12 s, 95% within 12 s",
    ]
    shown = await reported.report()
    chart, file = shown.response.attachments
    day = today()
    assert chart.description == (
        "Columns of pictures, cost, success and waiting time by day. "
        f"{day:%b} {day.day}: 3 pictures, $0.20, 66%, 12 s / 12 s."
    )
    assert file.filename == f"usage-by-day-{day:%Y-%m-%d}.csv"
    with Image.open(io.BytesIO(await chart.read())) as opened:
        assert (opened.format, opened.width) == ("PNG", 1100)


async def test_cancelled_requests_count_neither_way(tmp_path: Path) -> None:
    async with world(tmp_path, task_seconds=1e6) as built:
        cancelled = await built.slash("imagine", prompt="a red fox")
        await built.slash("imagine", prompt="a blue whale")
        await built.press(cancelled, "cancel")
        await built.until(lambda: "**cancelled**" in cancelled.response.content)
        assert await Reported(built).lines("model") == [
            span(30),
            "0 pictures of 1 request · $0.00",
            "All of them were cancelled.",
            "**1** · Imagen 4 · 0 pictures · $0.00 · only cancelled · no wait known",
        ]


async def test_members_are_numbered_as_in_the_chart_and_all_in_the_file(reported: Reported) -> None:
    world = reported.world
    for _ in range(2):
        await world.imagine(by=world.bob)
    await world.imagine()
    world.sql("UPDATE requests SET finished_at = created_at + 300000000")
    lines = await reported.lines("member")
    assert lines[-2:] == [
        f"**1** · <@{world.bob.id}> · 2 pictures · $0.16 · 100% · 5 min / 5 min",
        f"**2** · <@{world.ada.id}> · 1 picture · $0.08 · 100% · 5 min / 5 min",
    ]
    [chart, _] = (await reported.report("member")).response.attachments
    assert chart.description == (
        "Bars of pictures, cost, success and waiting time, numbered as below. "
        "1: 2 pictures, $0.16, 100%, 5 min / 5 min; 2: 1 picture, $0.08, 100%, 5 min / 5 min."
    )
    first, second = await reported.table("member")
    assert first == {
        "member": f"<@{world.bob.id}>",
        "name": "",
        "requests": "2",
        "completed": "2",
        "failed": "0",
        "cancelled": "0",
        "success_rate": "1.0000",
        "median_wait_seconds": "300",
        "p95_wait_seconds": "300",
        "pictures": "2",
        "cost_usd": "0.160000",
        "pictures_of_unknown_cost": "0",
    }
    assert second["member"] == f"<@{world.ada.id}>"


async def test_of_many_the_first_ten_are_shown_and_all_are_in_the_file(reported: Reported) -> None:
    world = reported.world
    await world.imagine()
    columns = ", ".join(name for (name,) in world.rows("SELECT name FROM pragma_table_info('requests')"))
    for number in range(1, 13):
        copied = columns.replace("short_id", f"'copy{number}'").replace("channel_id", str(number))
        copied = copied.replace("id, ", "NULL, ", 1)
        world.sql(f"INSERT INTO requests ({columns}) SELECT {copied} FROM requests WHERE id = 1")  # noqa: S608
    lines = await reported.lines("channel")
    assert sum(line.startswith("**") for line in lines) == 1 + 10
    assert lines[-1] == "and 3 more, in the file"
    assert len(await reported.table("channel")) == 13


async def test_roles_are_those_that_the_member_had_then(reported: Reported) -> None:
    world = reported.world
    role = world.guild.create_role("=cmd|'/c calc'!A1")
    pat = world.guild.add_member(world.env.create_user("pat"), roles=[role])
    await world.imagine(by=pat)
    await world.imagine()
    lines = await reported.lines("role")
    assert sorted(line.split(" · ")[1] for line in lines[-2:]) == [f"<@&{role.id}>", "without a role"]
    said = texts(await reported.report("role")).splitlines()[-1]
    assert said.endswith("A request counts for each role that its member had then, and once in the sums.")
    named = {row["role"]: row["name"] for row in await reported.table("role")}
    assert named == {f"<@&{role.id}>": "'=cmd|'/c calc'!A1", "": ""}


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
async def test_no_cell_is_a_formula(reported: Reported, name: str) -> None:
    world = reported.world
    await world.imagine()
    change_all(world, model=name)
    [row] = await reported.table("model")
    assert row["model"] == f"'{name}"


async def test_models_are_called_by_their_names(reported: Reported) -> None:
    world = reported.world
    await world.imagine(model="gpt-image-2")
    await world.imagine("another")
    world.sql("UPDATE requests SET model = 'imagen-3' WHERE id = 2")
    lines = await reported.lines("model")
    assert sorted(line.split(" · ")[1] for line in lines[-2:]) == ["GPT Image 2", "imagen-3"]
    assert sorted((row["model"], row["name"]) for row in await reported.table("model")) == [
        ("gpt-image-2", "GPT Image 2"),
        ("imagen-3", ""),
    ]


async def test_unknown_cost_is_said_everywhere(reported: Reported) -> None:
    world = reported.world
    await world.imagine(count=2)
    change_all(world, unpriced=1, cost=40_000)
    lines = await reported.lines("member")
    assert lines[1] == "2 pictures of 1 request · $0.04 and 1 picture of unknown cost"
    assert "2 pictures · $0.04 and 1 picture of unknown cost · 100%" in lines[-1]
    [row] = await reported.table("member")
    assert (row["cost_usd"], row["pictures_of_unknown_cost"]) == ("0.040000", "1")


async def test_what_somebody_had_deleted_counts_as_nobodys(reported: Reported) -> None:
    world = reported.world
    await world.imagine()
    await world.bot.engine.privacy.forget_user(world.ada.id)
    lines = await reported.lines("member")
    assert lines[1].startswith("1 picture of 1 request · $0.08")
    assert lines[-1].startswith("**1** · members who had their data deleted · 1 picture")
    assert (await reported.lines("channel"))[-1].startswith("**1** · a channel that is not known any more · ")
    assert (await reported.lines("role"))[-1].startswith("**1** · without a role · ")
    assert str(world.ada.id) not in json.dumps(await reported.table("member"))


async def test_its_days_are_those_of_the_server_and_no_others_count(reported: Reported) -> None:
    world = reported.world
    await decide(world, time_zone="Pacific/Kiritimati")
    await world.imagine()
    await world.imagine("older")
    world.sql("UPDATE requests SET created_at = created_at - ?, finished_at = finished_at - ? WHERE id = 2", DAY, DAY)
    lines = await reported.lines(days=1)
    assert lines[0].endswith("days of Pacific/Kiritimati")
    assert lines[1].startswith("1 picture of 1 request")
    assert (await reported.lines(days=2))[1].startswith("2 pictures of 2 requests")


async def test_where_no_chart_can_be_drawn_the_rest_is_there(reported: Reported) -> None:
    world = reported.world
    await world.imagine()
    charts: Any = world.bot.engine.charts
    charts._encoder = Encoder(seconds=0.0)
    shown = await reported.report("member")
    assert "The chart cannot be drawn right now." in texts(shown)
    [file] = shown.response.attachments
    assert file.filename.endswith(".csv")


async def test_it_is_for_servers_only(world: World) -> None:
    [told] = world.syncs()
    [command] = [root for root in told if root["name"] == "report"]
    assert (command["contexts"], command["integration_types"]) == ([0], [0])
    [usage] = command["options"]
    days, by = usage["options"]
    assert (days["min_value"], days["max_value"]) == (1, 90)
    assert [each["value"] for each in by["choices"]] == ["day", "member", "role", "model", "channel"]
