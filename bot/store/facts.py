"""Small facts that outlive the process, by name."""

from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert as upsert

from bot.store.tables import facts

UPSTREAM = "upstream"
"""The name of what the bot knew last of how RunAPI is; `bot.engine.watch` writes it."""

BALANCE = "balance"
"""The name of how RunAPI's balance was last, beside what is to be kept of it; `bot.engine.balance` writes it."""


class Facts:
    """The facts, seen through one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, name: str) -> Any:
        """Return the JSON value kept under `name`, or None."""
        return self._connection.execute(select(facts.c.value).where(facts.c.name == name)).scalar()

    def put(self, name: str, value: Any) -> None:
        """Keep a JSON value under `name`."""
        row = upsert(facts).values(name=name, value=value)
        self._connection.execute(row.on_conflict_do_update(index_elements=["name"], set_={"value": value}))
