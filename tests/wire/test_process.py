"""Easel as a process: how it starts, stops, goes on, and says how it is."""

import asyncio
import os
import signal
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from bot.app import GRACE
from bot.health import FRESH
from bot.store import Store
from tests.wire.easel import FOREVER, environment
from tests.wire.house import PATIENCE, PROMISED, House, assert_one_sentence, outcome


async def test_without_settings_it_says_which(tmp_path: Path) -> None:
    nothing, one = await asyncio.gather(
        outcome(tmp_path / "a", "-m", "bot", "run"), outcome(tmp_path / "b", "-m", "bot", "run", DISCORD_TOKEN="t")
    )
    code, said = nothing
    assert code == 1
    assert [line.partition(" ")[0] for line in said.splitlines()] == ["DISCORD_TOKEN", "RUNAPI_API_KEY"]
    assert_one_sentence(one, "RUNAPI_API_KEY is not set.")


async def test_a_database_that_cannot_be_written_is_told(house: House, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    settings = environment(house.server, house.sandbox, tmp_path / "file")
    ended = await outcome(tmp_path / "cwd", "-m", "bot", "run", MESSAGE_CONTENT_INTENT="off", **settings)
    assert_one_sentence(ended, f"{tmp_path}/file", "cannot be written")
    assert house.server.calls == []


async def test_what_discord_refuses_at_the_start_is_told(house: House) -> None:
    async with (
        house.easel(DISCORD_TOKEN="another") as wrong,
        house.easel(port=1, MESSAGE_CONTENT_INTENT="off", files="b") as alone,
        house.easel(MESSAGE_CONTENT_INTENT="on", files="c") as curious,
    ):
        assert_one_sentence(await wrong.ended(), "DISCORD_TOKEN", "developer portal")
        assert_one_sentence(await alone.ended(), "Discord cannot be reached")
        assert_one_sentence(await curious.ended(), "MESSAGE_CONTENT_INTENT=off", "developer portal")


async def test_message_content_is_asked_for_where_it_is_turned_on(house: House) -> None:
    house.server.gateway.message_content = True
    async with house.easel():
        await house.connected()
    [session] = house.server.gateway.sessions.values()
    assert session.intents & 1 << 15


async def test_a_stop_finishes_what_can_be_finished(house: House) -> None:
    async with house.easel() as process:
        message = await house.begin(task_seconds=1.0)
        assert not message.attachments
        process.tell(signal.SIGTERM)
        told = time.monotonic()
        code, said = await process.ended()
    assert (code, time.monotonic() - told < PROMISED) == (0, True), said
    assert "Traceback" not in said
    assert len(message.attachments) == 1
    assert GRACE.total_seconds() == PROMISED


async def test_what_a_stop_leaves_the_next_start_finishes(house: House) -> None:
    async with house.easel(grace=0.5) as process:
        message = await house.begin(task_seconds=FOREVER)
        process.tell(signal.SIGTERM)
        told = time.monotonic()
        code, said = await process.ended()
        took = time.monotonic() - told
    assert (code, "Traceback" in said) == (0, False), said
    assert 0.5 <= took < PROMISED
    assert not message.attachments
    house.sandbox.task_seconds = 0.0
    async with house.easel() as process:
        await house.server.until(lambda: message.attachments, PATIENCE)
        process.tell(signal.SIGINT)
        code, said = await process.ended()
    assert (code, "Traceback" in said) == (0, False), said
    assert "**completed**" in message.content
    assert len(house.sandbox.tasks) == 1
    assert len(house.server.calls_to("PUT", "/commands$")) == 1


async def test_while_it_stops_it_says_so_and_a_second_signal_ends_it_at_once(house: House) -> None:
    async with house.easel(grace=FOREVER) as process:
        taken = [await house.begin(task_seconds=FOREVER)]
        process.tell(signal.SIGTERM)
        while (reply := await house.server.slash("imagine", prompt="too late?")) and "restarting" not in (
            await reply.answered
        )["data"]["content"]:
            assert reply.original is not None
            taken.append(reply.original)
        process.tell(signal.SIGINT)
        code, said = await process.ended()
    assert code == -signal.SIGKILL, said
    house.sandbox.task_seconds = 0.0
    async with house.easel():
        await house.server.until(lambda: all(message.attachments for message in taken), PATIENCE)
    assert len(house.sandbox.tasks) == len(taken)


@pytest.mark.parametrize(("told", "intent"), [(signal.SIGTERM, "auto"), (signal.SIGINT, "off")])
async def test_told_to_stop_before_discord_answers_it_ends_with_a_sentence(
    house: House, told: signal.Signals, intent: str
) -> None:
    asked = asyncio.Event()

    async def never_answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.set()
        await reader.read()
        writer.close()

    async with await asyncio.start_server(never_answer, "127.0.0.1", 0) as silent:
        port = silent.sockets[0].getsockname()[1]
        async with house.easel(port=port, MESSAGE_CONTENT_INTENT=intent) as process:
            await asyncio.wait_for(asked.wait(), PATIENCE)
            process.tell(told)
            code, said = await process.ended()
    assert code == 0, said
    first, last = (line.partition("bot.app")[2].strip() for line in said.splitlines() if "bot.app" in line)
    assert (first, last) == (f"{told.name}: stopping; once more to stop at once", "stopped")
    assert "Traceback" not in said


async def test_a_second_process_on_the_same_database_is_refused_until_the_first_is_killed(
    house: House, tmp_path: Path
) -> None:
    async with house.easel() as first:
        await house.connected()
        calls = len(house.server.calls)
        async with house.easel() as second:
            assert_one_sentence(await second.ended(), f"{tmp_path}/data/easel.db is in use by another Easel")
        assert len(house.server.calls) == calls
        assert first.running
        first.tell(signal.SIGKILL)
        await first.ended()
    async with house.easel():
        await house.server.until(lambda: len(house.server.gateway.sessions) > 1, PATIENCE)


async def test_a_database_that_fails_while_it_starts_is_told(house: House, tmp_path: Path) -> None:
    database = tmp_path / "data" / "easel.db"
    async with Store.open(database):
        with closing(sqlite3.connect(database)) as other:
            other.execute("CREATE TRIGGER failing BEFORE INSERT ON facts BEGIN SELECT json('no JSON'); END")
    async with house.easel() as process:
        assert_one_sentence(await process.ended(), f"The database {database} cannot be used: malformed JSON.")


async def test_a_backup_is_taken_while_it_runs(house: House, tmp_path: Path) -> None:
    settings = environment(house.server, house.sandbox, tmp_path / "data")
    async with house.easel():
        message = await house.begin(task_seconds=FOREVER)
        code, said = await outcome(tmp_path / "cwd", "-m", "bot", "backup", str(tmp_path / "copy.db"), **settings)
        assert (code, said.splitlines()) == (0, [said.strip()])
        house.sandbox.task_seconds = 0.0
        await house.server.until(lambda: message.attachments, PATIENCE)
    assert f"{tmp_path}/copy.db" in said
    assert f"{tmp_path}/data/pictures" in said
    with closing(sqlite3.connect(tmp_path / "copy.db")) as copy:
        assert copy.execute("SELECT prompt, delivery FROM requests").fetchall() == [("a red fox", "open")]


async def test_a_backup_that_cannot_be_is_told(house: House, tmp_path: Path) -> None:
    settings = environment(house.server, house.sandbox, tmp_path / "data")
    ended = await outcome(tmp_path / "cwd", "-m", "bot", "backup", "copy.db", **settings)
    assert_one_sentence(ended, f"There is no database at {tmp_path}/data/easel.db")
    code, said = await outcome(tmp_path / "cwd", "-m", "bot", "backup")
    assert (code, "python -m bot backup FILE" in said) == (2, True)


async def test_where_the_gateway_does_not_let_it_in_it_says_so_and_starts_again(house: House) -> None:
    house.server.gateway.silent = True
    async with house.easel(ready_within=0.3, pause=0.1) as process:
        await house.server.until(lambda: len(house.server.calls_to("GET", "^/users/@me$")) > 2, PATIENCE)
        house.server.gateway.silent = False
        message = await house.begin(task_seconds=0.0)
        await house.server.until(lambda: message.attachments, PATIENCE)
        process.tell(signal.SIGTERM)
        code, said = await process.ended()
    assert (code, "Traceback" in said) == (0, False), said
    assert "Discord's gateway has not let the bot in for 0 seconds. Starting again in 0 seconds" in said


async def test_while_the_gateway_does_not_let_it_in_what_is_under_way_goes_on(house: House) -> None:
    async with house.easel(ready_within=0.3, pause=FOREVER) as process:
        message = await house.begin(task_seconds=FOREVER)
        house.server.gateway.refusing = True
        await house.server.gateway.drop()
        house.sandbox.task_seconds = 0.0
        await house.server.until(lambda: message.attachments, PATIENCE)
        assert process.running
        process.tell(signal.SIGTERM)
        code, said = await process.ended()
    assert (code, "Traceback" in said) == (0, False), said
    assert "WSServerHandshakeError" in said


async def test_a_token_that_is_replaced_while_it_runs_is_told_and_nothing_is_lost(house: House) -> None:
    async with house.easel(grace=0.5) as process:
        message = await house.begin(task_seconds=FOREVER)
        house.server.replace_token("another")
        await house.server.gateway.drop()
        house.sandbox.task_seconds = 0.0
        assert_one_sentence(await process.ended(), "DISCORD_TOKEN", "developer portal")
    async with house.easel():
        await house.server.until(lambda: message.attachments, PATIENCE)
    assert "**completed**" in message.content


async def test_a_stop_during_the_login_is_heeded(house: House) -> None:
    house.server.fail("GET", "^/users/@me$", 429, {"message": "slow", "retry_after": FOREVER, "global": False})
    async with house.easel(MESSAGE_CONTENT_INTENT="off") as process:
        await house.server.until(lambda: house.server.calls, PATIENCE)
        process.tell(signal.SIGTERM)
        code, said = await process.ended()
    assert code == 0, said
    assert said.splitlines()[-1].endswith("stopped")


async def test_health_is_told_by_the_exit_code(tmp_path: Path) -> None:
    fresh, stale, none = (tmp_path / name for name in ("fresh", "stale", "none"))
    for folder, age in ((fresh, 1.0), (stale, FRESH + 1)):
        folder.mkdir()
        (folder / "heartbeat").touch()
        os.utime(folder / "heartbeat", (time.time() - age, time.time() - age))
    ended = await asyncio.gather(
        *(outcome(tmp_path / "cwd", "-m", "bot", "health", DATA_DIR=str(folder)) for folder in (fresh, stale, none))
    )
    assert ended == [(0, ""), (1, ""), (1, "")]
