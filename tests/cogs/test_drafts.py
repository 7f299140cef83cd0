"""Drafts in the engine: kept for a day after their last change."""

from datetime import UTC, datetime, timedelta

from tests.world import World


def _micros(time: timedelta) -> int:
    return time // timedelta(microseconds=1)


def _ago(time: timedelta) -> int:
    """Return when that was, as the database keeps it."""
    return _micros(datetime.now(UTC) - time - datetime.fromtimestamp(0, UTC))


async def test_a_draft_is_kept_across_a_restart_and_swept_a_day_after_its_last_change(world: World) -> None:
    engine = world.bot.engine
    old = await engine.drafts.add(world.ada.id, {"prompt": "a fox"})
    changed = await engine.drafts.add(world.ada.id, {"prompt": "a fox"})
    world.sql("UPDATE drafts SET changed_at = ?", _ago(timedelta(hours=12)))
    await engine.drafts.change(changed.id, {"prompt": "a red fox"})
    # Both are half a day older now; the sweep of the first start may still be under way.
    world.sql("UPDATE drafts SET changed_at = changed_at - ?", _micros(timedelta(hours=12, minutes=1)))
    await world.restart()
    engine = world.bot.engine
    await world.until(lambda: not world.rows("SELECT id FROM drafts WHERE id = ?", old.id))
    assert await engine.drafts.get(old.id) is None
    kept = await engine.drafts.get(changed.id)
    assert kept is not None
    assert (kept.user_id, kept.content) == (world.ada.id, {"prompt": "a red fox"})


async def test_a_request_is_found_by_its_reply(world: World) -> None:
    shown = await world.imagine()
    found = await world.bot.engine.find_by_message(shown.response.id)
    assert found == await world.details(shown)
    assert await world.bot.engine.find_by_message(1) is None
