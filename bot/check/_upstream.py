"""What the running bot wrote down about RunAPI."""

import json
import sqlite3
from contextlib import closing
from typing import Any

from bot.check._findings import Say, warn
from bot.engine import UpstreamState
from bot.i18n import text
from bot.settings import Settings
from bot.store import UPSTREAM


async def look_at_upstream(settings: Settings, say: Say) -> None:
    """Say what trouble with RunAPI the bot met last, if it is not over; a database that cannot be read says nothing."""
    known = _written(settings)
    state = known.get("state", UpstreamState.CLOSED)
    if state != UpstreamState.CLOSED:
        since = str(known.get("since", ""))[:19].replace("T", " ") + " UTC"
        say(warn(text(f"check-upstream-{state}", since=since)))


def _written(settings: Settings) -> dict[str, Any]:
    path = settings.database_path
    if not path.exists():
        return {}
    address = f"{path.absolute().as_uri()}?mode=ro"
    try:
        with closing(sqlite3.connect(address, uri=True)) as opened:
            row = opened.execute("SELECT value FROM facts WHERE name = ?", (UPSTREAM,)).fetchone()
    except sqlite3.Error:  # the look at the database says what is wrong with it
        return {}
    return json.loads(row[0]) if row else {}
