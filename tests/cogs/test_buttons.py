"""The buttons under a reply."""

from pathlib import Path
from typing import Any

import pytest

from bot.store import Request, RequestState
from bot.ui import again
from tests.cogs.test_edit import edit, picture
from tests.world import World, short_id, texts, world

RESULT = ["Reroll", "Edit", "Remix", "More", "Delete"]
"""The row under a result."""

NOT_COUNTED = "It does not count against your allowance."


def labels(shown: Any) -> list[str]:
    return [button["label"] for row in shown.response.components for button in row["components"]]


def files(world: World) -> list[Path]:
    """Return the pictures that are kept."""
    return [path for path in (world.settings.data_dir / "pictures").rglob("*") if path.is_file()]


async def test_a_reply_under_way_can_be_cancelled_and_one_that_is_over_rerolled_or_deleted(slow_world: World) -> None:
    shown = await slow_world.slash("imagine", prompt="a red fox")
    assert labels(shown) == ["Cancel"]
    await slow_world.complete()
    assert labels(shown) == RESULT


async def reroll(world: World, shown: Any, *, by: Any = None) -> Any:
    """Press Reroll under a reply, and wait until the new request is over."""
    again = await world.press(shown, "reroll", by=by)
    await world.settle()
    return again


async def test_a_reroll_makes_the_same_once_more_with_another_seed_that_it_shows(world: World) -> None:
    shown = await world.imagine("a red fox", model="imagen-4-fast", aspect_ratio="16:9", seed=42)
    again = await reroll(world, shown)
    assert "**completed**" in again.response.content
    assert again.response.id != shown.response.id
    first, second = world.asked()
    seed = second.pop("seed")
    assert seed != first.pop("seed")
    assert first == second
    assert f" · seed {seed} · " in again.response.content


