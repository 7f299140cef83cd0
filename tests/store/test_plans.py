"""Queries that run often use an index, whatever the tables hold."""

import sqlite3
from collections.abc import Callable
from functools import partial
from typing import Any, cast, get_args

import pytest
from sqlalchemy import Connection

from bot.store import ArtistSearch, By, GallerySearch, Search, Session
from bot.store.database import Database
from tests.store.rows import ADA, NOW

OWN = "requests USING INDEX ix_requests_user_id_created_at"
GALLERY = GallerySearch(7, frozenset({8}), artist_id=ADA, up_to=5)
ALL, SOME = Search(), Search(model="imagen-4", text="fox")


def _outcomes(by: By, session: Session) -> Any:
    return session.outcomes.of_guild(7, by, NOW, NOW)


QUERIES: list[tuple[str, Callable[[Session], Any]]] = [
    ("usage USING INDEX sqlite_autoindex_usage_1 (user_id=?)", lambda session: session.usage.of_user_by_model(ADA)),
    ("usage USING INDEX sqlite_autoindex_usage_1 (user_id=?)", lambda session: session.usage.of_user_by_day(ADA, "")),
    *[
        (
            "requests USING INDEX ix_requests_guild_id_created_at (guild_id=? AND created_at>? AND created_at<?)",
            partial(_outcomes, by),
        )
        for by in get_args(By)
    ],
    ("requests USING INDEX ix_requests_unfinished", lambda session: session.requests.unfinished_ids()),
    ("notices USING INDEX ix_notices_wanted", lambda session: session.notices.due_ids()),
    ("requests USING INDEX sqlite_autoindex_requests_1", lambda session: session.requests.by_short_id("abc")),
    (f"{OWN} (user_id=?)", lambda session: session.history.page(ADA, ALL, up_to=None, offset=9, limit=9)),
    (f"{OWN} (user_id=?)", lambda session: session.history.page(ADA, SOME, up_to=5, offset=0, limit=9)),
    (f"{OWN} (user_id=?)", lambda session: session.history.count(ADA, SOME, up_to=5)),
    (f"{OWN} (user_id=?)", lambda session: session.history.newest_in(ADA, 8)),
    (f"{OWN} (user_id=? AND created_at>?)", lambda session: session.requests.last_shown(ADA, 8, NOW)),
    ("posts USING INDEX sqlite_autoindex_posts_1 (kind=?)", lambda session: session.posts.of_kind("how-to")),
    (f"{OWN} (user_id=?)", lambda session: session.history.suggested(ADA, "fox", 25)),
    (f"{OWN} (user_id=?)", lambda session: session.history.models(ADA)),
    (
        "posts USING INDEX sqlite_autoindex_posts_1 (kind=?)",
        lambda session: session.exhibits.page(GALLERY, offset=9, limit=9),
    ),
    ("pictures USING INTEGER PRIMARY KEY (rowid=?)", lambda session: session.exhibits.get(GALLERY, 3)),
    ("pictures USING INTEGER PRIMARY KEY (rowid=?)", lambda session: session.exhibits.count(GALLERY)),
    (f"SEARCH {OWN} (user_id=?)", lambda session: session.artists.best(ArtistSearch(ADA, 7, frozenset({8})), 9)),
    (f"SEARCH {OWN} (user_id=?)", lambda session: session.artists.stars(ADA, 7, self_stars=False)),
    (
        "stars USING COVERING INDEX sqlite_autoindex_stars_1 (picture_id=?)",
        lambda session: session.artists.stars(ADA, 7, self_stars=True),
    ),
    ("entries USING INDEX ix_entries_user_id", lambda session: session.artists.rounds_won(ADA, 7)),
    ("rounds USING INDEX ix_rounds_live", lambda session: session.rounds.live_in(8)),
    ("rounds USING INDEX ix_rounds_due", lambda session: session.rounds.due(NOW)),
    ("rounds USING INDEX ix_rounds_guild_id_created_at", lambda session: session.rounds.over(7, offset=5, limit=5)),
    ("entries USING INDEX ix_entries_request_id", lambda session: session.entries.rounds_of([1])),
    ("tasks USING INDEX ix_tasks_finished_at", lambda session: session.tasks.given_up(NOW)),
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
    def plan(connection: Connection) -> list[str]:
        asked: list[str] = []
        driver = cast("sqlite3.Connection", connection.connection.driver_connection)
        driver.set_trace_callback(asked.append)
        query(Session(connection))
        driver.set_trace_callback(None)
        [statement] = asked
        return [row[-1] for row in driver.execute(f"EXPLAIN QUERY PLAN {statement}")]

    steps = await database.read(plan)
    assert any(index in step for step in steps), steps
    if index.startswith(OWN) and "models" not in query.__code__.co_names:
        # Newest first is the index's own order, so only the page's rows are read.
        assert not any("ORDER BY" in step for step in steps), steps
