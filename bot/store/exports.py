"""Everything that is kept of one person, as rows."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Executable, Select, Table, or_, select

from bot.store.round_tables import entries, rounds, votes
from bot.store.tables import (
    allowances,
    audit,
    blocks,
    drafts,
    expenses,
    notices,
    pictures,
    report_reasons,
    requests,
    reservations,
    sources,
    stars,
    tasks,
    usage,
    users,
    withdrawals,
)

Row = Mapping[str, Any]

# What stands in for a right, or only repeats what is beside it, is not given out.
_UNTOLD = {"requests": {"reply"}, "tasks": {"body"}, "votes": {"artist_id"}}

_PARTS: Mapping[str, Table] = {
    "sources": sources,
    "tasks": tasks,
    "pictures": pictures,
    "notices": notices,
    "reservations": reservations,
    "expenses": expenses,
}


class Exports:
    """What is kept of somebody, seen through one connection; rows have the tables' columns as their keys."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def requests(self, user_id: int, *, after: int, limit: int) -> Sequence[Row]:
        """Return somebody's requests with ids above `after`, in order, each with what belongs to it in lists."""
        mine = requests.c.user_id == user_id, requests.c.id > after
        rows = self._rows(_all_of(requests).where(*mine).order_by(requests.c.id).limit(limit))
        ids = [row["id"] for row in rows]
        parts = {name: self._rows(_all_of(table).where(table.c.request_id.in_(ids))) for name, table in _PARTS.items()}
        return [{**row, **{name: _of(row["id"], found) for name, found in parts.items()}} for row in rows]

    def rest(self, user_id: int) -> Mapping[str, Sequence[Row]]:
        """Return what is kept of somebody beside their requests, by what it is."""
        posted = (
            select(requests.c.short_id, requests.c.created_at, sources.c.file_name)
            .join(requests, requests.c.id == sources.c.request_id)
            .where(sources.c.author_id == user_id, requests.c.user_id != user_id)
        )
        starred = (
            select(requests.c.short_id, pictures.c.number, stars.c.by_button, stars.c.by_reaction, stars.c.created_at)
            .join_from(stars, pictures, pictures.c.id == stars.c.picture_id)
            .join(requests, requests.c.id == pictures.c.request_id)
            .where(stars.c.user_id == user_id)
        )
        return {
            "user": self._rows(_all_of(users).where(users.c.id == user_id)),
            "usage": self._rows(_all_of(usage).where(usage.c.user_id == user_id)),
            "allowances": self._rows(_all_of(allowances).where(allowances.c.subject_id == user_id)),
            "drafts": self._rows(_all_of(drafts).where(drafts.c.user_id == user_id)),
            "blocks": self._rows(_all_of(blocks).where(blocks.c.user_id == user_id)),
            "stars": self._rows(starred),
            "pictures_kept_out_of_galleries": self._rows(_all_of(withdrawals).where(withdrawals.c.actor_id == user_id)),
            "reports": self._rows(_all_of(report_reasons).where(report_reasons.c.user_id == user_id)),
            "round_entries": self._rows(_in_rounds(entries).where(entries.c.user_id == user_id)),
            "round_votes": self._rows(_in_rounds(votes).where(votes.c.user_id == user_id)),
            "audit": self._rows(_all_of(audit).where(audit.c.actor_id == user_id)),
            "posted_pictures_edited_by_others": self._rows(posted),
        }

    def files(self, user_id: int) -> Sequence[tuple[str, int, str]]:
        """Return the files of somebody's pictures in the picture store, thumbnails first, each kind newest first.

        Each is the request's short id, the picture's number and the file's name.
        """
        mine = (
            select(requests.c.short_id, pictures.c.number, pictures.c.thumbnail, pictures.c.file)
            .join(requests, requests.c.id == pictures.c.request_id)
            .where(requests.c.user_id == user_id, or_(pictures.c.file.is_not(None), pictures.c.thumbnail.is_not(None)))
            .order_by(pictures.c.id.desc())
        )
        rows = self._connection.execute(mine).all()
        kinds = ([(row.short_id, row.number, getattr(row, kind)) for row in rows] for kind in ("thumbnail", "file"))
        return [named for kind in kinds for named in kind if named[2] is not None]

    def _rows(self, query: Executable) -> Sequence[Row]:
        return [dict(row) for row in self._connection.execute(query).mappings()]


def _of(request_id: int, parts: Sequence[Row]) -> Sequence[Row]:
    return [part for part in parts if part["request_id"] == request_id]


def _all_of(table: Table) -> Select[Any]:
    """Return a query for the columns of a table that are given out."""
    return select(*(column for column in table.c if column.name not in _UNTOLD.get(table.name, set())))


def _in_rounds(table: Table) -> Select[Any]:
    """Return a query for the columns of what belongs to rounds that are given out, with each round's theme."""
    given = (column for column in table.c if column.name not in _UNTOLD.get(table.name, set()))
    return select(*given, rounds.c.theme).join(rounds, rounds.c.id == table.c.round_id)
