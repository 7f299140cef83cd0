"""`python -m bot check` over real sockets: what is right, what is not, and what to do about it."""

import asyncio
import os
import sqlite3
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.check import Finding, Level, check
from bot.check._host import read_settings
from bot.client import PERMISSIONS
from bot.sandbox import Sandbox
from bot.settings import Settings
from bot.store import UPSTREAM, Store
from tests.runapi.server import Server, reset, serve
from tests.store.held import held
from tests.wire.discord_server import DiscordServer, discord_connector
from tests.wire.easel import environment
from tests.wire.people import APPLICATION_ID, GUILD_ID, Permission

ROOT = Path(__file__).parents[2]
SECRET = "hush-hush-0123456789"
NEWEST = max(path.name[:4] for path in (ROOT / "bot/store/migrations/versions").glob("[0-9]*.py"))


class Checked:
    """What a check said."""

    def __init__(self, passed: bool, findings: list[Finding]) -> None:
        self.passed = passed
        self.lines = [str(finding) for finding in findings]
        self.wrong = [str(finding) for finding in findings if finding.level is not Level.OK]

    def has(self, level: Level, *words: str) -> bool:
        """Whether one line is of this level and has these words."""
        return any(line.startswith(f"{level.value:<5} ") and all(word in line for word in words) for line in self.lines)


class House:
    """A Discord, a RunAPI and a folder to check."""

    def __init__(self, server: DiscordServer, sandbox: Sandbox, folder: Path) -> None:
        self.server = server
        self.sandbox = sandbox
        self.folder = folder
        self.settings = {name.lower(): value for name, value in environment(server, sandbox, folder).items()}

    async def check(self, *, guild_id: int | None = None, seconds: float = 20.0, **changed: str | None) -> Checked:
        """Check with these settings; None leaves one out."""
        findings: list[Finding] = []
        given: dict[str, Any] = {**self.settings, **changed}
        passed = await check(
            findings.append,
            read=partial(_read, {name: value for name, value in given.items() if value is not None}),
            client_options=lambda: {"connector": discord_connector(self.server)},
            guild_id=guild_id,
            seconds=seconds,
        )
        assert self.server.violations == []
        return Checked(passed, findings)

    @asynccontextmanager
    async def another_runapi(self) -> AsyncGenerator[Server]:
        """A RunAPI that answers as a test says; the first answer is to whether it is there."""
        async with serve() as server:
            self.settings["runapi_base_url"] = server.url
            yield server


def _read(settings: dict[str, Any], **given: object) -> Settings:
    return Settings.read(_env_file=None, **{**settings, **given})


@pytest.fixture
async def house(discord_server: DiscordServer, tmp_path: Path) -> AsyncGenerator[House]:
    async with Sandbox() as sandbox:
        yield House(discord_server, sandbox, tmp_path)


async def test_all_is_well(house: House) -> None:
    async with Store.open(house.folder / "easel.db"):
        pass
    checked = await house.check()
    assert (checked.passed, checked.wrong) == (True, [])
    said = "\n".join(checked.lines)
    assert APPLICATION_ID in said
    assert (
        f"https://discord.com/oauth2/authorize?client_id={APPLICATION_ID}&scope=bot+applications.commands"
        f"&permissions={PERMISSIONS.value}" in said
    )
    assert checked.has(Level.OK, "newest version")
    assert checked.has(Level.OK, "In Studio", "may do all")
    assert checked.has(Level.OK, "takes the key", "Sandbox")
    assert checked.has(Level.OK, "balance is $1000.00")
    assert checked.has(Level.OK, "flat + namespaced")
    assert checked.has(Level.OK, "clock is right")
    assert house.sandbox.tasks == {}
    assert house.sandbox.api_key not in said
    assert house.server.token not in said


@pytest.mark.parametrize(
    ("state", "says"), [("paused", "want of credit"), ("open", "did not answer"), ("slowed", "fewer calls")]
)
async def test_what_the_running_bot_met_is_told(house: House, state: str, says: str) -> None:
    async with Store.open(house.folder / "easel.db") as store:
        known = {"state": state, "since": "2026-11-20T12:00:00.5+00:00", "credit": 0}
        await store.write(lambda session: session.facts.put(UPSTREAM, known))
        assert (await house.check()).has(Level.WARN, says, *(["2026-11-20 12:00:00 UTC"] * (state != "slowed")))
        await store.write(lambda session: session.facts.put(UPSTREAM, {**known, "state": "closed"}))
        assert (await house.check()).wrong == []


