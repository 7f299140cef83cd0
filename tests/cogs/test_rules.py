"""`/rules`: what the managers of a server do not want in prompts, and what comes of that."""

import json
from typing import Any

import discord
import pytest
import simcord

from tests.cogs.test_edit import edit, picture
from tests.world import World, texts

REFUSED = "This server does not want “{}” in prompts. Change the prompt and try again. Nothing was charged."


class Managed:
    """A world in which vera may manage the server."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.role = world.guild.create_role("Managers", permissions=discord.Permissions(manage_guild=True))
        self.vera = world.guild.add_member(world.env.create_user("vera"), roles=[self.role])

    def give_to_everyone(self) -> None:
        """Let all members use the command, as a server's managers may in Discord's settings."""
        backend = self.world.env.backend
        [command] = [each for each in backend.commands[None].values() if each["name"] == "rules"]
        everyone = {"id": str(self.world.guild.id), "type": 1, "permission": True}
        backend.set_command_permissions(self.world.guild.id, int(command["id"]), [everyone])

    async def rules(self, command: str, *, by: simcord.MemberActor | None = None, **options: Any) -> Any:
        """Type vera's `/rules COMMAND` and return the private answer."""
        shown = await self.world.slash(f"rules {command}", by=by or self.vera, **options)
        assert shown.ephemeral
        return shown

    async def said(self, command: str, **options: Any) -> str:
        """Type it and return the sentence that answers it."""
        return (await self.rules(command, **options)).response.content

    async def read(self, command: str, **options: Any) -> list[str]:
        """Type it and return the lines of the panel that answers it."""
        return texts(await self.rules(command, **options)).splitlines()

    async def turn(self, shown: Any, label: str) -> Any:
        """Press a button under vera's list of rules."""
        return await self.vera.click(shown.response, label=label)

    async def listed(self) -> list[str]:
        """Return the rules that `/rules list` shows, without who made them and when."""
        return [line.partition(" · ")[0] for line in await self.read("list") if line.startswith("- ")]

    def audited(self) -> list[tuple[Any, ...]]:
        """Return the audit log, oldest first."""
        rows = self.world.rows("SELECT guild_id, actor_id, action, before, after FROM audit ORDER BY id")
        return [(*row[:3], *(None if value is None else json.loads(value) for value in row[3:])) for row in rows]


@pytest.fixture(name="managed")
async def _managed(world: World) -> Managed:
    return Managed(world)


async def test_a_word_is_refused_privately_with_its_name_and_costs_nothing(managed: Managed) -> None:
    world = managed.world
    before = await world.left(world.ada)
    assert await managed.said("add", phrase="Coon", exceptions="maine coon, Coon Cat,") == (
        "Prompts with “Coon” are refused here from now on, apart from: “maine coon”, “Coon Cat”."
    )
    for prompt in ("a coon", "a C\u200bOON in a hat", "a maine coon and a coon"):
        refused = await world.imagine(prompt)
        assert refused.ephemeral
        assert refused.response.content == REFUSED.format("Coon")
    assert await world.left(world.ada) == before
    assert world.creates() == []
    for prompt in ("a raccoon", "a Maine Coon cat", "a maine-coon"):
        assert "**completed**" in (await world.imagine(prompt)).response.content


async def test_what_is_not_wanted_may_stand_in_the_negative_prompt(managed: Managed) -> None:
    await managed.rules("add", phrase="blood")
    shown = await managed.world.imagine("a knight", model="gpt-image-2", negative_prompt="blood")
    assert "This server does not want" not in shown.response.content
    shown = await managed.world.imagine("a knight", negative_prompt="blood")
    assert "**completed**" in shown.response.content


async def test_it_is_refused_in_edits_and_rerolls_too_and_after_a_restart(managed: Managed) -> None:
    world = managed.world
    made = await world.imagine("a red fox")
    await managed.rules("add", phrase="red fox")
    edited = await edit(world, ("fox.png", picture("red")), prompt="make it a Red Fox")
    await world.restart()
    again = await world.press(made, "reroll", by=world.bob)
    for refused in (edited, again):
        assert refused.ephemeral
        assert refused.response.content == REFUSED.format("red fox")
    assert await managed.listed() == ["- “red fox”"]
    assert await managed.said("remove", phrase="RED  fox") == "Prompts with “red fox” are taken here again."
    again = await world.press(made, "reroll", by=world.bob)
    await world.settle()
    assert "**completed**" in again.response.content


