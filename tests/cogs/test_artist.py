"""`/artist`: a member's best pictures, stars, rounds won and favourite models."""

import json
from collections.abc import AsyncGenerator
from datetime import timedelta
from pathlib import Path
from typing import Any

import discord
import pytest
import simcord
from simcord.backend.models import Overwrite
from simcord.enums import OverwriteType

from bot.engine import Patience
from tests.cogs.galleries import gallery, hang, prompts, sheet, star, walked
from tests.managers import manager
from tests.places import restrict
from tests.rounds import enter, later, start, vote_for
from tests.world import World, short_id, texts, world

TILE, GAP = 256, 10


@pytest.fixture(name="world")
async def _world(tmp_path: Path) -> AsyncGenerator[World]:
    """A world in which posts may be edited as often as one likes."""
    async with world(tmp_path, patience=Patience(edit=timedelta(0))) as built:
        yield built


async def artist(world: World, member: Any = None, *, by: simcord.MemberActor | None = None) -> Any:
    """Type `/artist`, as Bob."""
    options = {} if member is None else {"member": member}
    shown = await world.slash("artist", by=by or world.bob, **options)
    assert shown.ephemeral
    return shown


async def test_it_shows_the_best_pictures_with_stars_rounds_and_models(world: World) -> None:
    vera = manager(world)
    await start(world, vera)
    await enter(world, world.ada, world.bob)
    await later(world, days=1)
    await vote_for(world, world.grace, world.ada)
    await later(world, days=1)
    channel = await gallery(world, gallery_stars=2)
    await hang(world, "one star", model="imagen-4-fast")
    await hang(world, "two stars", stars=2)
    await world.imagine("no star")
    await hang(world, "Bob's", by=world.bob)
    await world.restart()
    shown = await artist(world, world.ada)
    said = texts(shown)
    assert "## Artist" in said
    assert (
        f"{world.ada.mention} · ⭐ 3 stars · 🏆 one round won\nMost made with Imagen 4 (3), Imagen 4 Fast (1)" in said
    )
    assert prompts(shown) == ["two stars", "one star"]
    [post] = channel.history()
    assert f"-# two stars · [go to it](https://discord.com/channels/{world.guild.id}/{channel.id}/{post.id})" in said
    assert f"-# one star · [go to it](https://discord.com/channels/{world.guild.id}/{world.channel.id}/" in said
    [attachment] = shown.response.attachments
    assert attachment.filename == "artist.webp"
    assert attachment.description == "Small pictures with numbers: 1 two stars, 2 one star"
    assert (await sheet(shown)).size == (2 * (TILE + GAP) + GAP, TILE + 2 * GAP)
    assert "🏆 0 rounds won" in texts(await artist(world, world.bob, by=world.ada))


async def test_stars_of_ones_own_count_only_where_the_server_wants_that(world: World) -> None:
    await gallery(world, gallery_stars=1, gallery_self_stars=True)
    shown = await hang(world, "a red fox")
    await world.press(shown, "star")
    assert "⭐ 2 stars" in texts(await artist(world, world.ada))
    await world.bot.engine.settings.change(world.guild.id, world.grace.id, {"gallery_self_stars": False})
    assert "⭐ one star" in texts(await artist(world, world.ada))


async def test_ones_own_profile_is_shown_without_naming_anybody(world: World) -> None:
    await gallery(world)
    await hang(world, "Bob's", by=world.bob)
    shown = await artist(world)
    assert prompts(shown) == ["Bob's"]
    assert "Others can see this too" in texts(shown)


async def test_a_private_profile_is_shown_to_its_owner_alone(world: World) -> None:
    await gallery(world)
    await hang(world, "a red fox")
    answer = await world.slash("privacy artist", show=False)
    assert answer.ephemeral
    assert answer.response.content.startswith("Nobody else can look at your profile with `/artist`.")
    await world.restart()
    refused = await artist(world, world.ada)
    assert refused.response.content == f"{world.ada.mention} would rather keep their profile to themselves."
    assert refused.response.attachments == []
    own = await artist(world, world.ada, by=world.ada)
    assert prompts(own) == ["a red fox"]
    assert "Only you can see this." in texts(own)
    assert (await world.slash("privacy artist")).response.content.startswith("Nobody else can look")
    answer = await world.slash("privacy artist", show=True)
    assert answer.response.content.startswith("Others may look at your profile with `/artist`")
    assert prompts(await artist(world, world.ada)) == ["a red fox"]


async def test_a_member_of_whom_there_is_nothing_is_said_so(world: World) -> None:
    await gallery(world)
    assert (await artist(world, world.ada)).response.content == (
        f"There is nothing of {world.ada.mention} to show here yet."
    )
    assert (await artist(world)).response.content.startswith("There is nothing of yours to show here yet")