async def test_a_reroll_draws_a_seed_within_what_the_model_takes(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = await world.imagine(seed=7)
    drawn = {0: 0, 7: 2147483647, 2147483646: 2147483646}
    for drawing, seed in drawn.items():
        monkeypatch.setattr(again.secrets, "randbelow", dict.fromkeys([2147483647], drawing).__getitem__)
        await reroll(world, shown)
        assert world.asked()[-1]["seed"] == seed


async def test_a_reroll_of_a_model_without_seeds_is_the_same(world: World) -> None:
    shown = await world.imagine(model="gpt-image-2", aspect_ratio="3:2")
    again = await reroll(world, shown)
    assert "seed" not in again.response.content
    first, second = world.asked()
    assert first == second


async def test_what_failed_is_tried_again_with_the_same_seed(world: World) -> None:
    await reroll(world, await world.imagine("a red fox [402]", seed=42))
    assert [asked["seed"] for asked in world.asked()] == [42, 42]


async def test_a_reroll_of_a_spoiler_is_one(world: World) -> None:
    shown = await world.imagine()
    world.sql("UPDATE requests SET spoiler = 1")
    again = await reroll(world, shown)
    assert (await world.details(again)).request.spoiler


async def test_a_reroll_by_somebody_else_after_a_restart_is_their_own_request_and_allowance(world: World) -> None:
    limit = world.settings.daily_images_per_user
    shown = await world.imagine(by=world.ada)
    await world.restart()
    pressed = [await world.press(shown, "reroll", by=world.bob) for _ in range(2)]
    await world.settle()
    assert len({short_id(each) for each in (shown, *pressed)}) == 3
    assert [(await world.details(each)).request.user_id for each in pressed] == [world.bob.id] * 2
    assert await world.left(world.ada) == limit - 1
    assert await world.left(world.bob) == limit - 2


async def test_a_failed_request_can_be_tried_again(world: World) -> None:
    shown = await world.imagine("a red fox [402]")
    assert labels(shown) == ["Try again", "Delete"]
    again = await world.press(shown, "reroll")
    await world.settle()
    assert "[402]" in again.response.content
    assert len(world.creates()) == 2


async def test_its_author_can_cancel_a_request_that_runs(slow_world: World) -> None:
    world = slow_world
    shown = await world.slash("imagine", prompt="a red fox")
    await world.process(shown)
    await world.press(shown, "cancel")
    await world.settle()
    assert "🚫 **cancelled**" in shown.response.content
    assert (
        "it may still finish the picture, and the bot\u2019s operator may have to pay for it" in shown.response.content
    )
    assert NOT_COUNTED in shown.response.content
    assert labels(shown) == ["Try again", "Delete"]
    assert await world.left(world.ada) == world.settings.daily_images_per_user

    def asked() -> list[str]:
        return [call.path for call in world.sandbox.calls if "price" not in call.path]

    before = asked()
    await world.complete()
    assert shown.response.attachments == []
    assert asked() == before


async def test_a_stranger_cannot_cancel(slow_world: World) -> None:
    world = slow_world
    shown = await world.slash("imagine", prompt="a red fox")
    for stranger in (world.bob, world.grace):
        pressed = await world.press(shown, "cancel", by=stranger)
        assert pressed.ephemeral
        assert pressed.response.content == f"Only {world.ada.mention} can cancel this."
    await world.complete()
    assert "**completed**" in shown.response.content


@pytest.mark.parametrize(
    ("who", "restarted"), [("ada", False), ("grace", True)], ids=["by its author", "by a moderator after a restart"]
)
async def test_delete_asks_once_and_removes_the_reply_and_the_pictures(world: World, who: str, restarted: bool) -> None:
    shown = await world.imagine()
    assert len(files(world)) == 2
    if restarted:
        await world.restart()

    asked = await world.press(shown, "delete", by=getattr(world, who))
    [question] = asked.followups
    assert question.ephemeral
    assert question.content == "Delete this picture for everyone? That cannot be undone."
    assert len(world.channel.history(viewer=world.bob)) == 1

    await world.press(question, "delete-confirmed", by=getattr(world, who))
    assert question.content == "Deleted."
    assert question.components == []
    assert world.channel.history(viewer=world.bob) == []
    assert files(world) == []
    assert await world.left(world.ada) == world.settings.daily_images_per_user - 1


async def test_a_stranger_cannot_delete(world: World) -> None:
    shown = await world.imagine()
    pressed = await world.press(shown, "delete", by=world.bob)
    assert pressed.ephemeral
    assert pressed.response.content == (
        f"Only {world.ada.mention}, or someone who may manage messages here, can delete this."
    )
    assert len(world.channel.history()) == 1


async def test_deleting_twice_is_as_once(world: World) -> None:
    shown = await world.imagine()
    questions = [(await world.press(shown, "delete", by=by)).followups[0] for by in (world.ada, world.grace)]
    for question, by in zip(questions, (world.ada, world.grace), strict=True):
        await world.press(question, "delete-confirmed", by=by)
        assert question.content == "Deleted."
    assert [call.method for call in world.calls()].count("DELETE") == 1


async def test_two_people_who_delete_at_once_are_both_told_that_it_is_done(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = await world.imagine()
    questions = [(await world.press(shown, "delete", by=by)).followups[0] for by in (world.ada, world.grace)]
    remove = world.bot.remove_reply

    async def after_the_other(request: Request) -> bool:
        # The other press was looked at before this one's reply was deleted.
        monkeypatch.setattr(world.bot, "remove_reply", remove)
        assert await remove(request)
        return await remove(request)

    monkeypatch.setattr(world.bot, "remove_reply", after_the_other)
    for question, by in zip(questions, (world.ada, world.grace), strict=True):
        await world.press(question, "delete-confirmed", by=by)
        assert question.content == "Deleted."
    assert files(world) == []


async def test_a_reply_older_than_its_token_can_be_deleted(world: World) -> None:
    shown = await world.imagine()
    await world.env.advance_time(60 * 60)
    [question] = (await world.press(shown, "delete")).followups
    await world.press(question, "delete-confirmed")
    assert world.channel.history(viewer=world.bob) == []


async def test_a_private_reply_can_be_deleted(world: World) -> None:
    shown = await world.imagine(private=True)
    [question] = (await world.press(shown, "delete")).followups
    await world.press(question, "delete-confirmed")
    assert question.content == "Deleted."
    assert shown.response is None


async def test_a_reply_that_discord_does_not_let_go_is_said_so(world: World) -> None:
    shown = await world.imagine()
    [question] = (await world.press(shown, "delete")).followups
    world.env.inject_error("DELETE", "*", status=403, code=50013, times=None)
    await world.press(question, "delete-confirmed")
    assert question.content.startswith("Discord does not let me delete that message any more.")
    assert len(files(world)) == 2


async def test_what_was_deleted_in_discord_itself_does_not_stop_a_delete(world: World) -> None:
    shown = await world.imagine()
    [question] = (await world.press(shown, "delete")).followups
    await world.grace.delete(shown.response)
    await world.press(question, "delete-confirmed")
    assert question.content == "Deleted."
    assert files(world) == []


async def test_cancel_works_after_a_restart(slow_world: World) -> None:
    world = slow_world
    shown = await world.slash("imagine", prompt="a red fox")
    await world.process(shown)
    await world.restart()
    await world.press(shown, "cancel")
    await world.settle()
    assert "**cancelled**" in shown.response.content
    assert (await world.details(shown)).request.state is RequestState.CANCELLED


async def test_a_button_of_a_request_that_nobody_knows_any_more_says_so(world: World) -> None:
    shown = await world.imagine("a red fox [fail]")
    world.sql("DELETE FROM requests")
    for action in ("reroll", "delete"):
        pressed = await world.press(shown, action)
        assert pressed.ephemeral
        assert pressed.response.content == (
            "That request is not known to me any more. Use /imagine to make a new picture."
        )


async def test_its_author_can_cancel_a_request_that_waits_for_its_turn(tmp_path: Path) -> None:
    async with world(tmp_path, task_seconds=1e6, tasks_at_once=1) as built:
        await built.bob.slash(built.channel, "imagine", prompt="a red fox")
        await built.until(lambda: built.sandbox.tasks)
        shown: Any = await built.ada.slash(built.channel, "imagine", prompt="a blue fox")
        await built.press(shown, "cancel")
        await built.until(lambda: "**cancelled**" in shown.response.content)
        assert "It was cancelled before anything was sent." in shown.response.content
        assert await built.left(built.ada) == built.settings.daily_images_per_user
        await built.complete()
        assert [body["prompt"] for body in built.asked()] == ["a red fox"]


def a_month_later(world: World) -> None:
    """Let a month go by: addresses at Discord and at RunAPI have ended, and originals were swept."""
    month = 30 * 24 * 3600 * 1_000_000
    moments = ("created_at", "acknowledged_at", "finished_at", "delivered_at")
    world.sql(f"UPDATE requests SET {', '.join(f'{name} = {name} - {month}' for name in moments)}")  # noqa: S608
    world.sql("UPDATE pictures SET created_at = created_at - ?, expires_at = expires_at - ?", month, month)
    ended = "https://cdn.discordapp.com/ephemeral-attachments/1/2/fox.png?ex=65000000&is=64000000&hm=0"
    world.sql("UPDATE sources SET url = ?", ended)
    world.lose_attachments()
    for path in (world.settings.data_dir / "pictures" / "originals").glob("*/*"):
        path.unlink()


async def test_a_month_later_all_buttons_of_a_made_picture_work(world: World) -> None:
    shown = await world.imagine("a red fox")
    a_month_later(world)
    await world.restart()
    assert "**completed**" in (await reroll(world, shown, by=world.bob)).response.content
    panel = await world.press(shown, "remix")
    assert "> a red fox" in texts(panel)
    told = await world.press(shown, "more")
    assert "the original is no longer kept" in told.response.content
    [question] = (await world.press(shown, "delete")).followups
    await world.press(question, "delete-confirmed")
    assert question.content == "Deleted."


async def test_a_month_later_an_edit_says_that_its_pictures_are_gone(world: World) -> None:
    shown = await edit(world, ("fox.png", picture("red")))
    opened = await world.press(shown, "remix")
    a_month_later(world)
    await world.restart()
    run = next(part["custom_id"] for part in parts(opened) if "-run:" in part.get("custom_id", ""))
    pressed: list[Any] = [
        await world.press(shown, "reroll"),
        await world.press(shown, "remix"),
        await world.ada.click(opened.response, custom_id=run),
    ]
    for told in pressed:
        assert told.ephemeral
        assert told.response.content == (
            "The pictures that this edited are no longer kept, so it cannot be made again. Attach them to /edit."
        )
    assert len(world.creates()) == 1
    assert (await world.press(shown, "more")).response.content.endswith("what is left of it.")


def parts(shown: Any) -> list[dict[str, Any]]:
    """Return what is in the rows of a panel."""
    [container] = shown.response.components
    return [part for row in container["components"] for part in row.get("components", [])]


async def test_after_its_model_left_a_result_says_so_and_what_works(tmp_path: Path) -> None:
    async with world(tmp_path) as built:
        shown = await built.imagine("a red fox", model="z-image")
        failed = await built.imagine("a red fox [402]", model="z-image")
        built.settings = built.settings.model_copy(update={"models": ("imagen-4", "gpt-image-2")})
        await built.restart()
        gone = "z-image is no longer offered here, so this cannot be made again as it was."
        told = await built.press(shown, "reroll")
        assert told.ephemeral
        assert told.response.content == f"{gone} Press Remix to make it with another model: imagen-4, gpt-image-2."
        told = await built.press(failed, "reroll")
        assert told.response.content == f"{gone} Ask for it with another model: imagen-4, gpt-image-2."
        assert len(built.creates()) == 2
        [question] = (await built.press(shown, "delete")).followups
        await built.press(question, "delete-confirmed")
        assert question.content == "Deleted."