async def test_a_check_changes_nothing(house: House) -> None:
    folder = house.folder / "not" / "there"
    checked = await house.check(data_dir=str(folder), database_url=f"sqlite:///{folder}/easel.db")
    assert checked.passed
    assert checked.has(Level.OK, "will be made at the first start", "easel.db")
    assert not folder.parent.exists()
    async with Store.open(house.folder / "easel.db"):
        pass
    before = (house.folder / "easel.db").read_bytes()
    await house.check()
    assert (house.folder / "easel.db").read_bytes() == before
    assert house.server.calls_to("PUT", "commands") == []


async def test_a_wrong_token(house: House) -> None:
    checked = await house.check(discord_token=SECRET)
    assert not checked.passed
    [line] = checked.wrong
    assert line.startswith("FAIL  Discord refuses DISCORD_TOKEN")
    assert "Bot page" in line
    assert checked.has(Level.OK, "takes the key")
    assert not any(SECRET in line for line in checked.lines)


async def test_a_wrong_key(house: House) -> None:
    checked = await house.check(runapi_api_key=SECRET)
    assert not checked.passed
    [line] = checked.wrong
    assert line.startswith("FAIL  RunAPI refuses RUNAPI_API_KEY")
    assert checked.has(Level.OK, "Discord takes the token")
    assert not any(SECRET in line for line in checked.lines)


@pytest.mark.parametrize(
    ("host", "public"),
    [
        ("easel.example.org", True),
        ("8.8.8.8", True),
        ("[2001:4860:4860::8888]", True),
        ("localhost", False),
        ("easel.local", False),
        ("192.168.1.10", False),
        ("[::1]", False),
    ],
)
def test_an_address_for_callbacks_that_runapi_cannot_reach(host: str, public: bool) -> None:
    given = {"discord_token": SECRET, "runapi_api_key": SECRET, "runapi_callback_secret": "c2VjcmV0"}
    _, _, findings = read_settings(partial(_read, {**given, "public_url": f"https://{host}"}))
    said = [str(finding) for finding in findings]
    assert [line.startswith("warn  PUBLIC_URL is") and host in line for line in said[1:]] == [True] * (not public)


def test_half_of_what_callbacks_need_does_not_stop_the_others() -> None:
    given = {"discord_token": SECRET, "runapi_api_key": SECRET, "public_url": "https://easel.example.org"}
    settings, wrong, findings = read_settings(partial(_read, given))
    assert settings is not None
    assert (wrong, [finding.level for finding in findings]) == ({"PUBLIC_URL"}, [Level.FAIL])


async def test_settings_that_are_missing_do_not_stop_the_others(house: House) -> None:
    checked = await house.check(discord_token=None, runapi_api_key=None, daily_images_per_user="many")
    assert not checked.passed
    assert [line.split()[1] for line in checked.wrong] == ["DISCORD_TOKEN", "RUNAPI_API_KEY", "DAILY_IMAGES_PER_USER"]
    assert checked.has(Level.OK, "RunAPI answers")
    assert checked.has(Level.OK, "data folder")
    assert house.server.calls == []
    assert not any("Authorization".lower() in call.headers for call in house.sandbox.calls)


async def test_settings_that_run_but_hardly_can_be_meant(house: House) -> None:
    checked = await house.check(daily_images_per_user="0")
    assert checked.passed
    assert checked.has(Level.WARN, "nobody can make a picture")


async def test_models_that_are_not_there(house: House) -> None:
    checked = await house.check(models="imagen-4,no-such")
    assert not checked.passed
    assert checked.has(Level.FAIL, "MODELS", "no-such")


async def test_runapi_is_down(house: House) -> None:
    async with house.another_runapi() as gone:
        url = gone.url
    checked = await house.check()
    assert not checked.passed
    [line] = checked.wrong
    assert line.startswith(f"FAIL  RunAPI cannot be reached at {url}")


async def test_runapi_breaks_off(house: House) -> None:
    async with house.another_runapi() as server:
        server.handle(reset)
        checked = await house.check()
    assert checked.has(Level.FAIL, "cannot be reached")


async def test_runapi_is_elsewhere(house: House) -> None:
    async with house.another_runapi() as server:
        server.answer(301, {}, headers={"Location": "https://elsewhere.example/"})
        checked = await house.check()
        assert len(server.seen) == 1
    assert not checked.passed
    assert checked.has(Level.FAIL, "sends calls elsewhere")


async def test_runapi_has_trouble(house: House) -> None:
    async with house.another_runapi() as server:
        for _ in range(6):
            server.answer(503, {"error": "down"})
        checked = await house.check()
    assert checked.passed
    assert len(checked.wrong) == 3
    assert all("HTTP 503" in line for line in checked.wrong)
    assert checked.has(Level.OK, "not known before the first picture")


