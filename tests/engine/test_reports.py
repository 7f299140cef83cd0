"""What managers are told of what was made in their server."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from math import ceil
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine import GuildReport, Made
from bot.engine.reports import guild_report
from bot.store import By, Delivery, Outcome, RequestState, Session, Store
from tests.store.rows import ADA, BOB, add_request

GUILD = 7
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture(name="store")
async def _store(tmp_path: Path) -> AsyncGenerator[Store]:
    async with Store.open(tmp_path / "easel.db") as store:
        yield store


def over(session: Session, state: str = "completed", waited: int = 12, **changed: Any) -> None:
    made: dict[str, Any] = {
        "roles": [],
        "pictures_made": int(state == "completed"),
        "created_at": NOON,
        "cost": Decimal("0.08"),
    }
    request = add_request(session, **{**made, **changed})
    ended = {"finished_at": request.created_at + timedelta(seconds=waited), "delivery": Delivery.DELIVERED}
    session.requests.move(request.id, RequestState.ACCEPTED, to=RequestState(state), **ended)


async def report(store: Store, by: By, days: int = 3, now: datetime = NOON) -> GuildReport:
    return await store.read(lambda session: guild_report(session, GUILD, days, by, now))


def pictures(report: GuildReport) -> dict[Any, int]:
    return {made.key: made.pictures for made in report.lines}


async def test_days_are_the_servers_own_and_all_there(store: Store) -> None:
    zone = ZoneInfo("Asia/Kathmandu")  # a quarter of an hour beside the others
    midnight = datetime(2026, 11, 20, tzinfo=zone).astimezone(UTC)

    def add(session: Session) -> None:
        session.guilds.change(GUILD, {"time_zone": zone.key}, NOON)
        for away in (timedelta(0), -timedelta(microseconds=1), -timedelta(days=2), -timedelta(days=2, microseconds=1)):
            over(session, created_at=midnight + away)

    await store.write(add)
    found = await report(store, "day")
    assert (found.first.isoformat(), found.last.isoformat(), found.zone) == ("2026-11-18", "2026-11-20", zone.key)
    assert pictures(found) == {"2026-11-18": 1, "2026-11-19": 1, "2026-11-20": 1}
    assert (found.total.pictures, found.total.requests, found.total.cost) == (3, 3, Decimal("0.24"))


@pytest.mark.parametrize(("day", "hours"), [("2026-03-08", 23), ("2026-11-01", 25)])
async def test_a_day_on_which_clocks_change_is_counted_whole(store: Store, day: str, hours: int) -> None:
    midnight = datetime.fromisoformat(day).replace(tzinfo=ZoneInfo("America/New_York")).astimezone(UTC)

    def add(session: Session) -> None:
        session.guilds.change(GUILD, {"time_zone": "America/New_York"}, NOON)
        for hour in range(-1, hours + 1):
            over(session, created_at=midnight + timedelta(hours=hour))

    await store.write(add)
    found = await report(store, "day", days=1, now=midnight + timedelta(hours=12))
    assert pictures(found) == {day: hours}
    following = await report(store, "day", days=2, now=midnight + timedelta(hours=hours, minutes=30))
    assert [*pictures(following).values()] == [hours, 1]


async def test_a_request_counts_for_each_role_and_once_in_all(store: Store) -> None:
    def add(session: Session) -> None:
        over(session, roles=[11, 12])
        over(session, roles=[12, GUILD])
        over(session, roles=[GUILD])
        over(session, roles=None)

    await store.write(add)
    found = await report(store, "role")
    assert [(made.key, made.pictures) for made in found.lines] == [(12, 2), (None, 2), (11, 1)]
    assert found.total.pictures == 4


async def test_who_made_most_comes_first_then_who_asked_most(store: Store) -> None:
    def add(session: Session) -> None:
        over(session, "failed", user_id=BOB)
        over(session, "failed", user_id=103)
        over(session, "cancelled", user_id=103)
        over(session, user_id=ADA, pictures_made=4)

    await store.write(add)
    found = await report(store, "member")
    assert [made.key for made in found.lines] == [ADA, 103, BOB]
    assert (found.total.completed, found.total.failed, found.total.cancelled) == (1, 2, 1)
    assert [made.success for made in found.lines] == [1.0, 0.0, 0.0]


async def test_of_what_was_only_cancelled_no_success_is_known(store: Store) -> None:
    await store.write(lambda session: over(session, "cancelled"))
    found = await report(store, "model")
    assert (found.total.requests, found.total.success, found.total.waited(0.5)) == (1, None, None)


async def test_nothing_is_nothing(store: Store) -> None:
    found = await report(store, "channel")
    assert (found.total, found.lines) == (Made(), [])
    assert len((await report(store, "day")).lines) == 3


@given(st.lists(st.integers(0, 600), min_size=1, max_size=60), st.sampled_from([0.5, 0.95, 1.0]))
def test_so_many_waited_no_longer(waits: list[int], share: float) -> None:
    made = Made()
    for seconds in waits:
        made.add(Outcome("imagen-4", RequestState.COMPLETED, seconds, 1, 1, 0, 0))
        made.add(Outcome("imagen-4", RequestState.FAILED, 9_999, 1, 0, 0, 0))
    assert made.waited(share) == sorted(waits)[ceil(share * len(waits)) - 1]
