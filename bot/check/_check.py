"""All checks, one after the other."""

from bot.catalog import Catalog, UnknownModels
from bot.check._discord import ClientOptions, look_at_discord
from bot.check._findings import Finding, Level, Say, fail, guarded
from bot.check._host import Read, look_at_database, look_at_folder, read_settings
from bot.check._runapi import look_at_runapi
from bot.check._upstream import look_at_upstream
from bot.settings import Settings

DEADLINE = 30.0
"""Seconds that one check may take; discord.py repeats by itself what Discord does not answer."""


async def check(
    say: Say,
    *,
    read: Read = Settings.read,
    client_options: ClientOptions = dict,
    guild_id: int | None = None,
    seconds: float = DEADLINE,
) -> bool:
    """Look at everything that the bot needs; return whether it could run. Never raises, and changes nothing.

    Args:
        say: called with each finding as it is made.
        read: reads the settings; keyword arguments stand for some of them.
        client_options: makes further arguments of the Discord client.
        guild_id: the one server to look at closely; None looks at all.
        seconds: that one check may take.
    """
    levels: set[Level] = set()

    def told(finding: Finding) -> None:
        levels.add(finding.level)
        say(finding)

    settings, wrong, found = read_settings(read)
    for finding in found:
        told(finding)
    if settings is not None:
        await guarded("folder", look_at_folder(settings, told), told, seconds=seconds)
        await guarded("database", look_at_database(settings, told), told, seconds=seconds)
        if "DISCORD_TOKEN" not in wrong:
            looking = look_at_discord(settings, client_options, told, guild_id=guild_id)
            await guarded("discord", looking, told, seconds=seconds)
        catalog = _catalog(settings, told)
        looking = look_at_runapi(settings, catalog, told, has_key="RUNAPI_API_KEY" not in wrong)
        await guarded("runapi", looking, told, seconds=seconds)
        await guarded("runapi", look_at_upstream(settings, told), told, seconds=seconds)
    return Level.FAIL not in levels


def _catalog(settings: Settings, say: Say) -> Catalog:
    try:
        return Catalog.load(offered=settings.models)
    except UnknownModels as error:
        say(fail(str(error)))
        return Catalog.load()
