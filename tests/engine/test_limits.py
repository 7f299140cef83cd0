"""How much a user may make on a day."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.engine import GuildSettings, OperatorLimits, OverLimit, Standing, Who, limits
from bot.i18n import DEFAULT_LOCALE, text
from bot.store import Session, Store

ADA, BOB, GUILD, OTHER = 101, 102, 7, 8
MEMBER, PATRON, TEAM = 11, 12, 13
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 21, tzinfo=UTC)
ONLY_SERVERS = OperatorLimits.of(25, "unlimited")


@pytest.fixture(name="store")
async def _store(tmp_path: Path) -> AsyncGenerator[Store]:
    async with Store.open(tmp_path / "easel.db") as store:
        yield store


class Rules:
    """Takes pictures under rules that a test sets."""

    def __init__(self, store: Store, operator: OperatorLimits, **server: Any) -> None:
        self.store = store
        self.operator = operator
        self.server = GuildSettings.model_validate(server)

    async def standing(
        self, *roles: int, user_id: int = ADA, guild: int | None = GUILD, now: datetime = NOON
    ) -> Standing:
        who = Who(user_id, guild, frozenset(roles))
        return await self.store.read(lambda session: limits.standing(session, who, self.server, now, self.operator))

    async def take(
        self, amount: int, *roles: int, user_id: int = ADA, guild: int | None = GUILD, now: datetime = NOON
    ) -> int | None:
        """Take pictures; return how many are left then."""
        who = Who(user_id, guild, frozenset(roles))

        def take(session: Session) -> int | None:
            return limits.take(session, who, self.server, now, self.operator, amount=amount)[1]

        left = await self.store.write(take)
        assert left == (await self.standing(*roles, user_id=user_id, guild=guild, now=now)).left
        return left

    async def refused(self, amount: int, *roles: int, **where: Any) -> str:
        """Take too many; return what is said."""
        with pytest.raises(OverLimit) as caught:
            await self.take(amount, *roles, **where)
        return text(caught.value.sentence, locale=DEFAULT_LOCALE, **caught.value.args_)


@pytest.mark.parametrize("guild", [GUILD, None])
async def test_what_is_taken_is_no_longer_left(store: Store, guild: int | None) -> None:
    rules = Rules(store, OperatorLimits.of(2))
    assert (await rules.standing(guild=guild)).left == 2
    assert await rules.take(1, guild=guild) == 1
    assert await rules.take(1, guild=guild) == 0
    assert await rules.take(1, guild=guild, user_id=BOB) == 1


async def test_more_is_refused_with_when_there_is_more(store: Store) -> None:
    rules = Rules(store, OperatorLimits.of(2))
    await rules.take(1)
    over = f" Your allowance is full again <t:{int(MIDNIGHT.timestamp())}:R>. Nothing was charged."
    assert await rules.refused(4) == "You have 1 of today's 2 pictures left, and this asks for 4." + over
    assert await rules.take(1) == 0
    assert await rules.refused(1) == "You have used all 2 of today's pictures." + over


async def test_in_servers_and_elsewhere_together_the_operators_limit_holds(store: Store) -> None:
    rules = Rules(store, OperatorLimits.of(3))
    await rules.take(1, guild=None)
    await rules.take(1, guild=OTHER)
    assert await rules.take(1) == 0
    assert (await rules.standing()).by_operator
    said = await rules.refused(1)
    assert said.startswith("You have used all 3 of today's pictures, here and elsewhere together.")
    # A refusal by the second counter has not touched the first.
    assert (await rules.standing()).reserved == 1


async def test_a_server_cannot_allow_more_than_the_operator_unless_the_operator_lets_it(store: Store) -> None:
    for operator, left in ((OperatorLimits.of(3), 3), (OperatorLimits.of(3, 5), 5), (ONLY_SERVERS, 9)):
        assert (await Rules(store, operator, pictures_a_day=9).standing()).left == left
    assert (await Rules(store, OperatorLimits.of(3, 5)).standing()).left == 3
    assert (await Rules(store, OperatorLimits.of(3, 5), pictures_a_day=9).standing(guild=None)).left == 3


@pytest.mark.parametrize(
    ("roles", "left"),
    [
        ((), 4),
        ((MEMBER,), 2),
        ((MEMBER, PATRON), 8),
        ((99,), 4),
        ((TEAM, MEMBER), None),
        ((15, MEMBER), None),
    ],
)
async def test_of_a_members_roles_the_most_generous_counts(
    store: Store, roles: tuple[int, ...], left: int | None
) -> None:
    by_role = {MEMBER: 2, PATRON: 8, 15: "unlimited"}
    rules = Rules(store, ONLY_SERVERS, pictures_a_day=4, pictures_by_role=by_role, exempt_roles=[TEAM])
    assert (await rules.standing(*roles)).left == left
    assert await rules.take(1, *roles) == (None if left is None else left - 1)
    if left is not None:
        assert (await rules.refused(left, *roles)).startswith(f"You have {left - 1} of today's {left}")


async def test_nothing_is_nothing_and_without_end_has_to_be_said(store: Store) -> None:
    none = Rules(store, ONLY_SERVERS, pictures_a_day=0)
    assert await none.refused(1) == "You have no allowance of pictures here. Nothing was charged."
    assert await Rules(store, ONLY_SERVERS, pictures_a_day="unlimited").take(1000) is None
    assert (await Rules(store, OperatorLimits.of(5), pictures_a_day="unlimited").refused(6)).startswith(
        "You have used all 5 of today's pictures, here and elsewhere together."
    )
    assert await Rules(store, OperatorLimits.of(0)).refused(1, guild=None) == await none.refused(1)


async def test_a_limit_that_was_lowered_leaves_nothing_rather_than_less(store: Store) -> None:
    await Rules(store, ONLY_SERVERS, pictures_a_day=2).take(2)
    assert (await Rules(store, ONLY_SERVERS, pictures_a_day=1).standing()).left == 0


async def test_a_day_is_the_servers_there_and_utcs_elsewhere(store: Store) -> None:
    rules = Rules(store, OperatorLimits.of(1, "unlimited"), time_zone="Asia/Tokyo")
    begins = datetime(2026, 11, 20, 15, tzinfo=UTC)
    before = begins - timedelta(microseconds=1)
    assert await rules.take(1, now=before) == 0
    assert f"<t:{int(begins.timestamp())}:R>" in await rules.refused(1, now=before)
    assert await rules.take(1, now=begins) == 0
    assert (await rules.standing(now=begins, guild=None)).left == 0
    assert (await rules.standing(now=MIDNIGHT, guild=None)).left == 1


@pytest.mark.parametrize(
    ("zone", "begins", "hours"),
    [
        ("Europe/Berlin", "2026-03-29", 23),
        ("Europe/Berlin", "2026-10-25", 25),
        ("Africa/Cairo", "2026-04-23", 24),  # the next has no midnight
        ("Africa/Cairo", "2026-04-24T01:00", 23),  # has no midnight
        ("America/Havana", "2026-11-01", 25),  # has two
        ("America/Havana", "2026-10-31", 24),  # ends at the first of them
    ],
)
def test_a_day_has_the_hours_that_its_clocks_give_it(zone: str, begins: str, hours: int) -> None:
    now = datetime.fromisoformat(begins).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    assert limits.day(now, ZoneInfo(zone)).ends - now == timedelta(hours=hours)


@settings(deadline=None)
@given(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)), st.timezones())  # noqa: DTZ001 - as it asks
def test_the_day_ends_when_it_says(now: datetime, zone: ZoneInfo) -> None:
    period, ends = limits.day(now, zone)
    assert timedelta(0) < ends - now <= timedelta(hours=26)
    assert limits.day(ends, zone).period > period
    assert limits.day(ends - timedelta(microseconds=1), zone).period == period
