"""The store: everything that Easel remembers, in one SQLite file."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.allowances import Allowance, Allowances, UsageLog
from bot.store.database import Database, StoreError, StoreUnavailable
from bot.store.facts import Facts
from bot.store.records import (
    UNFINISHED,
    Delivery,
    Details,
    Failure,
    Picture,
    Request,
    RequestState,
    Source,
    Task,
    TaskState,
    Usage,
)
from bot.store.requests import Requests
from bot.store.tasks import Pictures, Tasks

__all__ = [
    "UNFINISHED",
    "Allowance",
    "Delivery",
    "Details",
    "Failure",
    "Picture",
    "Request",
    "RequestState",
    "Session",
    "Source",
    "Store",
    "StoreError",
    "StoreUnavailable",
    "Task",
    "TaskState",
    "Usage",
]


class Session:
    """The repositories, seen through one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.requests = Requests(connection)
        self.tasks = Tasks(connection)
        self.pictures = Pictures(connection)
        self.allowances = Allowances(connection)
        self.usage = UsageLog(connection)
        self.facts = Facts(connection)

    async def acknowledge(
        self,
        request_id: int,
        now: datetime,
        *,
        reply: Mapping[str, Any],
        channel_id: int | None,
        message_id: int | None,
    ) -> None:
        """Record that Discord took the first answer to a request, and where its reply is."""
        await self.requests.move(
            request_id,
            RequestState.ACCEPTED,
            to=RequestState.ACKNOWLEDGED,
            reply=reply,
            channel_id=channel_id,
            message_id=message_id,
            acknowledged_at=now,
        )

    async def lapse(self, request_id: int, now: datetime) -> None:
        """End a request whose first answer never reached Discord; its allowance goes back."""
        over = {"finished_at": now, "delivery": Delivery.UNDELIVERABLE}
        if await self.requests.move(request_id, RequestState.ACCEPTED, to=RequestState.LAPSED, **over):
            for task in await self.tasks.of_request(request_id):
                await self.tasks.move(task.id, TaskState.QUEUED, to=TaskState.CANCELLED, finished_at=now)
            await self.allowances.settle(request_id, 0)

    async def details(self, request: Request) -> Details:
        """Return a request with all that belongs to it."""
        return Details(
            request,
            await self.requests.sources(request.id),
            await self.tasks.of_request(request.id),
            await self.pictures.of_request(request.id),
        )


class Store:
    """Transactions on the database, each handing out the repositories."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @classmethod
    @asynccontextmanager
    async def open(cls, path: Path) -> AsyncGenerator["Store"]:
        """Yield the store in the SQLite file at `path`, migrated to the newest version.

        Raises:
            StoreError: the file cannot be written, or is not a database of Easel's.
        """
        database = await Database.open(path)
        try:
            yield cls(database)
        finally:
            await database.close()

    @asynccontextmanager
    async def write(self) -> AsyncGenerator[Session]:
        """Yield a transaction that may change things; an exception undoes it."""
        async with self._database.write() as connection:
            yield Session(connection)

    @asynccontextmanager
    async def read(self) -> AsyncGenerator[Session]:
        """Yield a transaction that sees one state of the database and cannot change it."""
        async with self._database.read() as connection:
            yield Session(connection)
