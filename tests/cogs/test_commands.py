"""The commands as Discord is told of them."""

from typing import Any, cast

from discord import app_commands

from bot.client import Easel
from bot.ui.base import Interaction
from tests.world import World

CHAT_INPUT, MESSAGE = 1, 3
SUBCOMMAND, STRING, INTEGER, BOOLEAN, USER, ATTACHMENT = 1, 3, 4, 5, 6, 11

TABLE: dict[str, dict[str, int]] = {
    "imagine": {
        "prompt": STRING,
        "model": STRING,
        "aspect_ratio": STRING,
        "negative_prompt": STRING,
        "resolution": STRING,
        "size": STRING,
        "count": INTEGER,
        "seed": INTEGER,
        "private": BOOLEAN,
    },
    "edit": {
        "prompt": STRING,
        "image": ATTACHMENT,
        "image2": ATTACHMENT,
        "image3": ATTACHMENT,
        "image4": ATTACHMENT,
        "mask": ATTACHMENT,
        "model": STRING,
        "aspect_ratio": STRING,
        "resolution": STRING,
        "private": BOOLEAN,
    },
    "show": {"id": STRING},
    "history": {"model": STRING, "text": STRING},
    "again": {"id": STRING},
    "usage": {},
    "report usage": {"days": INTEGER, "by": STRING},
    "models": {"model": STRING},
    "privacy edits": {"allow": BOOLEAN},
    "privacy gallery": {"show": STRING},
    "privacy artist": {"show": BOOLEAN},
    "privacy export": {},
    "privacy delete": {},
    "gallery": {"artist": USER, "model": STRING, "when": STRING, "order": STRING},
    "artist": {"member": USER},
    "rules list": {},
    "rules add": {"phrase": STRING, "exceptions": STRING},
    "rules remove": {"phrase": STRING},
    "rules test": {"prompt": STRING},
    "settings panel": {},
    "settings art": {},
    "settings export": {},
    "settings import": {"file": ATTACHMENT},
    "limits show": {"member": USER},
    "limits grant": {"member": USER, "pictures": INTEGER},
    "limits reset": {"member": USER},
    "round start": {
        "theme": STRING,
        "length": INTEGER,
        "entries": INTEGER,
        "models": STRING,
        "voting": INTEGER,
        "starts": INTEGER,
    },
    "round end": {},
    "round history": {},
    "help": {},
}
REQUIRED = {
    "imagine": ["prompt"],
    "edit": ["prompt", "image"],
    "show": ["id"],
    "rules add": ["phrase"],
    "rules remove": ["phrase"],
    "rules test": ["prompt"],
    "settings import": ["file"],
    "limits grant": ["member", "pictures"],
    "limits reset": ["member"],
    "round start": ["theme", "length"],
}
SUGGESTED = {
    "imagine": ["model", "aspect_ratio", "resolution", "size", "count"],
    "edit": ["model", "aspect_ratio", "resolution"],
    "show": ["id"],
    "history": ["model"],
    "gallery": ["model"],
    "again": ["id"],
    "models": ["model"],
    "rules remove": ["phrase"],
    "round start": ["models"],
}
FOR_MANAGERS = {"rules", "settings", "limits", "report"}
FOR_SERVERS = {"Report picture", "round", "gallery", "artist"}
MANAGE_SERVER = "32"
"""Discord's permission MANAGE_GUILD, as a bit set."""


def roots(world: World) -> list[dict[str, Any]]:
    """Return what Discord was told of."""
    [told] = world.syncs()
    return told


def commands(world: World) -> dict[str, Any]:
    """Return what can be called, by how it is typed: a command with subcommands cannot."""
    typed = [root for root in roots(world) if root["type"] == CHAT_INPUT]
    return {name: command for root in typed for name, command in callable_(root)}


