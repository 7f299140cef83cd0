"""The how-to of an art channel: one pinned message, which says what holds there and is kept current."""

from typing import Any

from tests.cogs.art import deny, stop_after
from tests.managers import decide
from tests.world import World

TITLE = "## How to make art here"


async def open_workshop(world: World, **art: Any) -> None:
    """Make the world's channel an art channel, with a how-to."""
    await decide(world, art_channels={str(world.channel.id): art})
    await world.settle()


def how_tos(world: World) -> list[Any]:
    """Return the how-tos in the world's channel, oldest first."""
    return [each for each in world.channel.history() if each.content.startswith(TITLE)]


async def test_it_says_what_holds_there_and_is_pinned_once(world: World) -> None:
    await open_workshop(world)
    [shown] = how_tos(world)
    assert shown.pinned
    assert "- **Imagen 4** `imagen-4`: makes (default)" in shown.content
    assert "- **GPT Image 2** `gpt-image-2`: makes, edits (default) · 1k, 2k, 4k" in shown.content
    assert "**Ratios:** 1:1, 16:9, 9:16" in shown.content
    assert "**Limits:** 25 pictures a day" in shown.content
    assert "Or reply to one of my pictures, mention me" in shown.content
    assert len([call for call in world.calls() if "/pins/" in call.path]) == 1


async def test_it_is_edited_in_place_when_the_settings_change_and_only_then(quick_world: World) -> None:
    world = quick_world
    await open_workshop(world)
    [first] = how_tos(world)
    forum = world.guild.create_forum_channel("wall")
    await decide(world, models=["z-image"], pictures_a_day=3, cooldown=30, largest_resolution="1k")
    await open_workshop(world, threads=True, forum=str(forum.id))
    [shown] = how_tos(world)
    assert shown.id == first.id
    assert "`z-image`" in shown.content
    assert "imagen-4" not in shown.content
    assert "**Limits:** 3 pictures a day" in shown.content
    assert "30 seconds have to pass between two requests." in shown.content
    assert f"Every result is also posted in <#{forum.id}>." in shown.content
    assert "Every result has a thread of its own" in shown.content
    assert "Apps > **Edit image**" not in shown.content
    before = len(world.calls())
    await decide(world, log_channel=str(world.channel.id), time_zone="Europe/Berlin")
    await world.settle()
    assert len(world.calls()) == before


async def test_it_is_edited_at_a_start_with_other_models_and_not_at_one_with_the_same(quick_world: World) -> None:
    world = quick_world
    await open_workshop(world)
    before = len(world.calls())
    await world.restart()
    await world.settle()
    assert [call for call in world.calls()[before:] if "/messages" in call.path] == []
    world.settings = world.settings.model_copy(update={"models": ["z-image"]})
    await world.restart()
    await world.settle()
    [shown] = how_tos(world)
    assert "imagen-4" not in shown.content


async def test_it_goes_when_the_channel_is_no_art_channel_any_more(world: World) -> None:
    await open_workshop(world)
    await open_workshop(world, how_to=False)
    assert how_tos(world) == []
    await open_workshop(world)
    assert len(how_tos(world)) == 1
    await decide(world, art_channels={})
    await world.settle()
    assert how_tos(world) == []
    assert world.rows("SELECT * FROM posts") == []


async def test_one_that_a_moderator_deletes_is_made_again_at_the_next_change_only(quick_world: World) -> None:
    world = quick_world
    await open_workshop(world)
    await world.grace.delete(how_tos(world)[0])
    await world.settle()
    assert how_tos(world) == []
    await world.restart()
    await decide(world, log_channel=str(world.channel.id))
    await world.settle()
    assert how_tos(world) == []
    await decide(world, cooldown=5)
    await world.settle()
    [shown] = how_tos(world)
    assert shown.pinned


async def test_a_stop_between_sending_and_recording_makes_no_second_one(world: World, monkeypatch: Any) -> None:
    sent = stop_after(world, monkeypatch, "_send_once")
    await decide(world, art_channels={str(world.channel.id): {}})
    await world.until(sent.is_set)
    [before] = how_tos(world)
    assert not before.pinned
    # Discord has forgotten the nonce by now.
    world.sql("UPDATE posts SET began_at = began_at - 600 * 1000000")
    await world.restart()
    await world.settle()
    [after] = how_tos(world)
    assert after.id == before.id
    assert after.pinned


async def test_where_the_bot_may_not_pin_it_is_there_all_the_same(world: World) -> None:
    deny(world, world.channel, manage_messages=True, pin_messages=True)
    await open_workshop(world)
    [shown] = how_tos(world)
    assert not shown.pinned


async def test_a_channel_that_is_deleted_is_told_once(world: World) -> None:
    log = world.guild.create_text_channel("log")
    gone = world.guild.create_text_channel("gone")
    await decide(world, log_channel=str(log.id))
    world.env.backend.delete_channel(gone.id)
    await decide(world, art_channels={str(gone.id): {}})
    await world.settle()
    await decide(world, cooldown=3)
    await world.settle()
    [told] = log.history()
    assert told.content.startswith(f"I was to post in <#{gone.id}>, but that channel is not there any more.")
