"""Forgetting: what people asked for and made is erased, and what cannot be told from anybody else's stays."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, Connection, delete, exists, func, literal, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from bot.store.records import NOBODY, Delivery, Forgotten
from bot.store.reports import Reports
from bot.store.round_tables import votes
from bot.store.tables import (
    allowances,
    drafts,
    notices,
    pictures,
    requests,
    reservations,
    sources,
    stars,
    tasks,
    usage,
    users,
    withdrawals,
)
from bot.store.types import Moment

_DAY = 10
"""Characters of a counter's period that is a day, as 2026-11-20."""

_ERASED_REQUEST: dict[str, Any] = {
    "prompt": "",
    "options": {},
    "reply": {},
    "channel_id": None,
    "message_id": None,
    "parent_id": None,
    "parent_number": None,
    "locale": "",
    "delivery_nonce": None,
    "roles": None,
}
_ERASED_TASK: dict[str, Any] = {"path": None, "body": None, "runapi_id": None}
_ERASED_PICTURE: dict[str, Any] = {"url": "", "file": None, "thumbnail": None}
_OVER = requests.c.delivery != Delivery.OPEN
_KEPT = requests.c.forgotten.is_(None)


@dataclass(frozen=True, slots=True)
class Holdings:
    """What is kept of somebody: requests that are over, those that are not, and pictures."""

    requests: int
    under_way: int
    pictures: int


