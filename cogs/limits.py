"""`/limits`: how many pictures the members of a server may make."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.engine import MAX_GRANT
from bot.i18n import text
from bot.ui.base import Interaction, home, tell
from bot.ui.limits import member_panel, server_panel, stands
from bot.ui.managers import managed_guild
from bot.ui.outlook import at_most
from bot.ui.places import role_ids

Pictures = app_commands.Range[int, 1, MAX_GRANT]


@app_commands.default_permissions(manage_guild=True)
@app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
@app_commands.allowed_installs(guilds=True, users=False)
class LimitsCommand(commands.GroupCog, name="limits", description=text("command-limits")):
    """Lets managers see and change what members may make."""

    @app_commands.command(description=text("command-limits-show"))
    @app_commands.describe(member=text("option-limits-show-member"))
    async def show(self, interaction: Interaction, member: discord.Member | None = None) -> None:
        """Show the limits of the server, or how a member stands, privately."""
        guild_id = managed_guild(interaction)
        limits, locale = home(interaction).engine.limits, str(interaction.locale)
        if member is None:
            funds = await limits.funds(guild_id)
            view = server_panel(*await limits.of_guild(guild_id), funds, limits.operator, locale)
        else:
            standing = await limits.standing(member.id, guild_id, role_ids(member))
            pace = await limits.pace(guild_id, role_ids(member))
            view = member_panel(member.mention, standing, pace, locale)
        await interaction.response.send_message(view=view, ephemeral=True)

    @app_commands.command(description=text("command-limits-grant"))
    @app_commands.describe(member=text("option-limits-member"), pictures=text("option-limits-pictures"))
    async def grant(self, interaction: Interaction, member: discord.Member, pictures: Pictures) -> None:
        """Let a member make more today, and say so privately."""
        guild_id = managed_guild(interaction)
        engine, locale = home(interaction).engine, str(interaction.locale)
        limits = engine.limits
        # Asked first: what comes of it stands in the same answer.
        outlook = await engine.outlook(await engine.settings.of(guild_id))
        standing = await limits.grant(guild_id, member.id, role_ids(member), pictures, by=interaction.user.id)
        await tell(
            interaction,
            "limits-granted",
            member=member.mention,
            count=pictures,
            stands=stands(standing, locale),
            cost=at_most(outlook, pictures, locale),
        )

    @app_commands.command(description=text("command-limits-reset"))
    @app_commands.describe(member=text("option-limits-member"))
    async def reset(self, interaction: Interaction, member: discord.Member) -> None:
        """Give back what a member made today, and say so privately."""
        guild_id = managed_guild(interaction)
        limits = home(interaction).engine.limits
        used, standing = await limits.reset(guild_id, member.id, role_ids(member), by=interaction.user.id)
        said = stands(standing, str(interaction.locale))
        if used:
            await tell(interaction, "limits-reset", member=member.mention, count=used, stands=said)
        else:
            await tell(interaction, "limits-nothing-made", member=member.mention, stands=said)


async def setup(bot: commands.Bot) -> None:
    """Add the feature to the bot."""
    await bot.add_cog(LimitsCommand())