async def test_what_discord_forbids_is_refused_in_servers_and_in_direct_messages(managed: Managed) -> None:
    world = managed.world
    sentence = "Easel does not take prompts with “lolicon” anywhere, for Discord forbids it. Nothing was charged."
    assert (await world.imagine("a LOLICON picture")).response.content == sentence
    await managed.rules("add", phrase="fox")
    refused = await world.ada.user.slash("imagine", prompt="lolicon")
    assert refused.response.content == sentence
    taken = await world.ada.user.slash("imagine", prompt="a red fox")
    await world.settle()
    assert "**completed**" in taken.response.content
    assert len(world.creates()) == 1


async def test_the_rules_of_one_server_are_not_those_of_another(managed: Managed) -> None:
    world = managed.world
    await managed.rules("add", phrase="fox")
    other = world.env.create_guild("Elsewhere")
    channel = other.create_text_channel("art")
    ada = other.add_member(world.ada.user)
    shown: Any = await ada.slash(channel, "imagine", prompt="a red fox")
    await world.settle()
    assert "**completed**" in shown.response.content


async def test_a_rule_with_the_same_words_takes_the_place_of_the_old_one(managed: Managed) -> None:
    assert await managed.read("list") == [
        "## Rules for prompts",
        "There are none yet. `/rules add` makes one.",
        "-# Besides, 10 phrases that Discord forbids are refused everywhere. `/rules test` says what would match.",
    ]
    assert await managed.said("add", phrase="Red  Fox") == "Prompts with “Red Fox” are refused here from now on."
    assert await managed.said("add", phrase="red-fox", exceptions="the red fox inn") == (
        "The rule “red-fox” was there; now its exceptions are: “the red fox inn”."
    )
    assert await managed.listed() == ["- “red-fox”, apart from “the red fox inn”"]
    assert await managed.said("add", phrase="RED FOX") == "The rule “RED FOX” was there; now it has no exceptions."
    assert await managed.listed() == ["- “RED FOX”"]
    [line] = [line for line in await managed.read("list") if line.startswith("- ")]
    assert f"· <@{managed.vera.id}>, <t:" in line


async def test_each_change_is_in_the_audit_log(managed: Managed) -> None:
    await managed.rules("add", phrase="fox")
    await managed.rules("add", phrase="Fox", exceptions="fox terrier")
    await managed.rules("remove", phrase="fox")
    await managed.rules("remove", phrase="fox")
    await managed.rules("test", prompt="a fox")
    who = (managed.world.guild.id, managed.vera.id, "rule")
    first: dict[str, Any] = {"phrase": "fox", "exceptions": []}
    second = {"phrase": "Fox", "exceptions": ["fox terrier"]}
    assert managed.audited() == [(*who, None, first), (*who, first, second), (*who, second, None)]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"phrase": "--"}, "A rule or an exception needs a letter, a digit or a symbol in it."),
        ({"phrase": "\u200b"}, "A rule or an exception needs a letter, a digit or a symbol in it."),
        ({"phrase": "ﷺ" * 10}, "A phrase can have at most 100 characters."),
        ({"phrase": "fox", "exceptions": "a" * 101}, "A phrase can have at most 100 characters."),
        (
            {"phrase": "*fox*", "exceptions": "red cat"},
            r"“red cat” is no exception to “\*fox\*”: it has to have those words in it, and more. "
            "Exceptions are separated by commas.",
        ),
        (
            {"phrase": "fox", "exceptions": "Fox"},
            "“Fox” is no exception to “fox”: it has to have those words in it, and more. "
            "Exceptions are separated by commas.",
        ),
        (
            {"phrase": "fox", "exceptions": ",".join(f"fox {number}" for number in range(11))},
            "A rule can have at most 10 exceptions, of 400 characters in all.",
        ),
        (
            {"phrase": "fox", "exceptions": ",".join(f"fox {'_' * 90}{number}" for number in range(5))},
            "A rule can have at most 10 exceptions, of 400 characters in all.",
        ),
    ],
)
async def test_what_cannot_be_a_rule_is_answered_in_a_sentence(
    managed: Managed, typed: dict[str, str], sentence: str
) -> None:
    assert await managed.said("add", **typed) == sentence
    assert await managed.listed() == []
    assert managed.audited() == []


async def test_a_server_has_at_most_200_rules_in_pages(managed: Managed) -> None:
    world = managed.world
    for number in range(200):
        await world.bot.engine.rules.add(
            world.guild.id, f"_{number:03}_" + "_x" * 45, [f"{number:03} {'x ' * 45} b"], by=managed.vera.id
        )
    assert await managed.said("add", phrase="one more") == (
        "This server has 200 rules, which is as many as there can be. Remove one first."
    )
    assert (await managed.said("add", phrase="199" + " x" * 45)).startswith("The rule “199")
    shown = await managed.rules("list")
    seen, page = set[str](), 0
    while True:
        said = texts(shown)
        assert len(said) <= 4000
        seen |= {line.split("_")[1][:3] if "_" in line else line[3:6] for line in said.splitlines() if line[:2] == "- "}
        assert f"Page {page + 1} of" in said
        if "Next" not in str(shown.response.components):
            break
        page += 1
        shown = await managed.turn(shown, "Next")
    assert page >= 10
    assert len(seen) == 200
    await world.restart()
    shown = await managed.turn(shown, "Previous")
    assert f"Page {page} of" in texts(shown)


