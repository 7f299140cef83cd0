"""`/gallery`: looking through what is in a server's gallery."""

from collections.abc import AsyncGenerator
from datetime import timedelta
from pathlib import Path
from typing import Any

import discord
import pytest
from PIL import ImageChops
from simcord.backend.models import Overwrite
from simcord.enums import OverwriteType

from bot.engine import Patience
from tests.cogs.galleries import (
    buttons,
    choices,
    gallery,
    hang,
    open_picture,
    press,
    prompts,
    sheet,
    walked,
)
from tests.places import restrict
from tests.world import World, short_id, texts, world

TILE, GAP = 256, 10
DAY = 24 * 60 * 60 * 1_000_000
"""In microseconds, as moments are kept."""


@pytest.fixture(name="world")
async def _world(tmp_path: Path) -> AsyncGenerator[World]:
    """A world in which posts may be edited as often as one likes."""
    async with world(tmp_path, patience=Patience(edit=timedelta(0))) as built:
        yield built


async def look(world: World, **options: Any) -> Any:
    """Type `/gallery`, as Bob."""
    shown = await world.slash("gallery", by=world.bob, **options)
    assert shown.ephemeral
    return shown


async def test_it_shows_what_is_posted_newest_first_with_artist_stars_and_where_it_is(world: World) -> None:
    channel = await gallery(world)
    await world.imagine("not starred")
    await hang(world, "a *red* fox", stars=2)
    await hang(world, "a whale", by=world.bob)
    shown = await look(world)
    newest, oldest = sorted(channel.history(), key=lambda post: post.id, reverse=True)
    where = f"https://discord.com/channels/{world.guild.id}/{channel.id}"
    assert "\n".join(
        [
            f"**1** · ⭐ **1** · {world.bob.mention} · Imagen 4",
            f"-# a whale · [go to it]({where}/{newest.id})",
            f"**2** · ⭐ **2** · {world.ada.mention} · Imagen 4",
            f"-# a \\*red\\* fox · [go to it]({where}/{oldest.id})",
        ]
    ) in texts(shown)
    assert "-# Page 1 of 1 · 2 pictures · newest first" in texts(shown)
    [attachment] = shown.response.attachments
    assert attachment.filename == "gallery.webp"
    assert attachment.description == "Small pictures with numbers: 1 a whale, 2 a *red* fox"
    assert (await sheet(shown)).size == (2 * (TILE + GAP) + GAP, TILE + 2 * GAP)
    assert list(buttons(shown)) == ["Top of the week", "Top of the month"]


async def test_without_a_gallery_or_anything_in_it_that_is_said(world: World) -> None:
    assert "This server has no gallery. Who manages it makes one with `/settings art`." in texts(await look(world))
    await gallery(world)
    shown = await look(world)
    assert "Pictures get there by stars" in texts(shown)
    assert (shown.response.attachments, buttons(shown), choices(shown)) == ([], {}, [])
    assert "Nothing in the gallery fits that." in texts(await look(world, model="imagen-4"))


async def test_its_pages_turn_after_a_restart_and_stay_as_they_are(world: World) -> None:
    await gallery(world)
    for number in range(11):
        await hang(world, f"fox {number}")
    shown = await look(world)
    assert prompts(shown) == [f"fox {number}" for number in range(10, 1, -1)]
    assert "Back" not in buttons(shown)
    await hang(world, "a new one")
    await world.restart()
    await press(shown, "Next", by=world.bob)
    assert prompts(shown) == ["fox 1", "fox 0"]
    assert texts(shown).count("**10**") == 1
    assert "Page 2 of 2 · 11 pictures" in texts(shown)
    assert (await sheet(shown)).size == (2 * (TILE + GAP) + GAP, TILE + 2 * GAP)
    await press(shown, "Back", by=world.bob)
    assert prompts(shown)[0] == "fox 10"
    assert prompts(await look(world))[0] == "a new one"


async def test_in_random_order_each_is_there_once_on_every_page(world: World) -> None:
    await gallery(world)
    for number in range(10):
        await hang(world, f"fox {number}")
    shown = await look(world, order="random")
    first = prompts(shown)
    await world.restart()
    await press(shown, "Next", by=world.bob)
    assert sorted([*first, *prompts(shown)]) == [f"fox {number}" for number in range(10)]
    await press(shown, "Back", by=world.bob)
    assert prompts(shown) == first
    others = [prompts(await look(world, order="random")) for _ in range(8)]
    assert any(each != first for each in others)


