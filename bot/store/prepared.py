"""Statements that every request needs, compiled once and run by the driver itself.

SQLAlchemy's own way takes several times as long as SQLite does, and a burst of commands waits for it.
"""

import sqlite3
from collections.abc import Mapping
from typing import Any, cast

from sqlalchemy import Connection, Executable
from sqlalchemy.dialects.sqlite import pysqlite
from sqlalchemy.sql.compiler import SQLCompiler

_DIALECT = pysqlite.dialect()


class Prepared:
    """A statement that returns one value at most; its parameters are those of `columns`, each in its type."""

    def __init__(self, statement: Executable, *columns: str) -> None:
        compiled = cast("SQLCompiler", cast("Any", statement).compile(dialect=_DIALECT, column_keys=columns))
        self._sql = str(compiled)
        self._binds = [
            (name, compiled.binds[name].type.bind_processor(_DIALECT)) for name in compiled.positiontup or ()
        ]

    def run(self, connection: Connection, row: Mapping[str, Any]) -> Any:
        """Run it with the values of `row`; return the first value of its first row, or None without one."""
        driver = cast("sqlite3.Connection", connection.connection.driver_connection)
        values = [row[name] if bind is None else bind(row[name]) for name, bind in self._binds]
        first = driver.execute(self._sql, values).fetchone()
        return None if first is None else first[0]
