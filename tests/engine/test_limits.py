"""How much a user may make on a day."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.engine import OverLimit, limits
from bot.i18n import DEFAULT_LOCALE, text
from bot.store import Allowance, Session, Store

ADA, BOB = 101, 102
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 21, tzinfo=UTC)


@pytest.fixture(name="store")
async def _store(tmp_path: Path) -> AsyncGenerator[Store]:
    async with Store.open(tmp_path / "easel.db") as store:
        yield store


async def take(store: Store, now: datetime, *, amount: int = 1, limit: int = 2, user_id: int = ADA) -> int:
    """Take pictures; return how many are left then."""

    def take_and_count(session: Session) -> int:
        limits.take(session, user_id, now, amount=amount, limit=limit)
        return limits.left(session, user_id, now, limit)

    return await store.write(take_and_count)


async def test_what_is_taken_is_no_longer_left(store: Store) -> None:
    assert await store.read(lambda session: limits.left(session, ADA, NOON, 2)) == 2
    assert await take(store, NOON) == 1
    assert await take(store, NOON) == 0
    assert await take(store, NOON, user_id=BOB) == 1


async def test_more_is_refused_with_when_there_is_more(store: Store) -> None:
    await take(store, NOON, amount=2)
    with pytest.raises(OverLimit) as caught:
        await take(store, NOON)
    assert caught.value.sentence == "limit-reached"
    said = text(caught.value.sentence, locale=DEFAULT_LOCALE, **caught.value.args_)
    assert said.startswith("You have used all 2 of today's pictures.")
    assert f"<t:{int(MIDNIGHT.timestamp())}:R>" in said
    assert said.endswith("Nothing was charged.")


async def test_more_than_is_left_is_refused_with_how_many_are(store: Store) -> None:
    await take(store, NOON)
    with pytest.raises(OverLimit) as caught:
        await take(store, NOON, amount=4)
    said = text(caught.value.sentence, locale=DEFAULT_LOCALE, **caught.value.args_)
    assert said.startswith("You have 1 of today's 2 pictures left, and this asks for 4.")
    assert await take(store, NOON) == 0


async def test_a_limit_of_nothing_stops_everyone(store: Store) -> None:
    with pytest.raises(OverLimit):
        await take(store, NOON, limit=0)


async def test_a_limit_that_was_lowered_leaves_nothing_rather_than_less(store: Store) -> None:
    await take(store, NOON, amount=2)
    assert await store.read(lambda session: limits.left(session, ADA, NOON, 1)) == 0


async def test_a_new_day_begins_at_midnight_in_utc(store: Store) -> None:
    last = MIDNIGHT - timedelta(microseconds=1)
    assert await take(store, last, limit=1) == 0
    with pytest.raises(OverLimit):
        await take(store, last, limit=1)
    assert await take(store, MIDNIGHT, limit=1) == 0


def test_the_day_is_utcs_wherever_the_clock_stands() -> None:
    tokyo, new_york = timezone(timedelta(hours=9)), timezone(timedelta(hours=-5))
    assert limits.daily(ADA, datetime(2026, 11, 21, 8, 59, tzinfo=tokyo)) == Allowance("user-day", ADA, "2026-11-20")
    assert limits.daily(ADA, datetime(2026, 11, 20, 19, 0, tzinfo=new_york)).period == "2026-11-21"
    assert limits.resets_at(datetime(2026, 11, 21, 8, 59, tzinfo=tokyo)) == MIDNIGHT


@settings(deadline=None)
@given(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.timezones()))  # noqa: DTZ001 - as it asks
def test_the_day_ends_when_it_says(now: datetime) -> None:
    end = limits.resets_at(now)
    assert timedelta(0) < end - now.astimezone(UTC) <= timedelta(days=1)
    assert limits.daily(ADA, end) != limits.daily(ADA, now)
    assert limits.daily(ADA, end - timedelta(microseconds=1)) == limits.daily(ADA, now)
