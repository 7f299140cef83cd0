"""What is measured, and how."""

import asyncio
import json
import sys
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from statistics import median, quantiles
from typing import Literal, TypeAlias

from tests.backlog import multiply, queued
from tests.bench._bot import Place
from tests.bench._discord import Asked, People
from tests.bench._many import with_many
from tests.bench._pipe import Child, child
from tests.bench._table import Figure
from tests.callbacks import free_port
from tests.wire.discord_server import DiscordServer

__all__ = ["FULL", "QUICK", "Plan", "measure"]

Kind: TypeAlias = Literal["bare", "easel"]


TASKS_AT_ONCE = 50
"""What it is unless the operator says otherwise."""

_FOREVER = 3600.0
_APART = 0.5
"""Seconds between tasks of which each has the bot to itself when it is done."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured.

    Attributes:
        rounds: of each bot, alternating, after `warm_up` that do not count.
        at_once: commands that arrive together in a round.
        long_seconds: how long a long task takes.
        long_tasks: long tasks together, before and again after their timing is known.
        flight: tasks in flight at the same time.
        flight_seconds: how long each of those takes.
        unfinished: requests that an outage has left.
        many: tasks in a database that has been used for long.
    """

    rounds: int
    at_once: int
    long_seconds: float
    long_tasks: int
    flight: int
    flight_seconds: float
    unfinished: int
    many: int
    warm_up: int = 1


FULL = Plan(
    rounds=20,
    at_once=50,
    long_seconds=20.0,
    long_tasks=10,
    flight=500,
    flight_seconds=30.0,
    unfinished=10_000,
    many=1_000_000,
)
QUICK = Plan(
    rounds=3, at_once=50, long_seconds=5.0, long_tasks=5, flight=100, flight_seconds=8.0, unfinished=2_000, many=50_000
)


@dataclass(frozen=True, slots=True)
class Bot:
    """A bot in its process, and the people who ask it."""

    process: Child
    people: People


@dataclass(frozen=True, slots=True)
class Round:
    """One round of commands that arrived together; seconds."""

    first_p99: float
    whole_p50: float
    calls: float
    stall: float
    cpu: float


class Bench:
    """Starts bots on Discords of their own, all on one RunAPI."""

    def __init__(self, runapi: Child, folder: Path) -> None:
        self.runapi = runapi
        self._folder = folder
        self._bots = 0

    @asynccontextmanager
    async def bot(self, kind: Kind, *, called_back: bool = False) -> AsyncGenerator[Bot]:
        """A new bot with an empty database, connected."""
        async with self.discord() as (server, place):
            secret = (await self.runapi.ask("where"))["callback_secret"] if called_back else ""
            called = replace(place, callback_secret=secret, callback_port=free_port() if called_back else 0)
            async with self.started(kind, called) as process:
                yield Bot(process, People(server))

    @asynccontextmanager
    async def discord(self) -> AsyncGenerator[tuple[DiscordServer, Place]]:
        """A new Discord, and a place for a bot on it with an empty folder."""
        self._bots += 1
        folder = self._folder / str(self._bots)
        folder.mkdir()
        async with DiscordServer().run() as server:
            certificate = folder / "authority.pem"
            certificate.write_bytes(server.authority.certificate)
            where = await self.runapi.ask("where")
            place = Place(server.port, str(certificate), server.token, str(folder), where["url"], where["api_key"])
            yield server, place

    @asynccontextmanager
    async def started(self, kind: Kind, place: Place) -> AsyncGenerator[Child]:
        """A bot's process, connected; it is killed at the end."""
        async with child("tests.bench._bot", kind, json.dumps(asdict(place))) as process:
            await process.ask("ready")
            yield process

    async def begin(self, bot: Bot, task_seconds: float) -> None:
        """Let tasks take so long from now on, and count anew."""
        await self.runapi.ask("begin", task_seconds=task_seconds)
        await bot.process.ask("begin")


