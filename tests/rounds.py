"""Rounds in the simulated server: started by a manager, and moved through time."""

from collections.abc import AsyncGenerator, Iterable, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import simcord

from bot.engine import Patience
from tests.managers import manager
from tests.world import World, world

TIMES = ("created_at", "opens_at", "closes_at", "ends_at", "due_at")


@asynccontextmanager
async def round_world(folder: Path, **options: Any) -> AsyncGenerator[tuple[World, simcord.MemberActor]]:
    """Yield a world in which posts may be edited as often as one likes, and a member who may manage its server."""
    async with world(folder, patience=Patience(edit=timedelta(0)), **options) as built:
        yield built, manager(built)


async def start(built: World, vera: simcord.MemberActor, theme: str = "Foxes at night", **options: Any) -> str:
    """Start a round of a day, a day of voting; return its short id."""
    shown: Any = await vera.slash(built.channel, "round start", theme=theme, **{"length": 1440, **options})
    assert shown.ephemeral
    assert shown.response.content.startswith("The round “"), shown.response.content
    await built.settle()
    return rounds(built, "short_id")[-1]


def rounds(built: World, column: str) -> list[Any]:
    """Return what the database has in a column of all rounds, the oldest first."""
    return [row[0] for row in built.rows(f"SELECT {column} FROM rounds ORDER BY id")]  # noqa: S608


def entries(built: World, column: str = "user_id") -> list[Any]:
    """Return what the database has in a column of all entries, the oldest first."""
    return [row[0] for row in built.rows(f"SELECT {column} FROM entries ORDER BY id")]  # noqa: S608


def shift(built: World, by: timedelta) -> None:
    """Let all that is planned be so much sooner, as when time has passed."""
    micros = int(by.total_seconds() * 1_000_000)
    moved = ", ".join(f"{name} = {name} - {micros}" for name in TIMES)
    built.sql(f"UPDATE rounds SET {moved}")  # noqa: S608


async def later(built: World, **span: float) -> None:
    """Let time pass, and wait until rounds have moved on and that is said."""
    shift(built, timedelta(**span))
    await look(built)


async def look(built: World) -> None:
    """Have what is due be done, and wait until it is said."""
    await built.bot.engine.rounds.look()
    await built.settle()


def said(built: World, of: str) -> list[str]:
    """Return what the posts of a kind say in the channel, the oldest first: `Round`, `Voting`, `Reminder`, `Result`."""
    return [each.content for each in posts(built, of)]


def posts(built: World, of: str) -> list[Any]:
    """Return the posts of a kind in the channel, the oldest first."""
    return [each for each in built.channel.history() if f"\n-# {of} " in each.content]


async def enter(built: World, *members: simcord.MemberActor) -> list[Any]:
    """Have members make a picture each with `/imagine`; return the replies."""
    return [await built.imagine(f"{member.name}'s fox", by=member) for member in members]


async def open_ballot(built: World, member: simcord.MemberActor) -> Any:
    """Have a member press Vote; return what is answered."""
    [call] = posts(built, "Voting")
    return await member.click(call, label="Vote")


async def vote_for(built: World, voter: simcord.MemberActor, artist: simcord.MemberActor) -> Any:
    """Have a member vote for somebody's first picture, leafing through the ballot; return the ballot."""
    [entry] = [row[0] for row in built.rows("SELECT MIN(id) FROM entries WHERE user_id = ?", artist.id)]
    ballot = await open_ballot(built, voter)
    while entry != shown_entry(ballot):
        await voter.click(ballot.response, label="Next")
    await voter.click(ballot.response, label="Vote for it")
    return ballot


def shown_entry(ballot: Any) -> int:
    """Return the id of the entry that a ballot shows."""
    return next(int(each.rpartition(":")[2]) for each in custom_ids(ballot.response) if ":vote:" in each)


def custom_ids(message: Any) -> list[str]:
    """Return the custom ids of a message's buttons and selects."""
    return [each["custom_id"] for each in parts(message.components) if "custom_id" in each]


def parts(components: Iterable[Any]) -> Iterator[dict[str, Any]]:
    """Yield components, and those in them, as JSON."""
    for each in components:
        part = cast("dict[str, Any]", each if isinstance(each, dict) else each.to_dict())
        yield part
        yield from parts(part.get("components", []))
