"""Several pictures as several tasks of one request: each goes its own way, and all come in one reply."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.engine import Patience, late
from bot.store import RequestState, TaskState
from tests.cogs.test_buttons import labels
from tests.cogs.test_queue import waiting
from tests.world import WAIT_SECONDS, World, short_id, world

SandboxTask = Any


async def begun(world: World, count: int, **options: Any) -> tuple[Any, list[SandboxTask]]:
    """Type `/imagine` with a count and wait until RunAPI has all tasks; return the reply and those by their number."""
    shown = await world.slash("imagine", prompt="a red fox", count=count, **options)
    return shown, await taken(world, shown)


async def taken(world: World, shown: Any) -> list[SandboxTask]:
    """Wait until RunAPI has all tasks of a request; return them by their number."""
    async with asyncio.timeout(WAIT_SECONDS):
        while not all(task.runapi_id for task in (await world.details(shown)).tasks):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    return [world.sandbox.tasks[str(task.runapi_id)] for task in (await world.details(shown)).tasks]


def status(shown: Any) -> str:
    return shown.response.content.splitlines()[0]


def names(shown: Any) -> list[str]:
    return [attachment.filename for attachment in shown.response.attachments]


def expected(shown: Any, *numbers: int) -> list[str]:
    return [f"easel-{short_id(shown)}-{number}.png" for number in numbers]


async def used(world: World) -> int:
    return world.settings.daily_images_per_user - await world.left(world.ada)


class TestSharing:
    async def test_a_model_that_makes_one_at_a_time_is_asked_several_times(self, world: World) -> None:
        shown = await world.imagine("a red fox", count=4)
        assert "✅ **completed** · Imagen 4 · 4 pictures · " in status(shown)
        assert " · $0.32 · " in status(shown)
        assert names(shown) == expected(shown, 1, 2, 3, 4)
        assert len({await attachment.read() for attachment in shown.response.attachments}) == 4
        assert world.asked() == [{"model": "imagen-4", "prompt": "a red fox"}] * 4
        assert len({call.headers["idempotency-key"] for call in world.creates()}) == 4
        assert [call.method for call in world.calls()].count("POST") == 1
        assert await used(world) == 4
        usage = (await world.bot.engine.usage(world.ada.id)).all_time
        assert (usage.requests, usage.pictures, str(usage.cost)) == (1, 4, "0.32")

    async def test_what_it_does_not_make_at_once_is_shared_out(self, world: World) -> None:
        shown = await world.imagine("a red fox", model="gpt-4o-image", count=3)
        assert sorted(body["output_count"] for body in world.asked()) == [1, 2]
        assert names(shown) == expected(shown, 1, 2, 3)
        assert await used(world) == 3

    async def test_a_model_that_makes_more_at_once_is_asked_once(self, tmp_path: Path) -> None:
        async with world(tmp_path, models="seedream-v4") as built:
            await built.imagine("a red fox", count=6)
            assert [body["output_count"] for body in built.asked()] == [6]

    async def test_of_a_seed_each_has_the_next_and_that_is_said(self, world: World) -> None:
        shown = await world.imagine("a red fox", count=3, seed=41)
        assert sorted(body["seed"] for body in world.asked()) == [41, 42, 43]
        assert " · 3 pictures · seeds 41, 42, 43 · " in status(shown)
        seeds = {task.image_urls[0]: task.parameters["seed"] for task in world.sandbox.tasks.values()}
        assert [seeds[picture.url] for picture in (await world.details(shown)).pictures] == [41, 42, 43]

    async def test_after_the_greatest_seed_comes_the_least(self, world: World) -> None:
        shown = await world.imagine("a red fox", count=2, seed=2147483647)
        assert sorted(body["seed"] for body in world.asked()) == [0, 2147483647]
        assert "seeds 2147483647, 0" in status(shown)

    async def test_a_reroll_asks_for_as_many(self, world: World) -> None:
        shown = await world.imagine("a red fox", count=3)
        again = await world.press(shown, "reroll", by=world.bob)
        await world.settle()
        assert names(again) == expected(again, 1, 2, 3)
        assert await world.left(world.bob) == world.settings.daily_images_per_user - 3

    async def test_numbers_are_suggested_for_every_model(self, tmp_path: Path) -> None:
        async with world(tmp_path, models="imagen-4,gpt-4o-image,seedream-v4") as built:

            async def suggested(typed: str = "", **filled: str) -> list[int]:
                choices = await built.ada.autocomplete(built.channel, "imagine", "count", typed, **filled)
                return [choice["value"] for choice in choices]

            assert await suggested() == [1, 2, 3, 4]
            assert await suggested(model="gpt-4o-image") == [1, 2, 3, 4]
            assert await suggested(model="seedream-v4") == [1, 2, 3, 4, 5, 6]
            assert await suggested("3") == [3]

    async def test_more_than_is_left_is_refused_and_nothing_is_asked(self, tmp_path: Path) -> None:
        async with world(tmp_path, daily_images_per_user=3) as built:
            shown = await built.imagine("a red fox", count=4)
            assert shown.response.content.startswith("You have 3 of today's 3 pictures left, and this asks for 4.")
            assert built.creates() == []
            assert await built.left(built.ada) == 3


class TestEachForItself:
    async def test_one_that_fails_does_not_lose_the_others(self, slow_world: World) -> None:
        shown, tasks = await begun(slow_world, 4)
        tasks[1].fails = True
        await slow_world.complete()
        assert "✅ **completed** · Imagen 4 · 3 of 4 pictures · " in status(shown)
        assert " · $0.24 · " in status(shown)
        assert names(shown) == expected(shown, 1, 3, 4)
        assert "3 of 4 were made; the others do not count against your allowance." in shown.response.content
        assert "Picture 2: The model did not make it: “" in shown.response.content
        assert await used(slow_world) == 3

    async def test_those_of_a_task_that_makes_two_are_named(self, slow_world: World) -> None:
        shown, tasks = await begun(slow_world, 3, model="gpt-4o-image")
        tasks[0].fails = True
        await slow_world.complete()
        assert names(shown) == expected(shown, 3)
        assert "Pictures 1, 2: The model did not make it: “" in shown.response.content
        assert await used(slow_world) == 1

    async def test_when_all_fail_alike_the_reason_is_said_once(self, world: World) -> None:
        shown = await world.imagine("a red fox [fail]", count=4)
        assert "⚠️ **failed** · Imagen 4 · 4 pictures · " in status(shown)
        assert shown.response.content.count("The model did not make it") == 1
        assert "Picture" not in shown.response.content
        assert shown.response.content.count("It does not count against your allowance.") == 1
        assert await used(world) == 0

    async def test_a_fault_of_ours_in_one_is_told_and_the_others_come(self, tmp_path: Path) -> None:
        async with world(tmp_path, engine=False) as built:
            shown = await built.slash("imagine", prompt="a red fox", count=3)
            # As no code of ours leaves it: on its way to RunAPI, with nothing to be sent.
            built.sql("UPDATE tasks SET state = 'submitting', idempotency_key = 'k' WHERE number = 2")
            await built.run_engine()
            await built.settle()
            assert names(shown) == expected(shown, 1, 3)
            assert "Picture 2: Something went wrong on my side." in shown.response.content
            assert await used(built) == 2

    async def test_the_reply_says_how_many_are_done(self, slow_world: World) -> None:
        shown, tasks = await begun(slow_world, 4)
        assert " · 4 pictures · " in status(shown)
        tasks[2].state = "completed"
        await slow_world.until(lambda: "**processing** · Imagen 4 · 1 of 4 done · " in status(shown))
        tasks[0].fail()
        await slow_world.until(lambda: " · 1 of 4 done, 1 failed · " in status(shown))
        assert labels(shown) == ["Cancel"]
        await slow_world.complete()
        assert names(shown) == expected(shown, 2, 3, 4)

    async def test_tasks_that_begin_together_cost_one_edit(self, slow_world: World) -> None:
        shown, _ = await begun(slow_world, 4)
        await slow_world.process(shown)
        async with asyncio.timeout(WAIT_SECONDS):
            while {task.state for task in (await slow_world.details(shown)).tasks} != {TaskState.PROCESSING}:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        await slow_world.env.settle()
        assert [call.method for call in slow_world.calls()] == ["POST", "PATCH"]
        await slow_world.complete()

    async def test_numbers_follow_the_tasks_and_not_who_was_first(self, slow_world: World) -> None:
        shown, tasks = await begun(slow_world, 3)
        for done, task in enumerate(reversed(tasks), 1):
            task.state = "completed"
            await slow_world.until(lambda done=done: f"{done} of 3 done" in status(shown) or done == 3)
        await slow_world.settle()
        urls = {picture.number: picture.url for picture in (await slow_world.details(shown)).pictures}
        assert urls == {number: task.image_urls[0] for number, task in enumerate(tasks, 1)}
        assert names(shown) == expected(shown, 1, 2, 3)

    async def test_a_restart_in_the_middle_loses_none_and_makes_none_twice(self, slow_world: World) -> None:
        shown, tasks = await begun(slow_world, 4)
        tasks[3].state = "completed"
        tasks[1].fail()
        await slow_world.until(lambda: "1 of 4 done, 1 failed" in status(shown))
        await slow_world.restart()
        await slow_world.complete()
        assert names(shown) == expected(shown, 1, 3, 4)
        assert "Picture 2: The model did not make it" in shown.response.content
        assert len(slow_world.creates()) == 4
        assert await used(slow_world) == 3


class TestCancel:
    async def test_cancel_ends_all(self, slow_world: World) -> None:
        shown, _ = await begun(slow_world, 3)
        await slow_world.press(shown, "cancel")
        await slow_world.settle()
        assert "🚫 **cancelled** · Imagen 4 · 3 pictures · " in status(shown)
        assert {task.state for task in (await slow_world.details(shown)).tasks} == {TaskState.CANCELLED}
        assert await used(slow_world) == 0

    async def test_what_was_made_before_is_delivered_and_counts(self, slow_world: World) -> None:
        shown, tasks = await begun(slow_world, 4)
        tasks[1].state = "completed"
        await slow_world.until(lambda: "1 of 4 done" in status(shown))
        await slow_world.press(shown, "cancel")
        await slow_world.settle()
        assert "✅ **completed** · Imagen 4 · 1 of 4 pictures · " in status(shown)
        assert "1 of 4 were made; the others do not count" in shown.response.content
        assert "Pictures 1, 3, 4: cancelled, but the model cannot be stopped." in shown.response.content
        assert names(shown) == expected(shown, 2)
        assert await used(slow_world) == 1

    async def test_those_that_were_not_sent_yet_never_are(self, tmp_path: Path) -> None:
        async with world(tmp_path, task_seconds=1e6, tasks_at_once=1) as built:
            shown = await built.slash("imagine", prompt="a red fox", count=3)
            [first] = (await built.until(lambda: built.sandbox.tasks)).values()
            first.state = "completed"
            await built.until(lambda: len(built.sandbox.tasks) == 2)
            await built.press(shown, "cancel")
            await built.settle()
            assert len(names(shown)) == 1
            assert "cancelled, but the model cannot be stopped." in shown.response.content
            assert len(built.creates()) == 2
            assert await used(built) == 1


class TestFairness:
    async def test_a_request_for_four_does_not_hold_up_somebody_elses_one(self, tmp_path: Path) -> None:
        async with world(tmp_path, task_seconds=1e6, tasks_at_once=1) as built:
            four = await built.slash("imagine", by=built.bob, prompt="a red fox", count=4)
            [first] = (await built.until(lambda: built.sandbox.tasks)).values()
            one = await built.slash("imagine", by=built.ada, prompt="a blue fox")
            assert "next in line" in status(one)
            await built.until(lambda: waiting(built) == 2)
            first.state = "completed"
            await built.until(lambda: len(built.sandbox.tasks) == 2)
            assert [task.prompt for task in built.sandbox.tasks.values()] == ["a red fox", "a blue fox"]
            await built.complete()
            assert names(one) == [f"easel-{short_id(one)}-1.png"]
            assert names(four) == expected(four, 1, 2, 3, 4)


class TestLate:
    @pytest.fixture(name="impatient")
    async def _impatient(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[World]:
        """A world that soon gives up, and whose tasks take for ever."""
        monkeypatch.setattr(late, "LOOK_EVERY", 0.05)
        patience = Patience(deadline=timedelta(seconds=0.1))
        async with world(tmp_path, task_seconds=1e6, patience=patience) as built:
            yield built

    async def test_each_that_comes_late_is_added_to_the_reply_at_its_place(self, impatient: World) -> None:
        shown = await impatient.imagine(count=3)
        assert status(shown).startswith("⚠️ **failed**")
        tasks = await taken(impatient, shown)
        tasks[2].state = "completed"
        await impatient.until(lambda: names(shown) == expected(shown, 3))
        await impatient.settle()
        assert "Picture 3 came after it had been given up, so it does not count" in shown.response.content
        assert "Pictures 1, 2: It took longer than a minute, so it was given up." in shown.response.content
        tasks[0].state = tasks[1].state = "completed"
        await impatient.until(lambda: names(shown) == expected(shown, 1, 2, 3))
        assert "Pictures 1, 2, 3 came after they had been given up" in shown.response.content
        await impatient.settle()
        assert await used(impatient) == 0
        usage = (await impatient.bot.engine.usage(impatient.ada.id)).all_time
        assert (usage.requests, usage.pictures, str(usage.cost)) == (1, 3, "0.24")

    async def test_one_that_comes_while_the_last_steps_of_another_are_taken_is_brought_too(
        self, impatient: World
    ) -> None:
        shown = await impatient.imagine(count=2)
        tasks = await taken(impatient, shown)
        follower = impatient.bot.engine._life._running_follower  # pyright: ignore[reportPrivateUsage]
        with follower._rush:  # pyright: ignore[reportPrivateUsage] - thumbnails wait for it
            tasks[1].state = "completed"
            await impatient.until(lambda: names(shown) == expected(shown, 2))
            tasks[0].state = "completed"
            async with asyncio.timeout(WAIT_SECONDS):
                while (await impatient.details(shown)).tasks[0].state is TaskState.EXPIRED:  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
        await impatient.settle()
        assert names(shown) == expected(shown, 1, 2)

    async def test_one_of_a_request_whose_rest_was_cancelled_is_not_brought(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(late, "LOOK_EVERY", 0.05)
        async with world(tmp_path, task_seconds=1e6) as built:
            shown, tasks = await begun(built, 2)
            # As after its 14 minutes.
            await built.stop_engine()
            built.sql("UPDATE tasks SET state = 'expired', finished_at = submitted_at WHERE number = 1")
            await built.run_engine()
            await built.press(shown, "cancel")
            await built.settle()
            assert "🚫 **cancelled**" in status(shown)
            tasks[0].state = "completed"
            async with asyncio.timeout(WAIT_SECONDS):
                while (details := await built.details(shown)).tasks[0].state is TaskState.EXPIRED:  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
            assert (details.request.state, details.pictures) == (RequestState.CANCELLED, ())
            assert (await built.bot.engine.usage(built.ada.id)).all_time.pictures == 0
