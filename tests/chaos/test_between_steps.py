"""The engine with a death between any two of its steps: whatever people and services do, the same promises hold."""

import asyncio
import shutil
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Literal, cast

import httpx
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from bot.images import PictureStore
from bot.sandbox import Fault, Sandbox
from tests.chaos._house import signed
from tests.chaos._steps import LIMIT, Clock, Discord, FirstAnswer, Life, Mood, SteppedStore, Way

USERS = (101, 102)
EXAMPLES = 50
STEPS = 30
_TASK_SECONDS = 8.0
_MORE_THAN_ENOUGH = 2000
_WAYS = st.sampled_from(("edit", "new message"))
_FIRST_ANSWERS = st.sampled_from(("taken", "taken", "taken", "too late", "taken, not told", "not taken, not told"))
_FAULTS: tuple[tuple[Fault, Literal["create", "status"]], ...] = (
    (Fault.LOST, "create"),
    (Fault.RESET, "create"),
    (Fault.SERVER_ERROR, "create"),
    (Fault.VALIDATION_FAILED, "create"),
    (Fault.TASK_FAILED, "create"),
    (Fault.BAD_GATEWAY, "status"),
    (Fault.NOT_FOUND, "status"),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A command that was typed."""

    user_id: int
    prompt: str
    first: FirstAnswer
    count: int = 1


class Stage:
    """What every example plays on: an event loop, and an empty database to begin with."""

    def __init__(self, folder: Path) -> None:
        self.runner = asyncio.Runner()
        self.empty = folder / "empty.db"
        self.http = httpx.AsyncHTTPTransport()
        self.runner.run(self._prepare())

    async def _prepare(self) -> None:
        async with SteppedStore.open(self.empty):
            pass

    def close(self) -> None:
        self.runner.run(self.http.aclose())
        self.runner.close()


class Crashes(RuleBasedStateMachine):
    """Two people, an engine that dies and starts again, a Discord and a RunAPI that are not always well."""

    stage: Stage

    def __init__(self) -> None:
        super().__init__()
        self.run = self.stage.runner.run
        self.asked: list[Asked] = []
        self.untroubled = True
        """Whether nothing happened for which a request may end without its picture."""
        self.clock = Clock()
        self.discord = Discord()
        self.exits = AsyncExitStack()

    @initialize(way=_WAYS, first=_FIRST_ANSWERS, count=st.sampled_from((1, 2)))
    def open(self, way: Way, first: FirstAnswer, count: int) -> None:
        self.run(self._open())
        self.somebody_asks(USERS[0], way, first, count)

    async def _open(self) -> None:
        folder = Path(self.exits.enter_context(tempfile.TemporaryDirectory(prefix="easel-steps-")))
        self.database = folder / "easel.db"
        shutil.copyfile(self.stage.empty, self.database)
        self.store = cast("SteppedStore", await self.exits.enter_async_context(SteppedStore.open(self.database)))
        self.sandbox = await self.exits.enter_async_context(
            Sandbox(task_seconds=_TASK_SECONDS, clock=lambda: self.clock.now().timestamp(), painter=signed)
        )
        self.pictures = PictureStore(folder / "pictures", cap_bytes=2**30, keep=timedelta(days=7))
        await self.pictures.open()
        await self._begin()

    async def _begin(self) -> None:
        self.life = Life(
            store=self.store,
            sandbox=self.sandbox,
            http=self.stage.http,
            pictures=self.pictures,
            discord=self.discord,
            clock=self.clock,
        )
        await self.life.begin()

    @rule(
        user_id=st.sampled_from(USERS),
        way=_WAYS,
        first=_FIRST_ANSWERS,
        count=st.sampled_from((1, 1, 2)),
    )
    def somebody_asks(self, user_id: int, way: Way, first: FirstAnswer, count: int) -> None:
        asked = Asked(user_id, f"fox {len(self.asked):04}", first, count)
        self.asked.append(asked)
        self.run(self._ask(asked, way))

    async def _ask(self, asked: Asked, way: Way) -> None:
        self.life.ask(asked.user_id, asked.prompt, way, asked.first, count=asked.count)

    @rule(steps=st.integers(1, 12))
    def the_engine_goes_on(self, steps: int) -> None:
        self.run(self.life.go_on(steps))

    @rule(steps=st.integers(0, 12))
    def it_dies_and_starts_again(self, steps: int) -> None:
        self.run(self._die(steps))

    async def _die(self, steps: int) -> None:
        if steps:
            await self.life.go_on(steps)
        await self.life.die()
        await self._begin()

    @rule(which=st.integers(0, 9))
    def somebody_cancels(self, which: int) -> None:
        if self.discord.answered:
            self.untroubled = False
            answered = sorted(self.discord.answered)
            self.run(self._cancel(answered[which % len(answered)]))

    async def _cancel(self, request_id: int) -> None:
        self.life.cancel(request_id)

    @rule(seconds=st.sampled_from((2.0, 30.0, 16 * 60.0, 2 * 3600.0)))
    def time_passes(self, seconds: float) -> None:
        self.clock.advance(seconds)
        self.untroubled = self.untroubled and seconds < 60

    @rule(mood=st.sampled_from(("here", "away", "answers lost")))
    def discord_is(self, mood: Mood) -> None:
        self.discord.mood = mood
        # While Discord is away, a flying clock lets much time pass.
        self.untroubled = self.untroubled and mood == "here"

    @rule(fault=st.sampled_from(_FAULTS))
    def runapi_is_not_well(self, fault: tuple[Fault, Literal["create", "status"]]) -> None:
        self.untroubled = False
        self.sandbox.faults.add(fault[0], on=fault[1])

    def teardown(self) -> None:
        try:
            if hasattr(self, "life"):
                self.run(self._end())
                broken = [*self._disagreements()]
                assert not broken, broken
        finally:
            self.run(self._close())

    async def _end(self) -> None:
        """Let all be well again, and everything come to its end."""
        self.discord.mood = "here"
        self.sandbox.faults.clear()
        assert await self.life.go_on(_MORE_THAN_ENOUGH), "it does not come to an end"

    async def _close(self) -> None:
        if hasattr(self, "life"):
            await self.life.die()
        await self.exits.aclose()

    def _disagreements(self) -> Iterator[str]:
        made = Counter(task.prompt for task in self.sandbox.tasks.values())
        seen: Counter[int] = Counter()
        with closing(sqlite3.connect(self.database)) as connection:
            rows = {row[0]: row[1:] for row in connection.execute(_REQUESTS)}
            for asked in self.asked:
                if asked.prompt in rows:
                    seen[asked.user_id] += self.discord.pictures.get(rows[asked.prompt][0], 0)
                    yield from self._request(asked, made[asked.prompt], *rows[asked.prompt])
                elif made[asked.prompt]:
                    yield f"{asked.prompt} was made without a word of it in the database"
            for user_id, reserved, used in connection.execute(_ALLOWANCES):
                if reserved or used > LIMIT or used != seen[user_id]:
                    yield f"{user_id} sees {seen[user_id]} pictures; {used} are used and {reserved} reserved"
            logged = dict(connection.execute("SELECT user_id, sum(pictures) FROM usage GROUP BY user_id"))
            if logged != +seen:
                yield f"{logged} are logged, {+seen} are seen"

    def _request(self, asked: Asked, made: int, request_id: int, state: str, delivery: str) -> Iterator[str]:
        ends = self.discord.ends(request_id)
        answered = request_id in self.discord.answered
        if made > (asked.count if answered else 0):
            yield f"{asked.prompt} was made {made} times"
        if answered and (ends != [state] or delivery != "delivered"):
            yield f"{asked.prompt} is {state} and {delivery}, and seen to be {ends}"
        if not answered and (ends or state != "lapsed"):
            yield f"{asked.prompt} is {state} and seen to be {ends}, though its answer was not taken"
        if answered and self.untroubled and state != "completed":
            yield f"{asked.prompt} is {state}, though nothing was in its way"


_REQUESTS = "SELECT prompt, id, state, delivery FROM requests"
_ALLOWANCES = "SELECT subject_id, sum(reserved), sum(used) FROM allowances GROUP BY subject_id, scope"


def test_a_death_between_any_two_steps_breaks_no_promise(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    stage = Stage(tmp_path)
    machine: Callable[[], RuleBasedStateMachine] = type("Machine", (Crashes,), {"stage": stage})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
        ),
    )
    stage.close()
    assert [record for record in caplog.records if record.exc_info] == []
