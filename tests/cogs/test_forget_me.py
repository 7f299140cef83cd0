"""`/privacy delete`: what is kept of somebody goes, and nobody else loses anything."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from typing import Any, cast

import discord
import pytest

from bot.engine import forgetting, privacy
from bot.store import NOBODY
from bot.ui.forget_me import question
from tests.cogs.test_buttons import files
from tests.cogs.test_edit import edit, picture
from tests.cogs.test_reply import from_bot, post, to_bot
from tests.places import place
from tests.world import World, short_id, texts

GONE = "This was deleted at its author’s wish, so there is nothing left to do anything with."  # noqa: RUF001
DELETED = "Deleted: what I kept of you, with "


async def ask(world: World, **options: Any) -> Any:
    """Type ada's `/privacy delete` and return the question."""
    shown = await world.slash("privacy delete", **options)
    assert shown.ephemeral
    return shown


async def confirm(world: World, shown: Any) -> Any:
    return await world.ada.click(shown.response, custom_id=f"easel:forget-me:{world.ada.id}")


async def forget(world: World) -> str:
    """Have ada's data deleted and return what she is told."""
    asked = await ask(world)
    await confirm(world, asked)
    await world.env.settle()
    return asked.response.content


def everything(world: World) -> str:
    """Return all that the database holds, as text."""
    with closing(sqlite3.connect(world.settings.database_path)) as connection:
        return "\n".join(connection.iterdump())


