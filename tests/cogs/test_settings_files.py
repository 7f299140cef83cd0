"""`/settings export` and `/settings import`: the settings of a server as one JSON file."""

import json
from typing import Any

import pytest

from bot.engine import GuildSettings
from bot.ui.settings import exported
from tests.cogs.test_settings_panel import MANAGERS_ONLY
from tests.managers import decide, manager
from tests.world import World, texts

CHANGED: dict[str, Any] = {"private": True, "most_pictures": 2, "pictures_by_role": {"7": "unlimited"}}


def file(settings: Any, version: Any = 1) -> bytes:
    return json.dumps({"version": version, "settings": settings}).encode()


async def offer(world: World, vera: Any, content: bytes) -> Any:
    """Give vera's `/settings import` a file; return the private answer."""
    shown = await world.slash("settings import", by=vera, file=("easel-settings.json", content))
    assert shown.ephemeral
    return shown


async def apply(vera: Any, shown: Any) -> Any:
    return await vera.click(shown.response, label="Apply")


async def settings(world: World) -> GuildSettings:
    return await world.bot.engine.settings.of(world.guild.id)


async def test_what_is_exported_is_all_and_can_be_imported_again(world: World) -> None:
    vera = manager(world)
    await decide(world, **CHANGED, channels=[str(world.channel.id)])
    before = await settings(world)
    shown = await world.slash("settings export", by=vera)
    assert shown.ephemeral
    [attached] = shown.response.attachments
    assert attached.filename == "easel-settings.json"
    content = await attached.read()
    assert content == exported(before)
    assert json.loads(content)["settings"].keys() == GuildSettings.model_fields.keys()
    assert "says what is set already" in texts(await offer(world, vera, content))
    await decide(world, **GuildSettings().exported())
    await apply(vera, await offer(world, vera, content))
    assert await settings(world) == before


async def test_an_import_shows_what_would_change_and_asks(world: World) -> None:
    vera = manager(world)
    await decide(world, cooldown=5)
    shown = await offer(world, vera, file(CHANGED))
    assert texts(shown) == (
        "**This would change 4 settings.**\n"
        "- **Most pictures of a command** not set → 2\n"
        "- **Private by default** no → yes\n"
        "- **Pictures a day by role** not set → <@&7>: unlimited\n"
        "- **Cool-down** 5 → 0\n"
        "The most generous limit that it grants is any number of pictures a day. That can cost up to $124.00 a month "
        "for each member: 31 days of 25 pictures, at up to $0.16 each.\n"
        "-# Dismiss this message to leave everything as it is."
    )
    assert await settings(world) == GuildSettings(cooldown=5)
    await world.restart()
    done = await apply(vera, shown)
    assert "4 settings were changed." in texts(shown)
    assert done.response is not None
    assert await settings(world) == GuildSettings.checked(CHANGED)
    audit = await world.bot.engine.settings.audit(world.guild.id, 10)
    assert {(each.action, each.actor_id) for each in audit[:4]} == {
        (f"settings.{name}", vera.id) for name in (*CHANGED, "cooldown")
    }


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\x89PNG\xff", "That file is not JSON."),
        (b"{", "That file is not JSON."),
        (b"[" * 60_000, "That file is not JSON."),
        (b"[]", "That file holds no settings of Easel"),
        (b"{}", "That file holds no settings of Easel"),
        (file([]), "That file holds no settings of Easel"),
        (file({}, version=2), "That file is of version 2, and I read version 1."),
        (file({}, version="*1*"), "That file is of version \\*1\\*, and I read version 1."),
        (b" " * 65_537, "That file has more than 64 KB, which no settings have."),
    ],
    ids=["binary", "broken", "deep", "list", "other", "not an object", "newer", "odd", "large"],
)
async def test_what_is_no_file_of_settings_is_refused(world: World, content: bytes, said: str) -> None:
    shown = await offer(world, manager(world), content)
    assert shown.response.content.startswith(said)
    assert shown.response.content.endswith("Nothing was changed.")


