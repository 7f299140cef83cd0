"""`/limits`: what the members of a server may make, and what comes of that."""

import json
from collections.abc import AsyncGenerator
from itertools import pairwise
from pathlib import Path
from typing import Any

import discord
import pytest
import simcord

from tests.world import World, texts, world


class Managed:
    """A world in which vera may manage the server, and a manager has set its limits."""

    def __init__(self, world: World) -> None:
        self.world = world
        role = world.guild.create_role("Managers", permissions=discord.Permissions(manage_guild=True))
        self.vera = world.guild.add_member(world.env.create_user("vera"), roles=[role])
        self.patrons = world.guild.create_role("Patrons")
        self.pat = world.guild.add_member(world.env.create_user("pat"), roles=[self.patrons])

    async def set(self, **settings: Any) -> None:
        """Set the server's limits."""
        rows = (self.world.guild.id, json.dumps(settings), 0)
        self.world.sql("INSERT OR REPLACE INTO guilds (id, settings, changed_at) VALUES (?, ?, ?)", *rows)

    async def limits(self, command: str, *, by: simcord.MemberActor | None = None, **options: Any) -> Any:
        """Type vera's `/limits COMMAND` and return the private answer."""
        shown = await self.world.slash(f"limits {command}", by=by or self.vera, **options)
        assert shown.ephemeral
        return shown

    async def said(self, command: str, **options: Any) -> str:
        """Type it and return the sentence that answers it, without when the day ends."""
        return (await self.limits(command, **options)).response.content.partition("<t:")[0]

    async def read(self, **options: Any) -> list[str]:
        """Type `/limits show` and return the lines of the panel, without when the day ends."""
        return [line.partition("<t:")[0] for line in texts(await self.limits("show", **options)).splitlines()]

    def audited(self) -> list[tuple[Any, ...]]:
        """Return the audit log, oldest first."""
        rows = self.world.rows("SELECT guild_id, actor_id, action, before, after FROM audit ORDER BY id")
        return [(*row[:3], *map(json.loads, row[3:])) for row in rows]


@pytest.fixture(name="managed")
async def _managed(tmp_path: Path) -> AsyncGenerator[Managed]:
    async with world(tmp_path, daily_images_per_user=2, daily_images_ceiling=6) as built:
        yield Managed(built)


async def makes(managed: Managed, by: simcord.MemberActor, pictures: int) -> str:
    """Let somebody make pictures until there are no more to be had, and return what they are told then."""
    for _ in range(pictures):
        assert "**completed**" in (await managed.world.imagine(by=by)).response.content
    refused = await managed.world.imagine(by=by)
    assert refused.ephemeral
    return refused.response.content.partition(" Your allowance")[0]


async def test_a_server_gives_by_role_up_to_the_operators_ceiling(managed: Managed) -> None:
    world = managed.world
    await managed.set(pictures_a_day=1, pictures_by_role={str(managed.patrons.id): "unlimited"})
    assert await makes(managed, world.ada, 1) == "You have used all 1 of today's pictures."
    assert (
        await makes(managed, managed.pat, 6) == "You have used all 6 of today's pictures, here and elsewhere together."
    )
    assert len(world.creates()) == 7
    assert texts(await world.slash("usage")).splitlines()[1].startswith("**0** of 1 left today · full again <t:")
    assert (
        texts(await world.slash("usage", by=managed.pat))
        .splitlines()[1]
        .startswith("**0** of 6 left today, here and elsewhere together · full again <t:")
    )


async def test_in_direct_messages_only_the_operators_limits_hold(managed: Managed) -> None:
    world = managed.world
    await managed.set(pictures_a_day=0, cooldown=3600, tasks_at_once=1, budget_a_day="0", roles=["5"])
    assert (await world.imagine()).ephemeral
    told: list[str] = []
    for _ in range(3):
        shown = await world.ada.user.slash("imagine", prompt="a red fox")
        await world.settle()
        told.append(shown.response.content)
    assert ["**completed**" in each for each in told] == [True, True, False]
    assert told[2].startswith("You have used all 2 of today's pictures. ")
    usage = await world.ada.user.slash("usage")
    await world.settle()
    assert texts(usage).splitlines()[1].startswith("**0** of 2 left today · full again <t:")
    assert len(world.creates()) == 2


