"""The tables: what must never be is refused by the database itself."""

import re
import sqlite3
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import CheckConstraint, Connection, insert, text, update
from sqlalchemy.exc import IntegrityError

from bot.store import Request, Session
from bot.store.database import Database
from bot.store.tables import metadata
from tests.store.rows import ADA, NOW, add_request, add_vote

REQUEST: dict[str, Any] = {"origin": "imagine"}
TASK: dict[str, Any] = {"state": "pending", "idempotency_key": "key", "status_path": "/v1/text_to_image/tsk_abc123"}
PICTURE: dict[str, Any] = {"url": "https://file.runapi.ai/a.png"}
SOURCE: dict[str, Any] = {"role": "image"}
ALLOWANCE: dict[str, Any] = {"reserved": 1, "used": 0}
RESERVATION: dict[str, Any] = {"amount": 2}
BUDGET: dict[str, Any] = {"reserved": Decimal("0.08"), "spent": Decimal("0.5")}
EXPENSE: dict[str, Any] = {"reserved": Decimal("0.08")}

NEVER: list[tuple[str, dict[str, Any]]] = [
    ("ck_requests_action_known", {"action": "video"}),
    ("ck_requests_state_known", {"state": "pending"}),
    ("ck_requests_delivery_known", {"delivery": "lost"}),
    ("ck_requests_pictures_asked_positive", {"pictures_asked": 0}),
    ("ck_sources_role_known", {"role": "frame"}),
    ("ck_tasks_state_known", {"state": "accepted"}),
    ("ck_tasks_style_known", {"style": "nested"}),
    ("ck_tasks_sent_with_a_key", {"state": "submitting", "idempotency_key": None}),
    ("ck_tasks_sent_with_a_key", {"state": "pending", "idempotency_key": None}),
    ("ck_tasks_sent_with_a_key", {"state": "unknown", "idempotency_key": None}),
    ("ck_tasks_followed_by_path", {"state": "pending", "status_path": None}),
    ("ck_tasks_followed_by_path", {"state": "processing", "status_path": None}),
    ("ck_tasks_followed_by_path", {"state": "completed", "status_path": None}),
    ("ck_pictures_delivered_as_known", {"delivered_as": "postcard"}),
    ("ck_allowances_reserved_not_negative", {"reserved": -1}),
    ("ck_allowances_used_not_negative", {"used": -1}),
    ("ck_notices_state_known", {"state": "lost"}),
    ("ck_reports_decision_known", {"decision": "forgiven"}),
    ("ck_posts_state_known", {"state": "posted"}),
    ("ck_stars_given", {"by_button": False}),
    ("ck_rounds_state_known", {"state": "paused"}),
    ("ck_rounds_entries_each_positive", {"entries_each": 0}),
    ("ck_rounds_lasts", {"voting": 0}),
    ("ck_rounds_due_until_it_is_over", {"due_at": None}),
    ("ck_rounds_due_until_it_is_over", {"state": "ended"}),
    ("ck_entries_slot_positive", {"slot": 0}),
    ("ck_entries_place_after_counting", {"place": 1}),
    ("ck_entries_place_after_counting", {"place": 0, "votes": 1}),
    ("ck_votes_not_for_oneself", {"user_id": ADA}),
    ("ck_reservations_amount_positive", {"amount": 0}),
    ("ck_reservations_used_within_amount", {"used": -1}),
    ("ck_reservations_used_within_amount", {"used": 3}),
    ("ck_budgets_reserved_not_negative", {"reserved": Decimal("-0.01")}),
    ("ck_budgets_spent_not_negative", {"spent": Decimal("-0.01")}),
    ("ck_expenses_reserved_not_negative", {"reserved": Decimal("-0.01")}),
    ("ck_expenses_spent_not_negative", {"spent": Decimal("-0.01")}),
]
FINE: list[tuple[str, dict[str, Any]]] = [
    ("requests", {"state": "lapsed", "delivery": "uncertain"}),
    ("sources", {"role": "mask"}),
    ("tasks", {"state": "queued", "idempotency_key": None, "status_path": None}),
    ("tasks", {"state": "refused", "idempotency_key": None, "status_path": None}),
    ("tasks", {"state": "cancelled", "idempotency_key": None, "status_path": None}),
    ("tasks", {"state": "submitting", "style": "namespaced", "status_path": None}),
    ("pictures", {"delivered_as": "link"}),
    ("allowances", {"reserved": 0}),
    ("notices", {"state": "unsent"}),
    ("reports", {"decision": "dismissed"}),
    ("rounds", {"state": "ended", "due_at": None}),
    ("entries", {"place": 1, "votes": 0}),
    ("reservations", {"used": 0}),
    ("reservations", {"used": 2}),
    ("budgets", {"spent": Decimal(0)}),
    ("expenses", {"spent": Decimal(9)}),
]