async def measure(plan: Plan, folder: Path) -> list[Figure]:
    """Return all figures."""
    full = await with_many(plan.many, folder)
    async with child("tests.bench._runapi") as runapi:
        bench = Bench(runapi, folder)
        return [
            *await _beside_bare(bench, plan),
            *await _long_tasks(bench, plan),
            *await _called_back(bench, plan),
            *await _in_flight(bench, plan),
            *await _after_outage(bench, plan),
            *full,
        ]


async def _beside_bare(bench: Bench, plan: Plan) -> list[Figure]:
    rounds: dict[Kind, list[Round]] = {"bare": [], "easel": []}
    async with AsyncExitStack() as stack:
        bots: dict[Kind, Bot] = {kind: await stack.enter_async_context(bench.bot(kind)) for kind in rounds}
        for bot in bots.values():
            await bot.people.ask(10, every=0.1)
        for number in range(plan.warm_up + plan.rounds):
            for kind, bot in bots.items():
                done = await _round(bench, bot, plan.at_once)
                _say(f"{kind}, round {number}: {done}")
                if number >= plan.warm_up:
                    rounds[kind].append(done)
    first = {kind: median(each.first_p99 for each in done) for kind, done in rounds.items()}
    whole = {kind: median(each.whole_p50 for each in done) for kind, done in rounds.items()}
    _say(f"medians: first {first}, whole {whole}")
    at_once = f"{plan.at_once} at once"
    return [
        Figure(f"first response, p99, {at_once}, to bare", first["easel"] / first["bare"], "x", 2.0, 1.3),
        Figure("  Easel", first["easel"] * 1000, "ms", 250.0),
        Figure("  bare", first["bare"] * 1000, "ms"),
        Figure(f"whole task at 0 s, p50, {at_once}, to bare", whole["easel"] / whole["bare"], "x", 1.5, 1.2),
        Figure("  Easel", whole["easel"] * 1000, "ms"),
        Figure("  bare", whole["bare"] * 1000, "ms"),
        Figure("  CPU per task, Easel", median(each.cpu for each in rounds["easel"]) * 1000, "ms"),
        Figure("  CPU per task, bare", median(each.cpu for each in rounds["bare"]) * 1000, "ms"),
        Figure("longest event-loop stall", max(each.stall for each in rounds["easel"]) * 1000, "ms", 50.0, 20.0),
        Figure("  median of the rounds", median(each.stall for each in rounds["easel"]) * 1000, "ms"),
        Figure("  bare", max(each.stall for each in rounds["bare"]) * 1000, "ms"),
    ]


async def _round(bench: Bench, bot: Bot, at_once: int) -> Round:
    await bench.begin(bot, 0.0)
    asked = await bot.people.ask(at_once)
    rested = await bot.process.ask("rest")
    return Round(
        first_p99=quantiles([each.answered - each.sent for each in asked], n=100, method="inclusive")[98],
        whole_p50=median(each.delivered - each.sent for each in asked),
        calls=bot.people.calls / at_once,
        stall=rested["stall"],
        cpu=rested["cpu"] / at_once,
    )


async def _long_tasks(bench: Bench, plan: Plan) -> list[Figure]:
    async with bench.bot("easel") as bot:
        late: list[float] = []
        looks: list[float] = []
        for _ in ("unknown", "known"):
            await bench.begin(bot, plan.long_seconds)
            asked = await bot.people.ask(plan.long_tasks)
            tasks = await bench.runapi.ask("tasks")
            late.append(_late(asked, tasks, plan.long_seconds))
            looks.append(max(tasks[each.prompt]["looks"] for each in asked))
            calls = bot.people.calls / plan.long_tasks
            _say(f"{plan.long_seconds:g} s tasks: {late[-1]:.3f} s late after {looks[-1]} looks")
            await bot.process.ask("rest")
    name = f"{plan.long_seconds:g} s task"
    return [
        Figure(f"{name}: done to delivered, median, timing known", late[1], "s", 0.6, 0.3),
        Figure("  timing unknown", late[0], "s"),
        Figure(f"{name}: polls, at most, timing known", looks[1], "", 8),
        Figure("  timing unknown", looks[0], ""),
        Figure("Discord calls per ordinary task", calls, "", 3, 3),
    ]


