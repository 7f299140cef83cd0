"""`/round`: started by managers, entered by who makes pictures in its channel."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import timedelta
from pathlib import Path
from typing import Any

import discord
import pytest
import simcord
from simcord.backend.models import Overwrite
from simcord.enums import OverwriteType

from bot.engine.rounds import NotEntered, NotStarted, Plan
from tests.managers import decide, give_to_everyone, manager
from tests.places import restrict
from tests.rounds import custom_ids, enter, entries, look, parts, posts, round_world, rounds, said, start
from tests.world import World, short_id, texts

THEME = "Foxes at night"


@pytest.fixture(name="hall")
async def _hall(tmp_path: Path) -> AsyncGenerator[tuple[World, simcord.MemberActor]]:
    async with round_world(tmp_path) as built:
        yield built


Hall = tuple[World, simcord.MemberActor]


def label(message: Any) -> str | None:
    """Return the label of a result's button for the round, None where it has none."""
    found = [each["label"] for each in parts(message.components) if ":round:" in each.get("custom_id", "")]
    return found[0] if found else None


async def press_round(world: World, shown: Any, *, by: Any = None) -> Any:
    """Press the button for the round under a result, and wait until all is said."""
    pressed = await world.press(shown, "round", by=by)
    await world.settle()
    return pressed


async def test_a_round_is_announced_in_its_channel_and_says_how_to_take_part(hall: Hall) -> None:
    world, vera = hall
    await start(world, vera, entries=2, models="imagen-4", voting=120)
    [announced] = said(world, "Round")
    assert f"## 🏁 {THEME}" in announced
    assert "Pictures can enter until <t:" in announced
    assert "Each member can have 2 pictures in it." in announced
    assert "Only pictures by `imagen-4`." in announced
    assert rounds(world, "voting") == [7200]


async def test_a_theme_mentions_nobody_and_is_shown_as_it_was_typed(hall: Hall) -> None:
    world, vera = hall
    await start(world, vera, "@everyone **bold** <@1>")
    [post] = posts(world, "Round")
    assert "@everyone \\*\\*bold\\*\\* \\<@1>" in post.content
    sent = [body for body in world.bodies() if "-# Round `" in str(body.get("content"))]
    assert sent
    assert all(body["allowed_mentions"] == {"parse": []} for body in sent)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"theme": "  \t "}, "A theme needs a word in it."),
        ({"theme": "a Maine coon"}, "“coon” is not wanted in prompts here"),
        ({"models": "imagen-4, no-such"}, "There is no model “no-such” that this server may use"),
    ],
)
async def test_what_cannot_be_a_round_is_said_and_starts_none(hall: Hall, options: Any, told: str) -> None:
    world, vera = hall
    await world.slash("rules add", by=vera, phrase="coon")
    shown = await world.slash("round start", by=vera, **{"theme": THEME, "length": 60, **options})
    assert shown.ephemeral
    assert told in shown.response.content
    assert rounds(world, "id") == []


async def test_only_who_may_manage_the_server_starts_and_ends_rounds(hall: Hall) -> None:
    world, vera = hall
    give_to_everyone(world, "round")
    refused = await world.slash("round start", theme=THEME, length=60)
    assert refused.ephemeral
    assert refused.response.content.startswith("Only who may manage this server")
    await start(world, vera)
    refused = await world.slash("round end")
    assert refused.response.content.startswith("Only who may manage this server")
    question = await world.slash("round end", by=vera)
    world.env.backend.remove_member_role(world.guild.id, vera.id, world.guild.roles["vera's"].id)
    pressed: Any = await vera.click(question.response, label="Call it off")
    assert pressed.response.content.startswith("Only who may manage this server")
    assert rounds(world, "state") == ["open"]


async def test_where_the_bot_may_not_post_no_round_is_started(hall: Hall) -> None:
    world, vera = hall
    closed = world.guild.create_text_channel("closed")
    assert world.bot.user is not None
    bits = discord.Permissions(attach_files=True).value
    overwrite = Overwrite(target_id=world.bot.user.id, type=OverwriteType.MEMBER, allow=0, deny=bits)
    world.env.backend.set_overwrite(closed.id, overwrite)
    shown: Any = await vera.slash(closed, "round start", theme=THEME, length=60)
    assert shown.response.content.startswith("I cannot post here.")


async def test_of_two_managers_at_once_one_starts_a_round(hall: Hall) -> None:
    world, vera = hall
    walt = manager(world, "walt")
    day = timedelta(days=1)
    plans = [Plan(world.guild.id, world.channel.id, each.name, day, day) for each in (vera, walt)]
    rounds_ = world.bot.engine.rounds
    came = await asyncio.gather(*(rounds_.start(plan, by=1) for plan in plans), return_exceptions=True)
    [refused] = [each for each in came if isinstance(each, NotStarted)]
    assert refused.sentence == "round-one-at-a-time"
    assert len(rounds(world, "id")) == 1
    await world.settle()
    assert len(posts(world, "Round")) == 1
    told = await world.slash("round start", by=vera, theme=THEME, length=60)
    assert told.response.content.startswith("There is a round in this channel that is not over.")


