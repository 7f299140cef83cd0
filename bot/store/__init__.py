"""The store: everything that Easel remembers, in one SQLite file."""

import json
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection

from bot.store.allowances import Allowance, Allowances, Counted, UsageLog
from bot.store.artists import Artists, ArtistSearch, Starred
from bot.store.backup import back_up
from bot.store.budgets import Budget, Budgets, Spending
from bot.store.database import Database, StoreError, StoreUnavailable
from bot.store.drafts import Drafts
from bot.store.entries import Entries, Votes
from bot.store.exhibits import GALLERY, MAX_SEED, Exhibits, GallerySearch, Order, Posted
from bot.store.exports import Exports
from bot.store.facts import BALANCE, UPSTREAM, Facts
from bot.store.forgetting import Forgetting, Holdings
from bot.store.guilds import Audit, Guilds
from bot.store.history import History, Search
from bot.store.lock import sole_user
from bot.store.moderation import Blocks, Rules
from bot.store.notices import Notices
from bot.store.outcomes import SLOT, By, Outcome, Outcomes
from bot.store.posts import THREAD, Post, Posts, PostState
from bot.store.records import (
    DIRECTLY,
    NOBODY,
    UNFINISHED,
    AuditEntry,
    Block,
    Decision,
    Delivery,
    Details,
    Failure,
    Forgotten,
    Notice,
    NoticeState,
    Picture,
    Reason,
    Report,
    Request,
    RequestState,
    Rule,
    Source,
    StoredDraft,
    Task,
    TaskState,
    Usage,
)
from bot.store.removals import Removals
from bot.store.reports import CARD, Reports
from bot.store.requests import Requests
from bot.store.round_records import Entry, Participation, Round, RoundState
from bot.store.rounds import Rounds
from bot.store.short_ids import understood
from bot.store.stars import Stars
from bot.store.tasks import Pictures, Tasks
from bot.store.users import GalleryChoice, Users

__all__ = [
    "BALANCE",
    "CARD",
    "DIRECTLY",
    "GALLERY",
    "MAX_SEED",
    "NOBODY",
    "SLOT",
    "THREAD",
    "UNFINISHED",
    "UPSTREAM",
    "Allowance",
    "ArtistSearch",
    "AuditEntry",
    "Block",
    "Budget",
    "By",
    "Counted",
    "Decision",
    "Delivery",
    "Details",
    "Entry",
    "Failure",
    "Forgotten",
    "GalleryChoice",
    "GallerySearch",
    "Holdings",
    "Notice",
    "NoticeState",
    "Order",
    "Outcome",
    "Participation",
    "Picture",
    "Post",
    "PostState",
    "Posted",
    "Reason",
    "Report",
    "Request",
    "RequestState",
    "Round",
    "RoundState",
    "Rule",
    "Search",
    "Session",
    "Source",
    "Spending",
    "Starred",
    "Store",
    "StoreError",
    "StoreUnavailable",
    "StoredDraft",
    "Task",
    "TaskState",
    "Usage",
    "back_up",
    "sole_user",
    "understood",
]


T = TypeVar("T")


class Session:
    """The repositories, seen through one transaction."""

    def __init__(self, connection: Connection) -> None:
        self.requests = Requests(connection)
        self.history = History(connection)
        self.tasks = Tasks(connection)
        self.pictures = Pictures(connection)
        self.allowances = Allowances(connection)
        self.budgets = Budgets(connection)
        self.usage = UsageLog(connection)
        self.notices = Notices(connection)
        self.users = Users(connection)
        self.drafts = Drafts(connection)
        self.guilds = Guilds(connection)
        self.audit = Audit(connection)
        self.blocks = Blocks(connection)
        self.rules = Rules(connection)
        self.facts = Facts(connection)
        self.forgetting = Forgetting(connection)
        self.exports = Exports(connection)
        self.removals = Removals(connection)
        self.reports = Reports(connection)
        self.posts = Posts(connection)
        self.stars = Stars(connection)
        self.exhibits = Exhibits(connection)
        self.artists = Artists(connection)
        self.outcomes = Outcomes(connection)
        self.rounds = Rounds(connection)
        self.entries = Entries(connection)
        self.votes = Votes(connection)

    def acknowledge(
        self,
        request_id: int,
        now: datetime,
        *,
        reply: Mapping[str, Any],
        channel_id: int | None,
        message_id: int | None,
    ) -> None:
        """Record that Discord took the first answer to a request, and where its reply is."""
        self.requests.move(
            request_id,
            RequestState.ACCEPTED,
            to=RequestState.ACKNOWLEDGED,
            reply=reply,
            channel_id=channel_id,
            message_id=message_id,
            acknowledged_at=now,
        )

    def lapse(self, request_id: int, now: datetime) -> None:
        """End a request whose first answer never reached Discord; its allowance and what it was to cost go back."""
        over = {"finished_at": now, "delivery": Delivery.UNDELIVERABLE}
        if self.requests.move(request_id, RequestState.ACCEPTED, to=RequestState.LAPSED, **over):
            for task in self.tasks.of_request(request_id):
                self.tasks.move(task.id, TaskState.QUEUED, to=TaskState.CANCELLED, finished_at=now)
            self.allowances.settle(request_id, 0)
            self.budgets.settle(request_id, Decimal(0))

    def details(self, request: Request) -> Details:
        """Return a request with all that belongs to it."""
        return Details(
            request,
            self.requests.sources(request.id),
            self.tasks.of_request(request.id),
            self.pictures.of_request(request.id),
            parent=self.parent(request.parent_id),
            stars=self.stars_of(request),
            round=self.participation(request),
        )

    def stars_of(self, request: Request) -> int | None:
        """Return how many stars a result has, None where its server has no gallery, or nobody else sees it."""
        if request.guild_id is None or request.state is not RequestState.COMPLETED or request.private:
            return None
        settings: Mapping[str, Any] = json.loads(self.guilds.settings(request.guild_id))
        if "gallery_channel" not in settings:
            return None
        self_stars = bool(settings.get("gallery_self_stars"))
        return sum(self.stars.of_request(request.id, self_stars=self_stars).values())

    def participation(self, request: Request) -> Participation | None:
        """Return what a result that others see has to do with its channel's round that takes entries, or None."""
        made = request.state is RequestState.COMPLETED and request.deleted_at is None
        seen = request.bot_present and not request.private
        if not made or not seen or request.guild_id is None or request.channel_id is None:
            return None
        open_ = self.rounds.open_in(request.channel_id)
        if open_ is None:
            return None
        return Participation(open_, tuple(each.number for each in self.entries.of_request(open_.id, request.id)))

    def parent(self, request_id: int | None) -> Request | None:
        """Return the request from which another came; None costs nothing."""
        return None if request_id is None else self.requests.get(request_id)


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

    async def write(self, work: Callable[[Session], T]) -> T:
        """Run a transaction that may change things, and return what it returns; its exception undoes it.

        Args:
            work: runs in the database's thread, and must touch nothing but what it is given.

        Raises:
            StoreUnavailable: the database cannot be written; nothing has changed.
        """
        return await self._database.write(lambda connection: work(Session(connection)))

    async def read(self, work: Callable[[Session], T]) -> T:
        """Run a transaction that sees one state of the database and cannot change it; return what it returns.

        Raises:
            StoreUnavailable: the database cannot be read.
        """
        return await self._database.read(lambda connection: work(Session(connection)))
