"""Telling whoever runs the bot what only they can put right."""

import asyncio
import logging

import aiohttp
import discord

from bot.engine import Notice
from bot.i18n import text

log = logging.getLogger(__name__)

DEADLINE = 30.0
"""Seconds for that together with discord.py's own retries."""


async def tell_owner(client: discord.Client, notice: Notice) -> None:
    """Send a direct message to the application's owner; what goes wrong is only logged."""
    try:
        async with asyncio.timeout(DEADLINE):
            channel = await client.create_dm(discord.Object(await _owner_id(client)))
            await channel.send(text(f"operator-{notice}"), suppress_embeds=True)
    except (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError) as error:
        log.warning("the application's owner cannot be told %s: %s", notice, error)


async def _owner_id(client: discord.Client) -> int:
    """Return who owns the application; one that belongs to a team has a stand-in for its owner."""
    application = await client.application_info()
    owner_id = application.team.owner_id if application.team is not None else None
    return owner_id or application.owner.id