async def test_each_value_that_does_not_fit_is_said_with_its_field(world: World) -> None:
    wrong = {"cooldown": -1, "channels": ["here"], "private": "maybe", "colour": "red", "time_zone": "Mars/Olympus"}
    shown = await offer(world, manager(world), file({**wrong, "pictures_by_role": {"x": 1}, "budget_a_day": "NaN"}))
    assert texts(shown).splitlines() == [
        "**That file does not fit**, so nothing was changed:",
        "- `budget_a_day`: “NaN” does not fit. It takes an amount such as 2.50, or nothing.",
        "- `channels`: “\\['here']” does not fit. It takes a list of channel ids.",
        "- There is no setting called “colour”.",
        "- `cooldown`: “\\-1” does not fit. It takes a whole number of seconds from 0 to 86400.",
        "- `pictures_by_role`: “{'x': 1}” does not fit. It takes for each role id a whole number from 0 to 100000, "
        "or “unlimited”.",
        "- `private`: “maybe” does not fit. It takes true or false.",
        "- `time_zone`: “Mars/Olympus” does not fit. It takes a time zone by its name, such as Europe/Berlin.",
    ]
    assert await settings(world) == GuildSettings()


async def test_however_much_does_not_fit_or_changes_the_answer_fits_into_a_message(world: World) -> None:
    vera = manager(world)
    long = {f"{'x' * 200}{number}": "y" * 1000 for number in range(30)}
    assert "and 18 more" in texts(await offer(world, vera, file(long)))
    ids = [str(10**18 + number) for number in range(300)]
    full: dict[str, Any] = dict.fromkeys(("channels", "channels_denied", "roles", "roles_denied", "exempt_roles"), ids)
    many = {"models": ["m" * 90 + str(number) for number in range(100)], "private": True, "cooldown": 1}
    models = {"default_models": {"text_to_image": "a" * 100, "edit_image": "b" * 100}}
    roles = {"pictures_by_role": dict.fromkeys(ids, "unlimited"), "default_aspect_ratio": "*" * 100}
    shown = await offer(world, vera, file({**full, **many, **models, **roles}))
    assert len(texts(shown)) <= 4000
    await apply(vera, shown)
    assert len((await settings(world)).channels) == 300
    for page in ("access", "models", "replies", "limits", "log"):
        panel: Any = await world.slash("settings panel", by=vera)
        await vera.click(panel.response, custom_id=f"easel:settings:page:{page}")
        assert len(texts(panel)) <= 4000


async def test_what_is_not_there_is_said_and_kept(world: World) -> None:
    vera = manager(world)
    there = str(world.channel.id)
    unknown: dict[str, Any] = {"channels": ["77", there], "roles_denied": ["78"], "models": ["z-image", "no-model"]}
    shown = await offer(world, vera, file({**unknown, "default_models": {"edit_image": "gone"}}))
    said = texts(shown)
    for field, name in (("channels", "77"), ("roles_denied", "78"), ("models", "no-model"), ("default_models", "gone")):
        assert f"⚠️ `{field}` names 1 that this server does not have, or that are not offered: `{name}`." in said
    await apply(vera, shown)
    assert (await settings(world)).channels == {77, world.channel.id}


async def test_only_its_manager_can_apply_an_import_and_only_there(world: World) -> None:
    vera, wilma = manager(world), manager(world, "wilma")
    shown = await offer(world, vera, file(CHANGED))
    [draft_id] = world.rows("SELECT id FROM drafts")[0]
    panel: Any = await world.slash("settings panel", by=wilma)
    stored = world.env.backend.get_message(world.channel.id, panel.response.id)
    button = next(each for each in stored.components[0]["components"] if each["type"] == 1)["components"][0]
    button["custom_id"] = f"easel:settings:import:{draft_id}"
    refused: Any = await wilma.click(panel.response, custom_id=button["custom_id"])
    assert "That is not kept any more." in refused.response.content
    world.sql("UPDATE drafts SET content = json_set(content, '$.guild_id', 1)")
    assert "That was for another server." in (await apply(vera, shown)).response.content
    world.sql("DELETE FROM drafts")
    assert "That is not kept any more." in (await apply(vera, shown)).response.content
    assert await settings(world) == GuildSettings()
    assert MANAGERS_ONLY not in texts(shown)


async def test_a_file_that_cannot_be_had_is_said(world: World) -> None:
    vera = manager(world)
    world.env.backend.cdn.get = lambda _: None  # pyright: ignore[reportAttributeAccessIssue]
    assert "could not get the file" in (await offer(world, vera, file({}))).response.content
