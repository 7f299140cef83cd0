"""Whether the running bot is well: it keeps a file fresh while Discord answers its heartbeats."""

import asyncio
import logging
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.client import Easel

log = logging.getLogger(__name__)

FRESH = 60.0
"""Seconds within which Discord must have answered a heartbeat, and the file have been touched."""

EVERY = 10.0
"""Seconds between two looks."""


async def keep_fresh(file: Path, client: "Easel", *, every: float = EVERY) -> None:
    """Touch the file as long as the client is ready and its heartbeats are answered; until cancelled.

    Args:
        every: seconds between two looks.
    """
    while True:
        age = client.heartbeat_age()
        if client.is_ready() and age is not None and age < FRESH:
            try:
                await asyncio.to_thread(file.touch)
            except OSError as error:
                log.warning("the file for the health check cannot be written: %s", error)
        await asyncio.sleep(every)


def is_well(file: Path) -> bool:
    """Return whether the bot that keeps `file` fresh is well."""
    try:
        return time.time() - file.stat().st_mtime < FRESH
    except OSError:
        return False
