"""One SQLite connection in a thread of its own, to which whole transactions are handed.

A statement at a time would cost several switches between threads each: more than what SQLite does with it.
"""

import sqlite3
import threading
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from pathlib import Path
from typing import Self, TypeVar, cast

import aiosqlite
from sqlalchemy import Connection, NullPool, create_engine

__all__ = ["ThreadConnection", "transaction"]

T = TypeVar("T")

_here = threading.local()

# One for all connections, as its cache of compiled statements is theirs then; each opens in its own thread.
_ENGINE = create_engine(
    "sqlite://",
    creator=lambda: _here.driver,
    poolclass=NullPool,
    isolation_level="AUTOCOMMIT",  # `transaction` begins and commits
    hide_parameters=True,  # prompts stay out of the log
)

# aiosqlite has no public way to run a function of ours in its thread.
if not hasattr(aiosqlite.Connection, "_execute"):
    raise ImportError("this aiosqlite does not run functions in its thread the way Easel knows")


class ThreadConnection:
    """A SQLite connection in aiosqlite's thread, seen there through SQLAlchemy."""

    def __init__(self, thread: aiosqlite.Connection, connection: Connection) -> None:
        self._thread = thread
        self._connection = connection

    @classmethod
    async def open(cls, path: Path, pragmas: Iterable[str], *, busy_timeout: float) -> Self:
        """Return a connection to the file at `path` that begins transactions only when it is told to.

        Args:
            busy_timeout: seconds that a transaction waits for another's lock.

        Raises:
            sqlite3.Error: the file cannot be opened.
        """
        thread = await aiosqlite.connect(path, isolation_level=None, timeout=busy_timeout)
        try:
            for pragma in pragmas:
                await thread.execute_fetchall(f"PRAGMA {pragma}")
            driver: sqlite3.Connection = thread._conn  # pyright: ignore[reportPrivateUsage]
            connection = await thread._execute(_connected, driver)  # pyright: ignore
        except BaseException:
            # The thread lives on until it is told to end, also when the opening is cancelled.
            await thread.close()
            raise
        return cls(thread, connection)

    async def run(self, work: Callable[[Connection], T]) -> T:
        """Return what `work` returns in the connection's thread; works run one after the other."""
        return await self._thread._execute(work, self._connection)  # pyright: ignore

    async def close(self) -> None:
        """Close it, after what was handed to it before."""
        await self.run(_disconnected)
        await self._thread.close()


@contextmanager
def transaction(connection: Connection, begin: str) -> Generator[sqlite3.Connection]:
    """Begin a transaction by the statement `begin` and commit it at the end; an exception undoes it."""
    driver = cast("sqlite3.Connection", connection.connection.driver_connection)
    driver.execute(begin)
    try:
        yield driver
        driver.execute("COMMIT")
    except BaseException:
        # Whatever ended the work, a transaction that is left open would be the next one's.
        if driver.in_transaction:  # SQLite itself undoes it when the disk is full
            driver.execute("ROLLBACK")
        raise


def _connected(driver: sqlite3.Connection) -> Connection:
    _here.driver = driver
    return _ENGINE.connect()


def _disconnected(connection: Connection) -> None:
    """Close it where that is allowed; left to the garbage collector, it would be tried in another thread."""
    connection.close()