async def test_what_an_artist_keeps_out_of_galleries_only_they_see(world: World) -> None:
    await gallery(world)
    withdrawn = await hang(world, "withdrawn")
    await hang(world, "shown")
    details = await world.details(withdrawn)
    await world.bot.engine.gallery.withdraw(details, 1, world.ada.id)
    await world.settle()
    assert prompts(await artist(world, world.ada)) == ["shown"]
    assert prompts(await artist(world, by=world.ada)) == ["shown", "withdrawn"]
    await world.slash("privacy gallery", show="never")
    await world.settle()
    shown = await artist(world, world.ada)
    assert "There is no starred picture here that can be shown." in texts(shown)
    assert shown.response.attachments == []
    own = await artist(world, by=world.ada)
    assert prompts(own) == ["shown", "withdrawn"]
    assert "no pictures are shown to them" in texts(own)


async def test_a_prompt_that_its_artist_does_not_show_is_not_shown(world: World) -> None:
    await gallery(world)
    shown = await hang(world, "a secret fox")
    await world.slash("privacy gallery", show="unprompted")
    await world.settle()
    page = await artist(world, world.ada)
    assert "secret" not in str(walked(page.response.components))
    assert page.response.attachments[0].description == f"Small pictures with numbers: 1 `{short_id(shown)}`"


async def test_a_member_who_left_is_still_an_artist(world: World) -> None:
    await gallery(world)
    eve = world.env.create_user("eve")
    member = world.guild.add_member(eve)
    await hang(world, "a red fox", by=member)
    assert "They are not" not in texts(await artist(world, member))
    world.guild.remove_member(member)
    await world.env.settle()
    shown = await artist(world, eve)
    assert prompts(shown) == ["a red fox"]
    assert "They are not a member of this server any more." in texts(shown)


async def test_of_who_was_forgotten_nothing_is_left(world: World) -> None:
    vera = manager(world)
    await start(world, vera)
    await enter(world, world.ada, world.bob)
    await later(world, days=1)
    await vote_for(world, world.grace, world.ada)
    await later(world, days=1)
    await gallery(world)
    await hang(world, "a red fox")
    asked = await world.slash("privacy delete")
    await world.ada.click(asked.response, label="Delete my data")
    await world.settle()
    assert (await artist(world, world.ada)).response.content == (
        f"There is nothing of {world.ada.mention} to show here yet."
    )
    assert world.rows("SELECT profile_shown FROM users WHERE id = ?", world.ada.id) in ([], [(1,)])


async def test_that_a_profile_is_private_outlives_what_was_forgotten(world: World) -> None:
    await world.slash("privacy artist", by=world.bob, show=False)
    asked = await world.slash("privacy delete", by=world.bob)
    await world.bob.click(asked.response, label="Delete my data")
    await world.settle()
    refused = await artist(world, world.bob, by=world.ada)
    assert refused.response.content == f"{world.bob.mention} would rather keep their profile to themselves."


async def test_what_was_made_where_one_cannot_look_is_not_shown_unless_a_gallery_shows_it(world: World) -> None:
    channel = await gallery(world, gallery_stars=2)
    await hang(world, "in the gallery", stars=2)
    await hang(world, "not in it")
    deny = discord.Permissions(view_channel=True).value
    hidden = Overwrite(target_id=world.bob.id, type=OverwriteType.MEMBER, allow=0, deny=deny)
    elsewhere = world.guild.create_text_channel("elsewhere")
    world.env.backend.set_overwrite(world.channel.id, hidden)
    await world.env.settle()
    shown: Any = await world.bob.slash(elsewhere, "artist", member=world.ada)
    assert prompts(shown) == ["in the gallery"]
    world.env.backend.set_overwrite(channel.id, hidden)
    await world.env.settle()
    shown = await world.bob.slash(elsewhere, "artist", member=world.ada)
    assert prompts(shown) == []
    assert "⭐ 3 stars" in texts(shown)


async def test_a_spoiler_is_blurred_and_what_is_for_adults_left_out(world: World) -> None:
    await gallery(world)
    shown = await hang(world, "a red fox")
    plain = await sheet(await artist(world, world.ada))
    world.sql("UPDATE requests SET spoiler = 1")
    assert (await sheet(await artist(world, world.ada))).tobytes() != plain.tobytes()
    world.sql("UPDATE requests SET spoiler = 0, age_restricted = 1")
    for by in (world.bob, world.ada):
        assert prompts(await artist(world, world.ada, by=by)) == []
    await restrict(world, world.channel)
    assert prompts(await artist(world, world.ada)) == ["a red fox"]
    assert (await sheet(await artist(world, world.ada))).tobytes() == plain.tobytes()
    await star(world, shown)


async def test_what_one_has_decided_about_it_is_in_the_export(world: World) -> None:
    await world.slash("privacy artist", show=False)
    async with world.bot.engine.privacy.export(world.ada.id, limit=1_000_000) as export:
        kept = json.loads(export.path.read_text())
    assert [each["profile_shown"] for each in kept["user"]] == [False]
