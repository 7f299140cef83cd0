"""Taking a request: what was asked is checked, the allowance taken and the request written, in one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.catalog import COUNT, Action, Catalog, Value, check_options, check_prompt, check_sources, tasks_for
from bot.engine import blocks, limits, policy, rules
from bot.engine.guild_settings import GuildSettings
from bot.engine.limits import OperatorLimits, QuotesOf, Who
from bot.engine.origins import Origins, SourceDraft
from bot.store import Details, Session


@dataclass(frozen=True, slots=True)
class Draft:
    """What a person asks for, not yet checked.

    Attributes:
        bot_present: whether the bot itself is where the reply will be, and so can post there without a token.
        origin: how it was asked: `imagine`, `edit`, `reply`, `reroll`, `again`.
        options: by their names on `/imagine` and `/edit`; None stands for left out.
        filesize_limit: bytes of a file that may be attached to the reply.
        reply: where the reply will be; only the Courier reads it.
        private: whether only its author is to see the reply; None is as the server has it.
        parent_id: the request from which this one came, as a reroll does.
        parent_number: which of that one's pictures it edits, from 1; None where it edits none of them.
        spoiler: whether its pictures are to be hidden until they are pressed; they are where what it edits is hidden.
        age_restricted: whether it is asked for where only adults are; its pictures must stay there.
        role_ids: the roles that the user has in the server.
        place_ids: the channel or thread, and what it belongs to: a thread's channel, a channel's category.
        slow_mode: seconds that the user has to let pass between two messages in the channel; 0 is none. A message that
            asks has waited for Discord already.
    """

    user_id: int
    guild_id: int | None
    channel_id: int | None
    bot_present: bool
    origin: str
    action: Action
    prompt: str
    locale: str
    filesize_limit: int
    reply: Mapping[str, Any]
    model: str | None = None
    options: Mapping[str, Value | None] = field(default_factory=dict[str, Value | None])
    sources: tuple[SourceDraft, ...] = ()
    private: bool | None = None
    parent_id: int | None = None
    parent_number: int | None = None
    spoiler: bool = False
    age_restricted: bool = False
    role_ids: frozenset[int] = frozenset()
    place_ids: frozenset[int] = frozenset()
    slow_mode: int = 0


@dataclass(frozen=True, slots=True)
class Accepted:
    """A request that was taken, and how many pictures its user has left today; None is without end."""

    details: Details
    left: int | None


def check_allowed(session: Session, draft: Draft, settings: GuildSettings, now: datetime) -> Origins:
    """Check what hangs on who asks, where and for which pictures, whatever else is asked; return what it builds on.

    Raises:
        Blocked: its user is blocked in the server.
        Unwelcome: the server's settings do not let them ask, or not there.
        StaysAmongAdults: it builds on a picture from an age-restricted channel, and is asked for elsewhere.
        ForgottenPicture: it edits a picture that is not kept any more.
        EditsNotAllowed: it edits a picture of somebody who does not let others do that.
    """
    blocks.check(session, draft.guild_id, draft.user_id, now)
    policy.check_welcome(draft, settings)
    origins = Origins.of(session, draft.sources, draft.parent_id, draft.parent_number)
    origins.check(session, draft.user_id, among_adults=draft.age_restricted)
    return origins


def no_quotes(*_: object) -> None:
    """Know of nothing what it costs."""


def accept(
    session: Session,
    draft: Draft,
    catalog: Catalog,
    now: datetime,
    operator: OperatorLimits,
    *,
    quotes_of: QuotesOf = no_quotes,
) -> Accepted:
    """Check a draft, take the allowance and write the request.

    Args:
        quotes_of: tells at once what is known of prices; it runs in the database's thread.

    Raises:
        Blocked, Unwelcome, StaysAmongAdults, ForgottenPicture, EditsNotAllowed: as `check_allowed` does.
        AgainstSettings: the server's settings do not allow it.
        CatalogError: the model does not take what was asked.
        UnwantedPrompt: a rule does not let its prompt through.
        TooSoon: the user's last request in the server, or in a channel with slow mode, is too short a time ago.
        TooManyAtOnce: the user has too many tasks under way there.
        OverLimit: the allowance does not suffice.
        OverBudget: what the server or the operator wants to spend does not suffice.
        PriceUnknown: one of them has a budget, and what this costs is not known.
    """
    settings = GuildSettings.of(session, draft.guild_id)
    origins = check_allowed(session, draft, settings, now)
    draft = policy.applied(draft, settings, catalog)
    who = Who(draft.user_id, draft.guild_id, draft.role_ids)
    limits.check_cooldown(session, who, settings, now)
    if not draft.private:
        limits.check_slow_mode(session, draft.user_id, draft.channel_id, draft.slow_mode, now)
    model, operation = catalog.choose(draft.action, draft.model)
    prompt = check_prompt(draft.prompt, model, operation)
    options = check_options(draft.options, model, operation)
    masks = sum(source.role == "mask" for source in draft.sources)
    check_sources(len(draft.sources) - masks, model, operation, mask=masks > 0)
    rules.check(session, draft.guild_id, prompt)
    pictures = int(options.get(COUNT, 1))
    numbers = range(1, tasks_for(pictures, operation) + 1)
    limits.check_tasks(session, who, settings, now, len(numbers))
    taken, left = limits.take(session, who, settings, now, operator, amount=pictures)
    quotes = quotes_of(draft.action, model, options)
    owed = limits.purses(draft.guild_id, settings, now, operator)
    price = limits.spend(session, owed, quotes, (draft.action, model, options))
    request = session.requests.add(
        user_id=draft.user_id,
        created_at=now,
        guild_id=draft.guild_id,
        channel_id=draft.channel_id,
        bot_present=draft.bot_present,
        origin=draft.origin,
        action=draft.action,
        model=model.id,
        prompt=prompt,
        options=options,
        pictures_asked=pictures,
        private=bool(draft.private),
        locale=draft.locale,
        filesize_limit=draft.filesize_limit,
        reply=draft.reply,
        parent_id=draft.parent_id,
        parent_number=draft.parent_number,
        spoiler=draft.spoiler or origins.spoiler,
        age_restricted=draft.age_restricted,
        roles=None if draft.guild_id is None else sorted(draft.role_ids),
    )
    for allowance in taken:
        session.allowances.reserve(request.id, allowance, pictures)
    for purse in owed:
        session.budgets.reserve(request.id, purse.budget, price)
    sources = session.requests.add_sources(
        request.id,
        [
            {
                "role": source.role,
                "picture_id": source.picture_id,
                "url": source.url,
                "file_name": source.file_name,
                "file": source.file,
                "author_id": source.author_id,
            }
            for source in draft.sources
        ],
    )
    tasks = tuple(
        session.tasks.add(request.id, number, now, quote=None if quotes is None else quotes[number - 1])
        for number in numbers
    )
    parent = session.parent(draft.parent_id)
    return Accepted(Details(request, sources, tasks, (), parent=parent, left=left), left)
