"""One file, one writer, many readers; and what is said when the file cannot be used."""

import asyncio
import gc
import resource
import sqlite3
import threading
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from bot.store import Session, Store, StoreError, StoreUnavailable
from bot.store.database import READERS, Database
from bot.store.tables import metadata
from tests.store.held import PATIENCE, Pause, handed_over, held
from tests.store.rows import NOW


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
        async with Store.open(path) as store:
            await store.write(lambda session: session.facts.put("name", name))
        assert path.is_file()
        assert [each.name for each in tmp_path.iterdir()] == [name]

    async def test_what_was_written_is_there_after_the_next_start(self, path: Path) -> None:
        async with Store.open(path) as store:
            await store.write(lambda session: session.facts.put("answer", {"is": 42}))
        async with Store.open(path) as store:
            assert await store.read(lambda session: session.facts.get("answer")) == {"is": 42}
            assert await store.read(lambda session: session.facts.get("question")) is None

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
        def pragmas(connection: Connection) -> tuple[int, str]:
            return (
                connection.execute(text("PRAGMA foreign_keys")).scalar_one(),
                connection.execute(text("PRAGMA journal_mode")).scalar_one(),
            )

        assert await database.write(pragmas) == (1, "wal")
        assert [await database.read(pragmas) for _ in range(READERS)] == [(1, "wal")] * READERS


def weather(session: Session) -> object:
    return session.facts.get("weather")


def sun(session: Session) -> None:
    session.facts.put("weather", "sun")


def rain(session: Session) -> None:
    session.facts.put("weather", "rain")


def count(session: Session) -> int:
    """Add one to what is there; return what is there then."""
    counted = (session.facts.get("count") or 0) + 1
    session.facts.put("count", counted)
    return counted


def fail(session: Session) -> None:
    """Look, and fail."""
    weather(session)
    raise LookupError


def lose_disk(session: Session) -> None:
    """Add one, and find the disk gone."""
    count(session)
    raise OperationalError("UPDATE", {}, sqlite3.OperationalError("disk I/O error"))


def lose_count(session: Session) -> None:
    """Add one, and find that it was wrong."""
    count(session)
    raise LookupError


def break_a_rule(session: Session) -> None:
    """Add one, and then what the tables refuse."""
    count(session)
    session.tasks.add(999, 1, NOW)


async def traced(database: Database) -> list[str]:
    """Return a list to which the statements of the writer are added, from now on."""
    said: list[str] = []

    def trace(connection: Connection) -> None:
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        driver.set_trace_callback(said.append)

    await database.write(trace)
    said.clear()
    return said


def hoard(session: Session) -> None:
    """Write more than fits."""
    session.facts.put("hoard", "x" * 1_000_000)


async def limit_pages(database: Database, pages: int) -> None:
    await database.write(lambda connection: connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}"))


@asynccontextmanager
async def pages_used_up(database: Database) -> AsyncGenerator[None]:
    """Let the database grow no more, which a transaction learns at the statement that needs a page."""
    await limit_pages(database, 1)
    yield
    await limit_pages(database, 2**31)


@asynccontextmanager
async def file_at_its_limit(database: Database) -> AsyncGenerator[None]:
    """Let files grow no more, which a transaction learns when it is committed."""
    del database
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


