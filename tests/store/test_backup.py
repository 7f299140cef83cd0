"""A copy of a database that is in use, and what is said when there can be none."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.store import Store, StoreError, back_up
from tests.images.limits import file_size_limit


@pytest.fixture(name="copy")
def _copy(tmp_path: Path) -> Path:
    return tmp_path / "backups" / "copy.db"


@pytest.fixture(autouse=True)
def _folder(copy: Path) -> None:
    copy.parent.mkdir()


def rows(path: Path, query: str) -> Sequence[Any]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query).fetchall()


def facts(path: Path) -> Sequence[Any]:
    return rows(path, "SELECT name, value FROM facts")


def change(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def test_what_is_being_written_is_left_out_and_not_held_up(store: Store, path: Path, copy: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("INSERT INTO facts VALUES ('weather', '1')")
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("UPDATE facts SET value = '2'")
        size = back_up(path, copy)
        writer.execute("COMMIT")
    assert facts(copy) == [("weather", "1")]
    assert facts(path) == [("weather", "2")]
    assert size == copy.stat().st_size
    assert list(copy.parent.iterdir()) == [copy]


async def test_the_copy_is_a_database_that_a_start_takes(store: Store, path: Path, copy: Path) -> None:
    change(path, "INSERT INTO facts VALUES ('weather', '1')")
    back_up(path, copy)
    everything = "SELECT name, sql FROM sqlite_master ORDER BY name"
    assert rows(copy, everything) == rows(path, everything)
    assert rows(copy, "PRAGMA integrity_check") == [("ok",)]
    async with Store.open(copy):
        assert facts(copy) == [("weather", "1")]


async def test_a_database_that_nobody_uses_is_copied_and_left_as_it_is(path: Path, copy: Path) -> None:
    async with Store.open(path):
        change(path, "INSERT INTO facts VALUES ('weather', '1')")
    before = path.read_bytes()
    back_up(path, copy)
    assert facts(copy) == [("weather", "1")]
    assert path.read_bytes() == before


def test_what_was_deleted_is_not_in_the_copy(store: Store, path: Path, copy: Path) -> None:
    change(path, "INSERT INTO facts VALUES ('secret', '\"a very private prompt\"')")
    change(path, "PRAGMA secure_delete = OFF", "DELETE FROM facts")
    change(path, "PRAGMA wal_checkpoint(TRUNCATE)")
    assert b"private prompt" in path.read_bytes()
    back_up(path, copy)
    assert b"private prompt" not in copy.read_bytes()


def test_only_who_may_read_the_database_may_read_the_copy(store: Store, path: Path, copy: Path) -> None:
    path.chmod(0o600)
    back_up(path, copy)
    assert copy.stat().st_mode & 0o777 == 0o600


def test_nothing_is_overwritten(store: Store, path: Path, copy: Path) -> None:
    copy.write_text("precious")
    with pytest.raises(StoreError, match="there already"):
        back_up(path, copy)
    with pytest.raises(StoreError, match="there already"):
        back_up(path, path)
    assert copy.read_text() == "precious"


def test_what_cannot_be_copied_is_told_and_leaves_nothing(store: Store, path: Path, copy: Path) -> None:
    with pytest.raises(StoreError, match="no database at"):
        back_up(path.with_name("none.db"), copy)
    with pytest.raises(StoreError, match="unable to open"):
        back_up(path, copy / "deeper" / "copy.db")
    (path.parent / "diary").write_text("Dear diary. " * 1000)
    with pytest.raises(StoreError, match="not a database"):
        back_up(path.parent / "diary", copy)
    assert list(copy.parent.iterdir()) == []


def test_a_full_disk_leaves_no_half_copy(store: Store, path: Path, copy: Path) -> None:
    with file_size_limit(4096), pytest.raises(StoreError, match="cannot be copied"):
        back_up(path, copy)
    assert list(copy.parent.iterdir()) == []
