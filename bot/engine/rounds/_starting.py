"""Starting a round: what a manager wants is checked, and written."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.catalog import Catalog
from bot.engine.guild_settings import GuildSettings
from bot.engine.policy import catalog_for
from bot.engine.rounds import _course, _posts
from bot.engine.rules import find, of_guild
from bot.errors import EaselError
from bot.store import Round, RoundState, Session

MAX_THEME = 100
"""Characters of a theme."""

MAX_ENTRIES = 10
"""Pictures that one member may have in a round, at most."""

MIN_LENGTH, MAX_LENGTH = timedelta(minutes=5), timedelta(days=60)
"""How long making, and voting, may last; and for how long a round may be announced before it begins."""

AUDITED = "round"
"""The action under which managers' doings are in the audit log."""


class NotStarted(EaselError):
    """Such a round cannot be; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A round that somebody wants to start.

    Attributes:
        models: ids of the models whose pictures may enter; empty stands for all.
        age_restricted: whether only adults are in its channel.
        starts_in: how long until it begins; zero is at once.
    """

    guild_id: int
    channel_id: int
    theme: str
    length: timedelta
    voting: timedelta
    entries_each: int = 1
    models: tuple[str, ...] = ()
    age_restricted: bool = False
    starts_in: timedelta = timedelta(0)


def start(session: Session, plan: Plan, catalog: Catalog, now: datetime, *, by: int) -> Round:
    """Start a round, or announce one that begins later.

    Raises:
        NotStarted: such a round cannot be, or the channel has one that is not over; nothing has changed.
    """
    theme = _theme(session, plan)
    models = _models(session, plan, catalog)
    _check_numbers(plan)
    state = RoundState.ANNOUNCED if plan.starts_in else RoundState.OPEN
    opens_at = now + plan.starts_in
    closes_at = opens_at + plan.length
    round_ = session.rounds.add(
        guild_id=plan.guild_id,
        channel_id=plan.channel_id,
        actor_id=by,
        theme=theme,
        models=models,
        entries_each=plan.entries_each,
        age_restricted=plan.age_restricted,
        length=int(plan.length.total_seconds()),
        voting=int(plan.voting.total_seconds()),
        state=state,
        created_at=now,
        opens_at=opens_at,
        closes_at=closes_at,
        ends_at=closes_at + plan.voting,
        due_at=_course.first_due(state, opens_at, closes_at, plan.length),
    )
    if round_ is None:
        raise NotStarted("round-one-at-a-time")
    _posts.announce(session, round_, now)
    session.audit.add(plan.guild_id, by, now, AUDITED, before=None, after=audited(round_))
    return round_


def audited(round_: Round) -> dict[str, str]:
    """Return a round as the audit log has it."""
    return {"id": round_.short_id, "channel": str(round_.channel_id), "theme": round_.theme, "state": round_.state}


def _theme(session: Session, plan: Plan) -> str:
    theme = " ".join(plan.theme.split())
    if not any(each.isalnum() or ord(each) > 127 for each in theme):
        raise NotStarted("round-theme-empty")
    if len(theme) > MAX_THEME:
        raise NotStarted("round-theme-long", limit=MAX_THEME)
    for found in find(theme, of_guild(session, plan.guild_id)):
        if found.refused:
            raise NotStarted("round-theme-unwanted", phrase=found.rule.phrase)
    return theme


def _models(session: Session, plan: Plan, catalog: Catalog) -> list[str]:
    allowed = catalog_for(GuildSettings.of(session, plan.guild_id), catalog)
    models: list[str] = []
    for named in plan.models:
        model = allowed.find(named)
        if model is None:
            raise NotStarted("round-model-unknown", model=named[:MAX_THEME])
        models.append(model.id)
    return sorted(set(models))


def _check_numbers(plan: Plan) -> None:
    if not 1 <= plan.entries_each <= MAX_ENTRIES:
        raise NotStarted("round-entries-range", limit=MAX_ENTRIES)
    lasts = all(MIN_LENGTH <= each <= MAX_LENGTH for each in (plan.length, plan.voting))
    if not lasts or not timedelta(0) <= plan.starts_in <= MAX_LENGTH:
        minutes, days = MIN_LENGTH // timedelta(minutes=1), MAX_LENGTH.days
        raise NotStarted("round-length-range", minutes=minutes, days=days)
