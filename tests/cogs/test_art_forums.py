"""Art channels whose results are also posted in a forum: once, tagged by model, gone when the original is."""

import asyncio
from typing import Any

import pytest

from bot.delivery._forum_posts import REPEATED_AFTER
from bot.store import Decision
from tests.cogs.art import deny, forum_of, messages, require_tag, stop_after, threads, workshop
from tests.managers import decide
from tests.places import restrict
from tests.world import World

POSTED = "SELECT message_id, nonce, due_at, trouble FROM posts WHERE kind = 'forum' ORDER BY message_id"


async def test_a_result_is_posted_with_its_picture_prompt_artist_link_and_tag(world: World) -> None:
    forum = world.guild.create_forum_channel("wall")
    await workshop(world, forum=str(forum.id))
    shown = await world.imagine("a red fox, @everyone **bold**")
    request = (await world.details(shown)).request
    [post] = threads(world, forum)
    assert post.name == "a red fox, @everyone **bold**"
    [first] = messages(world, post)
    assert first.id == post.id
    assert first.content == (
        f"> a red fox, @everyone \\*\\*bold\\*\\*\nby <@{world.ada.id}> · Imagen 4 · `{request.short_id}`"
    )
    assert not first.mention_everyone
    assert first.ping_user_ids == []
    [button] = first.components[0]["components"]
    assert button["url"].endswith(f"/{world.guild.id}/{world.channel.id}/{request.message_id}")
    [attached] = first.attachments
    assert attached["filename"] == f"easel-{request.short_id}-1.png"
    assert attached["description"].startswith("Picture made by Imagen 4")
    assert [tag["name"] for tag in forum_of(world, forum).available_tags] == ["Imagen 4"]
    assert [str(each) for each in post.applied_tags] == [forum_of(world, forum).available_tags[0]["id"]]


async def test_a_tag_is_made_once_and_only_where_the_bot_may(world: World) -> None:
    forum = world.guild.create_forum_channel("wall")
    await workshop(world, forum=str(forum.id))
    for model in ("imagen-4", "imagen-4", "z-image"):
        await world.imagine(model=model)
    deny(world, forum, manage_channels=True)
    await world.imagine(model="imagen-4-fast")
    await world.imagine(model="z-image")
    names = {tag["id"]: tag["name"] for tag in forum_of(world, forum).available_tags}
    assert sorted(names.values()) == ["Imagen 4", "Z Image"]
    given = [[names[str(each)] for each in post.applied_tags] for post in threads(world, forum)]
    assert given == [["Imagen 4"], ["Imagen 4"], ["Z Image"], [], ["Z Image"]]


@pytest.mark.parametrize("moderated", [False, True])
async def test_a_forum_that_wants_a_tag_gets_one_that_the_bot_may_give(world: World, *, moderated: bool) -> None:
    forum = world.guild.create_forum_channel("wall")
    known = forum_of(world, forum)
    blank = {"moderated": moderated, "emoji_id": None, "emoji_name": None}
    known.available_tags = [{"id": str(77 + number), "name": f"tag {number}", **blank} for number in range(20)]
    deny(world, forum, manage_channels=moderated, manage_threads=moderated)
    require_tag(forum)
    await workshop(world, forum=str(forum.id))
    await world.imagine()
    posted = threads(world, forum)
    assert [list(map(int, post.applied_tags)) for post in posted] == ([] if moderated else [[77]])
    if moderated:
        [told] = world.told(world.guild.owner)
        assert f"I was to post results in the forum <#{forum.id}>, but Discord does not let me." in told


async def test_it_goes_when_the_original_goes(world: World) -> None:
    forum = world.guild.create_forum_channel("wall")
    await workshop(world, forum=str(forum.id), threads=True)
    shown = await world.imagine()
    assert len(threads(world, forum)) == 1
    await world.grace.delete(shown.response)
    await world.settle()
    assert threads(world, forum) == []
    assert world.rows(POSTED) == []


async def test_where_the_bot_may_delete_no_threads_its_message_goes(world: World) -> None:
    forum = world.guild.create_forum_channel("wall")
    await workshop(world, forum=str(forum.id))
    shown = await world.imagine()
    [post] = threads(world, forum)
    deny(world, forum, manage_channels=True)
    await world.grace.delete(shown.response)
    await world.settle()
    assert [each.id for each in threads(world, forum)] == [post.id]
    assert messages(world, post) == []


async def test_it_goes_at_its_artists_wish_to_be_forgotten(world: World) -> None:
    forum = world.guild.create_forum_channel("wall")
    await workshop(world, forum=str(forum.id))
    await world.imagine()
    await world.imagine(by=world.bob)
    await world.bot.engine.privacy.forget_user(world.ada.id)
    await world.settle()
    [post] = threads(world, forum)
    [first] = messages(world, post)
    assert f"by <@{world.bob.id}>" in first.content


