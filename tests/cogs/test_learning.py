"""What the bot learns of how long tasks take."""

from tests.world import World


async def test_a_task_that_ended_while_the_bot_was_down_teaches_nothing(slow_world: World) -> None:
    world = slow_world
    shown = await world.slash("imagine", prompt="a red fox")
    await world.process(shown)

    def be_away_for_ten_minutes(_: object) -> None:
        world.sql("UPDATE tasks SET submitted_at = submitted_at - 600000000")
        world.sandbox.task_seconds = 0.0

    await world.restart(be_away_for_ten_minutes)
    await world.settle()
    assert "**completed**" in shown.response.content
    world.sandbox.task_seconds = 2.5
    other = await world.imagine("a blue fox")
    assert "**completed**" in other.response.content