def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing count towards a limit any more that was asked for before now."""
    monkeypatch.setattr(forgetting, "COUNTED_FOR", timedelta(0))


async def test_it_asks_first_and_says_what_goes_and_what_stays(world: World) -> None:
    await world.imagine()
    before = everything(world)
    shown = await ask(world)
    said = shown.response.content
    assert said.startswith("**Delete what I keep of you?** That cannot be undone")
    assert "**What goes:** one request of yours" in said
    assert "one picture of yours" in said
    assert "**What stays:**" in said
    assert everything(world) == before


async def test_only_who_asked_may_press(world: World) -> None:
    await world.imagine()
    before = everything(world)
    channel = cast("discord.TextChannel", world.bot.get_channel(world.channel.id))
    await channel.send(view=question(world.ada.id, await world.bot.engine.privacy.holdings(world.ada.id), "en-US")[1])
    refused: Any = await world.bob.click(world.channel.history()[-1], custom_id=f"easel:forget-me:{world.ada.id}")
    assert refused.ephemeral
    assert refused.response.content.startswith("Only who asked for this can press it.")
    assert everything(world) == before


async def test_nothing_of_it_can_be_found_any_more(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    later(monkeypatch)
    made = await world.imagine("a canary in a coal mine", seed=7)
    edited = await edit(world, ("canary.png", picture("red")), prompt="a canary in the snow")
    await world.bot.engine.drafts.add(world.ada.id, {"prompt": "one more canary"})
    details = [await world.details(each) for each in (made, edited)]
    assert files(world)
    said = await forget(world)
    assert said == f"{DELETED}2 requests."
    assert files(world) == []
    held = everything(world)
    told = [str(each.request.message_id) for each in details]
    links = [each.pictures[0].url for each in details]
    tasks = [str(each.tasks[0].runapi_id) for each in details]
    for trace in ("canary", str(world.ada.id), *told, *links, *tasks):
        assert trace not in held
    assert world.rows("PRAGMA foreign_key_check") == []


async def test_what_the_operator_sees_stays_right(world: World) -> None:
    for member in (world.ada, world.bob, world.ada):
        await world.imagine(by=member)
    await forget(world)
    sums = "SELECT SUM(requests), SUM(pictures), SUM(cost) FROM usage"
    before = world.rows(sums)
    assert before[0][:2] == (3, 3)
    await world.imagine()
    await forget(world)
    assert world.rows("SELECT requests FROM usage WHERE user_id = ?", NOBODY) == [(3,)]
    assert world.rows(sums)[0][:2] == (4, 4)
    assert (await world.bot.engine.usage(world.ada.id)).all_time.requests == 0
    assert (await world.bot.engine.usage(world.bob.id)).all_time.requests == 1


async def test_it_gives_no_new_allowance(world: World) -> None:
    await world.imagine()
    left = await world.left(world.ada)
    await forget(world)
    assert await world.left(world.ada) == left
    assert world.rows("SELECT COUNT(*) FROM requests WHERE user_id = ?", world.ada.id) == [(1,)]
    await world.restart()
    assert await world.left(world.ada) == left


async def test_whose_it_was_is_forgotten_once_no_limit_counts_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    await world.imagine()
    await forget(world)
    assert str(world.ada.id) in everything(world)
    later(monkeypatch)
    await world.restart()
    await world.until(lambda: str(world.ada.id) not in everything(world))


async def test_what_is_under_way_is_cancelled_first_and_costs_nothing(slow_world: World) -> None:
    left = await slow_world.left(slow_world.ada)
    shown = await slow_world.slash("imagine", prompt="a red fox")
    await slow_world.process(shown)
    asked = await ask(slow_world)
    assert "One request of yours is under way: it is cancelled first." in asked.response.content
    await confirm(slow_world, asked)
    await slow_world.settle()
    assert asked.response.content == f"{DELETED}one request."
    assert "🚫 **cancelled**" in shown.response.content
    assert await slow_world.left(slow_world.ada) == left
    assert len(slow_world.creates()) == 1
    assert "a red fox" not in everything(slow_world)


async def test_what_cannot_be_brought_yet_is_kept_and_still_comes(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(privacy, "FORGETTING_WAITS", timedelta(seconds=0.05))
    await world.imagine("the first")
    world.env.inject_error("PATCH", "/webhooks/*", status=503, times=None)
    shown = await world.slash("imagine", prompt="a red fox")
    await world.until(lambda: world.rows("SELECT 1 FROM requests WHERE state = 'completed' AND delivery = 'open'"))
    erased = await world.bot.engine.privacy.forget_user(world.ada.id)
    assert (erased.requests, erased.under_way) == (1, 1)
    world.env.backend.faults.clear()
    await world.settle()
    assert "✅ **completed**" in shown.response.content
    assert len(shown.response.attachments) == 1


async def test_pictures_that_others_edited_stay_theirs_but_not_their_copies_of_them(world: World) -> None:
    made = await world.imagine("a red fox")
    [mine] = (await world.details(made)).pictures
    theirs = await edit(world, ("fox.png", picture("red")), by=world.bob)
    # As an edit of ada's picture leaves it.
    request_id = (await world.details(theirs)).request.id
    world.sql("UPDATE sources SET picture_id = ?, file = ? WHERE request_id = ?", mine.id, mine.file, request_id)
    await forget(world)
    assert not (world.settings.pictures_dir / str(mine.file)).exists()
    kept = await world.details(theirs)
    assert kept.request.prompt == "make it snow"
    assert (world.settings.pictures_dir / str(kept.pictures[0].file)).exists()
    assert [source.file for source in kept.sources] == [None]
    left = await world.left(world.bob)
    again = await world.press(theirs, "reroll", by=world.bob)
    await world.settle()
    assert again.ephemeral
    assert again.response.content.startswith("That picture is not kept any more, because its author")
    assert await world.left(world.bob) == left


async def test_a_wish_that_nobody_edits_outlives_it(world: World) -> None:
    await world.slash("privacy edits", allow=False)
    await world.imagine()
    await forget(world)
    assert not await world.bot.engine.privacy.edits_allowed(world.ada.id)


async def test_buttons_say_that_it_is_gone(world: World) -> None:
    shown = await world.imagine()
    await forget(world)
    for presser in (world.ada, world.bob, world.grace):
        refused = await world.press(shown, "reroll", by=presser)
        assert refused.ephemeral
        assert refused.response.content == GONE
    refused = await world.press(shown, "delete", by=world.bob)
    assert refused.response.content == GONE
    assert len(world.creates()) == 1


@pytest.mark.parametrize("presser", ["ada", "grace"])
async def test_the_message_can_still_be_deleted_by_its_author_and_moderators(world: World, presser: str) -> None:
    shown = await world.imagine()
    await forget(world)
    await world.restart()
    await world.press(shown, "delete", by=getattr(world, presser))
    assert shown.response is None


async def test_who_is_named_in_a_new_message_can_delete_it(world: World) -> None:
    thread = place(world, "public thread")
    world.env.inject_error("PATCH", "/webhooks/*", status=404, code=10008, times=None)
    world.env.inject_error("PATCH", "/channels/*", status=404, code=10008, times=None)
    await world.ada.slash(thread, "imagine", prompt="a red fox")
    await world.settle()
    brought = thread.history()[-1]
    assert "here is your picture" in brought.content
    await forget(world)
    for presser, there in ((world.bob, True), (world.ada, False)):
        await presser.click(brought, custom_id=f"easel:delete:{short_id(brought)}")
        assert (brought.id in {message.id for message in thread.history()}) is there


async def test_of_whom_nothing_is_kept_can_ask_too(world: World) -> None:
    await ask(world)
    assert await forget(world) == "Deleted: what I kept of you. There were no requests that are over."
    assert world.rows("SELECT * FROM requests") == []


@pytest.mark.parametrize("spoiler", [False, True])
async def test_nobody_can_edit_what_discord_still_shows(world: World, *, spoiler: bool) -> None:
    await world.slash("privacy edits", allow=False)
    made = await world.imagine()
    if spoiler:
        request_id = (await world.details(made)).request.id
        world.sql("UPDATE requests SET spoiler = 1 WHERE id = ?", request_id)
        made = await world.press(made, "reroll")
        await world.settle()
    await forget(world)
    for editor in (world.bob, world.ada):
        await post(world, text=to_bot(world), by=editor, reply_to=made.response)
        assert from_bot(world)[-1].content.startswith("That picture is not kept any more, because its author")
        picked = await editor.context_menu(world.channel, "Edit image", made.response)
        assert picked.modal is None
        assert picked.response is not None
        assert picked.response.content.startswith("That picture is not kept any more, because its author")
    assert all("source_image_urls" not in asked for asked in world.asked())


async def test_the_reply_to_a_message_can_still_be_deleted_by_its_author(world: World) -> None:
    await post(world, ("photo.png", picture("red")), text=to_bot(world))
    brought = from_bot(world)[-1]
    assert "**completed**" in brought.content
    await forget(world)
    for presser, there in ((world.bob, True), (world.ada, False)):
        await presser.click(brought, custom_id=f"easel:delete:{short_id(brought)}")
        assert (brought.id in {message.id for message in world.channel.history()}) is there


async def test_what_others_made_of_it_is_still_shown_without_where_it_came_from(world: World) -> None:
    made = await world.imagine()
    again = await world.press(made, "reroll", by=world.bob)
    await world.settle()
    assert f"#{short_id(made)}" in again.response.content
    await forget(world)
    shown = await world.slash("show", by=world.bob, id=short_id(again))
    assert "**completed**" in shown.response.content
    assert short_id(made) not in shown.response.content
    refused = await world.slash("show", id=short_id(made))
    assert refused.ephemeral
    assert "deleted" in refused.response.content


async def test_it_is_not_made_again_nor_in_the_history(world: World) -> None:
    made = await world.imagine()
    await forget(world)
    refused = await world.slash("again", id=short_id(made))
    assert refused.ephemeral
    assert refused.response.content == GONE
    assert short_id(made) not in texts(await world.slash("history"))
    assert len(world.creates()) == 1
