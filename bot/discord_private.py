"""The names of discord.py that are not public, all in this file, checked when it is imported."""

import time

import discord
from discord.gateway import KeepAliveHandler
from discord.http import HTTPClient

if not hasattr(HTTPClient, "get_from_cdn"):
    raise ImportError("discord.py has changed: HTTPClient.get_from_cdn is gone")
if "_global_over" not in HTTPClient.__init__.__code__.co_names:
    raise ImportError("discord.py has changed: HTTPClient._global_over is gone")
if not hasattr(KeepAliveHandler, "ack"):
    raise ImportError("discord.py has changed: KeepAliveHandler.ack is gone")


def lift_global_limit(client: discord.Client) -> None:
    """Let calls by the bot's token begin again, after one was cut off.

    Whoever meets a global rate limit closes a gate for all, and sleeps; cut off there, discord.py leaves it closed for
    ever. Opened too early, the next call meets the limit again.
    """
    gate = client.http._global_over  # pyright: ignore[reportPrivateUsage]
    if gate is not discord.utils.MISSING:
        gate.set()


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
