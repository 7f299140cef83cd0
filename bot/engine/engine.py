"""The engine as the rest of the house sees it."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager, nullcontext, suppress
from dataclasses import asdict, replace
from datetime import timedelta
from typing import Any

from bot.catalog import Catalog
from bot.engine.accept import Accepted, Draft, accept, check_allowed
from bot.engine.art_channels import ArtChannels
from bot.engine.balance import BalanceFloor
from bot.engine.blocklist import Blocklist
from bot.engine.callbacks import Callbacks
from bot.engine.charts import Charts
from bot.engine.drafts import Drafts
from bot.engine.exhibition import Exhibition
from bot.engine.exports import Exporter
from bot.engine.forgetting import Forgetter
from bot.engine.gallery import Gallery
from bot.engine.guild_settings import GuildSettings
from bot.engine.life import LONGEST_RUSH, Life
from bot.engine.limits import Limits, OperatorLimits, PriceUnknown, QuotesOf, Who
from bot.engine.moderation import Moderation
from bot.engine.origins import SourceDraft
from bot.engine.outlook import Outlook
from bot.engine.pacing import Rush
from bot.engine.parcels import Packer
from bot.engine.patience import Patience
from bot.engine.policy import catalog_for
from bot.engine.ports import Answer, Clock, Courier, Poster
from bot.engine.posts import Posts
from bot.engine.prices import PATIENCE, Prices
from bot.engine.privacy import Privacy
from bot.engine.recall import Recall
from bot.engine.removals import Removals
from bot.engine.reports import Reporter, UsageReport, usage_report
from bot.engine.rounds import Rounds
from bot.engine.rulebook import Rulebook
from bot.engine.settings_of_guilds import SettingsOfGuilds
from bot.engine.stars import Stars
from bot.engine.upstream import Upstream, UpstreamState
from bot.errors import EaselError
from bot.images import Downloader, Encoder, PictureStore
from bot.runapi import InsufficientCredits, Routes, RunAPI
from bot.store import (
    UNFINISHED,
    Details,
    RequestState,
    Session,
    Store,
    StoreUnavailable,
    TaskState,
)

log = logging.getLogger(__name__)


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
        self.prices = Prices(runapi, catalog, clock, self._upstream)
        """What RunAPI says that requests cost."""
        patience = patience or Patience()
        self.posts = Posts(store=store, clock=clock, edit_every=patience.edit)
        """The bot's own messages in servers that are no request's reply."""
        self.stars = Stars(store=store, clock=clock, posts=self.posts)
        """What members give to pictures that they like."""
        self.gallery = Gallery(store=store, clock=clock, posts=self.posts)
        """The pictures that have enough stars."""
        self.exhibition = Exhibition(store=store, pictures=pictures, encoder=encoder, clock=clock)
        """Galleries and artists, to be looked at."""
        self.art_channels = ArtChannels(store=store, clock=clock, posts=self.posts)
        """What results get beside themselves in channels for making art."""
        self.settings = SettingsOfGuilds(store, clock, catalog, self._settings_changed)
        """What the managers of servers decide."""
        self.blocks = Blocklist(store, clock)
        """Whom servers do not let make pictures."""
        self.drafts = Drafts(store, clock)
        """What people have chosen for requests that they have not made yet."""
        forgetter = Forgetter(
            store=store, pictures=pictures, clock=clock, posts=self.posts, retention_days=retention_days
        )
        self.privacy = Privacy(
            store=store,
            clock=clock,
            exporter=Exporter(store=store, pictures=pictures, clock=clock),
            forgetter=forgetter,
            end_all=self._end_all_of,
        )
        """What people decide about what is kept of them."""
        self.limits = Limits(store, clock, limits)
        """How much may be made, by whom."""
        self.rules = Rulebook(store, clock)
        """What the managers of servers do not want in prompts."""
        self.removals = Removals(
            store=store, pictures=pictures, clock=clock, posts=self.posts, missed_after=patience.missed
        )
        """What goes with messages that are gone."""
        self.moderation = Moderation(store, clock, self.posts)
        """What members report, and what is decided about that."""
        self.balance = BalanceFloor(
            store=store, runapi=runapi, clock=clock, upstream=self._upstream, floor=limits.balance_floor
        )
        """What is to be kept of RunAPI's balance."""
        self.reports = Reporter(store, clock)
        """What was made in servers."""
        self.charts = Charts(pictures, encoder)
        """Figures as pictures."""
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
            patience=patience,
            callbacks=self._callbacks,
            upstream=self._upstream,
            answering=self.answering,
            priced=self.prices.priced,
            forgetter=forgetter,
            removals=self.removals,
            balance=self.balance,
            posts=self.posts,
        )
        self.rounds = Rounds(
            store=store, clock=clock, catalog=catalog, pictures=pictures, encoder=encoder, posts=self.posts
        )
        """Themes in channels, what is made for them, and the votes."""
        self.recall = Recall(store=store, pictures=pictures, encoder=encoder, clock=clock, packer=packer)
        """What was asked for before, to be looked at again."""

    @asynccontextmanager
    async def running(
        self, courier: Courier, poster: Poster | None = None, *, grace: timedelta = timedelta(seconds=10)
    ) -> AsyncGenerator[None]:
        """Follow what the database says is unfinished and what comes; at the end, stop.

        Args:
            poster: brings posts; None leaves them for the next start.
            grace: how long requests under way may take to end after the body; the next start takes up the rest.
        """
        posting = nullcontext() if poster is None else self.posts.running(poster)
        try:
            async with (
                posting,
                self.gallery.running(),
                self.rounds.running(),
                self._life.running(courier, grace=grace),
            ):
                yield
        finally:
            await self.prices.close()

    async def drain(self, within: timedelta | None = None) -> None:
        """Wait until no request is under way, and no post is due.

        Raises:
            TimeoutError: some still are after `within`.
        """
        async with asyncio.timeout(None if within is None else within.total_seconds()):
            await self._life.drain()
            await self.gallery.drain()
            await self.posts.drain()

    async def _settings_changed(self, guild_id: int) -> None:
        await self.posts.retry(guild_id)
        await self.gallery.settings_changed(guild_id)
        self.posts.wake()

    @property
    def upstream(self) -> UpstreamState:
        """How RunAPI is."""
        return self._upstream.state

    async def accept(self, draft: Draft) -> Accepted:
        """Check what is asked, take the allowance and write the request, in one transaction.

        Raises:
            AgainstSettings, Blocked, CatalogError, EditsNotAllowed, StaysAmongAdults, UnwantedPrompt, OverLimit,
                OverBudget, PriceUnknown, BelowFloor, OutOfCredit, Stopping: it is not taken; nothing has changed.
            StoreUnavailable: the database cannot be written.
        """
        if self._life.stopping:
            raise Stopping("stopping")
        if self._upstream.out_of_credit:
            # Nobody pays a bill in the time that a person waits for a picture: what is known is said at once.
            raise OutOfCredit(InsufficientCredits.sentence_id)
        self.balance.check()
        accepted = await self._take(draft)
        request = accepted.details.request
        place = self._life.promise_place(request)
        if place is None:
            return accepted
        return replace(accepted, details=replace(accepted.details, place=place))

    async def _take(self, draft: Draft) -> Accepted:
        """Accept a draft; only where a budget holds and the price is not known is RunAPI asked for that first."""

        def take(quotes_of: QuotesOf) -> Callable[[Session], Accepted]:
            now, operator = self._clock.now(), self.limits.operator
            return lambda session: accept(session, draft, self.catalog, now, operator, quotes_of=quotes_of)

        try:
            accepted = await self._store.write(take(self.prices.known))
        except PriceUnknown as unknown:
            await self.prices.learn(*unknown.question)
            accepted = await self._store.write(take(self.prices.at_most))
        request, model = accepted.details.request, self.catalog.find(accepted.details.request.model)
        if model is not None and self.upstream is UpstreamState.CLOSED:
            self.prices.renew(request.action, model, request.options)
        return accepted

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

    async def _end_all_of(self, user_id: int, within: timedelta) -> None:
        """Cancel a user's requests under way, where that can be done, and wait that long until they are told."""
        for request_id in await self._store.read(lambda session: session.forgetting.under_way(user_id)):
            request = await self._store.read(lambda session, wanted=request_id: session.requests.get(wanted))
            # One whose first answer is on its way could not be told that it was cancelled.
            if request is not None and request.state is RequestState.ACKNOWLEDGED:
                with suppress(NotCancellable):
                    await self.cancel(request_id, by=user_id)
        await self._life.until_told(user_id, within)

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

    async def renew(self, request_id: int, reply: Mapping[str, Any]) -> None:
        """Record a newer address of a request's reply."""
        await self._store.write(lambda session: session.requests.renew(request_id, reply))

    async def forget(self, details: Details) -> None:
        """Remove a request's pictures from the picture store, after its message was deleted."""
        await self.removals.remove([details.request.id])

    async def usage(
        self, user_id: int, guild_id: int | None = None, role_ids: frozenset[int] = frozenset()
    ) -> UsageReport:
        """Return what a user made, and what is left to them in a server, or outside of servers."""
        now, who = self._clock.now(), Who(user_id, guild_id, role_ids)
        return await self._store.read(lambda session: usage_report(session, who, now, self.limits.operator))

    async def outlook(self, settings: GuildSettings) -> Outlook:
        """Return what pictures can cost at most under a server's settings, by what RunAPI says soon."""
        lists = await self.prices.lists(patience=PATIENCE / 2)
        return Outlook.of(settings, catalog_for(settings, self.catalog), lists, self.limits.operator.ceiling)


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
