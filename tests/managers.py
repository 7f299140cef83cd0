"""Who may manage the simulated server, and who may only see its commands."""

from typing import Any

import discord
import simcord

from tests.world import World


def manager(world: World, name: str = "vera") -> simcord.MemberActor:
    """Make a member who may manage the server."""
    role = world.guild.create_role(f"{name}'s", permissions=discord.Permissions(manage_guild=True))
    return world.guild.add_member(world.env.create_user(name), roles=[role])


def give_to_everyone(world: World, name: str) -> None:
    """Let all members see a command, as who manages a server may in Discord's settings."""
    backend = world.env.backend
    [command] = [each for each in backend.commands[None].values() if each["name"] == name]
    everyone: dict[str, Any] = {"id": str(world.guild.id), "type": 1, "permission": True}
    backend.set_command_permissions(world.guild.id, int(command["id"]), [everyone])


async def decide(world: World, **changes: Any) -> None:
    """Change the server's settings, as `/settings` does."""
    await world.bot.engine.settings.change(world.guild.id, 1, changes)
