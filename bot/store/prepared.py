"""Statements that every request needs, compiled once and run by the driver itself.

SQLAlchemy's own way takes several times as long as SQLite does, and a burst of commands waits for it.
"""

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, cast

from sqlalchemy import BindParameter, Connection, Executable, Text, literal
from sqlalchemy.dialects.sqlite import pysqlite
from sqlalchemy.sql.compiler import SQLCompiler

_DIALECT = pysqlite.dialect()

_Processor = Callable[[Any], Any] | None


def one_of(words: Iterable[str]) -> list[BindParameter[str]]:
    """Return what the column's `in_` takes where a statement is to be compiled with these values."""
    return [literal(word, Text) for word in words]


class Prepared:
    """A statement with what it takes and returns in the types of its columns.

    Args:
        statement: its bound parameters are given by name whenever it is run, but for those that have a value.
        columns: those that it sets or inserts, given by name too.
    """

    def __init__(self, statement: Executable, *columns: str) -> None:
        compiled = cast("SQLCompiler", cast("Any", statement).compile(dialect=_DIALECT, column_keys=columns))
        self._sql = str(compiled)
        self._binds: list[tuple[str, _Processor]] = []
        self._fixed: dict[str, Any] = {}
        for name in compiled.positiontup or ():
            bind = compiled.binds[name]
            self._binds.append((name, bind.type.bind_processor(_DIALECT)))
            if bind.value is not None:
                self._fixed[name] = bind.value
        returned = getattr(statement, "exported_columns", ())
        self._results: list[tuple[str, _Processor]] = [
            (column.key, column.type.result_processor(_DIALECT, None)) for column in returned
        ]

    def scalar(self, connection: Connection, row: Mapping[str, Any]) -> Any:
        """Run it with the values of `row`; return the first value of its first row, or None without one."""
        first = self._run(connection, row).fetchone()
        if first is None:
            return None
        process = self._results[0][1]
        return first[0] if process is None else process(first[0])

    def one(self, connection: Connection, row: Mapping[str, Any]) -> dict[str, Any] | None:
        """Run it with the values of `row`; return its first row by column, or None without one."""
        first = self._run(connection, row).fetchone()
        return None if first is None else self._processed(first)

    def all(self, connection: Connection, row: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Run it with the values of `row`; return its rows by column."""
        return [self._processed(each) for each in self._run(connection, row)]

    def insert(self, connection: Connection, row: Mapping[str, Any]) -> int | None:
        """Run it with the values of `row`; return the number of the row that it inserted, or None if it did not.

        RETURNING would take SQLite as long as the rest of a short statement does.
        """
        cursor = self._run(connection, row)
        return cursor.lastrowid if cursor.rowcount else None

    def change(self, connection: Connection, row: Mapping[str, Any]) -> int:
        """Run it with the values of `row`; return how many rows it changed."""
        return self._run(connection, row).rowcount

    def _run(self, connection: Connection, row: Mapping[str, Any]) -> sqlite3.Cursor:
        driver = cast("sqlite3.Connection", connection.connection.driver_connection)
        given = {**self._fixed, **row} if self._fixed else row
        values = [given[name] if process is None else process(given[name]) for name, process in self._binds]
        return driver.execute(self._sql, values)

    def _processed(self, values: Sequence[Any]) -> dict[str, Any]:
        return {
            name: value if process is None else process(value)
            for (name, process), value in zip(self._results, values, strict=True)
        }
