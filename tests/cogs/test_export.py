"""`/privacy export`: everything that is kept of somebody, for them alone."""

import io
import json
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from bot.engine import exports
from tests.cogs.test_edit import edit, picture
from tests.world import World

SENT = "I sent it to you by direct message."


def sent(world: World) -> Mapping[str, bytes]:
    """Return the files with people's data that Discord was given, by name."""
    blobs: dict[str, bytes] = vars(world.env.backend.cdn)["_blobs"]
    return {url.rpartition("/")[2]: data for url, data in blobs.items() if "easel-data" in url}


def archive(world: World) -> tuple[Any, list[str]]:
    """Return the data and the names of the pictures in the one archive that was sent."""
    with zipfile.ZipFile(io.BytesIO(sent(world)["easel-data.zip"])) as zipped:
        names = zipped.namelist()
        return json.loads(zipped.read("easel-data.json")), [name for name in names if name != "easel-data.json"]


def allow(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    """Let Discord take files of `size` bytes, as far as the bot knows."""
    # The bot has a module of its own, made when it loaded the extension.
    monkeypatch.setattr(sys.modules["cogs.privacy"], "DIRECT_FILE_BYTES", size)


async def test_everything_comes_by_direct_message(world: World) -> None:
    made = await world.imagine("a red fox", seed=7)
    edited = await edit(world, ("den.png", picture("red")), prompt="make it snow")
    await world.imagine("a secret of bob's", by=world.bob)
    await world.slash("privacy edits", allow=False)
    await world.bot.engine.drafts.add(world.ada.id, {"prompt": "not sent yet"})
    world.sql("INSERT INTO blocks VALUES (?, ?, 'rude', NULL, ?, 0)", world.guild.id, world.ada.id, world.grace.id)
    world.sql(
        "INSERT INTO audit (guild_id, actor_id, at, action, after) VALUES (?, ?, 0, 'settings', '{}')",
        world.guild.id,
        world.ada.id,
    )
    shown = await world.slash("privacy export")
    assert shown.ephemeral
    assert shown.response.content == SENT
    [told] = world.told(world.ada.user)
    assert told == "This is everything that I keep of you, with 4 picture files."
    data, pictures = archive(world)
    details = [await world.details(each) for each in (made, edited)]
    ids = [each.request.short_id for each in details]
    assert sorted(pictures) == sorted(
        f"{kind}/{short_id}-1{suffix}"
        for short_id in ids
        for kind, suffix in (("originals", ".png"), ("thumbnails", ".webp"))
    )
    assert data["user_id"] == str(world.ada.id)
    assert [each["prompt"] for each in data["requests"]] == ["a red fox", "make it snow"]
    assert [each["short_id"] for each in data["requests"]] == ids
    first, second = data["requests"]
    assert first["options"] == {"seed": 7} | first["options"]
    assert first["message_id"] == str(details[0].request.message_id)
    assert [task["cost"] for task in first["tasks"]] == [str(details[0].tasks[0].cost)]
    assert [each["url"] for each in first["pictures"]] == [details[0].pictures[0].url]
    assert [each["file_name"] for each in second["sources"]] == ["den.png"]
    assert [each["amount"] for each in first["reservations"]] == [1, 1]
    assert [each["edits_allowed"] for each in data["user"]] == [False]
    assert sum(each["pictures"] for each in data["usage"]) == 2
    assert {each["scope"]: each["used"] for each in data["allowances"]} == {
        "user-day": 2,
        f"user-day:{world.guild.id}": 2,
    }
    assert [each["content"] for each in data["drafts"]] == [{"prompt": "not sent yet"}]
    assert [each["reason"] for each in data["blocks"]] == ["rude"]
    assert [each["action"] for each in data["audit"]] == ["settings"]
    assert "secret of bob" not in json.dumps(data)


async def test_who_takes_no_direct_messages_gets_it_in_the_private_reply(world: World) -> None:
    await world.imagine("a red fox")
    world.env.inject_error("POST", "/channels/*/messages", status=403, code=50007)
    shown = await world.slash("privacy export")
    assert shown.ephemeral
    assert shown.response.content.startswith("I could not send you a direct message, so here it is")
    assert archive(world)[0]["requests"][0]["prompt"] == "a red fox"
    assert world.told(world.ada.user) in ([], [shown.response.content.split("\n")[1]])


async def test_of_whom_nothing_is_known_gets_that_as_json(world: World) -> None:
    await world.imagine(by=world.bob)
    await world.slash("privacy export")
    assert world.told(world.ada.user) == [
        "This is everything that I keep of you. No pictures of yours are kept any more."
    ]
    data = json.loads(sent(world)["easel-data.json"])
    assert {name for name, rows in data.items() if rows == []} == set(data) - {"version", "made_at", "user_id"}


async def test_pictures_that_do_not_fit_are_left_out_and_that_is_said(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = await world.imagine()
    [made] = (await world.details(shown)).pictures
    thumbnail = world.settings.pictures_dir / str(made.thumbnail)
    limit = thumbnail.stat().st_size + 5000
    allow(monkeypatch, limit)
    await world.slash("privacy export")
    [told] = world.told(world.ada.user)
    assert told.startswith(
        "This is everything that I keep of you, with one picture file.\nOne picture file did not fit"
    )
    [name] = archive(world)[1]
    assert name.startswith("thumbnails/")
    assert len(sent(world)["easel-data.zip"]) <= limit


async def test_more_than_a_file_holds_is_said_and_not_sent(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    await world.imagine()
    allow(monkeypatch, 100)
    shown = await world.slash("privacy export")
    assert shown.response.content.startswith("What I keep of you is more than one file of 0 MB holds")
    assert sent(world) == {}


async def test_many_requests_are_read_a_page_at_a_time(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "PAGE", 2)
    prompts = [f"fox {number}" for number in range(5)]
    for prompt in prompts:
        await world.imagine(prompt)
    await world.slash("privacy export")
    assert [each["prompt"] for each in archive(world)[0]["requests"]] == prompts


async def test_a_person_has_one_export_at_a_time_and_others_theirs(world: World) -> None:
    async with world.bot.engine.privacy.export(world.ada.id, limit=10**6):
        again, others = await world.slash("privacy export"), await world.slash("privacy export", by=world.bob)
    assert again.response.content == "I am putting your data together already. It comes as soon as it is whole."
    assert others.response.content == SENT
    assert (await world.slash("privacy export")).response.content == SENT


async def test_nothing_of_it_stays_on_the_disk(world: World) -> None:
    await world.imagine()
    await world.slash("privacy export")
    temporary: list[Path] = list((world.settings.pictures_dir / "temporary").iterdir())
    assert temporary == []
