"""Migrations: from every version there ever was, the newest tables come out."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

import bot.store.migrations
from bot.store.migrations import config, upgrade
from bot.store.tables import metadata

SCRIPTS = ScriptDirectory(str(Path(bot.store.migrations.__file__).parent))
REVISIONS = [script.revision for script in reversed(list(SCRIPTS.walk_revisions()))]


def schema(path: Path) -> dict[tuple[str, str], list[str]]:
    """Return the SQL of all that a database has, save for Alembic's own table, by type and name.

    A table's columns and constraints are compared whole, but in no order: one that is added comes last.
    """
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT type, name, sql FROM sqlite_master WHERE tbl_name != 'alembic_version'")
        return {(kind, name): sorted(parts(sql or "")) for kind, name, sql in rows}


def parts(sql: str) -> Iterator[str]:
    """Yield the beginning and the end of a statement, and what stands between commas in its outermost brackets."""
    depth, part = 0, ""
    for character in " ".join(sql.split()):
        depth += (character == "(") - (character == ")")
        outermost = (depth == 1 and character in "(,") or (depth == 0 and character == ")")
        if outermost:
            yield part.strip()
        part = "" if outermost else part + character
    yield part.strip()


def version(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return [row[0] for row in connection.execute("SELECT version_num FROM alembic_version")]


@pytest.fixture(name="fresh")
def _fresh(tmp_path: Path) -> Path:
    """A database made from the tables as the code has them."""
    path = tmp_path / "fresh.db"
    engine = create_engine(f"sqlite:///{path}")
    metadata.create_all(engine)
    engine.dispose()
    return path


def test_the_versions_are_one_line() -> None:
    assert len(SCRIPTS.get_heads()) == 1
    assert len(SCRIPTS.get_bases()) == 1
    assert sorted(REVISIONS) == REVISIONS


@pytest.mark.parametrize("first", [None, *REVISIONS])
def test_every_version_becomes_the_newest(tmp_path: Path, fresh: Path, first: str | None) -> None:
    path = tmp_path / "old.db"
    if first is not None:
        upgrade(path, first)
        assert version(path) == [first]
    upgrade(path)
    assert version(path) == [REVISIONS[-1]]
    assert schema(path) == schema(fresh)


def test_the_newest_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "easel.db"
    upgrade(path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("INSERT INTO users (id, created_at) VALUES (1, 2)")
    upgrade(path)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT id, created_at FROM users").fetchall() == [(1, 2)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


def test_alembic_finds_nothing_left_to_migrate(tmp_path: Path) -> None:
    path = tmp_path / "easel.db"
    upgrade(path)
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        command.check(config(connection))
    engine.dispose()


def test_a_migration_that_fails_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "easel.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE tasks (name TEXT)")
    before = schema(path)
    with pytest.raises(Exception, match="table tasks already exists"):
        upgrade(path)
    assert schema(path) == before
