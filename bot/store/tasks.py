"""Tasks and the pictures that they give."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from functools import cache
from itertools import chain, count
from typing import Any, cast

from sqlalchemy import Connection, bindparam, case, exists, func, insert, select, type_coerce, union_all, update

from bot.shares import numbers
from bot.store.prepared import Prepared, one_of
from bot.store.records import Delivery, Failure, Picture, Task, TaskState
from bot.store.tables import pictures, requests, sources, tasks
from bot.store.types import Moment

# Statements that every request needs, built once: SQLAlchemy takes longer to build one than SQLite to run it.
_ADD = Prepared(insert(tasks), "request_id", "number", "attempt", "state", "quote", "created_at")
_BY_ID = Prepared(select(tasks).where(tasks.c.id == bindparam("wanted")))
_OF_REQUEST = Prepared(
    select(tasks).where(tasks.c.request_id == bindparam("wanted")).order_by(tasks.c.number, tasks.c.attempt)
)
_BLANK: dict[str, Any] = dict.fromkeys(tasks.c.keys())
_NEWEST = 10_000
"""Tasks among which one is looked for by RunAPI's id: days of work, and few enough to go through without an index."""
_KNOWN = select(
    exists().where(
        tasks.c.id > select(func.max(tasks.c.id) - _NEWEST).scalar_subquery(), tasks.c.runapi_id == bindparam("wanted")
    )
)
_PICTURES = Prepared(select(pictures).where(pictures.c.request_id == bindparam("wanted")).order_by(pictures.c.number))
_ADD_PICTURE = Prepared(insert(pictures), "request_id", "task_id", "number", "url", "expires_at", "created_at")
_ASKED = Prepared(
    select(requests.c.pictures_asked, func.max(tasks.c.number).label("together"))
    .join(tasks, tasks.c.request_id == requests.c.id)
    .where(requests.c.id == bindparam("wanted"))
)
_ADD_THUMBNAIL = Prepared(
    update(pictures).where(pictures.c.id == bindparam("changed"), pictures.c.file == bindparam("made_from")),
    "thumbnail",
)
_OVER = case(
    (requests.c.delivery == Delivery.OPEN, None),
    else_=func.coalesce(requests.c.delivered_at, requests.c.finished_at, requests.c.created_at),
)
_FILES = union_all(
    *(
        select(file, type_coerce(_OVER, Moment)).join(requests, requests.c.id == owner).where(file.is_not(None))
        for file, owner in (
            (pictures.c.file, pictures.c.request_id),
            (pictures.c.thumbnail, pictures.c.request_id),
            (sources.c.file, sources.c.request_id),
        )
    )
)


@cache
def _move(states: tuple[TaskState, ...], *columns: str) -> Prepared:
    """Return what changes these columns of a task that is in one of some states."""
    which = (tasks.c.id == bindparam("moved"), tasks.c.state.in_(one_of(states)))
    return Prepared(update(tasks).where(*which), *columns)


@cache
def _change_picture(*columns: str) -> Prepared:
    """Return what changes these columns of a picture."""
    return Prepared(update(pictures).where(pictures.c.id == bindparam("changed")), *columns)


