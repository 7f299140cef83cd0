"""Who is to be notified when their request is over."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from bot.store.prepared import Prepared
from bot.store.records import Delivery, Notice, NoticeState, RequestState
from bot.store.tables import notices, requests

_GET = Prepared(select(notices).where(notices.c.request_id == bindparam("wanted")))


class Notices:
    """The notices, seen through one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, request_id: int) -> Notice | None:
        """Return the notice about a request, or None where none was offered."""
        row = _GET.one(self._connection, {"wanted": request_id})
        return None if row is None else Notice(**row)

    def offer(self, request_id: int) -> None:
        """Offer one; offered twice it is as once."""
        row = upsert(notices).values(request_id=request_id, state=NoticeState.OFFERED)
        self._connection.execute(row.on_conflict_do_nothing())

    def want(self, request_id: int) -> bool:
        """Record that its owner wants one, if the request is not over; return whether it is so."""
        unfinished = select(requests.c.id).where(requests.c.state == RequestState.ACKNOWLEDGED)
        changed = self._connection.execute(
            update(notices)
            .where(
                notices.c.request_id == request_id,
                notices.c.request_id.in_(unfinished),
                notices.c.state.in_((NoticeState.OFFERED, NoticeState.WANTED)),
            )
            .values(state=NoticeState.WANTED)
        )
        return changed.rowcount == 1

    def withdraw(self, request_id: int) -> None:
        """Forget that one was wanted."""
        self._connection.execute(delete(notices).where(notices.c.request_id == request_id))

    def begin(self, request_id: int, now: datetime) -> None:
        """Record that one is about to be sent."""
        self._connection.execute(update(notices).where(notices.c.request_id == request_id).values(began_at=now))

    def end(self, request_id: int, state: NoticeState) -> None:
        """Record what became of one."""
        self._connection.execute(update(notices).where(notices.c.request_id == request_id).values(state=state))

    def due_ids(self) -> Sequence[int]:
        """Return the ids of the requests whose end has been told, but not to who wants to be notified of it."""
        query = (
            select(notices.c.request_id)
            .join(requests, requests.c.id == notices.c.request_id)
            .where(notices.c.state == NoticeState.WANTED, requests.c.delivery != Delivery.OPEN)
            .order_by(notices.c.request_id)
        )
        return self._connection.execute(query).scalars().all()
