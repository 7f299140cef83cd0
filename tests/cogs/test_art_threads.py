"""Art channels whose results get a thread each: once, in public channels only, across stops and refusals."""

from typing import Any

from tests.cogs.art import deny, stop_after, threads, workshop
from tests.managers import decide
from tests.places import place
from tests.world import World


async def test_a_result_gets_a_thread_named_after_its_prompt(world: World) -> None:
    await workshop(world, threads=True)
    shown = await world.imagine("  a red\nfox, @everyone **bold** " + "very " * 30)
    [thread] = threads(world)
    assert thread.id == (await world.details(shown)).request.message_id
    assert thread.name.startswith("a red fox, @everyone **bold** very")
    assert len(thread.name) == 100
    assert thread.name.endswith("…")
    assert thread.thread_metadata.auto_archive_duration == 1440


async def test_other_results_get_none(world: World) -> None:
    await workshop(world, threads=True)
    await world.imagine(private=True)
    await world.imagine("a fox [fail]")
    inner = place(world, "public thread")
    elsewhere = world.guild.create_text_channel("other")
    for channel in (inner, elsewhere):
        await world.ada.slash(channel, "imagine", prompt="a red fox")
    await world.ada.user.slash("imagine", prompt="a red fox")
    await world.settle()
    assert [each.id for each in threads(world)] == [inner.id]
    assert threads(world, elsewhere) == []


async def test_a_stop_between_making_and_recording_it_makes_no_second_one(world: World, monkeypatch: Any) -> None:
    await workshop(world, threads=True)
    made = stop_after(world, monkeypatch, "send")
    await world.slash("imagine", prompt="a red fox")
    await world.until(made.is_set)
    [before] = threads(world)
    await world.restart()
    await world.settle()
    [after] = threads(world)
    assert after is before
    assert world.rows("SELECT message_id, nonce, due_at FROM posts") == [(before.id, None, None)]


async def test_what_was_delivered_right_before_a_stop_gets_one_after_it(world: World, monkeypatch: Any) -> None:
    await workshop(world, threads=True)
    drawn = stop_after(world, monkeypatch, "draw")
    await world.slash("imagine", prompt="a red fox")
    await world.until(drawn.is_set)
    assert threads(world) == []
    await world.restart()
    await world.settle()
    assert [each.name for each in threads(world)] == ["a red fox"]


async def test_without_the_permission_managers_are_told_once_and_it_goes_on_when_mended(quick_world: World) -> None:
    world = quick_world
    log = world.guild.create_text_channel("log")
    await workshop(world, threads=True, how_to=True)
    await decide(world, log_channel=str(log.id))
    deny(world, world.channel, create_public_threads=True)
    for prompt in ("a red fox", "a blue fox"):
        await world.imagine(prompt)
    assert threads(world) == []
    # The channel takes messages all the same, and edits of them.
    await decide(world, cooldown=1)
    await world.settle()
    for how_to in (False, True):
        await workshop(world, threads=True, how_to=how_to)
        await world.settle()
    [told] = log.history()
    assert told.content == (
        f"I was to start a thread for each result in <#{world.channel.id}>, but Discord does not let me. Nothing is "
        "lost: let me create public threads and read the message history there, and I go on by myself."
    )
    deny(world, world.channel)
    await world.until(lambda: len(threads(world)) == 2)
    await world.settle()
    assert {each.name for each in threads(world)} == {"a red fox", "a blue fox"}
    assert len(log.history()) == 1


async def test_a_result_that_is_deleted_before_gets_none_and_one_that_has_a_thread_keeps_it(world: World) -> None:
    await workshop(world, threads=True)
    kept = await world.imagine("a red fox")
    await world.grace.delete(kept.response)
    await world.settle()
    assert [each.name for each in threads(world)] == ["a red fox"]
    deny(world, world.channel, create_public_threads=True)
    lost = await world.imagine("a blue fox")
    await world.grace.delete(lost.response)
    deny(world, world.channel)
    await world.settle()
    assert [each.name for each in threads(world)] == ["a red fox"]
    assert world.rows("SELECT kind FROM posts WHERE due_at IS NOT NULL") == []