async def test_another_channel_can_have_a_round_of_its_own(hall: Hall) -> None:
    world, vera = hall
    await start(world, vera)
    other = world.guild.create_text_channel("other")
    shown: Any = await vera.slash(other, "round start", theme="Owls", length=60)
    assert shown.response.content.startswith("The round “Owls” is on")
    assert rounds(world, "state") == ["open", "open"]


async def test_what_imagine_makes_in_its_channel_is_entered_and_the_reply_says_so(hall: Hall) -> None:
    world, vera = hall
    await start(world, vera)
    [shown] = await enter(world, world.ada)
    assert f"\n-# 🏁 In the round “{THEME}”\n> ada's fox" in shown.response.content
    assert label(shown.response) == "Withdraw from the round"
    assert entries(world) == [world.ada.id]
    await look(world)
    assert "one picture by one member" in said(world, "Round")[0]


async def test_what_is_made_elsewhere_or_privately_is_not_entered(hall: Hall) -> None:
    world, vera = hall
    await start(world, vera)
    await world.imagine(private=True)
    other = world.guild.create_text_channel("other")
    shown: Any = await world.ada.slash(other, "imagine", prompt="a fox")
    await world.settle()
    assert label(shown.response) is None
    assert entries(world) == []


async def test_it_is_taken_out_and_entered_again_by_its_button_also_after_a_restart(hall: Hall) -> None:
    world, vera = hall
    await start(world, vera)
    [shown] = await enter(world, world.ada)
    pressed = await press_round(world, shown)
    assert pressed.followups[0].content == f"It is not in the round “{THEME}” any more."
    assert "🏁" not in shown.response.content
    assert shown.response.content.endswith("> ada's fox")
    assert label(shown.response) == "Enter the round"
    assert entries(world) == []
    await world.restart()
    await press_round(world, shown)
    assert label(shown.response) == "Withdraw from the round"
    assert entries(world) == [world.ada.id]


async def test_nobody_enters_or_takes_out_what_somebody_else_made(hall: Hall) -> None:
    world, vera = hall
    await start(world, vera)
    [shown] = await enter(world, world.ada)
    refused = await press_round(world, shown, by=world.bob)
    assert refused.ephemeral
    assert refused.response.content.startswith(f"Only {world.ada.mention} can enter that picture")
    assert entries(world) == [world.ada.id]


async def test_each_has_as_many_as_the_round_says_and_not_one_more(hall: Hall) -> None:
    world, vera = hall
    await start(world, vera, entries=2)
    shown = [await world.imagine(f"fox {number}") for number in range(3)]
    assert [label(each.response) for each in shown] == [*["Withdraw from the round"] * 2, "Enter the round"]
    refused = await press_round(world, shown[2])
    assert refused.followups[0].content.startswith("You have 2 pictures in this round")
    await press_round(world, shown[0])
    await press_round(world, shown[2])
    assert entries(world, "slot") == [2, 1]


async def test_presses_that_come_together_enter_no_more_than_one_may(hall: Hall) -> None:
    world, vera = hall
    await start(world, vera, entries=2)
    shown = await world.imagine(count=4)
    details, enter_ = await world.details(shown), world.bot.engine.rounds.enter
    came = await asyncio.gather(
        *(enter_(details, picture, world.ada.id) for picture in details.pictures), return_exceptions=True
    )
    assert sum(isinstance(each, NotEntered) for each in came) == 2
    assert entries(world, "slot") == [1, 2]


async def test_only_pictures_by_the_rounds_models_enter(hall: Hall) -> None:
    world, vera = hall
    await start(world, vera, models="imagen-4-fast, imagen-4-ultra")
    [shown] = await enter(world, world.ada)
    assert entries(world) == []
    refused = await press_round(world, shown)
    told = "This round takes pictures by these models only: imagen-4-fast, imagen-4-ultra."
    assert refused.followups[0].content == told
    await world.imagine(model="imagen-4-fast")
    assert entries(world) == [world.ada.id]


async def test_of_several_pictures_their_author_says_which(hall: Hall) -> None:
    world, vera = hall
    await start(world, vera, entries=2)
    shown = await world.imagine(count=3)
    assert entries(world) == []
    asked = await world.press(shown, "round")
    await world.ada.select(asked.response, ["1", "3"], custom_id=f"easel:round-pictures:{short_id(shown)}")
    await world.settle()
    assert f"In the round “{THEME}”: 1, 3" in shown.response.content
    asked = await world.press(shown, "round")
    await world.ada.select(asked.response, ["2"], custom_id=f"easel:round-pictures:{short_id(shown)}")
    await world.settle()
    assert f"In the round “{THEME}”: 2" in shown.response.content
    assert len(entries(world)) == 1