def callable_(command: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    inner = [each for each in options(command) if each["type"] == SUBCOMMAND]
    named = [(f"{command['name']} {each['name']}", each) for each in inner]
    return named or [(command["name"], command)]


def options(command: dict[str, Any]) -> list[dict[str, Any]]:
    return command.get("options", [])


async def test_the_commands_and_their_options_are_those_of_the_table(world: World) -> None:
    told = commands(world)
    found = {name: {option["name"]: option["type"] for option in options(told[name])} for name in told}
    assert found == TABLE
    assert {name: list(found[name]) for name in found} == {name: list(TABLE[name]) for name in TABLE}


async def test_a_message_has_two_commands_in_its_menu(world: World) -> None:
    assert [root["name"] for root in roots(world) if root["type"] == MESSAGE] == ["Edit image", "Report picture"]


async def test_only_the_prompt_and_one_picture_are_required(world: World) -> None:
    told = commands(world)
    required = {name: [option["name"] for option in options(told[name]) if option.get("required")] for name in told}
    assert required == {name: REQUIRED.get(name, []) for name in told}


async def test_what_depends_on_the_model_is_suggested_while_typing(world: World) -> None:
    for name, command in commands(world).items():
        suggested = [option for option in options(command) if option.get("autocomplete")]
        assert [option["name"] for option in suggested] == SUGGESTED.get(name, [])


async def test_a_prompt_has_one_to_4000_characters(world: World) -> None:
    told = commands(world)
    for name in ("imagine", "edit"):
        prompt = options(told[name])[0]
        assert (prompt["min_length"], prompt["max_length"]) == (1, 4000)


async def test_what_is_suggested_has_at_most_100_characters(world: World) -> None:
    told = commands(world)
    for name in ("imagine", "edit"):
        suggested = [each for each in options(told[name]) if each["name"] in SUGGESTED[name]]
        assert {each["max_length"] for each in suggested if each["type"] == STRING} == {100}


async def test_every_command_for_all_works_everywhere(world: World) -> None:
    for command in roots(world):
        if command["name"] in FOR_MANAGERS | FOR_SERVERS:
            continue
        assert sorted(command["contexts"]) == [0, 1, 2]
        assert sorted(command["integration_types"]) == [0, 1]
        assert command["default_member_permissions"] is None


async def test_what_is_for_servers_is_for_every_member_of_one(world: World) -> None:
    found = [command for command in roots(world) if command["name"] in FOR_SERVERS]
    assert {each["name"] for each in found} == FOR_SERVERS
    for each in found:
        assert (each["contexts"], each["integration_types"]) == ([0], [0])
        assert each["default_member_permissions"] is None


async def test_what_is_for_managers_is_so_in_servers_only(world: World) -> None:
    found = [command for command in roots(world) if command["name"] in FOR_MANAGERS]
    assert {command["name"] for command in found} == FOR_MANAGERS
    for command in found:
        assert (command["contexts"], command["integration_types"]) == ([0], [0])
        assert str(command["default_member_permissions"]) == MANAGE_SERVER


async def test_every_command_and_option_is_described(world: World) -> None:
    for command in (*roots(world), *commands(world).values()):
        if command["type"] == MESSAGE:
            continue
        for described in (command, *options(command)):
            assert 10 <= len(described["description"]) <= 100


async def test_discord_is_told_once_and_not_at_every_start(world: World) -> None:
    await world.restart()
    await world.restart()
    assert len(world.syncs()) == 1


async def test_discord_is_told_again_when_a_description_has_changed(world: World) -> None:
    def describing(description: str) -> Any:
        @app_commands.command(name="extra", description=description)
        async def extra(interaction: Interaction) -> None:
            await interaction.response.send_message("extra")

        command = cast("Any", extra)

        def prepare(bot: Easel) -> None:
            bot.tree.add_command(command)

        return prepare

    await world.restart(describing("as it was"))
    assert len(world.syncs()) == 2
    await world.restart(describing("as it was"))
    assert len(world.syncs()) == 2
    await world.restart(describing("as it is now"))
    assert len(world.syncs()) == 3
    assert [command["description"] for command in world.syncs()[-1] if command["name"] == "extra"] == ["as it is now"]