@pytest.mark.parametrize(
    ("cents", "level", "said"),
    [
        (899, Level.WARN, "$8.99, which is below BALANCE_FLOOR ($9.00)"),
        (0, Level.WARN, "$0.00, so RunAPI will refuse"),
        (-5, Level.WARN, "will refuse"),
        (50, Level.WARN, "only $0.50"),
        (100, Level.OK, "$1.00."),
        (900, Level.OK, "$9.00."),
    ],
)
async def test_the_balance(house: House, cents: int, level: Level, said: str) -> None:
    async with house.another_runapi() as server:
        server.answer(200, {"price_schedules": []})
        server.answer(200, {"name": "Ada"})
        server.answer(200, {"balance_cents": cents})
        checked = await house.check(balance_floor="9" if cents > 800 else None)
    assert checked.passed
    assert checked.has(level, "balance", said)
    assert (level is Level.OK) or checked.has(level, "https://runapi.ai/billing")


@pytest.mark.parametrize(("ahead", "said"), [(-90, "90 seconds behind"), (95, "95 seconds ahead"), (0, None)])
async def test_the_clock(house: House, ahead: int, said: str | None) -> None:
    date = format_datetime(datetime.now(UTC) - timedelta(seconds=ahead), usegmt=True)
    async with house.another_runapi() as server:
        server.answer(200, {"price_schedules": []}, headers={"Date": date})
        server.answer(401, {}, headers={"Date": date})
        checked = await house.check()
    if said is None:
        assert checked.has(Level.OK, "clock is right")
    else:
        assert any("clock" in line and line.startswith("warn") for line in checked.lines)
        seconds = int(said.split()[0])
        assert any(
            f"{near} seconds {said.split()[2]}" in line
            for near in range(seconds - 2, seconds + 3)
            for line in checked.lines
        )


@pytest.mark.parametrize("date", ["", "soon", "Tue, 99 Foo 2026"])
async def test_a_date_that_is_none_says_nothing(house: House, date: str) -> None:
    async with house.another_runapi() as server:
        server.answer(200, {"price_schedules": []}, headers={"Date": date})
        server.answer(401, {}, headers={"Date": date})
        checked = await house.check()
    assert not any("clock" in line for line in checked.lines)
    assert checked.has(Level.FAIL, "RUNAPI_API_KEY")


@pytest.mark.parametrize(
    ("routes", "setting", "level", "said"),
    [
        ({"flat"}, "auto", Level.OK, "addresses: flat; RUNAPI_ROUTES is auto"),
        ({"namespaced"}, "auto", Level.OK, "addresses: namespaced;"),
        ({"namespaced"}, "flat", Level.WARN, "only namespaced addresses answer"),
        ({"namespaced"}, "namespaced", Level.OK, "addresses: namespaced;"),
        (set[str](), "auto", Level.OK, "not known before the first picture"),
    ],
)
async def test_which_routes_there_are(house: House, routes: set[str], setting: str, level: Level, said: str) -> None:
    async with Sandbox(routes=frozenset(routes)) as sandbox:
        checked = await house.check(runapi_base_url=sandbox.url, runapi_routes=setting)
        assert checked.passed
        assert checked.has(level, said)
        assert [call for call in sandbox.calls if call.method != "GET"] == []


async def test_a_server_that_repeats_the_path_has_no_such_route(house: House) -> None:
    async with house.another_runapi() as server:
        server.answer(200, {"price_schedules": []})
        server.answer(200, {"id": 1})
        server.answer(200, {"balance_cents": 500})
        for path in ("/v1/easel-check/no-such-route", "/v1/text_to_image/", "/api/v1/imagen_4/text_to_image/"):
            nil = "" if "easel" in path else "00000000-0000-0000-0000-000000000000"
            server.answer(404, {"error": f"No route matches {path}{nil}"})
        checked = await house.check()
    assert checked.has(Level.OK, "not known before the first picture")


@pytest.mark.parametrize(
    ("setting", "granted", "level", "said"),
    [
        ("auto", True, Level.OK, "is on in the developer portal"),
        ("auto", False, Level.OK, "is off in the developer portal"),
        ("off", True, Level.OK, "is on in the developer portal"),
        ("on", True, Level.OK, "is on in the developer portal"),
        ("on", False, Level.FAIL, "Discord refuses the bot"),
    ],
)
async def test_the_message_content_intent(house: House, setting: str, granted: bool, level: Level, said: str) -> None:
    house.server.gateway.message_content = granted
    checked = await house.check(message_content_intent=setting)
    assert checked.has(level, said)
    assert checked.passed is (level is Level.OK)


async def test_what_the_bots_role_lacks(house: House) -> None:
    house.server.world.denied = Permission.ATTACH_FILES | Permission.VIEW_CHANNEL | Permission.MANAGE_GUILD
    checked = await house.check()
    assert checked.passed
    [line] = checked.wrong
    assert f"In Studio ({GUILD_ID}) the bot's role lacks: View Channels, Attach Files." in line


