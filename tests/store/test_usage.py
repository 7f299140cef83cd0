"""What was used, added up."""

from decimal import Decimal
from typing import Any

from bot.store import Session, Store, Usage
from tests.store.rows import ADA, BOB

ROW: dict[str, Any] = {
    "user_id": ADA,
    "guild_id": 7,
    "model": "imagen-4",
    "day": "2026-11-20",
    "pictures": 1,
    "cost": Decimal("0.08"),
}
NOTHING = Usage()


def add(session: Session, **changed: Any) -> None:
    session.usage.add(**{**ROW, **changed})


async def of_user(store: Store, user_id: int = ADA, *, since: str = "") -> Usage:
    by_day = await store.read(lambda session: session.usage.of_user_by_day(user_id, since))
    return sum(by_day.values(), NOTHING)


async def test_nobody_used_nothing(store: Store) -> None:
    assert await of_user(store) == NOTHING
    assert await store.read(lambda session: session.usage.of_user_by_model(ADA)) == []


async def test_requests_are_added_up(store: Store) -> None:
    def use(session: Session) -> None:
        add(session)
        add(session, pictures=4, cost=Decimal("0.000001"))
        add(session, guild_id=None)
        add(session, user_id=BOB, pictures=9)

    await store.write(use)
    assert await of_user(store) == Usage(requests=3, pictures=6, unpriced=0, cost=Decimal("0.160001"))
    assert (await of_user(store, BOB)).pictures == 9


async def test_pictures_of_unknown_cost_are_counted_apart(store: Store) -> None:
    def use(session: Session) -> None:
        add(session, pictures=2, unpriced=2, cost=Decimal(0))
        add(session)
        add(session, pictures=3, unpriced=3, cost=Decimal(0))
        add(session, cost=Decimal(0))

    await store.write(use)
    assert await of_user(store) == Usage(requests=4, pictures=7, unpriced=5, cost=Decimal("0.08"))


async def test_what_comes_later_of_a_request_is_no_other_request(store: Store) -> None:
    def use(session: Session) -> None:
        add(session, pictures=3, unpriced=1)
        add(session, requests=0)

    await store.write(use)
    assert await of_user(store) == Usage(requests=1, pictures=4, unpriced=1, cost=Decimal("0.16"))


async def test_a_span_begins_with_its_day(store: Store) -> None:
    def use(session: Session) -> None:
        for day in ("2025-12-31", "2026-10-31", "2026-11-01", "2026-11-19", "2026-11-20"):
            add(session, day=day)

    await store.write(use)
    spans = [(await of_user(store, since=day)).pictures for day in ("2026-11-20", "2026-11-01", "")]
    assert spans == [1, 3, 5]


async def test_days_come_in_order_without_those_of_no_use(store: Store) -> None:
    def use(session: Session) -> None:
        for day in ("2026-11-20", "2026-11-18", "2026-10-01"):
            add(session, day=day)
        add(session, day="2026-11-20", guild_id=None, model="gpt-image-2", pictures=3, unpriced=1)
        add(session, day="2026-11-19", user_id=BOB)

    await store.write(use)
    by_day = await store.read(lambda session: session.usage.of_user_by_day(ADA, "2026-11-01"))
    assert [*by_day] == ["2026-11-18", "2026-11-20"]
    assert by_day["2026-11-20"] == Usage(requests=2, pictures=4, unpriced=1, cost=Decimal("0.16"))


async def test_models_come_by_pictures_then_by_name(store: Store) -> None:
    def use(session: Session) -> None:
        add(session, model="imagen-4")
        add(session, model="gpt-image-2", pictures=2, unpriced=2, cost=Decimal(0))
        add(session, model="gpt-image-2", day="2026-11-19", guild_id=8)
        add(session, model="imagen-4-fast")
        add(session, model="imagen-4-ultra", user_id=BOB)

    await store.write(use)
    assert await store.read(lambda session: session.usage.of_user_by_model(ADA)) == [
        ("gpt-image-2", Usage(requests=2, pictures=3, unpriced=2, cost=Decimal("0.08"))),
        ("imagen-4", Usage(requests=1, pictures=1, unpriced=0, cost=Decimal("0.08"))),
        ("imagen-4-fast", Usage(requests=1, pictures=1, unpriced=0, cost=Decimal("0.08"))),
    ]
