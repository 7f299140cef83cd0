"""`python -m bot`: run it, try it, or ask whether it is well."""

import argparse
import asyncio
import importlib.util
import sys
from collections.abc import Sequence

from bot.settings import Settings, SettingsError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return the process's exit code."""
    parser = argparse.ArgumentParser(prog="python -m bot", description="Easel makes and edits pictures on Discord.")
    parser.add_argument(
        "command",
        nargs="?",
        choices=["run", "demo", "health"],
        default="run",
        help="run: on Discord (the default); demo: in a simulated Discord; health: exit 0 if the running bot is well",
    )
    parser.add_argument("--port", type=int, default=0, help="of the demo's page (by default any that is free)")
    given = parser.parse_args(arguments)
    try:
        if given.command == "demo":
            return _demo(given.port)
        return _health() if given.command == "health" else _run()
    except KeyboardInterrupt:
        return 130


def _run() -> int:
    from bot.app import CannotStart, run  # noqa: PLC0415 - only this command needs it

    try:
        asyncio.run(run(Settings.read()))
    except SettingsError as error:
        return _refuse(error.sentences)
    except CannotStart as error:
        return _refuse([str(error)])
    return 0


def _demo(port: int) -> int:
    if importlib.util.find_spec("simcord") is None or importlib.util.find_spec("bot.sandbox") is None:
        return _refuse(["The demo is not part of this installation: get Easel's source and start it with `make demo`."])
    from bot.sandbox.demo import DemoError, demo  # noqa: PLC0415 - only this command needs it, and only a checkout has it

    try:
        asyncio.run(demo(port))
    except DemoError as error:
        return _refuse([str(error)])
    return 0


def _health() -> int:
    from bot.health import is_well  # noqa: PLC0415 - asked often, so it loads nothing else

    data_dir = Settings.read(discord_token="-", runapi_api_key="-").data_dir  # noqa: S106 - not needed for this
    return 0 if is_well(data_dir / "heartbeat") else 1


def _refuse(sentences: Sequence[str]) -> int:
    for sentence in sentences:
        print(sentence, file=sys.stderr)  # noqa: T201 - before logging is set up
    return 1


if __name__ == "__main__":
    sys.exit(main())
