"""`python -m bot.sandbox [--port N] [--seconds S]`: the sandbox alone, until it is interrupted."""

import argparse
import asyncio
import contextlib
import signal
import sys
from collections.abc import Sequence

from bot.sandbox import Sandbox


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a sandbox; prints the two settings that point a client at it."""
    parser = argparse.ArgumentParser(prog="python -m bot.sandbox", description="Run the RunAPI sandbox alone.")
    parser.add_argument("--port", type=int, default=8790, help="where to listen on 127.0.0.1 (0: any free port)")
    parser.add_argument("--seconds", type=float, default=4.0, help="how long a task takes")
    options = parser.parse_args(arguments)
    asyncio.run(_run(options.port, options.seconds))


async def _run(port: int, seconds: float) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows: Ctrl+C ends asyncio.run by itself
            loop.add_signal_handler(number, stop.set)
    async with Sandbox(port=port, task_seconds=seconds) as sandbox:
        sys.stdout.write(f"RUNAPI_BASE_URL={sandbox.url}\nRUNAPI_API_KEY={sandbox.api_key}\n")
        sys.stdout.flush()
        await stop.wait()


if __name__ == "__main__":
    main()
