"""What came of a server's requests."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bot.store import NOBODY, By, Delivery, Forgotten, Outcome, RequestState, Session, Store
from bot.store.migrations import upgrade
from tests.store.rows import ADA, BOB, NOW, add_request

GUILD = 7
LATER = NOW + timedelta(minutes=1)
OLD = """
    INSERT INTO users (id, created_at) VALUES ({user}, {at});
    INSERT INTO requests (short_id, user_id, guild_id, channel_id, bot_present, origin, action, model, prompt, options,
            pictures_asked, private, locale, filesize_limit, state, reply, delivery, created_at, finished_at)
        VALUES ('abc', {user}, {guild}, 8, 1, 'imagine', 'text_to_image', 'imagen-4', 'a red fox', '{{}}', 2, 0,
            'en-US', 1, 'completed', '{{}}', 'delivered', {at}, {end});
    INSERT INTO tasks (request_id, number, attempt, state, idempotency_key, status_path, cost, created_at)
        VALUES (1, 1, 1, 'completed', 'k1', '/1', 80000, {at}), (1, 2, 1, 'completed', 'k2', '/2', NULL, {at});
    INSERT INTO pictures (request_id, task_id, number, url, expires_at, created_at)
        VALUES (1, 1, 1, '', {at}, {at}), (1, 2, 2, '', {at}, {at}), (1, 2, 3, '', {at}, {at});
"""
"""A request that made three pictures, of two of which no cost is known, as version 0010 kept it."""

MADE = {"pictures_made": 1, "cost": Decimal("0.08")}


def over(session: Session, state: str = "completed", waited: float = 12.0, **changed: Any) -> int:
    """Insert a request that is over."""
    request = add_request(session, **{"roles": [], **MADE, **changed})
    ended = {"finished_at": request.created_at + timedelta(seconds=waited), "delivery": Delivery.DELIVERED}
    session.requests.move(request.id, RequestState.ACCEPTED, to=RequestState(state), **ended)
    return request.id


async def outcomes(store: Store, by: By = "member", guild_id: int = GUILD) -> list[Outcome]:
    """Return what came of the requests of the minute that begins with NOW."""
    found = await store.read(lambda session: session.outcomes.of_guild(guild_id, by, NOW, LATER))
    return sorted(found, key=lambda each: (str(each.key), each.state, each.waited))


async def test_what_ended_alike_and_took_as_long_is_counted_together(store: Store) -> None:
    def add(session: Session) -> None:
        over(session)
        over(session, waited=11.6, pictures_made=3, unpriced=2)
        over(session, waited=13)
        over(session, "failed", pictures_made=0, cost=Decimal("0.000001"))
        over(session, user_id=BOB)

    await store.write(add)
    assert await outcomes(store) == [
        Outcome(ADA, RequestState.COMPLETED, 12, 2, 4, 2, 160_000),
        Outcome(ADA, RequestState.COMPLETED, 13, 1, 1, 0, 80_000),
        Outcome(ADA, RequestState.FAILED, 12, 1, 0, 0, 1),
        Outcome(BOB, RequestState.COMPLETED, 12, 1, 1, 0, 80_000),
    ]


@pytest.mark.parametrize(
    ("by", "changed", "keys"),
    [
        ("member", {"user_id": BOB}, [ADA, BOB]),
        ("model", {"model": "gpt-image-2"}, ["gpt-image-2", "imagen-4"]),
        ("channel", {"channel_id": 9}, [8, 9]),
        ("role", {"roles": [11, 12]}, [[11, 12], []]),
        ("day", {"created_at": NOW + timedelta(seconds=59)}, [int(NOW.timestamp()) // 900]),
    ],
)
async def test_they_are_told_apart(store: Store, by: By, changed: dict[str, Any], keys: list[Any]) -> None:
    await store.write(lambda session: (over(session), over(session, **changed)))
    assert [each.key for each in await outcomes(store, by)] == keys


async def test_only_what_is_over_there_and_then_counts(store: Store) -> None:
    def add(session: Session) -> None:
        over(session, guild_id=8)
        over(session, guild_id=None)
        over(session, created_at=NOW - timedelta(microseconds=1))
        over(session, created_at=LATER)
        over(session, "lapsed")
        add_request(session)

    await store.write(add)
    assert await outcomes(store) == []
    assert len(await outcomes(store, guild_id=8)) == 1


@pytest.mark.parametrize("by", ["member", "role", "channel"])
async def test_what_is_forgotten_counts_as_nobodys_at_once(store: Store, by: By) -> None:
    def add(session: Session) -> None:
        ids = [over(session, roles=[11]) for _ in range(2)]
        session.forgetting.forget(ids, Forgotten.WISH, NOW)

    async def owner() -> int | None:
        request = await store.read(lambda session: session.requests.get(1))
        return request and request.user_id

    nobodys = [Outcome(None, RequestState.COMPLETED, 12, 2, 2, 0, 160_000)]
    await store.write(add)
    assert await owner() == ADA
    assert await outcomes(store, by) == nobodys
    await store.write(lambda session: session.forgetting.release(LATER))
    assert await owner() == NOBODY
    assert await outcomes(store, by) == nobodys


async def test_what_came_before_there_were_these_columns_is_counted_from_its_tasks(path: Path) -> None:
    upgrade(path, "0010")
    at = int(NOW.timestamp() * 1_000_000)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript(OLD.format(user=ADA, guild=GUILD, at=at, end=at + 12_000_000))
    async with Store.open(path) as store:
        assert await outcomes(store) == [Outcome(ADA, RequestState.COMPLETED, 12, 1, 3, 2, 80_000)]
        assert [each.key for each in await outcomes(store, "role")] == [None]