async def _called_back(bench: Bench, plan: Plan) -> list[Figure]:
    async with bench.bot("easel", called_back=True) as bot:
        late: list[float] = []
        looks: list[float] = []
        for every in (0.0, _APART):
            await bench.begin(bot, plan.long_seconds)
            asked = await bot.people.ask(plan.long_tasks, every=every)
            tasks = await bench.runapi.ask("tasks")
            late.append(_late(asked, tasks, plan.long_seconds))
            looks.append(max(tasks[each.prompt]["looks"] for each in asked))
            _say(
                f"{plan.long_seconds:g} s tasks, callbacks, {every:g} s apart: {late[-1]:.3f} s late, {looks[-1]} looks"
            )
            await bot.process.ask("rest")
    name = f"{plan.long_seconds:g} s task, callbacks"
    return [
        Figure(f"{name}: done to delivered, median", late[1], "s", 0.6, 0.1),
        Figure(f"  {plan.long_tasks} in the same moment", late[0], "s"),
        Figure(f"{name}: polls, at most", max(looks), "", 8, 2),
    ]


async def _in_flight(bench: Bench, plan: Plan) -> list[Figure]:
    async with bench.bot("easel") as bot:
        await bench.begin(bot, plan.flight_seconds)
        asked = await bot.people.ask(plan.flight, every=plan.flight_seconds / 3 / plan.flight)
        tasks = await bench.runapi.ask("tasks")
        rested = await bot.process.ask("rest")
    begun = [tasks[each.prompt]["created"] for each in asked]
    together = sum(moment < min(begun) + plan.flight_seconds for moment in begun)
    name = f"{plan.flight} tasks in flight"
    return [
        Figure(f"{name}: peak memory of the bot's process", rested["peak_mb"], "MB", 150.0, 100.0),
        Figure("  not delivered", plan.flight - len(asked), "", 0, 0),
        Figure("  with RunAPI at the same time", together, ""),
        Figure("  CPU per task", rested["cpu"] / plan.flight * 1000, "ms"),
        Figure("  longest event-loop stall", rested["stall"] * 1000, "ms"),
        Figure("  done to delivered, median", _late(asked, tasks, plan.flight_seconds), "s"),
    ]


async def _after_outage(bench: Bench, plan: Plan) -> list[Figure]:
    async with bench.discord() as (server, place):
        await bench.runapi.ask("begin", task_seconds=_FOREVER)
        database = Path(place.folder) / "easel.db"
        began = time.perf_counter()
        async with bench.started("easel", replace(place, tasks_at_once=1)):
            ready_with_none = time.perf_counter() - began
            for prompt in ("outage, begun", "outage, queued"):
                await (await server.slash("imagine", prompt=prompt)).answered
            await queued(database)
        multiply(database, plan.unfinished - 2)
        await bench.runapi.ask("begin", task_seconds=_FOREVER)
        began = time.perf_counter()
        async with bench.started("easel", replace(place, tasks_at_once=TASKS_AT_ONCE)):
            ready = time.perf_counter() - began
            # What is measured is this second.
            await asyncio.sleep(1.0)
            tasks = await bench.runapi.ask("tasks")
            together = await bench.runapi.ask("together")
    begun = sum(prompt.startswith("outage") for prompt in tasks)
    name = f"start with {plan.unfinished:,} unfinished"
    return [
        Figure(f"{name}: process begun to ready", ready, "s", 5.0),
        Figure("  with none", ready_with_none, "s"),
        Figure("  tasks with RunAPI a second later", begun, "", TASKS_AT_ONCE),
        Figure("  calls to RunAPI at once, at most", together, ""),
    ]


def _late(asked: Sequence[Asked], tasks: dict[str, dict[str, float]], seconds: float) -> float:
    return median(each.delivered - tasks[each.prompt]["created"] - seconds for each in asked)


def _say(sentence: str) -> None:
    sys.stderr.write(sentence + "\n")