async def test_a_grant_lets_a_member_make_more_today_and_is_audited(managed: Managed) -> None:
    world, ada = managed.world, managed.world.ada
    await makes(managed, ada, 2)
    assert await managed.said("grant", member=ada, pictures=1) == (
        f"<@{ada.id}> can make 1 more picture here today. They have 1 of 3 left, until "
    )
    assert await makes(managed, ada, 1) == "You have used all 3 of today's pictures."
    await managed.said("grant", member=ada, pictures=2)
    assert await managed.said("grant", member=ada, pictures=9) == (
        f"<@{ada.id}> can make 9 more pictures here today. They have 3 of 6 left, until "
    )
    who = (world.guild.id, managed.vera.id, "grant")
    steps = [{"user": str(ada.id), "pictures": pictures} for pictures in (0, 1, 3, 12)]
    assert managed.audited() == [(*who, *pair) for pair in pairwise(steps)]
    assert await makes(managed, world.bob, 2) == "You have used all 2 of today's pictures."


async def test_a_reset_gives_back_what_was_made_and_is_audited(managed: Managed) -> None:
    world, ada = managed.world, managed.world.ada
    assert await managed.said("reset", member=ada) == (
        f"<@{ada.id}> made nothing here today, so there is nothing to give back. They have 2 of 2 left, until "
    )
    await makes(managed, ada, 2)
    assert await managed.said("reset", member=ada) == (
        f"What <@{ada.id}> made here today is forgotten: 2 pictures. They have 2 of 2 left, until "
    )
    await makes(managed, ada, 2)
    await managed.said("reset", member=ada)
    await makes(managed, ada, 2)
    assert await managed.said("reset", member=ada) == (
        f"What <@{ada.id}> made here today is forgotten: 2 pictures. They have 0 of 6 left, until "
    )
    made, none = ({"user": str(ada.id), "pictures": pictures} for pictures in (2, 0))
    assert managed.audited() == 3 * [(world.guild.id, managed.vera.id, "reset", made, none)]


async def test_show_says_the_limits_of_the_server(managed: Managed) -> None:
    assert await managed.read() == [
        "## Limits of this server",
        "**For each member** · 2 pictures a day",
        "**Days** begin at midnight in UTC, next ",
        "-# The operator lets nobody make more than 6 pictures a day in UTC, in all servers and in direct messages "
        "together.",
    ]
    await managed.set(
        pictures_a_day=0,
        pictures_by_role={str(managed.patrons.id): "unlimited", "5": 1},
        exempt_roles=["6"],
        time_zone="America/New_York",
    )
    assert (await managed.read())[1:-1] == [
        "**For each member** · no pictures",
        "**By role, the most generous counts**",
        f"- <@&{managed.patrons.id}> · any number of pictures a day",
        "- <@&5> · 1 picture a day",
        "**Without limits** · <@&6>",
        r"**Days** begin at midnight in America/New\_York, next ",
    ]


async def test_show_says_how_a_member_stands(managed: Managed) -> None:
    world = managed.world
    await world.imagine()
    await managed.limits("grant", member=world.ada, pictures=3)
    assert await managed.read(member=world.ada) == [
        "## Pictures of a member",
        f"<@{world.ada.id}> · 1 made, 0 under way, 3 granted on top of the limit",
        "**4** of 5 left today · full again ",
    ]
    await managed.set(exempt_roles=[str(managed.patrons.id)])
    assert (await managed.read(member=managed.pat))[2] == (
        "**6** of 6 left today, here and elsewhere together · full again "
    )


async def test_as_many_roles_as_a_server_can_have_fit_in(managed: Managed) -> None:
    roles = [str(10**18 + each) for each in range(250)]
    await managed.set(pictures_by_role=dict.fromkeys(roles, 100_000), exempt_roles=roles)
    said = texts(await managed.limits("show"))
    assert len(said) <= 4000
    assert "- and 210 more" in said


@pytest.mark.parametrize("command", ["show", "grant", "reset"])
async def test_only_who_may_manage_the_server_may_do_that(managed: Managed, command: str) -> None:
    world, backend = managed.world, managed.world.env.backend
    [registered] = [each for each in backend.commands[None].values() if each["name"] == "limits"]
    everyone = [{"id": str(world.guild.id), "type": 1, "permission": True}]
    backend.set_command_permissions(world.guild.id, int(registered["id"]), everyone)
    options: dict[str, Any] = {"member": world.ada, "pictures": 5} if command == "grant" else {"member": world.ada}
    for somebody in (world.ada, world.grace):
        assert await managed.said(command, by=somebody, **options) == (
            "Only who may manage this server can do that: it takes the permission Manage Server."
        )
    assert managed.audited() == []
    assert (await world.bot.engine.limits.standing(world.ada.id, world.guild.id)).limit == 2
