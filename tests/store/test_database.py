"""One file, one writer, many readers; and what is said when the file cannot be used."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.store import Store, StoreError, StoreUnavailable
from bot.store.database import Database
from bot.store.tables import metadata


async def refused(path: Path) -> str:
    with pytest.raises(StoreError) as caught:
        async with Store.open(path):
            pass
    sentence = str(caught.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert str(path.parent) in sentence
    return sentence


class TestOpening:
    async def test_a_missing_folder_is_made(self, tmp_path: Path) -> None:
        async with Store.open(tmp_path / "new" / "data" / "easel.db"):
            assert (tmp_path / "new" / "data" / "easel.db").is_file()

    @pytest.mark.parametrize("name", ["what?", "50%", "a#b", "mode=ro&x", "two words", "fünf"])
    async def test_any_name_will_do(self, tmp_path: Path, name: str) -> None:
        path = tmp_path / name / f"{name}.db"
        async with Store.open(path) as store, store.write() as session:
            await session.facts.put("name", name)
        assert path.is_file()
        assert [each.name for each in tmp_path.iterdir()] == [name]

    async def test_what_was_written_is_there_after_the_next_start(self, path: Path) -> None:
        async with Store.open(path) as store, store.write() as session:
            await session.facts.put("answer", {"is": 42})
        async with Store.open(path) as store, store.read() as session:
            assert await session.facts.get("answer") == {"is": 42}
            assert await session.facts.get("question") is None

    async def test_a_file_that_is_no_database_is_refused(self, path: Path) -> None:
        path.write_text("Dear diary, today I painted a fox. " * 100)
        assert "file is not a database" in await refused(path)
        assert path.read_text().startswith("Dear diary")

    async def test_a_folder_in_place_of_the_file_is_refused(self, path: Path) -> None:
        path.mkdir()
        assert "unable to open database file" in await refused(path)

    @pytest.mark.parametrize("below", ["easel.db", "data/easel.db"])
    async def test_a_folder_that_cannot_be_made_is_refused(self, tmp_path: Path, below: str) -> None:
        (tmp_path / "file").touch()
        assert "cannot be written" in await refused(tmp_path / "file" / below)

    async def test_a_database_from_the_future_is_refused_and_left_alone(self, path: Path) -> None:
        async with Store.open(path):
            pass
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("UPDATE alembic_version SET version_num = '9999'")
        assert "not of a version that this Easel knows" in await refused(path)
        with closing(sqlite3.connect(path)) as connection:
            assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [("9999",)]

    async def test_another_programs_database_is_refused_and_left_alone(self, path: Path) -> None:
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("CREATE TABLE users (name TEXT)")
        assert "table users already exists" in await refused(path)
        with closing(sqlite3.connect(path)) as connection:
            assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("users",)]

    async def test_both_kinds_of_connection_hold_to_foreign_keys_and_a_log(self, database: Database) -> None:
        for transaction in (database.read, database.write):
            async with transaction() as connection:
                assert (await connection.execute(text("PRAGMA foreign_keys"))).scalar_one() == 1
                assert (await connection.execute(text("PRAGMA journal_mode"))).scalar_one() == "wal"


class TestTransactions:
    @pytest.mark.parametrize("table", metadata.tables)
    async def test_a_reader_cannot_write(self, database: Database, table: str) -> None:
        with pytest.raises(StoreUnavailable, match="store-unavailable") as caught:
            async with database.read() as connection:
                await connection.execute(metadata.tables[table].delete())
        assert "readonly" in str(caught.value.__cause__)

    async def test_a_reader_sees_one_state(self, store: Store) -> None:
        async with store.write() as session:
            await session.facts.put("weather", "sun")
        async with store.read() as session:
            assert await session.facts.get("weather") == "sun"
            async with store.write() as other:
                await other.facts.put("weather", "rain")
            assert await session.facts.get("weather") == "sun"
        async with store.read() as session:
            assert await session.facts.get("weather") == "rain"

    async def test_what_is_not_committed_is_seen_by_nobody_else(self, store: Store) -> None:
        async with store.write() as session:
            await session.facts.put("weather", "sun")
            async with store.read() as other:
                assert await other.facts.get("weather") is None

    @pytest.mark.parametrize("error", [LookupError, asyncio.CancelledError])
    async def test_an_exception_undoes_a_transaction(self, store: Store, error: type[BaseException]) -> None:
        async def write() -> None:
            async with store.write() as session:
                await session.facts.put("weather", "sun")
                raise error

        with pytest.raises(error):
            await write()
        async with store.read() as session:
            assert await session.facts.get("weather") is None

    async def test_a_cancelled_writer_undoes_its_transaction_and_lets_the_next_one_write(self, store: Store) -> None:
        entered, never = asyncio.Event(), asyncio.Event()

        async def write() -> None:
            async with store.write() as session:
                await session.facts.put("weather", "sun")
                entered.set()
                await never.wait()

        writer = asyncio.create_task(write())
        await entered.wait()
        writer.cancel()
        with pytest.raises(asyncio.CancelledError):
            await writer
        async with store.write() as session:
            assert await session.facts.get("weather") is None

    async def test_writers_wait_for_each_other(self, path: Path) -> None:
        """Of one process and of two: every one of them reads what the one before has written."""

        async def count(store: Store) -> None:
            async with store.write() as session:
                seen = await session.facts.get("count") or 0
                await asyncio.sleep(0)
                await session.facts.put("count", seen + 1)

        async with Store.open(path) as one, Store.open(path) as other:
            await asyncio.gather(*(count(store) for store in (one, other) * 20))
            async with one.read() as session:
                assert await session.facts.get("count") == 40

    async def test_readers_do_not_wait_for_a_writer(self, store: Store) -> None:
        async with store.write() as session:
            await session.facts.put("weather", "sun")
            async with asyncio.timeout(2), store.read() as first, store.read() as second:
                assert await first.facts.get("weather") is await second.facts.get("weather") is None

    async def test_more_readers_than_connections_take_turns(self, store: Store) -> None:
        async def read() -> object:
            async with store.read() as session:
                return await session.facts.get("weather")

        assert await asyncio.gather(*(read() for _ in range(50))) == [None] * 50

    async def test_a_lock_that_stays_is_said_and_the_next_try_works(
        self, path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("bot.store.database.BUSY_TIMEOUT", 0.01)
        async with Store.open(path) as store:
            with closing(sqlite3.connect(path, isolation_level=None)) as holder:
                holder.execute("BEGIN IMMEDIATE")
                with pytest.raises(StoreUnavailable):
                    async with store.write():
                        pass
            async with store.write() as session:
                await session.facts.put("weather", "sun")
