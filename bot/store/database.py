"""One SQLite file behind two engines: a writer that locks when it begins, and readers that cannot write."""

import asyncio
import logging
import sqlite3
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, Self

from alembic.util import CommandError
from sqlalchemy import URL, Connection, event
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from bot.errors import EaselError
from bot.store.migrations import upgrade

BUSY_TIMEOUT = 1.0
"""Seconds that a transaction waits for another process's lock: less than Discord waits for a first answer."""

TURN_TIMEOUT = 30.0
"""Seconds that a transaction waits for its turn among this process's own."""

READERS = 4


class StoreError(Exception):
    """The database cannot be opened or used; the text is one sentence for the operator."""


class StoreUnavailable(EaselError):
    """The database cannot be read or written now: a full disk, a lock that is held, a file that is gone."""

    level = logging.ERROR


class Database:
    """Transactions on one SQLite file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._writer = _engine(path, size=1)
        self._readers = _engine(path, size=READERS)
        event.listen(self._writer.sync_engine, "begin", _begin_immediate)
        event.listen(self._readers.sync_engine, "connect", _query_only)
        event.listen(self._readers.sync_engine, "begin", _begin_deferred)

    @classmethod
    async def open(cls, path: Path) -> Self:
        """Bring the file (made when missing) to the newest version and return it opened.

        Raises:
            StoreError: the file or its folder cannot be written, or is not a database of Easel's.
        """
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            await asyncio.to_thread(upgrade, path)
        except OSError as error:
            raise StoreError(f"The folder {path.parent} cannot be written: {error.strerror}.") from error
        except (sqlite3.Error, DBAPIError) as error:
            reason = error.orig if isinstance(error, DBAPIError) else error
            raise StoreError(f"The database {path} cannot be used: {reason}.") from error
        except CommandError as error:
            raise StoreError(f"The database {path} is not of a version that this Easel knows: {error}.") from error
        return cls(path)

    async def close(self) -> None:
        """Close every connection."""
        await self._readers.dispose()
        await self._writer.dispose()

    @asynccontextmanager
    async def write(self) -> AsyncGenerator[AsyncConnection]:
        """Yield a connection inside a transaction that holds the write lock; an exception undoes it."""
        with _as_unavailable():
            async with self._writer.begin() as connection:
                yield connection

    @asynccontextmanager
    async def read(self) -> AsyncGenerator[AsyncConnection]:
        """Yield a connection that sees one state of the database and cannot change it."""
        with _as_unavailable():
            async with self._readers.begin() as connection:
                yield connection


@contextmanager
def _as_unavailable() -> Generator[None]:
    try:
        yield
    except (OperationalError, PoolTimeout) as error:
        raise StoreUnavailable("store-unavailable") from error


def _engine(path: Path, *, size: int) -> AsyncEngine:
    engine = create_async_engine(
        URL.create("sqlite+aiosqlite", database=str(path)),
        pool_size=size,
        max_overflow=0,
        hide_parameters=True,  # prompts stay out of the log
        pool_timeout=TURN_TIMEOUT,
        connect_args={"isolation_level": None, "timeout": BUSY_TIMEOUT},
    )
    event.listen(engine.sync_engine, "connect", _prepare)
    return engine


def _prepare(connection: Any, _: ConnectionPoolEntry) -> None:
    for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON"):
        _execute(connection, f"PRAGMA {pragma}")


def _query_only(connection: Any, _: ConnectionPoolEntry) -> None:
    _execute(connection, "PRAGMA query_only = ON")


def _execute(connection: Any, statement: str) -> None:
    cursor = connection.cursor()
    cursor.execute(statement)
    cursor.close()


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin_deferred(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")
