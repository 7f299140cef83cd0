"""The engine as the rest of the house sees it."""

import logging
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from bot.catalog import Action, Catalog, Options
from bot.engine import blocks
from bot.engine.accept import Accepted, Draft, accept, check_allowed
from bot.engine.callbacks import Callbacks
from bot.engine.exports import Export, Exporter
from bot.engine.forgetting import Erased, Forgetter
from bot.engine.guild_settings import GuildSettings, change
from bot.engine.life import LONGEST_RUSH, Life
from bot.engine.limits import Limits, OperatorLimits, Who
from bot.engine.moderation import Moderation
from bot.engine.origins import SourceDraft
from bot.engine.pacing import Rush
from bot.engine.parcels import Packer
from bot.engine.patience import Patience
from bot.engine.policy import catalog_for
from bot.engine.ports import Answer, Clock, Courier
from bot.engine.price_lists import PriceList
from bot.engine.prices import Prices
from bot.engine.recall import Recall
from bot.engine.removals import Removals
from bot.engine.reports import UsageReport, usage_report
from bot.engine.rulebook import Rulebook
from bot.engine.sources import is_lost
from bot.engine.upstream import Upstream, UpstreamState
from bot.errors import EaselError
from bot.images import Downloader, Encoder, PictureStore
from bot.runapi import InsufficientCredits, Routes, RunAPI
from bot.store import (
    UNFINISHED,
    AuditEntry,
    Block,
    Details,
    Holdings,
    Picture,
    RequestState,
    Session,
    Store,
    StoredDraft,
    StoreUnavailable,
    TaskState,
)

log = logging.getLogger(__name__)

FORGETTING_WAITS = timedelta(seconds=10)
"""How long whoever wants to be forgotten waits for their requests under way to end."""


class Stopping(EaselError):
    """The bot is about to stop and takes no more requests."""


class OutOfCredit(EaselError):
    """RunAPI's account has no credit, so nothing that is asked for now could be made soon."""


class NotCancellable(EaselError):
    """The request is over already."""


class NotNotifiable(EaselError):
    """The request is over already, so there is nothing to notify anybody of."""


