"""Reports: members say what should not be there, moderators decide; each decision is in the audit log."""

import asyncio
from dataclasses import dataclass
from weakref import WeakValueDictionary

from bot.engine import blocks
from bot.engine.guild_settings import GuildSettings
from bot.engine.ports import Clock
from bot.errors import EaselError
from bot.store import Block, Decision, Details, Report, Request, Session, Store

AUDITED = "report"
"""The action under which a decision is in the audit log."""


class NotReportable(EaselError):
    """There is nobody to report to, or nothing to report; the sentence says why."""


class AlreadyDecided(EaselError):
    """Somebody has decided about that report."""


@dataclass(frozen=True, slots=True)
class Reported:
    """A report that was taken, and the channel where the server's moderators look at reports."""

    report: Report
    log_channel: int


class Moderation:
    """The reports of all servers."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._posting: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    async def check(self, request: Request) -> None:
        """Check that a request's result can be reported.

        Raises:
            NotReportable: it cannot; the sentence says why.
        """
        await self._store.read(lambda session: _log_channel(session, request))

    async def report(self, request: Request, by: int, reason: str) -> Reported:
        """Take a report of a request's result; who reported it before only changes their reason.

        Raises:
            NotReportable: it cannot be reported; the sentence says why.
            AlreadyDecided: what the same user reported was decided.
        """
        now = self._clock.now()

        def take(session: Session) -> Reported:
            guild_id, log_channel = _log_channel(session, request)
            before = session.reports.get(request.id)
            if before is None:
                session.reports.open(request.id, guild_id, now)
            elif before.decision is not None:
                if any(each.user_id == by for each in before.reasons):
                    raise AlreadyDecided("report-looked-at")
                session.reports.open(request.id, guild_id, now)
            session.reports.put_reason(request.id, by, " ".join(reason.split()), now)
            report = session.reports.get(request.id)
            assert report is not None  # noqa: S101 - it was just written
            return Reported(report, log_channel)

        return await self._store.write(take)

    def posting(self, request_id: int) -> asyncio.Lock:
        """Return what is held while a report's card is posted, so that two do not post it at once."""
        lock = self._posting.get(request_id)
        if lock is None:
            lock = self._posting[request_id] = asyncio.Lock()
        return lock

    async def find(self, request_id: int) -> Report | None:
        """Return the report of a request's result, or None."""
        return await self._store.read(lambda session: session.reports.get(request_id))

    async def place(self, request_id: int, channel_id: int, message_id: int) -> None:
        """Record where a report's card is."""
        await self._store.write(lambda session: session.reports.place(request_id, channel_id, message_id))

    async def check_open(self, request_id: int) -> None:
        """Check that nobody has decided about a report yet.

        Raises:
            AlreadyDecided: somebody has.
        """
        report = await self.find(request_id)
        if report is None or report.decision is not None:
            raise AlreadyDecided("report-decided")

    async def decide(self, details: Details, decision: Decision, by: int, *, why: str = "") -> Report:
        """Record what a moderator decided, with what that changes here, and return the report; once.

        Args:
            why: what a blocked author is told.

        Raises:
            AlreadyDecided: somebody has decided already; nothing has changed.
            CannotBlock: somebody would block themselves; nothing has changed.
        """
        now, request = self._clock.now(), details.request

        def decide(session: Session) -> Report:
            report = session.reports.get(request.id)
            if report is None or not session.reports.decide(request.id, decision, by, now):
                raise AlreadyDecided("report-decided")
            if decision is Decision.SPOILER:
                session.requests.change(request.id, spoiler=True)
            if decision is Decision.BLOCKED:
                blocks.add(session, Block(report.guild_id, request.user_id, why, None, by, now))
            about = {"request": request.short_id, "author": str(request.user_id)}
            session.audit.add(report.guild_id, by, now, AUDITED, before=about, after={**about, "decision": decision})
            decided = session.reports.get(request.id)
            assert decided is not None  # noqa: S101 - it was just changed
            return decided

        return await self._store.write(decide)


def _log_channel(session: Session, request: Request) -> tuple[int, int]:
    """Return the server of a request and its log channel.

    Raises:
        NotReportable: there is none, or its pictures are gone.
    """
    if request.guild_id is None:
        raise NotReportable("servers-only")
    if request.deleted_at is not None or request.forgotten is not None:
        raise NotReportable("report-gone")
    channel = GuildSettings.of(session, request.guild_id).log_channel
    if channel is None:
        raise NotReportable("report-no-channel")
    return request.guild_id, channel