async def test_it_finds_by_artist_model_and_time(world: World) -> None:
    await gallery(world)
    await hang(world, "old")
    world.sql("UPDATE requests SET created_at = created_at - ?", 20 * DAY)
    await hang(world, "fast", model="imagen-4-fast")
    await hang(world, "Bob's", by=world.bob)
    assert prompts(await look(world, artist=world.bob)) == ["Bob's"]
    shown = await look(world, artist=world.ada, when="week")
    assert prompts(shown) == ["fast"]
    assert f"by {world.ada.mention} · from the last 7 days · newest first" in texts(shown)
    assert prompts(await look(world, when="month", model="Imagen-4-Fast")) == ["fast"]
    assert prompts(await look(world, when="month")) == ["Bob's", "fast", "old"]
    assert prompts(await look(world, artist=world.grace)) == []
    found = await world.bob.autocomplete(world.channel, "gallery", "model", "fast")
    assert [each["value"] for each in found] == ["imagen-4-fast"]
    found = await world.bob.autocomplete(world.channel, "gallery", "model", "")
    assert [each["value"] for each in found] == ["imagen-4", "imagen-4-fast"]


async def test_the_top_of_a_week_and_of_a_month_are_one_picture_each_also_after_a_restart(world: World) -> None:
    await gallery(world)
    await hang(world, "best of the month", stars=2)
    world.sql("UPDATE requests SET created_at = created_at - ?", 20 * DAY)
    await hang(world, "best of the week", by=world.bob, stars=2)
    await hang(world, "newest")
    world.sql("INSERT INTO stars SELECT id, 5, 1, 0, 0 FROM pictures WHERE id = 1")
    shown = await look(world)
    await world.restart()
    await press(shown, "Top of the week", by=world.bob)
    assert "## Top of the week" in texts(shown)
    assert prompts(shown) == ["best of the week", "newest"]
    assert (await sheet(shown)).size == (2 * (TILE + GAP) + GAP, TILE + 2 * GAP)
    assert buttons(shown)["Top of the week"]["disabled"]
    await press(shown, "Top of the month", by=world.bob)
    assert "## Top of the month" in texts(shown)
    assert prompts(shown) == ["best of the month", "best of the week", "newest"]
    assert "**1** · ⭐ **3**" in texts(shown)


async def test_one_of_them_opens_as_the_gallery_shows_it_after_a_restart(world: World) -> None:
    channel = await gallery(world)
    await hang(world, "a whale", by=world.bob)
    fox = await hang(world, "a red fox", stars=2)
    shown = await look(world)
    assert [each["label"] for each in choices(shown)] == ["1 · a red fox", "2 · a whale"]
    await world.restart()
    opened = await open_picture(shown, 1, by=world.bob)
    assert opened.ephemeral
    newest = max(channel.history(), key=lambda post: post.id)
    assert opened.response.content.startswith(newest.content)
    link = f"https://discord.com/channels/{world.guild.id}/{channel.id}/{newest.id}"
    assert opened.response.content.endswith(f"-# [go to it in the gallery]({link})")
    [file] = opened.response.attachments
    assert file.filename.startswith(f"easel-{short_id(fox)}-1.")
    assert file.description == newest.attachments[0].description


async def test_what_has_left_the_gallery_is_not_found_nor_opened(world: World) -> None:
    channel = await gallery(world)
    names = ["withdrawn", "deleted", "removed by a moderator", "below", "hidden by its artist"]
    made = {name: await hang(world, name, by=world.bob if "artist" in name else world.ada) for name in names}
    await hang(world, "stays")
    shown = await look(world)
    assert len(prompts(shown)) == 6
    posts = {name: next(post for post in channel.history() if f"> {name}" in post.content) for name in names}
    await world.ada.click(posts["withdrawn"], custom_id=f"easel:gallery-withdraw:{short_id(made['withdrawn'])}:1")
    await world.grace.delete(made["deleted"].response)
    await world.grace.delete(posts["removed by a moderator"])
    await world.press(made["below"], "star", by=world.grace)
    await world.slash("privacy gallery", by=world.bob, show="never")
    await world.until(lambda: len(channel.history()) == 1)
    await world.settle()
    for number in range(2, 7):
        gone = await open_picture(shown, number, by=world.bob)
        assert gone.response.content == "That picture is not in the gallery any more, or not where you can see it."
    assert prompts(await look(world)) == ["stays"]
    opened = await open_picture(shown, 1, by=world.bob)
    assert "> stays" in opened.response.content


async def test_what_was_forgotten_is_not_in_it(world: World) -> None:
    await gallery(world)
    await hang(world, "a red fox")
    await hang(world, "Bob's", by=world.bob)
    asked = await world.slash("privacy delete")
    await world.ada.click(asked.response, label="Delete my data")
    await world.settle()
    assert prompts(await look(world)) == ["Bob's"]


