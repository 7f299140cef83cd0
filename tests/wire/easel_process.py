"""Easel as a process of its own, on the simulated Discord of another: what `python -m bot run` is on the real one.

`python -m tests.wire.easel_process PORT CERTIFICATE GRACE READY_WITHIN PAUSE`: the port and the certificate file of the
simulated Discord; for how many seconds requests under way may end, and the gateway may be without READY; and the first
pause after that. Settings come from the environment.
"""

import ssl
import sys
from datetime import timedelta
from typing import Any

import aiohttp

from bot import event_loop
from bot.app import CannotStart, run
from bot.connection import Persistence
from bot.settings import Settings
from tests.wire.connector import Resolver


def main(port: str, certificate: str, grace: str, ready_within: str, pause: str) -> None:
    """Run until told to stop; the exit code is 1, after a sentence, when that cannot be."""
    context = ssl.create_default_context(cafile=certificate)

    def client_options() -> dict[str, Any]:
        return {
            "connector": aiohttp.TCPConnector(resolver=Resolver(int(port)), ssl=context),
            "guild_ready_timeout": 0.05,
        }

    try:
        persistence = Persistence(float(ready_within), first_pause=float(pause))
        event_loop.run(
            run(Settings.read(), client_options, grace=timedelta(seconds=float(grace)), persistence=persistence)
        )
    except CannotStart as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main(*sys.argv[1:])