def one_of_each(connection: Connection) -> None:
    """Insert one row into every table that has a CHECK."""
    session = Session(connection)
    request = add_request(session)
    task = session.tasks.add(request.id, 1, NOW)
    connection.execute(update(metadata.tables["tasks"]).values(**TASK))
    session.pictures.add(task, [PICTURE["url"]], created_at=NOW, expires_at=NOW)
    session.notices.offer(request.id)
    session.reports.open(request.id, 7, NOW)
    session.stars.put(1, 5, NOW)
    session.posts.want("gallery", "1", 7, 8, NOW)
    session.requests.add_sources(request.id, [{**SOURCE, "file_name": "fox.png"}])
    add_vote(session, request)
    counter = {"scope": "user-day", "subject_id": request.user_id, "period": "2026-11-20"}
    connection.execute(insert(metadata.tables["allowances"]).values(**counter, **ALLOWANCE))
    connection.execute(insert(metadata.tables["reservations"]).values(request_id=request.id, **counter, **RESERVATION))
    connection.execute(insert(metadata.tables["budgets"]).values(**counter, **BUDGET))
    connection.execute(insert(metadata.tables["expenses"]).values(request_id=request.id, **counter, **EXPENSE))


async def change(database: Database, table: str, values: Mapping[str, Any]) -> int:
    """Set columns of all rows of a table; return how many there are."""
    query = update(metadata.tables[table]).values(**values)
    return await database.write(lambda connection: connection.execute(query).rowcount)


def checks() -> Mapping[str, str]:
    """Return the name of every CHECK and the table that it is on."""
    return {
        str(constraint.name): table.name
        for table in metadata.tables.values()
        for constraint in table.constraints
        if isinstance(constraint, CheckConstraint)
    }


@pytest.mark.parametrize(("check", "changed"), NEVER)
async def test_what_must_never_be_is_refused(database: Database, check: str, changed: dict[str, Any]) -> None:
    await database.write(one_of_each)
    with pytest.raises(IntegrityError, match=f"CHECK constraint failed: {check}"):
        await change(database, checks()[check], changed)


@pytest.mark.parametrize(("table", "changed"), FINE)
async def test_what_may_be_is_taken(database: Database, table: str, changed: dict[str, Any]) -> None:
    await database.write(one_of_each)
    assert await change(database, table, changed) == 1


def test_every_check_is_tried_above() -> None:
    assert {check for check, _ in NEVER} == set(checks())


async def test_every_table_is_strict(database: Database) -> None:
    query = text("PRAGMA table_list")
    rows = await database.read(lambda connection: connection.execute(query).mappings().all())
    strict = {row["name"] for row in rows if row["strict"]}
    assert strict == set(metadata.tables)


async def test_a_number_does_not_become_a_word(database: Database) -> None:
    await database.write(one_of_each)
    query = text("UPDATE requests SET user_id = 'ada'")
    with pytest.raises(IntegrityError, match="cannot store TEXT value in INTEGER column"):
        await database.write(lambda connection: connection.execute(query))


async def test_every_constraint_has_a_name(database: Database) -> None:
    query = text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name != 'alembic_version'")
    written = await database.read(lambda connection: connection.execute(query).scalars().all())
    assert len(written) == len(metadata.tables)
    for sql in written:
        constraints = re.findall(r"(?:CHECK|FOREIGN KEY|UNIQUE|PRIMARY KEY|REFERENCES)\b", sql)
        named = re.findall(r"CONSTRAINT \w+ (?:CHECK|FOREIGN KEY\([^)]*\) REFERENCES|UNIQUE|PRIMARY KEY)\b", sql)
        assert constraints
        assert len(named) == len(constraints) - sql.count("FOREIGN KEY")


@pytest.mark.parametrize(
    ("table", "changed"),
    [
        ("requests", {"user_id": 999}),
        ("requests", {"parent_id": 999}),
        ("sources", {"picture_id": 999}),
        ("sources", {"request_id": 999}),
        ("tasks", {"request_id": 999}),
        ("pictures", {"task_id": 999}),
        ("pictures", {"request_id": 999}),
        ("reservations", {"request_id": 999}),
        ("reservations", {"period": "2026-11-21"}),
        ("entries", {"round_id": 999}),
        ("entries", {"picture_id": 999}),
        ("votes", {"entry_id": 999}),
        ("votes", {"artist_id": 999}),
    ],
)
async def test_what_is_named_must_exist(database: Database, table: str, changed: dict[str, Any]) -> None:
    await database.write(one_of_each)
    with pytest.raises(IntegrityError, match="FOREIGN KEY constraint failed"):
        await change(database, table, changed)


async def test_a_short_id_a_key_and_a_number_are_there_once(database: Database) -> None:
    def add_two(connection: Connection) -> tuple[Request, Request]:
        session = Session(connection)
        first, second = add_request(session), add_request(session)
        task = session.tasks.add(first.id, 1, NOW)
        session.tasks.add(second.id, 1, NOW)
        session.pictures.add(task, ["https://a/1", "https://a/2"], created_at=NOW, expires_at=NOW)
        return first, second

    first, second = await database.write(add_two)
    with pytest.raises(IntegrityError, match=r"UNIQUE.*requests\.short_id"):
        await change(database, "requests", {"short_id": first.short_id})
    with pytest.raises(IntegrityError, match=r"UNIQUE.*tasks\.idempotency_key"):
        await change(database, "tasks", {"idempotency_key": "one key"})
    with pytest.raises(sqlite3.IntegrityError, match=r"UNIQUE.*tasks\.number"):
        await database.write(lambda connection: Session(connection).tasks.add(second.id, 1, NOW))
    with pytest.raises(IntegrityError, match=r"UNIQUE.*pictures\.number"):
        await change(database, "pictures", {"number": 1})