async def test_a_prompt_that_its_artist_does_not_show_is_not_shown(world: World) -> None:
    await gallery(world)
    shown = await hang(world, "a secret fox")
    await world.slash("privacy gallery", show="unprompted")
    await world.settle()
    page = await look(world)
    assert "secret" not in str(walked(page.response.components))
    [attachment] = page.response.attachments
    assert attachment.description == f"Small pictures with numbers: 1 `{short_id(shown)}`"
    opened = await open_picture(page, 1, by=world.bob)
    assert "secret" not in opened.response.content
    assert not opened.response.attachments[0].description


async def test_a_spoiler_is_blurred_in_the_sheet_and_one_when_opened(world: World) -> None:
    await gallery(world)
    await hang(world, "a red fox")
    plain = await sheet(await look(world))
    world.sql("UPDATE requests SET spoiler = 1")
    shown = await look(world)
    blurred = await sheet(shown)
    assert blurred.tobytes() != plain.tobytes()
    tile = blurred.convert("L").crop((80, 80, 250, 250))
    beside = ImageChops.difference(tile, ImageChops.offset(tile, 1, 0)).crop((1, 0, *tile.size))
    assert max(beside.tobytes()) < 32
    opened = await open_picture(shown, 1, by=world.bob)
    assert opened.response.attachments[0].filename.startswith("SPOILER_")


async def test_what_is_for_adults_is_shown_in_age_restricted_channels_only(world: World) -> None:
    adults = world.guild.create_text_channel("adults")
    await gallery(world, gallery_adults_channel=adults.id)
    await hang(world, "for all")
    await restrict(world, adults)
    await restrict(world, world.channel)
    await hang(world, "for adults")
    assert len(adults.history()) == 1
    there = await look(world)
    assert prompts(there) == ["for adults", "for all"]
    await restrict(world, world.channel, restricted=False)
    here = await look(world)
    assert prompts(here) == ["for all"]
    gone = await open_picture(there, 1, by=world.bob)
    assert gone.response.content.startswith("That picture is not in the gallery any more, or not")


async def test_a_gallery_that_one_cannot_see_is_not_shown(world: World) -> None:
    channel = await gallery(world)
    await hang(world, "a red fox")
    shown = await look(world)
    hidden = Overwrite(
        target_id=world.bob.id,
        type=OverwriteType.MEMBER,
        allow=0,
        deny=discord.Permissions(view_channel=True).value,
    )
    world.env.backend.set_overwrite(channel.id, hidden)
    await world.env.settle()
    assert "nothing in the gallery that you can see" in texts(await look(world))
    gone = await open_picture(shown, 1, by=world.bob)
    assert gone.response.content.startswith("That picture is not in the gallery any more, or not")
    assert prompts(await world.slash("gallery", by=world.grace)) == ["a red fox"]


async def test_a_search_that_is_not_kept_any_more_is_said_so(world: World) -> None:
    await gallery(world)
    for number in range(10):
        await hang(world, f"fox {number}")
    shown = await look(world)
    world.sql("DELETE FROM drafts")
    pressed = await press(shown, "Next", by=world.bob)
    assert [each.content for each in pressed.followups] == ["That search is too old. Use /gallery again."]


async def test_of_several_pictures_only_the_one_in_the_gallery_is_shown(world: World) -> None:
    await gallery(world)
    shown = await world.imagine("two", model="gpt-4o-image", count=2)
    asked = await world.press(shown, "star", by=world.bob)
    await world.bob.select(asked.response, ["2"], custom_id=f"easel:star-which:{short_id(shown)}")
    await world.settle()
    page = await look(world)
    assert "Page 1 of 1 · 1 picture ·" in texts(page)
    opened = await open_picture(page, 1, by=world.bob)
    [file] = opened.response.attachments
    assert file.filename.startswith(f"easel-{short_id(shown)}-2.")


async def test_long_prompts_on_a_full_page_fit_into_what_discord_takes(world: World) -> None:
    await gallery(world)
    for _ in range(9):
        await hang(world, "*" * 3990 + " a fox")
    shown = await look(world)
    assert len(prompts(shown)) == 9
    assert len(texts(shown)) <= 4000


async def test_where_no_contact_sheet_can_be_made_the_list_is_there(world: World) -> None:
    await gallery(world)
    await hang(world, "a red fox")
    exhibition: Any = world.bot.engine.exhibition
    exhibition._encoder = type(exhibition._encoder)(seconds=0.0)
    shown = await look(world)
    assert "The pictures cannot be put together right now." in texts(shown)
    assert prompts(shown) == ["a red fox"]
    assert shown.response.attachments == []
