"""Column types: what goes in comes out."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, cast, create_engine, func, literal, select, type_coerce
from sqlalchemy.exc import StatementError
from sqlalchemy.types import Integer, Text, TypeEngine

from bot.store.types import Flag, Json, Moment, Money, Snowflake

AROUND_NOW = tuple(datetime(year, 1, 1, tzinfo=UTC).replace(tzinfo=None) for year in (1900, 2200))
MICRO_DOLLARS = st.integers(-(2**62), 2**62)
NUMBERS = st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@pytest.fixture(name="connection", scope="module")
def _connection() -> Iterator[Connection]:
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def round_trip(connection: Connection, value: Any, kind: TypeEngine[Any]) -> Any:
    return connection.execute(select(literal(value, kind))).scalar_one()


def kept(connection: Connection, value: Any, kind: TypeEngine[Any], raw: TypeEngine[Any]) -> Any:
    """Return what SQLite holds."""
    return connection.execute(select(type_coerce(func.max(literal(value, kind)), raw))).scalar_one()


class TestMoment:
    @settings(deadline=None)
    @given(moment=st.datetimes(timezones=st.just(UTC)))
    def test_it_comes_out_as_it_went_in(self, connection: Connection, moment: datetime) -> None:
        found = round_trip(connection, moment, Moment())
        assert found == moment
        assert found.tzinfo is UTC

    @settings(deadline=None)
    @given(moment=st.datetimes(*AROUND_NOW, timezones=st.timezones(), allow_imaginary=False))
    def test_any_time_zone_comes_out_as_utc(self, connection: Connection, moment: datetime) -> None:
        found = round_trip(connection, moment, Moment())
        assert found == moment.astimezone(UTC)
        assert found.utcoffset() == timedelta(0)

    def test_it_is_kept_as_microseconds(self, connection: Connection) -> None:
        moment = datetime(1970, 1, 2, 0, 0, 1, 5, tzinfo=UTC)
        assert kept(connection, moment, Moment(), Integer()) == 86_401_000_005

    @settings(deadline=None)
    @given(
        st.lists(st.datetimes(timezones=st.just(UTC)), min_size=2, max_size=2),
    )
    def test_its_order_is_kept(self, connection: Connection, moments: list[datetime]) -> None:
        first, second = (kept(connection, moment, Moment(), Integer()) for moment in moments)
        assert (first < second) == (moments[0] < moments[1])

    def test_one_without_a_time_zone_is_refused(self, connection: Connection) -> None:
        with pytest.raises(StatementError, match="time zone"):
            round_trip(connection, datetime(2026, 11, 20), Moment())  # noqa: DTZ001 - that is what is refused


class TestMoney:
    @settings(deadline=None)
    @given(micro=MICRO_DOLLARS)
    def test_micro_dollars_come_out_as_they_went_in(self, connection: Connection, micro: int) -> None:
        dollars = Decimal(micro) / 1_000_000
        assert round_trip(connection, dollars, Money()) == dollars
        assert kept(connection, dollars, Money(), Integer()) == micro

    @pytest.mark.parametrize(
        ("given", "found"),
        [
            ("0.0000004", "0"),
            ("0.0000005", "0.000001"),
            ("0.0000014999", "0.000001"),
            ("0.0000025", "0.000003"),
            ("-0.0000005", "-0.000001"),
            ("0.06", "0.06"),
        ],
    )
    def test_what_is_finer_is_rounded_half_up(self, connection: Connection, given: str, found: str) -> None:
        assert round_trip(connection, Decimal(given), Money()) == Decimal(found)


class TestOthers:
    @settings(deadline=None)
    @given(value=st.integers(0, 2**63 - 1))
    def test_a_snowflake_comes_out_as_it_went_in(self, connection: Connection, value: int) -> None:
        assert round_trip(connection, value, Snowflake()) == value

    @pytest.mark.parametrize("value", [True, False])
    def test_a_flag_is_kept_as_a_number(self, connection: Connection, value: bool) -> None:
        assert round_trip(connection, value, Flag()) is value
        assert kept(connection, value, Flag(), Integer()) == int(value)

    @settings(deadline=None)
    @given(value=JSON.filter(lambda value: value is not None))
    def test_json_comes_out_as_it_went_in(self, connection: Connection, value: Any) -> None:
        assert round_trip(connection, value, Json()) == value

    def test_json_is_kept_compact_and_sorted(self, connection: Connection) -> None:
        value = {"b": [1, 2], "a": "狐"}
        assert kept(connection, value, Json(), Text()) == '{"a":"狐","b":[1,2]}'

    @pytest.mark.parametrize("kind", [Moment(), Money(), Snowflake(), Flag(), Json()])
    def test_nothing_stays_nothing(self, connection: Connection, kind: TypeEngine[Any]) -> None:
        assert round_trip(connection, None, kind) is None

    @pytest.mark.parametrize(
        ("kind", "name"),
        [(Moment(), "INTEGER"), (Money(), "INTEGER"), (Snowflake(), "INTEGER"), (Flag(), "INTEGER"), (Json(), "TEXT")],
    )
    def test_a_strict_table_takes_it(self, connection: Connection, kind: TypeEngine[Any], name: str) -> None:
        written = str(cast(literal(None), kind).compile(dialect=connection.dialect))
        assert written.endswith(f"AS {name})")
        with sqlite3.connect(":memory:") as strict:
            strict.execute(f"CREATE TABLE t (c {name}) STRICT")
        strict.close()