class Forgetting:
    """What is to be forgotten, seen through one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def holdings(self, user_id: int) -> Holdings:
        """Return what is kept of somebody."""
        mine = (requests.c.user_id == user_id, _KEPT)
        counts = select(func.count(), func.count().filter(~_OVER)).select_from(requests).where(*mine)
        known, under_way = self._connection.execute(counts).one()
        made = select(func.count()).select_from(pictures).join(requests, requests.c.id == pictures.c.request_id)
        return Holdings(known - under_way, under_way, self._connection.execute(made.where(*mine)).scalar_one())

    def under_way(self, user_id: int) -> Sequence[int]:
        """Return the ids of somebody's requests whose end has not been told."""
        query = select(requests.c.id).where(requests.c.user_id == user_id, ~_OVER).order_by(requests.c.id)
        return self._connection.execute(query).scalars().all()

    def places(self) -> Sequence[int | None]:
        """Return the servers of which requests are kept; None stands for direct messages."""
        return self._connection.execute(select(requests.c.guild_id).where(_KEPT).distinct()).scalars().all()

    def of_user(self, user_id: int, limit: int) -> Sequence[int]:
        """Return the ids of somebody's requests that are over and kept."""
        query = select(requests.c.id).where(requests.c.user_id == user_id, _KEPT, _OVER)
        return self._connection.execute(query.order_by(requests.c.id).limit(limit)).scalars().all()

    def made_before(self, guild_id: int | None, before: datetime, limit: int) -> Sequence[int]:
        """Return the ids of a server's requests from before a moment that are over and kept, oldest first."""
        query = select(requests.c.id).where(
            requests.c.guild_id.is_not_distinct_from(guild_id), requests.c.created_at < before, _KEPT, _OVER
        )
        return self._connection.execute(query.order_by(requests.c.created_at).limit(limit)).scalars().all()

    def forget(self, request_ids: Sequence[int], why: Forgotten, now: datetime) -> Sequence[str]:
        """Erase the content of requests; return the files of the picture store that nobody names any more.

        Requests that are not over, or forgotten already, are left as they are. What others made of their pictures
        stays theirs, but the copies of these that their requests kept go, save for requests under way.
        """
        due = select(requests.c.id).where(requests.c.id.in_(request_ids), _KEPT, _OVER)
        ids = self._connection.execute(due).scalars().all()
        made = self._connection.execute(select(pictures).where(pictures.c.request_id.in_(ids))).all()
        edited = self._connection.execute(select(sources).where(sources.c.request_id.in_(ids))).all()
        names = {name for row in made for name in (row.file, row.thumbnail) if name} | {
            row.file for row in edited if row.file
        }
        self._connection.execute(delete(sources).where(sources.c.request_id.in_(ids)))
        self._connection.execute(update(pictures).where(pictures.c.request_id.in_(ids)).values(_ERASED_PICTURE))
        names |= self._drop_copies([row.id for row in made])
        self._connection.execute(delete(notices).where(notices.c.request_id.in_(ids)))
        Reports(self._connection).forget(ids, now)
        made_by_these = [row.id for row in made]
        self._connection.execute(delete(stars).where(stars.c.picture_id.in_(made_by_these)))
        self._connection.execute(delete(withdrawals).where(withdrawals.c.picture_id.in_(made_by_these)))
        self._erase_tasks(ids)
        erased = {
            **_ERASED_REQUEST,
            "forgotten": why,
            "deleted_at": func.coalesce(requests.c.deleted_at, literal(now, Moment())),
        }
        self._connection.execute(update(requests).where(requests.c.id.in_(ids)).values(erased))
        return self._unnamed(names, [row.picture_id for row in edited if row.picture_id is not None])

    def forget_user(self, user_id: int, now: datetime) -> Sequence[str]:
        """Erase what is known of somebody beside their requests; return the files that nobody names any more.

        What they used goes on counting, as nobody's; their wishes that nobody edits their pictures, and how galleries
        and profiles show them, stay.
        """
        self._connection.execute(delete(drafts).where(drafts.c.user_id == user_id))
        Reports(self._connection).forget_user(user_id, now)
        self._connection.execute(delete(stars).where(stars.c.user_id == user_id))
        acted = update(withdrawals).where(withdrawals.c.actor_id == user_id)
        self._connection.execute(acted.values(actor_id=NOBODY))
        self._connection.execute(delete(votes).where(votes.c.user_id == user_id))
        self._give_usage_to_nobody(user_id)
        names = self._drop_posts(user_id)
        self._forget_who(user_id)
        return self._unnamed(names, [])

    def release(self, before: datetime) -> int:
        """Forget whose the forgotten requests from before a moment were, with what limits counted for them.

        Until then that must be known: to have one's data deleted must not give a new allowance.

        Returns:
            How many requests that were.
        """
        named = (requests.c.forgotten.is_not(None), requests.c.user_id != NOBODY, requests.c.created_at < before)
        owners = self._connection.execute(select(requests.c.user_id).where(*named).distinct()).scalars().all()
        if not owners:
            return 0
        self._add_nobody(before)
        settled = reservations.c.used.is_not(None)
        of_named = reservations.c.request_id.in_(select(requests.c.id).where(*named))
        self._connection.execute(delete(reservations).where(of_named, settled))
        released = self._connection.execute(update(requests).where(*named).values(user_id=NOBODY)).rowcount
        for owner in owners:
            self._drop_counters(owner, before)
            self._forget_who(owner)
        return released

    def _erase_tasks(self, request_ids: Sequence[int]) -> None:
        mine = tasks.c.request_id.in_(request_ids)
        self._connection.execute(update(tasks).where(mine).values(_ERASED_TASK))
        self._connection.execute(update(tasks).where(mine, tasks.c.status_path.is_not(None)).values(status_path=""))
        failed = select(tasks.c.id, tasks.c.failure).where(mine, tasks.c.failure.is_not(None))
        for task_id, failure in cast("Iterable[tuple[int, dict[str, Any]]]", self._connection.execute(failed).all()):
            # RunAPI's words, which may quote the prompt, are among a failure's variables.
            bare: dict[str, Any] = {**failure, "args": {}}
            self._connection.execute(update(tasks).where(tasks.c.id == task_id).values(failure=bare))

    def _drop_copies(self, picture_ids: Sequence[int]) -> set[str]:
        """Let finished requests of others forget their copies of pictures; return the files that these were."""
        return self._drop(sources.c.picture_id.in_(picture_ids))

    def _drop_posts(self, user_id: int) -> set[str]:
        """Let finished requests of others forget the pictures that somebody posted; return the files of these."""
        return self._drop(sources.c.author_id == user_id)

    def _drop(self, which: ColumnElement[bool]) -> set[str]:
        over = exists().where(requests.c.id == sources.c.request_id, _OVER)
        names = self._connection.execute(select(sources.c.file).where(which, over)).scalars().all()
        gone = {"file": None, "url": None, "file_name": "", "author_id": None}
        self._connection.execute(update(sources).where(which, over).values(gone))
        return {name for name in names if name}

    def _unnamed(self, names: Iterable[str], picture_ids: Sequence[int]) -> Sequence[str]:
        """Return which files are named by no source any more, nor by one of the pictures that were edited."""
        candidates = set(names)
        named = (
            select(sources.c.file)
            .where(sources.c.file.in_(candidates))
            .union(select(pictures.c.file).where(pictures.c.id.in_(picture_ids), pictures.c.file.in_(candidates)))
        )
        return sorted(candidates - set(cast("Iterable[str]", self._connection.execute(named).scalars())))

    def _give_usage_to_nobody(self, user_id: int) -> None:
        rows = self._connection.execute(delete(usage).where(usage.c.user_id == user_id).returning(*usage.c)).mappings()
        merged = [{**row, "user_id": NOBODY} for row in rows]
        if not merged:
            return
        new = upsert(usage)
        counts = ("requests", "pictures", "unpriced", "cost")
        sums = {name: usage.c[name] + new.excluded[name] for name in counts}
        self._connection.execute(new.on_conflict_do_update(index_elements=usage.primary_key, set_=sums), merged)

    def _add_nobody(self, now: datetime) -> None:
        self._connection.execute(upsert(users).values(id=NOBODY, created_at=now).on_conflict_do_nothing())

    def _drop_counters(self, user_id: int, before: datetime) -> None:
        """Drop a user's counters of the days on which something was asked before a moment, in any time zone."""
        same = [reservations.c[name] == allowances.c[name] for name in ("scope", "subject_id", "period")]
        over = (
            allowances.c.subject_id == user_id,
            func.length(allowances.c.period) == _DAY,
            allowances.c.period <= (before.date() + timedelta(days=1)).isoformat(),
        )
        self._connection.execute(delete(allowances).where(*over, ~exists().where(*same)))

    def _forget_who(self, user_id: int) -> None:
        """Drop a user of whom nothing is known that has to be."""
        asked = exists().where(requests.c.user_id == user_id)
        undecided = (users.c.edits_allowed.is_(True), users.c.gallery == "show", users.c.profile_shown.is_(True))
        self._connection.execute(delete(users).where(users.c.id == user_id, *undecided, ~asked))
