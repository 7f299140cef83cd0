"""Stars, and the gallery of pictures that have enough of them."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import timedelta
from pathlib import Path
from typing import Any

import discord
import pytest
import simcord

from bot.engine import Patience
from tests.managers import manager
from tests.places import restrict
from tests.world import World, short_id, texts, world

STAR = "⭐"


@pytest.fixture(name="world")
async def _world(tmp_path: Path) -> AsyncGenerator[World]:
    """A world in which posts may be edited as often as one likes."""
    async with world(tmp_path, patience=Patience(edit=timedelta(0))) as built:
        yield built


async def gallery(world: World, **settings: Any) -> simcord.ChannelHandle:
    """Make a gallery in which two stars are enough."""
    channel = world.guild.create_text_channel("gallery")
    changed = {"gallery_channel": channel.id, "gallery_stars": 2, **settings}
    await world.bot.engine.settings.change(world.guild.id, world.grace.id, changed)
    return channel


async def star(world: World, shown: Any, *, by: simcord.MemberActor) -> str:
    """Press the star button under a result; return what is said then."""
    answer = await world.press(shown, "star", by=by)
    assert answer.ephemeral
    await world.settle()
    return answer.response.content


def label(shown: Any) -> str:
    """Return what the star button under a result says."""
    message = getattr(shown, "response", shown)
    rows: list[Any] = [row.to_dict() if isinstance(row, discord.ActionRow) else row for row in message.components]
    [button] = [each for row in rows for each in row["components"] if ":star:" in each.get("custom_id", "")]
    return button["label"]


async def press(world: World, message: Any, action: str, *, by: simcord.MemberActor) -> Any:
    """Press a button under what is in a gallery."""
    [found] = [
        each.custom_id for row in message.components for each in row.children if f":{action}:" in (each.custom_id or "")
    ]
    answer: Any = await by.click(message, custom_id=found)
    await world.settle()
    return answer


async def test_without_a_gallery_there_is_no_star_button(world: World) -> None:
    shown = await world.imagine()
    assert ":star:" not in str(shown.response.components)


async def test_with_enough_stars_a_picture_is_posted_once_with_what_belongs_to_it(world: World) -> None:
    channel = await gallery(world)
    shown = await world.imagine("a *red* fox")
    assert label(shown) == "☆"
    said = await star(world, shown, by=world.bob)
    assert said == f"⭐ You starred `{short_id(shown)}`, which has one star now. Press again to take it back."
    assert label(shown) == "☆ 1"
    assert channel.history() == []
    await star(world, shown, by=world.grace)
    assert label(shown) == "☆ 2"
    [post] = channel.history()
    link = f"https://discord.com/channels/{world.guild.id}/{world.channel.id}/{shown.response.id}"
    assert post.content.splitlines() == [
        f"⭐ **2** · {world.ada.mention} · Imagen 4 · [#{short_id(shown)}]({link})",
        "> a \\*red\\* fox",
    ]
    [file] = post.attachments
    assert file.filename.startswith(f"easel-{short_id(shown)}-1.")
    assert file.description is not None
    eve = world.guild.add_member(world.env.create_user("eve"))
    await press(world, post, "gallery-star", by=eve)
    [post] = channel.history()
    assert post.content.startswith("⭐ **3**")
    assert label(shown) == "☆ 3"
    await world.restart()
    await world.settle()
    assert len(channel.history()) == 1
    assert label(shown) == "☆ 3"


async def test_below_the_threshold_it_goes_and_above_it_comes_again(world: World) -> None:
    channel = await gallery(world)
    shown = await world.imagine()
    await star(world, shown, by=world.bob)
    await star(world, shown, by=world.grace)
    assert len(channel.history()) == 1
    said = await star(world, shown, by=world.bob)
    assert said == f"You took your star for `{short_id(shown)}` back; it has one star now."
    assert channel.history() == []
    await star(world, shown, by=world.bob)
    assert len(channel.history()) == 1


async def test_artists_star_their_own_only_where_the_server_wants_that(world: World) -> None:
    channel = await gallery(world, gallery_stars=1)
    shown = await world.imagine()
    assert await star(world, shown, by=world.ada) == "You cannot star a picture of your own here."
    await world.bot.engine.settings.change(world.guild.id, world.grace.id, {"gallery_self_stars": True})
    await star(world, shown, by=world.ada)
    assert len(channel.history()) == 1
    await world.bot.engine.settings.change(world.guild.id, world.grace.id, {"gallery_self_stars": False})
    await world.settle()
    assert channel.history() == []
    assert label(shown) == "☆"


async def test_of_several_pictures_it_asks_which(world: World) -> None:
    channel = await gallery(world, gallery_stars=1)
    shown = await world.imagine(model="gpt-4o-image", count=2)
    asked = await world.press(shown, "star", by=world.bob)
    assert asked.ephemeral
    answer: Any = await world.bob.select(asked.response, ["2"], custom_id=f"easel:star-which:{short_id(shown)}")
    await world.settle()
    assert asked.response.content == "⭐ You star picture 2 now."
    [post] = channel.history()
    assert [each.filename.partition(".")[0] for each in post.attachments] == [f"easel-{short_id(shown)}-2"]
    answer = await world.bob.select(asked.response, ["1"], custom_id=f"easel:star-which:{short_id(shown)}")
    await world.settle()
    assert answer is not None
    [post] = channel.history()
    assert [each.filename.partition(".")[0] for each in post.attachments] == [f"easel-{short_id(shown)}-1"]


async def test_with_the_original_goes_its_place_in_the_gallery(world: World) -> None:
    channel = await gallery(world, gallery_stars=1)
    shown = await world.imagine()
    await star(world, shown, by=world.bob)
    await world.grace.delete(shown.response)
    await world.until(lambda: not channel.history())
    await world.settle()
    assert world.rows("SELECT * FROM posts") == []


async def test_its_artist_withdraws_a_picture_for_good_and_a_moderator_too(world: World) -> None:
    channel = await gallery(world, gallery_stars=1)
    first, second = await world.imagine(), await world.imagine("a fox")
    for shown in (first, second):
        await star(world, shown, by=world.bob)
    newest, oldest = sorted(channel.history(), key=lambda post: post.id, reverse=True)
    refused = await press(world, oldest, "gallery-withdraw", by=world.bob)
    assert refused.response.content.startswith(f"Only {world.ada.mention}, or who may manage messages here")
    await press(world, oldest, "gallery-withdraw", by=world.ada)
    await press(world, newest, "gallery-withdraw", by=world.grace)
    assert channel.history() == []
    await star(world, first, by=world.grace)
    assert channel.history() == []
    [logged] = await world.bot.engine.settings.audit(world.guild.id, 1)
    assert (logged.actor_id, logged.action) == (world.grace.id, "gallery-withdrawn")


async def test_a_post_that_a_moderator_deletes_stays_away(world: World) -> None:
    channel = await gallery(world, gallery_stars=1)
    shown = await world.imagine()
    await star(world, shown, by=world.bob)
    await world.grace.delete(channel.history()[0])
    await world.settle()
    await star(world, shown, by=world.grace)
    assert channel.history() == []


async def test_artists_choose_how_they_are_shown(world: World) -> None:
    channel = await gallery(world, gallery_stars=1)
    shown = await world.imagine("a red fox")
    await star(world, shown, by=world.bob)
    assert "red fox" in channel.history()[0].content
    answer = await world.slash("privacy gallery", show="unprompted")
    assert answer.ephemeral
    assert "without their prompts" in answer.response.content
    await world.settle()
    [post] = channel.history()
    assert "red fox" not in post.content
    await world.slash("privacy gallery", show="never")
    await world.settle()
    assert channel.history() == []
    await world.slash("privacy gallery", show="show")
    await world.settle()
    assert "red fox" in channel.history()[0].content
    answer = await world.slash("privacy gallery")
    assert "with their prompts" in answer.response.content


async def test_a_spoiler_is_one_in_the_gallery_too(world: World) -> None:
    channel = await gallery(world, gallery_stars=1)
    shown = await world.imagine()
    await star(world, shown, by=world.bob)
    assert not channel.history()[0].attachments[0].is_spoiler()
    details = await world.details(shown)
    world.sql("UPDATE requests SET spoiler = 1")
    await world.bot.engine.gallery.choose(details.request.user_id, "show")
    await world.settle()
    assert channel.history()[0].attachments[0].is_spoiler()


async def test_what_is_for_adults_is_shown_only_among_adults(world: World) -> None:
    channel = await gallery(world, gallery_stars=1)
    await restrict(world, world.channel)
    shown = await world.imagine()
    await star(world, shown, by=world.bob)
    assert channel.history() == []
    adults = world.guild.create_text_channel("adults")
    await world.bot.engine.settings.change(world.guild.id, world.grace.id, {"gallery_adults_channel": adults.id})
    await world.settle()
    assert adults.history() == []
    await restrict(world, adults)
    await star(world, shown, by=world.grace)
    assert len(adults.history()) == 1
    assert channel.history() == []
    await restrict(world, adults, restricted=False)
    await world.settle()
    assert adults.history() == []


async def test_what_not_everybody_sees_is_not_shown_to_everybody(world: World) -> None:
    channel = await gallery(world, gallery_stars=1)
    unseen = discord.PermissionOverwrite(view_channel=False)
    seen = discord.PermissionOverwrite(view_channel=True)
    overwrites: Any = {world.guild.default_role: unseen, world.ada: seen, world.bob: seen, world.bot.user: seen}
    staff = world.guild.create_text_channel("staff", overwrites=overwrites)
    shown: Any = await world.ada.slash(staff, "imagine", prompt="a secret")
    await world.settle()
    await star(world, shown, by=world.bob)
    assert channel.history() == []


async def test_a_reaction_is_a_star_where_the_server_wants_that(world: World) -> None:
    channel = await gallery(world, gallery_stars=1, gallery_reaction=f"{STAR}\ufe0f")
    shown = await world.imagine()
    await world.ada.react(shown.response, STAR)
    await world.bob.react(shown.response, "🎉")
    await world.settle()
    assert channel.history() == []
    await world.bob.react(shown.response, STAR)
    await world.settle()
    assert len(channel.history()) == 1
    assert label(shown) == "☆ 1"
    await star(world, shown, by=world.bob)
    assert label(shown) == "☆ 1"
    await world.bob.unreact(shown.response, STAR)
    await world.settle()
    assert len(channel.history()) == 1
    await star(world, shown, by=world.bob)
    assert channel.history() == []


async def test_reactions_that_a_moderator_clears_are_no_stars_any_more(world: World) -> None:
    channel = await gallery(world, gallery_stars=1, gallery_reaction=STAR)
    shown = await world.imagine()
    await world.bob.react(shown.response, STAR)
    await world.settle()
    assert len(channel.history()) == 1
    event = {"guild_id": str(world.guild.id), "channel_id": str(world.channel.id), "message_id": str(shown.response.id)}
    world.env.backend.emit("MESSAGE_REACTION_REMOVE_ALL", event)
    await world.until(lambda: not channel.history())


async def test_a_reaction_to_what_is_no_result_concerns_nobody(world: World) -> None:
    channel = await gallery(world, gallery_stars=1, gallery_reaction=STAR)
    said = await world.ada.send(world.channel, "look")
    await world.bob.react(said, STAR)
    await world.settle()
    assert channel.history() == []
    assert world.rows("SELECT * FROM stars") == []


async def test_what_happened_while_it_was_away_is_made_good(world: World, monkeypatch: Any) -> None:
    channel = await gallery(world, gallery_stars=1, gallery_reaction=STAR)
    liked, unliked, deleted, hidden = [await world.imagine(f"fox {number}") for number in range(4)]
    await world.bob.react(unliked.response, STAR)
    for shown in (deleted, hidden):
        await star(world, shown, by=world.bob)
    by_prompt = {post.content.rpartition("> ")[2]: post for post in channel.history()}
    assert sorted(by_prompt) == ["fox 1", "fox 2", "fox 3"]
    await world.stop_engine()
    backend = world.env.backend
    # As Discord would have it, whose events nobody hears.
    emit = backend.emit
    monkeypatch.setattr(backend, "emit", lambda *_, **__: None)  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
    try:
        await world.bob.react(liked.response, STAR)
        await world.bob.unreact(unliked.response, STAR)
        await world.grace.delete(deleted.response)
        await world.grace.delete(by_prompt["fox 3"])
    finally:
        monkeypatch.setattr(backend, "emit", emit)
    await world.restart()
    await world.until(lambda: [post.content.rpartition("> ")[2] for post in channel.history()] == ["fox 0"])
    await star(world, hidden, by=world.grace)
    assert len(channel.history()) == 1


async def test_a_gallery_that_is_gone_loses_nothing(world: World) -> None:
    channel = await gallery(world, gallery_stars=1)
    world.env.backend.delete_channel(channel.id)
    shown = await world.imagine()
    await star(world, shown, by=world.bob)
    [told] = world.told(world.guild.owner)
    assert f"<#{channel.id}>" in told
    other = world.guild.create_text_channel("other")
    await world.bot.engine.settings.change(world.guild.id, world.grace.id, {"gallery_channel": other.id})
    await world.settle()
    assert len(other.history()) == 1
    assert len(world.told(world.guild.owner)) == 1


async def test_another_threshold_and_no_gallery(world: World) -> None:
    channel = await gallery(world)
    shown = await world.imagine()
    await star(world, shown, by=world.bob)
    change = world.bot.engine.settings.change
    await change(world.guild.id, world.grace.id, {"gallery_stars": 1})
    await world.settle()
    assert len(channel.history()) == 1
    await change(world.guild.id, world.grace.id, {"gallery_channel": None})
    await world.settle()
    assert len(channel.history()) == 1
    assert ":star:" not in str(shown.response.components)
    await change(world.guild.id, world.grace.id, {"gallery_channel": str(channel.id), "gallery_stars": 5})
    await world.settle()
    assert channel.history() == []
    assert label(shown) == "☆ 1"


async def test_a_change_of_settings_is_followed_after_a_stop(world: World) -> None:
    channel = await gallery(world)
    shown = await world.imagine()
    await star(world, shown, by=world.bob)
    await world.stop_engine()
    await world.bot.engine.settings.change(world.guild.id, world.grace.id, {"gallery_stars": 1})
    assert channel.history() == []
    await world.restart()
    await world.settle()
    assert len(channel.history()) == 1


async def test_stars_of_who_wants_to_be_forgotten_go_and_are_exported_before(world: World) -> None:
    channel = await gallery(world, gallery_stars=1)
    shown = await world.imagine()
    await star(world, shown, by=world.bob)
    async with world.bot.engine.privacy.export(world.bob.id, limit=10**7) as export:
        assert f'"short_id": "{short_id(shown)}"' in export.path.read_text()
    await world.bot.engine.privacy.forget_user(world.bob.id)
    await world.settle()
    assert channel.history() == []
    assert world.rows("SELECT * FROM stars") == []


async def test_with_an_artist_who_wants_to_be_forgotten_goes_what_is_in_the_gallery(world: World) -> None:
    channel = await gallery(world, gallery_stars=1)
    shown = await world.imagine()
    await star(world, shown, by=world.bob)
    await world.bot.engine.privacy.forget_user(world.ada.id)
    await world.settle()
    assert channel.history() == []
    assert world.rows("SELECT * FROM posts") == []


async def test_many_stars_at_once_make_one_post_and_few_edits(tmp_path: Path) -> None:
    async with world(tmp_path) as built:
        channel = await gallery(built)
        shown = await built.imagine()
        details = await built.details(shown)
        before = len(built.calls())
        toggle = built.bot.engine.stars.toggle
        await asyncio.gather(*(toggle(details, user, built.guild.id, 1) for user in range(1000, 1100)))
        await built.settle()
        [post] = channel.history()
        # Sent and edited once each; what came meanwhile is shown a moment later.
        assert len(built.calls()) - before <= 4
        built.sql("UPDATE posts SET edited_at = 0")
        built.bot.engine.posts.wake()
        await built.settle()
        [post] = channel.history()
        assert post.content.startswith("⭐ **100**")
        assert label(shown) == "☆ 100"


async def test_a_manager_sets_it_up_in_a_panel_of_its_own(world: World) -> None:
    channel = world.guild.create_text_channel("gallery")
    vera = manager(world)
    shown = await world.slash("settings art", by=vera)
    assert shown.ephemeral
    await vera.select(shown.response, [channel], custom_id="easel:settings:pick:gallery_channel")
    await vera.click(shown.response, custom_id="easel:settings:put:gallery_self_stars:on")
    form: Any = await vera.click(shown.response, custom_id="easel:settings:form:gallery")
    await vera.submit_modal(form, {"gallery_stars": "5", "gallery_reaction": "⭐\ufe0f"})
    settings = await world.bot.engine.settings.of(world.guild.id)
    assert (settings.gallery_channel, settings.gallery_stars) == (channel.id, 5)
    assert (settings.gallery_self_stars, settings.gallery_reaction) == (True, "⭐")
    assert "easel:settings:page:access" not in str(shown.response.components)
    form = await vera.click(shown.response, custom_id="easel:settings:form:gallery")
    refused: Any = await vera.submit_modal(form, {"gallery_stars": "5", "gallery_reaction": "star"})
    assert "It takes one emoji such as ⭐, or nothing." in texts(refused)
    assert (await world.bot.engine.settings.of(world.guild.id)).gallery_reaction == "⭐"
    await vera.select(shown.response, [], custom_id="easel:settings:pick:gallery_channel")
    assert (await world.bot.engine.settings.of(world.guild.id)).gallery_channel is None
