"""Who may use what managers and moderators have: every command, every control of a panel, every button of a card."""

from collections.abc import AsyncGenerator, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import discord
import pytest
import simcord
from discord import app_commands

from bot.engine import Patience
from bot.ui.settings import PAGES, PANELS
from tests.cogs.test_report_picture import TAKEN, log_channel, report
from tests.cogs.test_settings_panel import MANAGERS_ONLY, id_of, walk
from tests.managers import give_to_everyone, manager
from tests.world import World, short_id, world

BUTTON, STRING_SELECT, USER_SELECT, ROLE_SELECT = 2, 3, 5, 6
"""Types of components (Discord's API document)."""

MAY: dict[str, set[str]] = {
    "delete": {"moderator"},
    "spoiler": {"moderator"},
    "dismiss": {"moderator"},
    "block": {"manager", "warden"},
}
"""Who may press which button of a card, of those in `People`."""


@pytest.fixture(name="world")
async def _world(tmp_path: Path) -> AsyncGenerator[World]:
    """A world in which a card may be edited as often as one likes."""
    async with world(tmp_path, patience=Patience(edit=timedelta(0))) as built:
        yield built


class People:
    """Those who try: each may what their name says, and nothing else."""

    def __init__(self, world: World) -> None:
        self.manager = manager(world)
        self.member = world.bob
        self.moderator = world.grace
        role = world.guild.create_role("Wardens", permissions=discord.Permissions(moderate_members=True))
        self.warden = world.guild.add_member(world.env.create_user("warden"), roles=[role])
        self.stranger = world.env.create_user("eve")


def for_managers(world: World) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every command that Discord offers only to managers, with something for its options."""
    for group in world.bot.tree.get_commands():
        may = getattr(group, "default_permissions", None)
        if isinstance(group, app_commands.Group) and may is not None and may.manage_guild:
            for each in group.walk_commands():
                if isinstance(each, app_commands.Command):
                    typed = {option.name: _typed(world, option) for option in each.parameters if option.required}
                    yield each.qualified_name, typed


def _typed(world: World, option: app_commands.Parameter) -> Any:
    return {
        discord.AppCommandOptionType.string: "fox",
        discord.AppCommandOptionType.integer: 1,
        discord.AppCommandOptionType.boolean: True,
        discord.AppCommandOptionType.user: world.ada,
        discord.AppCommandOptionType.attachment: ("settings.json", b"{}"),
    }[option.type]


def kept(world: World) -> list[Any]:
    """Return what commands of managers change."""
    tables = ("guilds", "rules", "blocks", "audit", "allowances")
    return [world.rows(f"SELECT * FROM {table} ORDER BY rowid") for table in tables]  # noqa: S608 - names of our own


async def test_the_commands_of_managers_are_for_managers_alone(world: World) -> None:
    people = People(world)
    commands = dict(for_managers(world))
    assert {name.split()[0] for name in commands} >= {"settings", "rules", "limits"}
    before = kept(world)
    for name in {each.split()[0] for each in commands}:
        give_to_everyone(world, name)
    for name, typed in commands.items():
        for somebody in (people.member, people.moderator, people.warden):
            refused = await world.slash(name, by=somebody, **typed)
            assert (refused.ephemeral, refused.response.content) == (True, MANAGERS_ONLY), name
        with pytest.raises(simcord.SetupError):
            await people.stranger.slash(name, **typed)
    assert kept(world) == before
    for name, typed in commands.items():
        answer = await world.slash(name, by=people.manager, **typed)
        assert answer.ephemeral, name
        assert answer.response.content != MANAGERS_ONLY, name


async def use(world: World, member: Any, shown: Any, control: dict[str, Any], role: Any) -> Any:
    """Press a button, or choose something in a select."""
    custom_id = control["custom_id"]
    if control["type"] == BUTTON:
        return await member.click(shown.response, custom_id=custom_id)
    if control["type"] == STRING_SELECT:
        value = control["options"][0]["value"]
    else:
        value = {ROLE_SELECT: role, USER_SELECT: world.bob}.get(control["type"], world.channel)
    return await member.select(shown.response, [value], custom_id=custom_id)


async def opened(world: World, member: Any, name: str) -> tuple[Any, list[dict[str, Any]]]:
    """Open a page of the settings; return it with its controls."""
    panel = next(panel for panel, names in PANELS.items() if name in names)
    shown: Any = await world.slash(f"settings {panel}", by=member)
    await member.click(shown.response, custom_id=id_of("page", name))
    used = [each for each in walk(shown.response.components) if "custom_id" in each and not each.get("disabled")]
    return shown, used


@pytest.mark.parametrize("name", PAGES)
async def test_every_control_of_the_settings_does_something_for_managers_and_nothing_for_who_was_one(
    world: World, name: str
) -> None:
    vera = manager(world)
    painters = world.guild.create_role("Painters")
    await world.bot.engine.blocks.block(world.guild.id, world.ada.id, "", None, by=vera.id)
    shown, controls = await opened(world, vera, name)
    assert controls
    for control in controls:
        again, _ = await opened(world, vera, name)
        answer = await use(world, vera, again, control, painters)
        assert answer.acknowledged, control["custom_id"]
        assert answer.modal is not None or answer.response is None or answer.response.content != MANAGERS_ONLY
    before = kept(world)
    lost = next(each for each in world.guild.roles.values() if each.name == "vera's")
    world.env.backend.remove_member_role(world.guild.id, vera.id, lost.id)
    for control in controls:
        refused = await use(world, vera, shown, control, painters)
        assert (refused.ephemeral, refused.response.content) == (True, MANAGERS_ONLY), control["custom_id"]
    assert kept(world) == before


@pytest.mark.parametrize("button", MAY)
async def test_a_card_is_decided_by_who_may_do_that_elsewhere_too(world: World, button: str) -> None:
    people = People(world)
    log = await log_channel(world)
    for name in ("member", "moderator", "manager", "warden"):
        shown = await world.imagine()
        await report(world, shown)
        card = log.history()[-1]
        custom_id = f"easel:report-{button}:{short_id(shown)}"
        pressed = await getattr(people, name).click(card, custom_id=custom_id)
        await world.settle()
        is_open = bool(log.history()[-1].components)
        assert is_open == (name not in MAY[button]), name
        if not is_open:
            await world.bot.engine.blocks.unblock(world.guild.id, world.ada.id, world.grace.id)
        else:
            assert pressed.ephemeral, name
            assert pressed.response.content.startswith("Only who may "), name


async def test_everybody_but_its_author_reports_a_result_from_more(world: World) -> None:
    people = People(world)
    await log_channel(world)
    shown = await world.imagine()
    for name in ("member", "moderator", "manager", "warden"):
        member = getattr(people, name)
        form = await world.press(await world.press(shown, "more", by=member), "report", by=member)
        answer = await member.submit_modal(form, {"reason": "not nice"})
        assert answer.response.content == TAKEN, name
    assert (await world.press(shown, "more", by=world.ada)).response.components == []
    assert len(world.rows("SELECT * FROM report_reasons")) == 4