async def test_a_blocked_member_enters_nothing(hall: Hall) -> None:
    world, vera = hall
    await start(world, vera)
    shown = await world.imagine(count=2)
    await world.bot.engine.blocks.block(world.guild.id, world.ada.id, "spam", None, vera.id)
    asked = await world.press(shown, "round")
    refused = await world.ada.select(asked.response, ["1"], custom_id=f"easel:round-pictures:{short_id(shown)}")
    assert "You cannot make pictures with Easel in this server" in refused.followups[0].content
    assert entries(world) == []


async def test_a_deleted_result_is_in_the_round_no_more(hall: Hall) -> None:
    world, vera = hall
    await start(world, vera)
    shown, _ = await enter(world, world.ada, world.bob)
    await world.bot.engine.forget(await world.details(shown))
    await look(world)
    assert entries(world) == [world.bob.id]
    assert "one picture by one member" in said(world, "Round")[0]


async def test_who_is_forgotten_is_in_no_round_and_their_vote_goes(hall: Hall) -> None:
    world, vera = hall
    await start(world, vera)
    await enter(world, world.ada, world.bob)
    world.sql(
        "INSERT INTO votes SELECT round_id, ?, id, user_id, 0 FROM entries WHERE user_id = ?",
        world.ada.id,
        world.bob.id,
    )
    await world.bot.engine.privacy.forget_user(world.ada.id)
    assert entries(world) == [world.bob.id]
    assert world.rows("SELECT * FROM votes") == []


async def test_pictures_from_among_adults_enter_only_a_round_that_is_held_there(hall: Hall) -> None:
    world, vera = hall
    await start(world, vera)
    await restrict(world, world.channel)
    [shown] = await enter(world, world.ada)
    assert entries(world) == []
    refused = await press_round(world, shown)
    assert refused.followups[0].content.startswith("That picture was made where only adults are")
    question = await world.slash("round end", by=vera)
    await vera.click(question.response, label="Call it off")
    await start(world, vera)
    await enter(world, world.ada)
    assert entries(world) == [world.ada.id]


async def test_a_round_that_begins_later_takes_pictures_from_then_on(hall: Hall) -> None:
    world, vera = hall
    await start(world, vera, starts=60)
    assert "A round that begins <t:" in said(world, "Round")[0]
    [shown] = await enter(world, world.ada)
    assert label(shown.response) is None
    assert entries(world) == []


async def test_a_deleted_channel_ends_its_round(hall: Hall) -> None:
    world, vera = hall
    other = world.guild.create_text_channel("other")
    await vera.slash(other, "round start", theme="Owls", length=60)
    world.env.backend.delete_channel(other.id)
    await world.env.settle()
    await world.until(lambda: rounds(world, "state") == ["cancelled"])


async def test_the_models_that_may_be_named_are_suggested_one_after_the_other(hall: Hall) -> None:
    world, vera = hall
    await decide(world, models=["imagen-4", "imagen-4-fast", "z-image"])
    found = await vera.autocomplete(world.channel, "round start", "models", "imagen-4, ", theme="x", length=60)
    assert [each["value"] for each in found] == ["imagen-4, imagen-4-fast", "imagen-4, z-image"]


async def test_what_managers_do_is_in_the_audit_log(hall: Hall) -> None:
    world, vera = hall
    await start(world, vera)
    question = await world.slash("round end", by=vera)
    await vera.click(question.response, label="Call it off")
    logged = world.rows("SELECT actor_id, action, json_extract(after, '$.state') FROM audit ORDER BY id")
    assert logged == [(vera.id, "round", "open"), (vera.id, "round", "cancelled")]


async def test_the_history_has_pages_for_everybody(hall: Hall) -> None:
    world, vera = hall
    empty = await world.slash("round history")
    assert empty.ephemeral
    assert "There were none yet." in texts(empty)
    for number in range(7):
        await start(world, vera, f"Theme {number}")
        question = await world.slash("round end", by=vera)
        await vera.click(question.response, label="Call it off")
    await start(world, vera, "The newest")
    await world.restart()
    shown = await world.slash("round history")
    assert [f"Theme {number}" in texts(shown) for number in range(7)] == [False, False, *[True] * 5]
    assert "**The newest**" in texts(shown)
    assert custom_ids(shown.response) == ["easel:rounds:1"]
    await world.ada.click(shown.response, custom_id="easel:rounds:1")
    assert "Theme 0" in texts(shown)
    assert "Page 2 of 2 · 7 rounds are over" in texts(shown)
