"""`python -m bot`: run it, try it, ask whether it is well, or copy what it remembers."""

import argparse
import asyncio
import importlib.util
import logging
import math
import sys
from collections.abc import Sequence
from pathlib import Path

from bot.settings import Settings, SettingsError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return the process's exit code."""
    parser = argparse.ArgumentParser(prog="python -m bot", description="Easel makes and edits pictures on Discord.")
    parser.add_argument(
        "command",
        nargs="?",
        choices=["run", "demo", "check", "health", "backup"],
        default="run",
        help="run: on Discord (the default); demo: in a simulated Discord; check: say whether everything that it needs "
        "is right; health: exit 0 if the running bot is well; backup: copy the database to FILE",
    )
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help="a new file, for backup")
    parser.add_argument("--port", type=int, default=0, help="of the demo's page (by default any that is free)")
    parser.add_argument(
        "--guild", type=int, metavar="ID", help="the one server that check looks at, channel by channel"
    )
    given = parser.parse_args(arguments)
    if (given.file is not None) is not (given.command == "backup"):
        parser.error("backup takes the name of a new file, and nothing else does: python -m bot backup FILE")
    try:
        if given.command == "demo":
            return _demo(given.port)
        if given.command == "check":
            return _check(given.guild)
        if given.command == "backup":
            return _backup(given.file)
        return _health() if given.command == "health" else _run()
    except KeyboardInterrupt:
        return 130


def _run() -> int:
    from bot import event_loop  # noqa: PLC0415 - only this command needs it
    from bot.app import CannotStart, run  # noqa: PLC0415

    try:
        event_loop.run(run(Settings.read()))
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


def _check(guild_id: int | None) -> int:
    from bot.check import check  # noqa: PLC0415 - only this command needs it
    from bot.i18n import text  # noqa: PLC0415

    logging.disable()  # libraries' records; what matters is said in a sentence
    passed = asyncio.run(check(lambda finding: print(finding, flush=True), guild_id=guild_id))  # noqa: T201
    print(text("check-passed" if passed else "check-failed"))  # noqa: T201
    return 0 if passed else 1


def _health() -> int:
    from bot.health import is_well  # noqa: PLC0415 - asked often, so it loads nothing else

    return 0 if is_well(_settings_without_secrets().data_dir / "heartbeat") else 1


def _backup(to: Path) -> int:
    from bot.i18n import text  # noqa: PLC0415 - only this command needs it
    from bot.store import StoreError, back_up  # noqa: PLC0415

    try:
        settings = _settings_without_secrets()
        size = back_up(settings.database_path, to)
    except SettingsError as error:
        return _refuse(error.sentences)
    except StoreError as error:
        return _refuse([str(error)])
    said = text("backup-written", file=str(to), kilobytes=math.ceil(size / 1024), folder=str(settings.pictures_dir))
    print(said)  # noqa: T201
    return 0


def _settings_without_secrets() -> Settings:
    return Settings.read(discord_token="-", runapi_api_key="-")  # noqa: S106 - for what only looks at files


def _refuse(sentences: Sequence[str]) -> int:
    for sentence in sentences:
        print(sentence, file=sys.stderr)  # noqa: T201 - before logging is set up
    return 1


if __name__ == "__main__":
    sys.exit(main())