class Tasks:
    """The tasks, seen through one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(
        self, request_id: int, number: int, created_at: datetime, *, attempt: int = 1, quote: Decimal | None = None
    ) -> Task:
        """Insert a queued task; `quote` is what it is to cost in dollars."""
        row: dict[str, Any] = {
            "request_id": request_id,
            "number": number,
            "attempt": attempt,
            "state": TaskState.QUEUED,
            "quote": quote,
            "created_at": created_at,
        }
        row["id"] = _ADD.insert(self._connection, row)
        return Task(**{**_BLANK, **row})

    def get(self, task_id: int) -> Task:
        """Return the task."""
        [row] = _BY_ID.all(self._connection, {"wanted": task_id})
        return Task(**row)

    def of_request(self, request_id: int) -> tuple[Task, ...]:
        """Return the newest attempt at each of the request's tasks, in order."""
        rows = _OF_REQUEST.all(self._connection, {"wanted": request_id})
        newest = {task.number: task for task in (Task(**row) for row in rows)}
        return tuple(newest.values())

    def move(
        self, task_id: int, *states: TaskState, to: TaskState, failure: Failure | None = None, **values: Any
    ) -> Task | None:
        """Change the state if it is one of `states`; return the task as it is then, or None if it was not."""
        said = None if failure is None else asdict(failure)
        move = _move(states, "state", "failure", *values)
        row = {"moved": task_id, "state": to, "failure": said, **values}
        return self.get(task_id) if move.change(self._connection, row) else None

    def is_known(self, runapi_id: str) -> bool:
        """Return whether one of the newest tasks has RunAPI's id `runapi_id`."""
        return bool(self._connection.execute(_KNOWN, {"wanted": runapi_id}).scalar())

    def given_up(self, since: datetime) -> Sequence[Task]:
        """Return the tasks that were submitted after `since`, did not end in time, and whose reply is still there."""
        query = (
            select(*tasks.c)
            .join(requests, requests.c.id == tasks.c.request_id)
            .where(
                tasks.c.state == TaskState.EXPIRED,
                tasks.c.finished_at > since,
                tasks.c.submitted_at > since,
                requests.c.deleted_at.is_(None),
            )
            .order_by(tasks.c.finished_at)
        )
        return [Task(**row) for row in self._connection.execute(query).mappings()]


class Pictures:
    """The pictures, seen through one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, task: Task, urls: Sequence[str], *, created_at: datetime, expires_at: datetime) -> None:
        """Insert a task's results, numbered as the task is among the request's, whichever was made first.

        What one task does not make leaves a gap; what it makes beyond its share comes after all others.
        """
        row = {"request_id": task.request_id, "task_id": task.id, "created_at": created_at, "expires_at": expires_at}
        [(asked, together)] = (each.values() for each in _ASKED.all(self._connection, {"wanted": task.request_id}))
        beyond = max(asked, *(picture.number for picture in self.of_request(task.request_id)), 0) + 1
        free = chain(numbers(asked, together, task.number), count(beyond))
        for number, url in zip(free, urls, strict=False):
            _ADD_PICTURE.change(self._connection, {**row, "number": number, "url": url})

    def get(self, picture_id: int) -> Picture | None:
        """Return the picture, or None."""
        row = self._connection.execute(select(pictures).where(pictures.c.id == picture_id)).mappings().one_or_none()
        return None if row is None else Picture(**row)

    def of_request(self, request_id: int) -> tuple[Picture, ...]:
        """Return the request's pictures, in order."""
        return tuple(Picture(**row) for row in _PICTURES.all(self._connection, {"wanted": request_id}))

    def files(self) -> Mapping[str, datetime | None]:
        """Return the names of all files in the picture store that a row names, thumbnails and sources too.

        Each comes with the moment from which no request needs it any more, or None while one does: until its picture
        is delivered, or the request that edits it is.
        """
        found: dict[str, datetime | None] = {}
        rows = self._connection.execute(_FILES)
        for name, since in cast("Iterable[tuple[str, datetime | None]]", rows):
            known = found.get(name, since)
            found[name] = None if known is None or since is None else max(known, since)
        return found

    def change(self, picture_id: int, **values: Any) -> None:
        """Set columns of a picture."""
        _change_picture(*values).change(self._connection, {"changed": picture_id, **values})

    def add_thumbnail(self, picture: Picture, name: str) -> bool:
        """Record the file that holds a picture's thumbnail; return False where the picture was deleted meanwhile."""
        row = {"changed": picture.id, "made_from": picture.file, "thumbnail": name}
        return _ADD_THUMBNAIL.change(self._connection, row) == 1
