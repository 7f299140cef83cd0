"""Logging: the standard library's, to standard error, for people or as JSON."""

import logging
from typing import Literal

from pythonjsonlogger.json import JsonFormatter

CHATTY = {
    "discord": logging.INFO,
    "httpx": logging.WARNING,
    "httpcore": logging.WARNING,
    "aiosqlite": logging.INFO,
    "alembic": logging.WARNING,
}
"""Libraries whose finer records say nothing about Easel, and the level below which they are left out."""


def _in_one_line(record: logging.LogRecord) -> bool:
    """Leave out the traceback that discord.py records each time a gateway cannot be reached, but not the reason."""
    if record.exc_info:
        record.msg, record.args = f"{record.getMessage()} ({record.exc_info[1]!r})", ()
        record.exc_info = None
    return True


def set_up(level: str, form: Literal["console", "json"]) -> None:
    """Send records of `level` and above to standard error."""
    handler = logging.StreamHandler()
    if form == "json":
        names = {"asctime": "time", "levelname": "level", "name": "logger"}
        handler.setFormatter(JsonFormatter("%(asctime)s %(levelname)s %(name)s %(message)s", rename_fields=names))
    else:
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)-7s %(name)s  %(message)s", "%H:%M:%S"))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name, least in CHATTY.items():
        logging.getLogger(name).setLevel(max(least, logging.getLevelNamesMapping()[level]))
    logging.getLogger("discord.shard").addFilter(_in_one_line)
