"""One SQLite file: one connection that writes, whose transactions lock when they begin, and several that cannot."""

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Generator, Sequence
from contextlib import AsyncExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, Self, TypeVar

from alembic.util import CommandError
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, OperationalError

from bot.errors import EaselError
from bot.store.connection import ThreadConnection, transaction
from bot.store.migrations import upgrade

T = TypeVar("T")

Work = Callable[[Connection], T]
"""A transaction: a function that runs in the database's thread, touches nothing but the database, and may be undone."""

BUSY_TIMEOUT = 1.0
"""Seconds that a transaction waits for another process's lock: less than Discord waits for a first answer."""

READERS = 3

TOGETHER = 100
"""Transactions that may be committed as one."""

PRAGMAS = ("journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON")


class StoreError(Exception):
    """The database cannot be opened or used; the text is one sentence for the operator."""


class StoreUnavailable(EaselError):
    """The database cannot be read or written now: a full disk, a lock that is held, a file that is gone."""

    level = logging.ERROR


class _Job(NamedTuple):
    work: Work[Any]
    done: asyncio.Future[Any]


class _Outcome(NamedTuple):
    value: Any
    error: Exception | None


class Database:
    """Transactions on one SQLite file.

    Those that write and come while another is under way are committed together: one switch of threads and one commit
    for all of them, which carries bursts.
    """

    def __init__(self, writer: ThreadConnection, *readers: ThreadConnection) -> None:
        self._writer = writer
        self._idle_readers: asyncio.LifoQueue[ThreadConnection] = asyncio.LifoQueue()
        for reader in readers:
            self._idle_readers.put_nowait(reader)
        self._jobs: asyncio.Queue[_Job] = asyncio.Queue()
        self._writing = asyncio.create_task(self._write_all(), name="database")
        self._closed = False

    @classmethod
    async def open(cls, path: Path) -> Self:
        """Bring the file (made when missing) to the newest version and return it opened.

        Raises:
            StoreError: the file or its folder cannot be written, or is not a database of Easel's.
        """
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            await asyncio.to_thread(upgrade, path)
            async with AsyncExitStack() as stack:
                connections: list[ThreadConnection] = []
                for pragmas in (PRAGMAS, *[(*PRAGMAS, "query_only = ON")] * READERS):
                    connection = await ThreadConnection.open(path, pragmas, busy_timeout=BUSY_TIMEOUT)
                    stack.push_async_callback(connection.close)
                    connections.append(connection)
                stack.pop_all()
            return cls(*connections)
        except OSError as error:
            raise StoreError(f"The folder {path.parent} cannot be written: {error.strerror}.") from error
        except (sqlite3.Error, DBAPIError) as error:
            reason = error.orig if isinstance(error, DBAPIError) else error
            raise StoreError(f"The database {path} cannot be used: {reason}.") from error
        except CommandError as error:
            raise StoreError(f"The database {path} is not of a version that this Easel knows: {error}.") from error

    async def close(self) -> None:
        """Close every connection, after the transactions that came before; those that come later are refused."""
        self._closed = True
        await self._jobs.join()
        self._writing.cancel()
        await self._writer.close()
        for _ in range(READERS):
            reader = await self._idle_readers.get()
            await reader.close()

    async def write(self, work: Work[T]) -> T:
        """Run a transaction that may change things, and return what it returns; its exception undoes it.

        Raises:
            StoreUnavailable: the database cannot be written; nothing has changed.
        """
        self._check_open()
        job = _Job(work, asyncio.get_running_loop().create_future())
        self._jobs.put_nowait(job)
        with _as_unavailable():
            return await job.done

    async def read(self, work: Work[T]) -> T:
        """Run a transaction that sees one state of the database and cannot change it; return what it returns.

        Raises:
            StoreUnavailable: the database cannot be read, or `work` tried to write.
        """
        self._check_open()
        reader = await self._idle_readers.get()
        try:
            with _as_unavailable():
                return await reader.run(partial(_read, work))
        finally:
            self._idle_readers.put_nowait(reader)

    def _check_open(self) -> None:
        if self._closed:
            raise StoreUnavailable("store-unavailable")

    async def _write_all(self) -> None:
        while True:
            jobs = [await self._jobs.get()]
            while not self._jobs.empty() and len(jobs) < TOGETHER:
                jobs.append(self._jobs.get_nowait())
            await self._write_together([job for job in jobs if not job.done.done()])
            for _ in jobs:
                self._jobs.task_done()

    async def _write_together(self, jobs: Sequence[_Job]) -> None:
        try:
            outcomes = await self._writer.run(partial(_write, [job.work for job in jobs]))
        except Exception as error:  # noqa: BLE001 - each caller is told
            outcomes = [_Outcome(None, error) for _ in jobs]
        for job, outcome in zip(jobs, outcomes, strict=True):
            if job.done.done():
                continue
            if outcome.error is None:
                job.done.set_result(outcome.value)
            else:
                job.done.set_exception(outcome.error)


def _read(work: Work[T], connection: Connection) -> T:
    with transaction(connection, "BEGIN"):
        return work(connection)


def _write(works: Sequence[Work[Any]], connection: Connection) -> list[_Outcome]:
    """Run transactions one after the other and commit them as one; the exception of one undoes that one only."""
    with transaction(connection, "BEGIN IMMEDIATE") as driver:
        return [_within(driver, work, connection) for work in works]


def _within(driver: sqlite3.Connection, work: Work[Any], connection: Connection) -> _Outcome:
    driver.execute("SAVEPOINT work")
    try:
        outcome = _Outcome(work(connection), None)
    except (OperationalError, sqlite3.OperationalError):  # the database itself fails: nothing can be committed
        raise
    except Exception as error:  # noqa: BLE001 - it goes to the caller
        driver.execute("ROLLBACK TO work")
        # A future does not take a StopIteration.
        outcome = _Outcome(None, RuntimeError(repr(error)) if isinstance(error, StopIteration) else error)
    driver.execute("RELEASE work")
    return outcome


@contextmanager
def _as_unavailable() -> Generator[None]:
    try:
        yield
    except (OperationalError, sqlite3.OperationalError) as error:
        raise StoreUnavailable("store-unavailable") from error
