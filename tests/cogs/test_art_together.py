"""Where stars, art channels and rounds meet in one picture: what changes it changes all of them."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import simcord
from simcord.backend.errors import BackendError

from bot.engine import RESULT
from bot.store import Decision, Post
from tests.cogs.art import threads
from tests.managers import decide
from tests.rounds import enter, entries, later, parts, posts, round_world, said, start, vote_for
from tests.world import World, texts

DAY = {"hours": 24}


class Quarter:
    """A server with all of it: an art channel with threads and a forum, a gallery for one star, and a round."""

    def __init__(self, world: World, vera: simcord.MemberActor) -> None:
        self.world = world
        self.vera = vera
        self.gallery = world.guild.create_text_channel("gallery")
        self.forum = world.guild.create_forum_channel("wall")

    async def open(self) -> None:
        art = {str(self.world.channel.id): {"how_to": True, "threads": True, "forum": str(self.forum.id)}}
        await decide(self.world, art_channels=art, gallery_channel=self.gallery.id, gallery_stars=1)
        await start(self.world, self.vera)

    def counts(self) -> tuple[int, int, int]:
        """Return how many posts are in the gallery and in the forum, and how many pictures are in the round."""
        return len(self.gallery.history()), len(threads(self.world, self.forum)), len(entries(self.world))

    async def star(self, shown: Any, by: simcord.MemberActor) -> None:
        await self.world.press(shown, "star", by=by)
        await self.world.settle()


@pytest.fixture(name="quarter")
async def _quarter(tmp_path: Path) -> AsyncGenerator[Quarter]:
    async with round_world(tmp_path) as (world, vera):
        quarter = Quarter(world, vera)
        await quarter.open()
        yield quarter


def second_row(shown: Any) -> list[str]:
    """Return what the buttons in the second row under a result say."""
    row = shown.response.components[1]
    return [each["label"] for each in parts([row]) if "label" in each]


async def test_its_second_row_has_the_star_and_the_round_also_after_a_restart(quarter: Quarter) -> None:
    world = quarter.world
    shown = await world.imagine()
    assert second_row(shown) == ["☆", "Withdraw from the round"]
    await quarter.star(shown, world.bob)
    assert second_row(shown) == ["☆ 1", "Withdraw from the round"]
    await world.restart()
    await world.press(shown, "round")
    await world.settle()
    assert second_row(shown) == ["☆ 1", "Enter the round"]
    assert "In the round" not in shown.response.content
    await quarter.star(shown, world.grace)
    assert second_row(shown) == ["☆ 2", "Enter the round"]
    assert quarter.counts() == (1, 1, 0)


async def test_a_star_while_the_reply_is_edited_for_the_round_is_shown_too(quarter: Quarter, monkeypatch: Any) -> None:
    world = quarter.world
    shown = await world.imagine()
    details = await world.details(shown)
    show = world.bot.courier.show_standing

    async def with_a_star_before(standing: Any) -> None:
        monkeypatch.setattr(world.bot.courier, "show_standing", show)
        await world.bot.engine.stars.toggle(details, world.bob.id, world.guild.id, 1)
        await world.bot.engine.posts.drain()
        await show(standing)

    monkeypatch.setattr(world.bot.courier, "show_standing", with_a_star_before)
    await world.press(shown, "round")
    await world.settle()
    assert second_row(shown) == ["☆ 1", "Enter the round"]


async def test_an_entry_while_the_reply_is_edited_for_a_star_is_shown_too(quarter: Quarter, monkeypatch: Any) -> None:
    world = quarter.world
    shown = await world.imagine()
    details = await world.details(shown)
    edit = world.bot.poster.edit

    async def with_the_round_before(post: Post, drawing: Any) -> None:
        if post.kind == RESULT:
            monkeypatch.setattr(world.bot.poster, "edit", edit)
            await world.bot.engine.rounds.withdraw(details, details.pictures[0], world.ada.id)
            await world.bot.show_standing(await world.details(shown))
        await edit(post, drawing)

    monkeypatch.setattr(world.bot.poster, "edit", with_the_round_before)
    await quarter.star(shown, world.bob)
    assert second_row(shown) == ["☆ 1", "Enter the round"]


async def test_a_button_from_a_round_that_is_over_enters_no_other(quarter: Quarter) -> None:
    world = quarter.world
    shown = await world.imagine()
    await later(world, **DAY)
    await start(world, quarter.vera, theme="Weather")
    assert second_row(shown) == ["☆", "Withdraw from the round"]
    answer = await world.press(shown, "round")
    assert "It is not in the round “Weather” any more." in answer.followups[0].content
    assert world.rows("SELECT * FROM entries WHERE round_id = 2") == []
    await world.settle()
    assert second_row(shown) == ["☆", "Enter the round"]
    await world.press(shown, "round")
    assert len(world.rows("SELECT * FROM entries WHERE round_id = 2")) == 1


async def test_with_the_original_it_goes_everywhere(quarter: Quarter) -> None:
    world = quarter.world
    shown, other = await enter(world, world.ada, world.bob)
    for each in (shown, other):
        await quarter.star(each, world.grace)
    assert quarter.counts() == (2, 2, 2)
    await world.grace.delete(shown.response)
    await world.until(lambda: quarter.counts() == (1, 1, 1))
    assert entries(world) == [world.bob.id]


async def test_who_wants_to_be_forgotten_is_so_as_artist_admirer_and_voter(quarter: Quarter) -> None:
    world = quarter.world
    mine, other, _ = await enter(world, world.ada, world.bob, world.grace)
    await quarter.star(mine, world.bob)
    await quarter.star(other, world.ada)
    await later(world, **DAY)
    await vote_for(world, world.ada, world.bob)
    await vote_for(world, world.grace, world.ada)
    assert quarter.counts() == (2, 3, 3)
    await world.bot.engine.privacy.forget_user(world.ada.id)
    await world.settle()
    assert quarter.counts() == (0, 2, 2)
    assert world.rows("SELECT * FROM stars") == []
    assert world.rows("SELECT * FROM votes") == []
    assert world.ada.id not in entries(world)
    await later(world, **DAY)
    assert world.ada.mention not in said(world, "Result")[0]


async def test_a_stop_in_the_middle_of_all_of_it_leaves_each_there_once(quarter: Quarter) -> None:
    world = quarter.world
    shown, _ = await enter(world, world.ada, world.bob)
    details = await world.details(shown)
    await world.stop_engine()
    await world.bot.engine.stars.toggle(details, world.bob.id, world.guild.id, 1)
    world.sql("UPDATE rounds SET closes_at = 1, due_at = 1")
    assert quarter.counts() == (0, 2, 2)
    for _ in range(2):
        await world.restart()
        await world.settle()
        assert quarter.counts() == (1, 2, 2)
        assert len(said(world, "Voting")) == 1
        assert "I was not running then" in said(world, "Voting")[0]
    assert second_row(shown)[0] == "☆ 1"


async def test_what_a_moderator_makes_a_spoiler_is_one_in_the_gallery_and_on_the_podium(quarter: Quarter) -> None:
    world = quarter.world
    await decide(world, log_channel=str(world.guild.create_text_channel("log").id))
    shown, _ = await enter(world, world.ada, world.bob)
    await quarter.star(shown, world.bob)
    await later(world, **DAY)
    await vote_for(world, world.grace, world.ada)
    await later(world, **DAY)
    [before] = posts(world, "Result")
    details = await world.details(shown)
    await world.bot.engine.moderation.report(details.request, world.bob.id, "")
    await world.bot.engine.moderation.decide(details, Decision.SPOILER, world.grace.id)
    await world.settle()
    [post] = quarter.gallery.history()
    assert [each.is_spoiler() for each in post.attachments] == [True]
    [after] = posts(world, "Result")
    assert after.attachments[0].id != before.attachments[0].id


async def test_an_artist_who_left_stays_in_the_gallery_and_can_win(quarter: Quarter) -> None:
    world = quarter.world
    shown, _ = await enter(world, world.ada, world.bob)
    await quarter.star(shown, world.bob)
    world.env.backend.remove_member(world.guild.id, world.ada.id)
    await quarter.star(shown, world.grace)
    [post] = quarter.gallery.history()
    assert post.content.startswith(f"⭐ **2** · {world.ada.mention}")
    await later(world, **DAY)
    ballot = await vote_for(world, world.grace, world.ada)
    assert "your vote is for this one" in texts(ballot)
    await later(world, **DAY)
    assert f"{world.ada.mention}" in said(world, "Result")[0]


async def test_a_star_that_is_taken_back_while_its_picture_is_posted_leaves_no_post(
    quarter: Quarter, monkeypatch: Any
) -> None:
    world = quarter.world
    shown = await world.imagine()
    details = await world.details(shown)
    send = world.bot.poster.send
    sent: list[int] = []

    async def and_take_back(post: Post, *args: Any) -> int:
        message_id = await send(post, *args)
        if post.channel_id == quarter.gallery.id:
            sent.append(message_id)
            await world.bot.engine.stars.toggle(details, world.bob.id, world.guild.id, 1)
        return message_id

    monkeypatch.setattr(world.bot.poster, "send", and_take_back)
    await quarter.star(shown, world.bob)
    assert len(sent) == 1
    assert quarter.counts() == (0, 1, 1)


@pytest.mark.parametrize("stopped", [False, True])
async def test_a_picture_that_is_deleted_between_star_and_post_is_not_posted(
    quarter: Quarter, monkeypatch: Any, *, stopped: bool
) -> None:
    world = quarter.world
    shown = await world.imagine()
    details = await world.details(shown)
    draws, draw, held = asyncio.Event(), world.bot.poster.draw, asyncio.Event()

    async def slowly(post: Post) -> Any:
        if post.channel_id == quarter.gallery.id and not held.is_set():
            draws.set()
            await held.wait()
        return await draw(post)

    monkeypatch.setattr(world.bot.poster, "draw", slowly)
    await world.bot.engine.stars.toggle(details, world.bob.id, world.guild.id, 1)
    await world.until(draws.is_set)
    if stopped:
        await world.stop_engine()
    await world.grace.delete(shown.response)
    await world.until(lambda: entries(world) == [])
    held.set()
    if stopped:
        await world.restart()
    await world.settle()
    assert quarter.counts() == (0, 0, 0)


async def test_in_a_server_that_the_bot_left_nothing_is_tried_again(quarter: Quarter, monkeypatch: Any) -> None:
    world = quarter.world
    shown = await world.imagine()
    await quarter.star(shown, world.bob)
    channel_of = world.env.backend.get_channel

    def as_discord_says(channel_id: int) -> Any:
        try:
            return channel_of(channel_id)
        except BackendError:
            raise BackendError(403, 50001, "Missing Access") from None

    monkeypatch.setattr(world.env.backend, "get_channel", as_discord_says)
    world.env.backend.remove_guild(world.guild.id)
    await world.until(lambda: world.rows("SELECT state FROM rounds") == [("cancelled",)])
    await world.until(lambda: world.rows("SELECT * FROM pictures WHERE thumbnail IS NOT NULL") == [])
    await world.settle()
    assert world.rows("SELECT kind, trouble FROM posts WHERE due_at IS NOT NULL") == []


async def test_after_a_stop_no_post_is_taken_for_one_whose_mark_only_begins_like_it(quarter: Quarter) -> None:
    world = quarter.world
    await quarter.star(await world.imagine(), world.bob)
    post = replace(await _post(world, quarter.gallery.id), nonce="forgotten")
    drawn = await world.bot.poster.draw(post)
    assert drawn is not None
    find = world.bot.poster._find  # pyright: ignore[reportPrivateUsage]
    assert await find(post, drawn.shown.mark, None) == post.message_id
    assert await find(post, drawn.shown.mark[:-1], None) is None


async def _post(world: World, channel_id: int) -> Post:
    found = await world.bot.engine._store.read(  # pyright: ignore[reportPrivateUsage]
        lambda session: session.posts.of_channel(channel_id)
    )
    return found[0]
