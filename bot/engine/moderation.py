"""Reports: members say what should not be there, moderators decide; each decision is in the audit log."""

from bot.engine import blocks
from bot.engine.agreement import agree_requests
from bot.engine.art_channels import FORUM
from bot.engine.guild_settings import GuildSettings
from bot.engine.ports import Clock
from bot.engine.posts import Posts
from bot.engine.rounds import pictures_changed
from bot.errors import EaselError
from bot.store import CARD, Block, Decision, Details, PostState, Report, Request, Session, Store

AUDITED = "report"
"""The action under which a decision is in the audit log."""


class NotReportable(EaselError):
    """There is nobody to report to, or nothing to report; the sentence says why."""


class AlreadyDecided(EaselError):
    """Somebody has decided about that report."""


class Moderation:
    """The reports of all servers.

    A report has a card in its server's log channel, a post of the kind `CARD`: marked in the transaction that changes
    what it says, so that none is lost or sent twice, whatever happens.
    """

    def __init__(self, store: Store, clock: Clock, posts: Posts) -> None:
        self._store = store
        self._clock = clock
        self._posts = posts

    async def check(self, request: Request) -> None:
        """Check that a request's result can be reported.

        Raises:
            NotReportable: it cannot; the sentence says why.
        """
        await self._store.read(lambda session: _log_channel(session, request))

    async def report(self, request: Request, by: int, reason: str) -> Report:
        """Take a report of a request's result; who reported it before only changes their reason.

        Raises:
            NotReportable: it cannot be reported; the sentence says why.
            AlreadyDecided: what the same user reported was decided.
        """
        now = self._clock.now()

        def take(session: Session) -> Report:
            guild_id, log_channel = _log_channel(session, request)
            before = session.reports.get(request.id)
            decided = before is not None and before.decision is not None
            if before is not None and decided and any(each.user_id == by for each in before.reasons):
                raise AlreadyDecided("report-looked-at")
            if before is None or decided or not _has_card(session, before):
                session.reports.open(request.id, guild_id, now)
            session.reports.put_reason(request.id, by, " ".join(reason.split()), now)
            report = session.reports.get(request.id)
            assert report is not None  # noqa: S101 - it was just written
            session.posts.want(CARD, report.post, guild_id, log_channel, now)
            session.posts.touch(CARD, report.post, now)
            return report

        taken = await self._store.write(take)
        self._posts.wake()
        return taken

    async def on_card(self, key: str) -> tuple[Details, Report] | None:
        """Return what a card is about, by the key of its post; None where it has nothing to say any more."""

        def find(session: Session) -> tuple[Details, Report] | None:
            report = session.reports.get(int(key.partition(".")[0]))
            request = None if report is None else session.requests.get(report.request_id)
            return None if report is None or request is None else (session.details(request), report)

        return await self._store.read(find)

    async def find(self, request_id: int) -> Report | None:
        """Return the report of a request's result, or None."""
        return await self._store.read(lambda session: session.reports.get(request_id))

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
                agree_requests(session, [request.id], now)
                pictures_changed(session, [request.id], now)
                session.posts.touch(FORUM, request.short_id, now)
            if decision is Decision.BLOCKED:
                blocks.add(session, Block(report.guild_id, request.user_id, why, None, by, now))
            about = {"request": request.short_id, "author": str(request.user_id)}
            session.audit.add(report.guild_id, by, now, AUDITED, before=about, after={**about, "decision": decision})
            session.posts.touch(CARD, report.post, now)
            changed = session.reports.get(request.id)
            assert changed is not None  # noqa: S101 - it was just changed
            return changed

        decided = await self._store.write(decide)
        self._posts.wake()
        return decided


def _has_card(session: Session, report: Report) -> bool:
    """Return whether a report's card is in its channel, or on its way there, and no moderator has deleted it."""
    card = session.posts.get(CARD, report.post)
    return card is not None and card.state is PostState.WANTED


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