async def test_the_phrase_to_remove_is_suggested(managed: Managed) -> None:
    world = managed.world
    for phrase in ("Red Fox", "blue fox", "cat"):
        await managed.rules("add", phrase=phrase)

    async def suggested(typed: str) -> list[str]:
        found = await managed.vera.autocomplete(world.channel, "rules remove", "phrase", typed)
        return [choice["value"] for choice in found]

    assert await suggested("") == ["Red Fox", "blue fox", "cat"]
    assert await suggested("FOX") == ["Red Fox", "blue fox"]
    assert await managed.said("remove", phrase="dog_") == (
        r"There is no rule “dog\_” here. `/rules list` shows those that there are."
    )
    assert len(await managed.listed()) == 3


async def test_a_test_says_what_would_match_and_why_and_changes_nothing(managed: Managed) -> None:
    await managed.rules("add", phrase="coon", exceptions="maine coon")
    await managed.rules("add", phrase="cat")
    title = "## A test of the rules"
    assert await managed.read("test", prompt="a *Raccoon*") == [
        title,
        "✅ No rule is met. The prompt would be taken.",
        "-# Read as: a raccoon",
    ]
    assert await managed.read("test", prompt="A Maine-Coon") == [
        title,
        "✅ All that is met is excepted. The prompt would be taken.",
        "- “coon” is in it, but only within its exceptions: “maine coon”.",
        "-# Read as: a maine coon",
    ]
    assert await managed.read("test", prompt="MAINE COON and c\u200boon, cat lolicon") == [
        title,
        "🚫 The prompt would be refused.",
        "- “lolicon” is in it, which is refused everywhere.",
        "- “cat” is in it.",
        "- “coon” is in it, also outside of its exceptions: “maine coon”.",
        "-# Read as: maine coon and coon , cat lolicon",
    ]
    assert managed.world.creates() == []
    assert managed.world.rows("SELECT count(*) FROM requests") == [(0,)]


async def test_a_test_of_a_long_prompt_fits_into_a_panel(managed: Managed) -> None:
    shown = texts(await managed.rules("test", prompt="*🍆<" * 1000))
    assert len(shown) <= 4000
    assert shown.endswith("…")


COMMANDS: list[tuple[str, dict[str, str]]] = [
    ("list", {}),
    ("add", {"phrase": "cat"}),
    ("remove", {"phrase": "fox"}),
    ("test", {"prompt": "a fox"}),
]


@pytest.mark.parametrize(("command", "options"), COMMANDS)
async def test_only_who_may_manage_the_server_is_offered_the_commands(
    managed: Managed, command: str, options: dict[str, str]
) -> None:
    world = managed.world
    for member in (world.ada, world.grace):
        assert "imagine" in member.available_commands(world.channel)
        assert f"rules {command}" not in member.available_commands(world.channel)
    assert f"rules {command}" in managed.vera.available_commands(world.channel)
    with pytest.raises(simcord.SetupError):
        await managed.vera.user.slash(f"rules {command}", **options)


@pytest.mark.parametrize(("command", "options"), COMMANDS)
@pytest.mark.parametrize("who", ["ada", "grace"])
async def test_whom_a_server_gives_the_command_without_the_permission_is_told_so(
    managed: Managed, who: str, command: str, options: dict[str, str]
) -> None:
    world = managed.world
    await managed.rules("add", phrase="fox")
    managed.give_to_everyone()
    assert await managed.said(command, by=getattr(world, who), **options) == (
        "Only who may manage this server can do that: it takes the permission Manage Server."
    )
    assert await getattr(world, who).autocomplete(world.channel, "rules remove", "phrase", "") == []
    assert await managed.listed() == ["- “fox”"]
    assert len(managed.audited()) == 1


async def test_who_may_no_longer_manage_the_server_turns_no_page(managed: Managed) -> None:
    world = managed.world
    for number in range(100):
        await world.bot.engine.rules.add(world.guild.id, f"{number} {'x' * 90}", by=managed.vera.id)
    shown = await managed.rules("list")
    world.env.backend.remove_member_role(world.guild.id, managed.vera.id, managed.role.id)
    refused = await managed.turn(shown, "Next")
    assert refused.ephemeral
    assert refused.response.content.startswith("Only who may manage this server")