class TestTransactions:
    @pytest.mark.parametrize("table", metadata.tables)
    async def test_a_reader_cannot_write(self, database: Database, table: str) -> None:
        query = metadata.tables[table].delete()
        with pytest.raises(StoreUnavailable, match="store-unavailable") as caught:
            await database.read(lambda connection: connection.execute(query))
        assert "readonly" in str(caught.value.__cause__)

    async def test_a_reader_sees_one_state(self, store: Store) -> None:
        pause = Pause()

        def look_twice(session: Session) -> tuple[object, object]:
            before = weather(session)
            pause.wait()
            return before, weather(session)

        await store.write(sun)
        looking = asyncio.create_task(store.read(look_twice))
        await pause.reached()
        await store.write(rain)
        pause.end()
        assert await looking == ("sun", "sun")
        assert await store.read(weather) == "rain"

    async def test_what_is_not_committed_is_seen_by_nobody_else(self, store: Store) -> None:
        async with held(store.write, sun):
            assert await store.read(weather) is None
        assert await store.read(weather) == "sun"

    async def test_an_exception_undoes_a_transaction(self, store: Store) -> None:
        with pytest.raises(LookupError):
            await store.write(lose_count)
        assert await store.write(count) == 1

    async def test_an_exception_that_futures_do_not_take_ends_no_other_transaction(self, store: Store) -> None:
        with pytest.raises(RuntimeError, match="StopIteration"):
            await asyncio.wait_for(store.write(lambda _: next(iter(()))), PATIENCE)
        assert await store.write(count) == 1

    async def test_a_reader_whose_work_fails_leaves_his_turn_to_the_next(self, store: Store) -> None:
        failing = await asyncio.gather(*(store.read(fail) for _ in range(READERS)), return_exceptions=True)
        assert [type(each) for each in failing] == [LookupError] * READERS
        assert await asyncio.gather(*(store.read(weather) for _ in range(READERS))) == [None] * READERS

    async def test_what_a_writer_returns_he_is_given(self, store: Store) -> None:
        assert await asyncio.gather(store.write(weather), store.write(count), store.write(count)) == [None, 1, 2]

    async def test_writers_wait_for_each_other(self, path: Path) -> None:
        """Of one process and of two: every one of them reads what the one before has written."""
        async with Store.open(path) as one, Store.open(path) as other:
            counted = await asyncio.gather(*(store.write(count) for store in (one, other) * 20))
            assert sorted(counted) == list(range(1, 41))
            assert await one.read(lambda session: session.facts.get("count")) == 40

    async def test_readers_wait_neither_for_a_writer_nor_for_each_other(self, store: Store) -> None:
        together = threading.Barrier(READERS)

        def meet(session: Session) -> object:
            together.wait(PATIENCE)
            return weather(session)

        async with held(store.write, sun):
            assert await asyncio.gather(*(store.read(meet) for _ in range(READERS))) == [None] * READERS

    async def test_more_readers_than_connections_take_turns(self, store: Store) -> None:
        await store.write(sun)
        assert await asyncio.gather(*(store.read(weather) for _ in range(50))) == ["sun"] * 50

    async def test_a_reader_who_is_cancelled_leaves_his_turn_to_the_next(self, store: Store) -> None:
        pauses = [Pause() for _ in range(READERS)]
        readers = [asyncio.create_task(store.read(lambda _, pause=pause: pause.wait())) for pause in pauses]
        await asyncio.gather(*(pause.reached() for pause in pauses))
        for reader, pause in zip(readers, pauses, strict=True):
            reader.cancel()
            pause.end()
        assert await asyncio.gather(*(store.read(weather) for _ in range(50))) == [None] * 50
        assert all(reader.cancelled() for reader in readers)

    async def test_a_lock_that_stays_is_said_and_the_next_try_works(
        self, path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("bot.store.database.BUSY_TIMEOUT", 0.01)
        async with Store.open(path) as store:
            with closing(sqlite3.connect(path, isolation_level=None)) as holder:
                holder.execute("BEGIN IMMEDIATE")
                with pytest.raises(StoreUnavailable):
                    await store.write(sun)
            await store.write(count)
            assert await store.read(weather) is None


class TestWritersWhoComeTogether:
    """Those that come while another one writes are committed as one, and yet are one by one to those who wait."""

    async def test_a_burst_is_committed_in_few_commits(self, database: Database) -> None:
        said = await traced(database)
        assert await asyncio.gather(*(Store(database).write(count) for _ in range(200))) == list(range(1, 201))
        assert said.count("COMMIT") <= 4

    @pytest.mark.parametrize(("failing", "error"), [(lose_count, LookupError), (break_a_rule, sqlite3.IntegrityError)])
    async def test_an_exception_undoes_the_one_from_which_it_came(
        self, database: Database, failing: Callable[[Session], Any], error: type[Exception]
    ) -> None:
        store, said = Store(database), await traced(database)
        async with held(store.write, sun):
            tasks = await handed_over(store, count, failing, count, failing, count)
            said.clear()
        outcomes = await asyncio.gather(*tasks, return_exceptions=True)
        assert [outcomes[each] for each in (0, 2, 4)] == [1, 2, 3]
        assert [type(outcomes[each]) for each in (1, 3)] == [error] * 2
        assert said.count("COMMIT") == 2, "the one that held them up, and all of them"
        assert await store.write(count) == 4

    @pytest.mark.parametrize("fill", [pages_used_up, file_at_its_limit])
    async def test_a_full_disk_is_said_to_all_and_changes_nothing(
        self, database: Database, fill: Callable[[Database], AbstractAsyncContextManager[None]]
    ) -> None:
        store = Store(database)
        await store.write(count)
        async with fill(database):
            tasks = await handed_over(store, count, hoard, sun)
            outcomes = await asyncio.gather(*tasks, return_exceptions=True)
        assert [type(each) for each in outcomes] == [StoreUnavailable] * 3
        assert await store.read(weather) is None
        assert await store.write(count) == 2
        await store.write(hoard)

    async def test_a_database_that_fails_is_said_to_all_and_changes_nothing(self, store: Store) -> None:
        tasks = await handed_over(store, count, lose_disk, count)
        outcomes = await asyncio.gather(*tasks, return_exceptions=True)
        assert [type(each) for each in outcomes] == [StoreUnavailable] * 3
        assert await store.write(count) == 1

    async def test_a_caller_who_was_cancelled_before_his_turn_writes_nothing(self, store: Store) -> None:
        async with held(store.write, sun):
            cancelled, counted = await handed_over(store, rain, count)
            cancelled.cancel()
        assert await counted == 1
        assert cancelled.cancelled()
        assert await store.read(weather) == "sun"

    async def test_a_caller_who_is_cancelled_in_his_turn_does_not_stop_the_others(self, store: Store) -> None:
        async with held(store.write, sun) as cancelled:
            [counted] = await handed_over(store, count)
            cancelled.cancel()
        assert await counted == 1
        assert cancelled.cancelled()
        assert await store.read(weather) == "sun", "whole, as it was under way"


class TestClosing:
    async def test_it_waits_for_what_was_handed_over_before(self, path: Path) -> None:
        database = await Database.open(path)
        store = Store(database)
        async with AsyncExitStack() as stack:
            for begin in (store.write, *[store.read] * READERS):
                await stack.enter_async_context(held(begin, weather))
            writers = await handed_over(store, *[count] * 5)
            readers = [asyncio.create_task(store.read(weather)) for _ in range(5)]
            await asyncio.sleep(0)
            closed = asyncio.create_task(database.close())
            await asyncio.sleep(0)
        await closed
        assert [task.result() for task in writers] == [1, 2, 3, 4, 5]
        assert [task.result() for task in readers] == [None] * 5
        async with Store.open(path) as again:
            assert await again.write(count) == 6

    async def test_nobody_waits_for_a_store_that_is_closed(self, path: Path) -> None:
        async with Store.open(path) as store:
            pass
        for transaction in (store.write, store.read):
            async with asyncio.timeout(PATIENCE):
                with pytest.raises(StoreUnavailable):
                    await transaction(weather)

    async def test_nothing_is_left_to_the_garbage_collector(self, path: Path, caplog: pytest.LogCaptureFixture) -> None:
        async with Store.open(path) as store:
            await store.write(sun)
            await store.read(weather)
        del store
        gc.collect()
        assert caplog.records == []
