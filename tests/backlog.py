"""Many unfinished requests, as a long outage leaves them."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

_COUNTED = "WITH RECURSIVE copies(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM copies WHERE n < :count)"
_CHANGED = {
    "requests": {"id": "id + n", "short_id": "printf('b%05d', n)", "prompt": "prompt || ' ' || n"},
    "tasks": {"id": "id + n", "request_id": "request_id + n"},
    "reservations": {"request_id": "request_id + n"},
}


async def queued(database: Path) -> None:
    """Wait until the newest request is known to be answered, and waits for its turn."""
    newest = (
        "SELECT requests.state, tasks.state FROM requests JOIN tasks ON request_id = requests.id "
        "ORDER BY requests.id DESC"
    )
    with closing(sqlite3.connect(database)) as connection:
        while connection.execute(newest).fetchone() != ("acknowledged", "queued"):  # noqa: ASYNC110 - nothing tells
            await asyncio.sleep(0.01)


def multiply(database: Path, count: int) -> None:
    """Add `count` copies of the newest request, which has to be queued; their prompts end in their number."""
    with closing(sqlite3.connect(database)) as connection, connection:
        [newest] = connection.execute("SELECT max(id) FROM requests").fetchone()
        for table, changed in _CHANGED.items():
            columns: list[str] = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
            values = ", ".join(changed.get(column, column) for column in columns)
            owner = "id" if table == "requests" else "request_id"
            connection.execute(
                f"{_COUNTED} INSERT INTO {table} SELECT {values} FROM {table}, copies WHERE {owner} = :newest",  # noqa: S608
                {"count": count, "newest": newest},
            )
        connection.execute("UPDATE allowances SET reserved = reserved + ?", (count,))
