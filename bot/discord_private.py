"""The names of discord.py that are not public, all in this file, checked when it is imported."""

import time

import discord
from discord.gateway import KeepAliveHandler
from discord.http import HTTPClient

if not hasattr(HTTPClient, "get_from_cdn"):
    raise ImportError("discord.py has changed: HTTPClient.get_from_cdn is gone")
if not hasattr(KeepAliveHandler, "ack"):
    raise ImportError("discord.py has changed: KeepAliveHandler.ack is gone")


async def read_from_cdn(client: discord.Client, url: str) -> bytes:
    """Return the bytes behind an address of Discord's, through the client's own session.

    Raises:
        discord.HTTPException: Discord does not give them.
    """
    return await client.http.get_from_cdn(url)


def seconds_since_heartbeat(client: discord.AutoShardedClient) -> float | None:
    """Return how long ago the shard that is furthest behind had a heartbeat answered, None before all have had one."""
    ages: list[float] = []
    for shard in client.shards.values():
        keep_alive = getattr(getattr(shard._parent, "ws", None), "_keep_alive", None)  # pyright: ignore[reportPrivateUsage]
        if keep_alive is None:
            return None
        ages.append(time.perf_counter() - keep_alive._last_ack)
    return max(ages, default=None)
