"""Easel as a process of its own, on the simulated Discord of another: what `python -m bot run` is on the real one.

`python -m tests.wire.easel_process PORT CERTIFICATE GRACE`: the port and the authority's certificate file of the
simulated Discord, and for how many seconds requests under way may end. Settings come from the environment.
"""

import asyncio
import ssl
import sys
from datetime import timedelta
from typing import Any

import aiohttp

from bot.app import CannotStart, run
from bot.settings import Settings
from tests.wire.connector import Resolver


def main(port: str, certificate: str, grace: str) -> None:
    """Run until told to stop; the exit code is 1, after a sentence, when that cannot be."""
    context = ssl.create_default_context(cafile=certificate)

    def client_options() -> dict[str, Any]:
        return {
            "connector": aiohttp.TCPConnector(resolver=Resolver(int(port)), ssl=context),
            "guild_ready_timeout": 0.05,
        }

    try:
        asyncio.run(run(Settings.read(), client_options, grace=timedelta(seconds=float(grace))))
    except CannotStart as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main(*sys.argv[1:])
