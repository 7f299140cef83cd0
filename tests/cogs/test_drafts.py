"""Drafts in the engine: kept for a day after their last change."""

from datetime import UTC, datetime, timedelta

from tests.world import World


async def test_a_draft_is_kept_across_a_restart_and_swept_a_day_after_its_last_change(world: World) -> None:
    engine = world.bot.engine
    old = await engine.keep_draft(world.ada.id, {"prompt": "a fox"})
    changed = await engine.keep_draft(world.ada.id, {"prompt": "a fox"})
    yesterday = round((datetime.now(UTC) - timedelta(days=1, minutes=1)).timestamp() * 1_000_000)
    world.sql("UPDATE drafts SET changed_at = ?", yesterday)
    await engine.change_draft(changed.id, {"prompt": "a red fox"})
    await world.restart()
    engine = world.bot.engine
    await world.until(lambda: not world.rows("SELECT id FROM drafts WHERE id = ?", old.id))
    assert await engine.draft(old.id) is None
    kept = await engine.draft(changed.id)
    assert kept is not None
    assert (kept.user_id, kept.content) == (world.ada.id, {"prompt": "a red fox"})


async def test_a_request_is_found_by_its_reply(world: World) -> None:
    shown = await world.imagine()
    found = await world.bot.engine.find_by_message(shown.response.id)
    assert found == await world.details(shown)
    assert await world.bot.engine.find_by_message(1) is None