async def test_a_stop_between_posting_and_recording_it_makes_no_second_post(world: World, monkeypatch: Any) -> None:
    forum = world.guild.create_forum_channel("wall")
    await workshop(world, forum=str(forum.id))
    await world.imagine("a blue fox")
    made = stop_after(world, monkeypatch, "send")
    await world.slash("imagine", prompt="a red fox")
    await world.until(made.is_set)
    before = sorted(each.id for each in threads(world, forum))
    assert len(before) == 2
    await world.restart()
    await world.settle()
    assert sorted(each.id for each in threads(world, forum)) == before
    assert world.rows(POSTED) == [(each, None, None, None) for each in before]


async def test_a_request_that_arrived_twice_leaves_one_post(world: World, monkeypatch: Any) -> None:
    forum = world.guild.create_forum_channel("wall")
    await workshop(world, forum=str(forum.id))
    once = world.bot.http.request

    async def as_if_the_first_answer_was_an_error(route: Any, **given: Any) -> Any:
        made = await once(route, **given)
        if (route.method, route.path) != ("POST", "/channels/{channel_id}/threads"):
            return made
        await asyncio.sleep(REPEATED_AFTER)
        for file in given.get("files") or ():
            file.reset(seek=True)
        return await once(route, **given)

    monkeypatch.setattr(world.bot.http, "request", as_if_the_first_answer_was_an_error)
    await world.imagine("a red fox")
    [post] = threads(world, forum)
    assert world.rows(POSTED) == [(post.id, None, None, None)]


async def test_after_such_a_stop_it_goes_with_its_original(world: World, monkeypatch: Any) -> None:
    forum = world.guild.create_forum_channel("wall")
    await workshop(world, forum=str(forum.id))
    made = stop_after(world, monkeypatch, "send")
    shown = await world.slash("imagine", prompt="a red fox")
    await world.until(made.is_set)
    await world.grace.delete(shown.response)
    await world.until(lambda: world.rows("SELECT 1 FROM posts WHERE state = 'unwanted'"))
    await world.restart()
    await world.settle()
    assert threads(world, forum) == []
    assert world.rows(POSTED) == []


async def test_a_forum_that_is_gone_is_told_once_and_loses_nothing(world: World) -> None:
    log = world.guild.create_text_channel("log")
    gone = world.guild.create_forum_channel("gone")
    await workshop(world, forum=str(gone.id))
    await decide(world, log_channel=str(log.id))
    world.env.backend.delete_channel(gone.id)
    for prompt in ("a red fox", "a blue fox"):
        assert "**completed**" in (await world.imagine(prompt)).response.content
    [told] = log.history()
    assert told.content.startswith(f"I was to post in <#{gone.id}>, but that channel is not there any more.")
    wall = world.guild.create_forum_channel("wall")
    await workshop(world, forum=str(wall.id))
    await world.imagine("a green fox")
    assert "a green fox" in [each.name for each in threads(world, wall)]


async def test_one_that_a_moderator_deletes_stays_away(world: World) -> None:
    forum = world.guild.create_forum_channel("wall")
    await workshop(world, forum=str(forum.id))
    await world.imagine()
    [post] = threads(world, forum)
    world.env.backend.delete_channel(post.id)
    await world.settle()
    await world.until(lambda: world.rows("SELECT 1 FROM posts WHERE state = 'left'"))
    await world.restart()
    await world.settle()
    assert threads(world, forum) == []


async def test_what_is_made_among_adults_is_posted_among_adults_only(world: World) -> None:
    forum = world.guild.create_forum_channel("wall")
    await workshop(world, forum=str(forum.id))
    await restrict(world, world.channel)
    await world.imagine()
    assert threads(world, forum) == []
    await restrict(world, forum)
    await world.imagine()
    assert len(threads(world, forum)) == 1


async def test_a_spoiler_is_posted_as_one_and_an_edit_says_of_what(world: World) -> None:
    forum = world.guild.create_forum_channel("wall")
    await workshop(world, forum=str(forum.id))
    await decide(world, nsfw="spoiler")
    first = await world.imagine("a red fox")
    await world.press(first, "reroll")
    await world.settle()
    [again] = messages(world, threads(world, forum)[1])
    assert f"reroll of [#{(await world.details(first)).request.short_id}](" in again.content
    world.sql("UPDATE requests SET spoiler = 1")
    await world.press(first, "reroll")
    await world.settle()
    [hidden] = messages(world, threads(world, forum)[2])
    assert [each["filename"].startswith("SPOILER_easel-") for each in hidden.attachments] == [True]


async def test_a_report_that_makes_the_original_a_spoiler_makes_the_post_one(quick_world: World) -> None:
    world = quick_world
    forum = world.guild.create_forum_channel("wall")
    await workshop(world, forum=str(forum.id))
    await decide(world, log_channel=str(world.guild.create_text_channel("log").id))
    details = await world.details(await world.imagine())
    await world.bot.engine.moderation.report(details.request, world.bob.id, "")
    [post] = threads(world, forum)
    post.thread_metadata.archived = True
    await world.bot.engine.moderation.decide(details, Decision.SPOILER, world.grace.id)
    world.bot.engine.posts.wake()
    await world.settle()
    [first] = messages(world, post)
    assert [each["filename"].startswith("SPOILER_easel-") for each in first.attachments] == [True]
    assert not post.thread_metadata.archived
