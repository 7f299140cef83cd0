"""Queries that run often use an index, whatever the tables hold."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection, event

from bot.store import Session
from bot.store.database import Database
from tests.store.rows import ADA

QUERIES: list[tuple[str, Callable[[Session], Any]]] = [
    ("usage USING INDEX sqlite_autoindex_usage_1 (user_id=?)", lambda session: session.usage.of_user(ADA)),
    ("usage USING INDEX sqlite_autoindex_usage_1 (user_id=?)", lambda session: session.usage.of_user_by_model(ADA)),
    ("requests USING INDEX ix_requests_unfinished", lambda session: session.requests.unfinished_ids()),
    ("notices USING INDEX ix_notices_wanted", lambda session: session.notices.due_ids()),
    ("requests USING INDEX sqlite_autoindex_requests_1", lambda session: session.requests.by_short_id("abc")),
    ("tasks USING INDEX ix_tasks_finished_at", lambda session: session.tasks.recent_durations(20)),
    (
        "tasks USING INDEX sqlite_autoindex_tasks_2 (request_id=?)",
        lambda session: session.tasks.of_request(1),
    ),
    (
        "pictures USING INDEX sqlite_autoindex_pictures_1 (request_id=?)",
        lambda session: session.pictures.of_request(1),
    ),
]


@pytest.mark.parametrize(("index", "query"), QUERIES)
async def test_it_uses_an_index(database: Database, index: str, query: Callable[[Session], Any]) -> None:
    asked: list[tuple[str, Any]] = []

    def note(*said: Any) -> None:
        _, _, statement, parameters, *_ = said
        asked.append((statement, parameters))

    def plan(connection: Connection) -> list[str]:
        event.listen(connection, "before_cursor_execute", note)
        query(Session(connection))
        [(statement, parameters)] = asked
        return [row.detail for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]

    steps = await database.read(plan)
    assert any(index in step for step in steps), steps