class Engine:
    """Takes requests and brings them to their end, across any number of stops.

    Args:
        limits: what the operator allows.
        tasks_at_once: tasks that may be with RunAPI together.
        runapi_host: where RunAPI is: on the public internet it can take pictures from Discord itself.
        callback_url: where RunAPI is to call when a task is over, so that `called_back` is told; None is nowhere.
        retention_days: days after which requests are forgotten wherever they were made; None is never.
    """

    def __init__(
        self,
        *,
        store: Store,
        catalog: Catalog,
        runapi: RunAPI,
        routes: Routes,
        pictures: PictureStore,
        downloader: Downloader,
        encoder: Encoder,
        clock: Clock,
        limits: OperatorLimits,
        tasks_at_once: int,
        runapi_host: str = "localhost",
        callback_url: str | None = None,
        retention_days: int | None = None,
        patience: Patience | None = None,
    ) -> None:
        self.catalog = catalog
        self._store = store
        self._pictures = pictures
        self._clock = clock
        self._callbacks = Callbacks(callback_url)
        self._upstream = Upstream(clock)
        self._exporter = Exporter(store=store, pictures=pictures, clock=clock)
        self._forgetter = Forgetter(store=store, pictures=pictures, clock=clock, retention_days=retention_days)
        self._prices = Prices(runapi, catalog, clock, self._upstream)
        self.limits = Limits(store, clock, limits)
        """How much may be made, by whom."""
        self.rules = Rulebook(store, clock)
        """What the managers of servers do not want in prompts."""
        self.removals = Removals(store=store, pictures=pictures, clock=clock)
        """What goes with messages that are gone."""
        self.moderation = Moderation(store, clock)
        """What members report, and what is decided about that."""
        self.answering = Rush()
        """Entered while somebody waits for their first answer: following makes way for that."""
        packer = Packer(store=store, pictures=pictures, downloader=downloader, encoder=encoder, clock=clock)
        self._life = Life(
            store=store,
            catalog=catalog,
            runapi=runapi,
            routes=routes,
            pictures=pictures,
            downloader=downloader,
            packer=packer,
            clock=clock,
            tasks_at_once=tasks_at_once,
            runapi_host=runapi_host,
            patience=patience or Patience(),
            callbacks=self._callbacks,
            upstream=self._upstream,
            answering=self.answering,
            forgetter=self._forgetter,
            removals=self.removals,
        )
        self.recall = Recall(store=store, pictures=pictures, encoder=encoder, clock=clock, packer=packer)
        """What was asked for before, to be looked at again."""

    @asynccontextmanager
    async def running(self, courier: Courier, *, grace: timedelta = timedelta(seconds=10)) -> AsyncGenerator[None]:
        """Follow what the database says is unfinished and what comes; at the end, stop.

        Args:
            grace: how long requests under way may take to end after the body; the next start takes up the rest.
        """
        try:
            async with self._life.running(courier, grace=grace):
                yield
        finally:
            await self._prices.close()

    async def drain(self, within: timedelta | None = None) -> None:
        """Wait until no request is under way.

        Raises:
            TimeoutError: some still are after `within`.
        """
        await self._life.drain(within)

    @property
    def upstream(self) -> UpstreamState:
        """How RunAPI is."""
        return self._upstream.state

    async def accept(self, draft: Draft) -> Accepted:
        """Check what is asked, take the allowance and write the request, in one transaction.

        Raises:
            AgainstSettings, Blocked, CatalogError, EditsNotAllowed, StaysAmongAdults, UnwantedPrompt, OverLimit,
                OutOfCredit, Stopping: it is not taken; nothing has changed.
            StoreUnavailable: the database cannot be written.
        """
        if self._life.stopping:
            raise Stopping("stopping")
        if self._upstream.out_of_credit:
            # Nobody pays a bill in the time that a person waits for a picture: what is known is said at once.
            raise OutOfCredit(InsufficientCredits.sentence_id)
        accepted = await self._store.write(
            lambda session: accept(session, draft, self.catalog, self._clock.now(), self.limits.operator)
        )
        request = accepted.details.request
        place = self._life.promise_place(request)
        return replace(accepted, details=replace(accepted.details, place=place))

    async def check_allowed(self, draft: Draft) -> None:
        """Check what `accept` will check of who asks, where and for which pictures, before they fill in the rest.

        Raises:
            Blocked, Unwelcome, StaysAmongAdults, ForgottenPicture, EditsNotAllowed: it would not be taken in any case.
        """
        now = self._clock.now()

        def check(session: Session) -> None:
            check_allowed(session, draft, GuildSettings.of(session, draft.guild_id), now)

        await self._store.read(check)

    async def acknowledge(self, request_id: int, answer: Answer) -> None:
        """Record that Discord took the first answer, and begin; where it cannot be recorded, Discord is asked later.

        Others' first answers go before that.
        """
        now = self._clock.now()
        await self.answering.over(LONGEST_RUSH)
        try:
            await self._store.write(lambda session: session.acknowledge(request_id, now, **asdict(answer)))
        except StoreUnavailable as error:
            log.error("the answer to request %s is not recorded yet: %s", request_id, error)  # noqa: TRY400
        self._life.follow(request_id)

    async def lapse(self, request_id: int) -> None:
        """Give the allowance of a request back whose first answer Discord did not take; if need be later."""
        now = self._clock.now()
        self._life.forget_place(request_id)
        try:
            await self._store.write(lambda session: session.lapse(request_id, now))
        except StoreUnavailable as error:
            log.error("request %s has not lapsed yet: %s", request_id, error)  # noqa: TRY400
            self._life.follow(request_id)

    async def resolve(self, request_id: int) -> None:
        """Find out later whether Discord took the first answer to a request, and go on by that."""
        self._life.follow(request_id)

    async def cancel(self, request_id: int, *, by: int) -> None:
        """End a request that is under way; its allowance goes back.

        RunAPI has no cancel: what it has begun it may finish and bill, but nothing asks for it any more.

        Args:
            by: the user who wants that; who cancels their own is not notified of it.

        Raises:
            NotCancellable: it is over already.
        """
        now = self._clock.now()

        def end(session: Session) -> bool:
            ended = [
                session.tasks.move(task.id, *UNFINISHED, to=TaskState.CANCELLED, finished_at=now)
                for task in session.tasks.of_request(request_id)
            ]
            request = session.requests.get(request_id)
            if any(ended) and request is not None and request.user_id == by:
                session.notices.withdraw(request_id)
            return any(ended)

        if not await self._store.write(end):
            raise NotCancellable("not-cancellable")
        await self._life.halt(request_id)
        self._life.follow(request_id)

    async def notify(self, request_id: int) -> None:
        """Record that the owner of a request wants to be notified when it is over.

        Raises:
            NotNotifiable: it is over already.
        """
        if not await self._store.write(lambda session: session.notices.want(request_id)):
            raise NotNotifiable("notify-too-late")

    async def called_back(self, runapi_id: str) -> bool:
        """Look at a task at once that RunAPI called back about; return whether there is such a task.

        Raises:
            StoreUnavailable: the database cannot be read; the task is looked at all the same.
        """
        if self._callbacks.come(runapi_id):
            return True
        return await self._store.read(lambda session: session.tasks.is_known(runapi_id))

    async def find(self, short_id: str) -> Details | None:
        """Return a request with all that belongs to it, or None."""

        def find(session: Session) -> Details | None:
            request = session.requests.by_short_id(short_id)
            return None if request is None else session.details(request)

        return await self._store.read(find)

    async def find_by_message(self, message_id: int) -> Details | None:
        """Return the request whose reply is this message, with all that belongs to it, or None."""

        def find(session: Session) -> Details | None:
            request = session.requests.by_message(message_id)
            return None if request is None else session.details(request)

        return await self._store.read(find)

    async def edits_allowed(self, user_id: int) -> bool:
        """Return whether others may edit somebody's pictures."""
        return await self._store.read(lambda session: session.users.allows_edits(user_id))

    async def allow_edits(self, user_id: int, *, allowed: bool) -> None:
        """Record whether others may edit somebody's pictures, from now on."""
        now = self._clock.now()
        await self._store.write(lambda session: session.users.allow_edits(user_id, now, allowed=allowed))

    async def block(self, guild_id: int, user_id: int, reason: str, until: datetime | None, by: int) -> None:
        """Let somebody make no pictures in a server, in place of what was decided about them before.

        Args:
            reason: what they are told, at most `blocks.MAX_REASON` characters; may be empty.
            until: None is until that is taken back.
            by: the user who wants that.

        Raises:
            CannotBlock: it is over already, the reason is too long, or somebody would block themselves.
        """
        block = Block(guild_id, user_id, " ".join(reason.split()), until, by, self._clock.now())
        await self._store.write(lambda session: blocks.add(session, block))

    async def unblock(self, guild_id: int, user_id: int, by: int) -> bool:
        """Let somebody make pictures in a server again; return whether they were blocked until now."""
        now = self._clock.now()
        return await self._store.write(lambda session: blocks.remove(session, guild_id, user_id, now, by=by))

    async def blocked(self, guild_id: int) -> Sequence[Block]:
        """Return who is blocked in a server, by the newest block first."""
        now = self._clock.now()
        return await self._store.read(lambda session: blocks.current(session, guild_id, now))

    async def guild_settings(self, guild_id: int | None) -> GuildSettings:
        """Return a server's settings; outside a server, and where nothing was set, the defaults."""
        if guild_id is None:
            return GuildSettings()
        return await self._store.read(lambda session: GuildSettings.of(session, guild_id))

    async def change_settings(self, guild_id: int, by: int, changes: Mapping[str, Any]) -> tuple[GuildSettings, int]:
        """Change some of a server's settings, and record each that differs; return all, and how many did.

        Args:
            by: the user who wants that.
            changes: new values by field, as `GuildSettings` takes them; fields that are left out stay as they are.

        Raises:
            InvalidSettings: some do not fit; nothing has changed.
        """
        now = self._clock.now()
        return await self._store.write(lambda session: change(session, guild_id, now, by=by, changes=changes))

    async def audit(self, guild_id: int, limit: int) -> Sequence[AuditEntry]:
        """Return the newest entries of a server's audit log, newest first."""
        return await self._store.read(lambda session: session.audit.newest(guild_id, limit))

    async def catalog_in(self, guild_id: int | None) -> Catalog:
        """Return the models that a server allows, with its own defaults; outside a server, all."""
        return catalog_for(await self.guild_settings(guild_id), self.catalog)

    async def keep_draft(self, user_id: int, content: Mapping[str, Any]) -> StoredDraft:
        """Keep what somebody has chosen for a request that they have not made yet, for `sweep.DRAFTS_KEPT`."""
        now = self._clock.now()
        return await self._store.write(lambda session: session.drafts.add(user_id, content, now))

    async def draft(self, draft_id: str) -> StoredDraft | None:
        """Return a draft, or None where it is not kept any more."""
        return await self._store.read(lambda session: session.drafts.get(draft_id))

    async def change_draft(self, draft_id: str, content: Mapping[str, Any]) -> None:
        """Replace what a draft holds."""
        now = self._clock.now()
        await self._store.write(lambda session: session.drafts.change(draft_id, content, now))

    async def amend_draft(
        self, draft_id: str, change: Callable[[Mapping[str, Any]], Mapping[str, Any]]
    ) -> StoredDraft | None:
        """Replace what a draft holds by what `change` makes of it; return it, or None where it is not kept any more.

        What two changes do that come together is done one after the other.
        """
        now = self._clock.now()

        def amend(session: Session) -> StoredDraft | None:
            draft = session.drafts.get(draft_id)
            if draft is None:
                return None
            changed = replace(draft, content=change(draft.content), changed_at=now)
            session.drafts.change(draft_id, changed.content, now)
            return changed

        return await self._store.write(amend)

    def lost_sources(self, details: Details) -> bool:
        """Return whether a picture that a request edited surely cannot be had any more."""
        now = self._clock.now()
        return any(is_lost(source, self._pictures, now) for source in details.sources)

    def original(self, picture: Picture) -> Path | None:
        """Return the file with a picture as it was made, or None where it is not kept any more."""
        path = None if picture.file is None else self._pictures.path(picture.file)
        return path if path is not None and path.exists() else None

    async def renew(self, request_id: int, reply: Mapping[str, Any]) -> None:
        """Record a newer address of a request's reply."""
        await self._store.write(lambda session: session.requests.renew(request_id, reply))

    async def forget(self, details: Details) -> None:
        """Remove a request's pictures from the picture store, after its message was deleted."""
        await self.removals.remove([details.request.id])

    async def holdings(self, user_id: int) -> Holdings:
        """Return how much is kept of somebody."""
        return await self._store.read(lambda session: session.forgetting.holdings(user_id))

    def export(self, user_id: int, *, limit: int) -> AbstractAsyncContextManager[Export]:
        """Return a context that gives a file of `limit` bytes at most with everything that is kept of somebody.

        Entering it raises:
            ExportUnderWay: the same is going on already.
            ExportTooLarge: even without pictures it does not fit.
            StorageFull: there is no room to put it together.
        """
        return self._exporter.export(user_id, limit)

    async def forget_user(self, user_id: int) -> Erased:
        """Erase what is kept of somebody; their requests under way are cancelled first, where that can be done.

        What was counted today stays counted, and whether others may edit their pictures stays as they decided.
        """
        for request_id in await self._store.read(lambda session: session.forgetting.under_way(user_id)):
            request = await self._store.read(lambda session, wanted=request_id: session.requests.get(wanted))
            # One whose first answer is on its way could not be told that it was cancelled.
            if request is not None and request.state is RequestState.ACKNOWLEDGED:
                with suppress(NotCancellable):
                    await self.cancel(request_id, by=user_id)
        await self._life.until_told(user_id, FORGETTING_WAITS)
        return await self._forgetter.forget_user(user_id)

    async def usage(
        self, user_id: int, guild_id: int | None = None, role_ids: frozenset[int] = frozenset()
    ) -> UsageReport:
        """Return what a user made, and what is left to them in a server, or outside of servers."""
        now, who = self._clock.now(), Who(user_id, guild_id, role_ids)
        return await self._store.read(lambda session: usage_report(session, who, now, self.limits.operator))

    async def price(self, action: Action, model: str | None, options: Options) -> Decimal | None:
        """Return what one request would cost in US dollars, or None where RunAPI does not say that soon.

        Args:
            model: its id, or None for the one that is taken then.
            options: checked options, by their names on `/imagine` and `/edit`.

        Raises:
            CatalogError: there is no such model, or it cannot do `action`.
        """
        chosen, _ = self.catalog.choose(action, model)
        return await self._prices.price(action, chosen, options)

    async def price_lists(self) -> Mapping[tuple[str, Action], PriceList]:
        """Return what models cost, by id and action, without those of which RunAPI does not say it soon."""
        return await self._prices.lists()


def sources_again(details: Details) -> tuple[SourceDraft, ...]:
    """Return what a request edited, to be edited once more; what its user attached is theirs."""
    return tuple(
        SourceDraft(
            source.file_name,
            source.url,
            source.file,
            source.picture_id,
            source.role,
            author_id=source.author_id or (details.request.user_id if source.picture_id is None else None),
        )
        for source in details.sources
    )