async def test_one_server_is_looked_at_channel_by_channel(house: House) -> None:
    checked = await house.check(guild_id=int(GUILD_ID))
    assert checked.passed
    assert checked.wrong == []
    assert checked.has(Level.OK, "In Studio")
    house.server.general.denied = Permission.ATTACH_FILES
    checked = await house.check(guild_id=int(GUILD_ID))
    assert checked.has(Level.OK, "In Studio", "may do all")
    assert checked.has(Level.WARN, "In #general the bot lacks: Attach Files")


async def test_a_server_that_the_bot_is_not_in(house: House) -> None:
    checked = await house.check(guild_id=1234)
    assert not checked.passed
    assert checked.has(Level.FAIL, "1234")


async def test_discord_does_not_say_what_the_bot_may(house: House) -> None:
    house.server.fail("GET", "^/users/@me/guilds$", 403, {"message": "no", "code": 0})
    checked = await house.check()
    assert checked.passed
    assert checked.has(Level.WARN, "is not known (HTTP 403)")
    assert checked.has(Level.OK, "takes the key")


async def test_a_check_that_takes_too_long_does_not_stop_the_others(house: House) -> None:
    # discord.py repeats a 500 after a second, and again.
    house.server.fail("GET", "^/users/@me$", 500, times=10)
    checked = await house.check(seconds=0.5)
    assert not checked.passed
    assert checked.has(Level.FAIL, "Discord did not answer within 0.5 seconds")
    assert checked.has(Level.OK, "takes the key")


async def test_a_database_that_cannot_be_written(house: House) -> None:
    (house.folder / "file").touch()
    checked = await house.check(database_url=f"sqlite:///{house.folder}/file/easel.db", data_dir=f"{house.folder}/file")
    assert not checked.passed
    assert checked.has(Level.FAIL, "The database", "cannot be written", "DATABASE_URL")
    assert checked.has(Level.FAIL, "The data folder", "cannot be written", "DATA_DIR")
    assert checked.has(Level.OK, "takes the key")


async def test_a_file_that_is_no_database(house: House) -> None:
    (house.folder / "easel.db").write_bytes(b"this is no database " * 100)
    checked = await house.check()
    assert not checked.passed
    assert checked.has(Level.FAIL, "cannot be used", "backup")


async def test_a_database_that_somebody_holds(house: House) -> None:
    path = house.folder / "easel.db"
    async with Store.open(path):
        pass
    with closing(sqlite3.connect(path, isolation_level=None)) as held:
        held.execute("BEGIN IMMEDIATE")
        checked = await house.check()
    assert not checked.passed
    assert checked.has(Level.FAIL, "held by another process")


@pytest.mark.parametrize(
    ("version", "level", "said"),
    [
        (None, Level.OK, f"next start brings it to version {NEWEST}"),
        ("9999", Level.FAIL, "version 9999, which this Easel does not know"),
    ],
)
async def test_the_version_of_the_database(house: House, version: str | None, level: Level, said: str) -> None:
    with closing(sqlite3.connect(house.folder / "easel.db")) as database, database:
        database.execute("CREATE TABLE something (id)")
        if version is not None:
            database.execute("CREATE TABLE alembic_version (version_num)")
            database.execute("INSERT INTO alembic_version VALUES (?)", (version,))
    assert (await house.check()).has(level, said)


async def test_the_database_of_a_running_bot_is_no_obstacle(house: House) -> None:
    async with (
        Store.open(house.folder / "easel.db") as store,
        held(store.read, lambda session: session.requests.unfinished_ids()),
    ):
        assert (await house.check()).has(Level.OK, "newest version")


async def test_as_a_process_it_says_so_in_lines_and_by_its_exit_code(house: House, tmp_path: Path) -> None:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    settings = {name.upper(): value for name, value in house.settings.items()}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "check", "--guild", GUILD_ID),
        cwd=tmp_path,
        env={**kept, "PYTHONPATH": str(ROOT), **settings, "DISCORD_TOKEN": "", "RUNAPI_API_KEY": SECRET},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    out, _ = await asyncio.wait_for(process.communicate(), 30)
    *lines, last = out.decode().splitlines()
    assert process.returncode == 1
    assert {line.partition(" ")[0] for line in lines} == {"ok", "FAIL"}
    assert [line.split()[1] for line in lines if line.startswith("FAIL")] == ["DISCORD_TOKEN", "RunAPI"]
    assert last == "The bot cannot run before what is marked FAIL is put right."
    assert SECRET not in out.decode()


def test_the_readme_invites_with_the_permissions_that_are_needed() -> None:
    assert f"permissions={PERMISSIONS.value}" in (ROOT / "README.md").read_text(encoding="utf-8")
