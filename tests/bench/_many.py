"""What the database costs once it holds very many tasks."""

import sqlite3
import time
from collections.abc import Awaitable, Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import get_args

from bot.app import assembled
from bot.engine import Draft, Engine
from bot.settings import Settings
from bot.store import By, Store
from tests.bench._table import Figure

__all__ = ["with_many"]

ROUNDS = 200
"""How often each is measured; reports, which take longer, `REPORTS` times."""

REPORTS = 5

SERVER, MOST_ACTIVE, MEMBERS = 7, 1_000, 2_000
"""The server of two in five requests; who made every twentieth request; how many others there are."""

DAYS = 730
"""Over how many days the requests are spread."""

_SETTINGS = '{"cooldown":1,"pictures_a_day":1000,"tasks_at_once":100,"time_zone":"Europe/Berlin"}'

_FILL = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA cache_size = -400000;
BEGIN;
INSERT INTO guilds (id, settings, changed_at) VALUES (:server, ':settings', :first);
WITH RECURSIVE member(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM member WHERE n < :members)
INSERT INTO users (id, created_at) SELECT :most_active + n, :first FROM member;
WITH RECURSIVE made(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM made WHERE n < :count),
    dealt AS (SELECT n, (n * 2654435761) % 4294967296 AS r FROM made),
    asked AS (
        SELECT n, r, CASE WHEN r % 20 = 0 THEN :most_active ELSE :most_active + 1 + (r / 32) % :members END AS user_id
        FROM dealt
    )
INSERT INTO requests (id, short_id, user_id, guild_id, channel_id, message_id, bot_present, origin, action, model,
        prompt, options, pictures_asked, private, locale, filesize_limit, state, reply, delivery, created_at,
        acknowledged_at, finished_at, delivered_at, roles, pictures_made, unpriced, cost)
    SELECT n, printf('b%08d', n), user_id,
        CASE WHEN (r / 7) % 5 < 2 THEN :server ELSE :server + 1 + user_id % 200 END,
        20 + (r / 11) % 12, 1000000 + n, 1, 'imagine', 'text_to_image',
        CASE (r / 64) % 4 WHEN 0 THEN 'imagen-4' WHEN 1 THEN 'gpt-image-2' WHEN 2 THEN 'z-image' ELSE 'flux' END,
        'a red fox in the snow, watercolour, number ' || n, '{"aspect_ratio":"16:9"}', 1, 0, 'en-US', 10485760,
        CASE WHEN (r / 13) % 25 = 0 THEN 'failed' ELSE 'completed' END,
        '{"channel_id":20,"kind":"interaction","token":"' || hex(zeroblob(80)) || '"}', 'delivered',
        :first + n * :apart, :first + n * :apart + 200000, :first + n * :apart + (8 + r % 37) * 1000000,
        :first + n * :apart + (8 + r % 37) * 1000000 + 300000,
        '[' || (40 + user_id % 3) || ',' || (50 + user_id % 5) || ',' || (60 + user_id % 7) || ']',
        (r / 13) % 25 != 0, 0, ((r / 13) % 25 != 0) * 80000
    FROM asked;
INSERT INTO tasks (request_id, number, attempt, state, style, path, body, idempotency_key, runapi_id, status_path, cost,
        created_at, submitted_at, started_at, finished_at)
    SELECT id, 1, 1, state, 'flat', '/api/v1/imagen_4/text_to_image', zeroblob(200), 'key-' || short_id,
        'tsk_' || short_id, '/api/v1/imagen_4/text_to_image/tsk_' || short_id, 80000, created_at, created_at,
        created_at, finished_at
    FROM requests;
INSERT INTO pictures (request_id, task_id, number, url, expires_at, thumbnail, content_type, size, width, height,
        delivered_as, created_at)
    SELECT request_id, id, 1, 'https://files.runapi.ai/' || runapi_id || '.png', finished_at,
        'thumbnails/' || runapi_id, 'image/png', 1500000, 1024, 1024, 'original', finished_at
    FROM tasks WHERE state = 'completed';
INSERT INTO usage (user_id, guild_id, model, day, requests, pictures, unpriced, cost)
    SELECT user_id, guild_id, model, date(created_at / 1000000, 'unixepoch'), count(*), sum(pictures_made), 0, sum(cost)
    FROM requests WHERE state = 'completed' GROUP BY 1, 2, 3, 4;
INSERT INTO allowances (scope, subject_id, period, reserved, used, granted)
    SELECT 'user-day', user_id, date(created_at / 1000000, 'unixepoch'), 0, sum(pictures_made), 0
    FROM requests GROUP BY 2, 3;
INSERT INTO reservations (request_id, scope, subject_id, period, amount, used)
    SELECT id, 'user-day', user_id, date(created_at / 1000000, 'unixepoch'), 1, pictures_made FROM requests;
COMMIT;
PRAGMA journal_mode = WAL;
"""
"""Requests of one task each, with all that belongs to them."""


async def with_many(count: int, folder: Path) -> list[Figure]:
    """Return what it takes to answer with `count` tasks in the database."""
    settings = Settings.read(
        _env_file=None,
        discord_token="bench",
        runapi_api_key="bench",
        runapi_base_url="http://localhost:9",
        database_url=f"sqlite:///{folder}/many.db",
        data_dir=folder,
        daily_images_per_user=1_000,
    )
    async with Store.open(settings.database_path):
        pass
    began = time.perf_counter()
    _fill(settings.database_path, count)
    filled = time.perf_counter() - began
    async with assembled(settings, shard_count=1) as bot:
        usage = await _median(ROUNDS, lambda _: bot.engine.usage(MOST_ACTIVE, SERVER))
        accepted = await _median(ROUNDS, lambda number: bot.engine.accept(_draft(MOST_ACTIVE + 1 + number)))
        reports = [await _median(REPORTS, _report(bot.engine, by)) for by in get_args(By)]
    name = f"{count:,} tasks in the database"
    return [
        Figure(f"{name}: /usage of who made most, median", usage * 1000, "ms", 20.0),
        Figure("  accepting a request, median", accepted * 1000, "ms", 20.0),
        Figure("  /report usage, 30 days, by what takes longest", max(reports) * 1000, "ms"),
        Figure("  making that database", filled, "s"),
    ]


def _fill(path: Path, count: int) -> None:
    now = datetime.now(UTC)
    values = {
        "server": SERVER,
        "settings": _SETTINGS,
        "members": MEMBERS,
        "most_active": MOST_ACTIVE,
        "first": int((now - timedelta(days=DAYS)).timestamp() * 1_000_000),
        "apart": DAYS * 86_400 * 1_000_000 // count,
        "count": count,
    }
    script = _FILL
    for name, value in values.items():
        script = script.replace(f":{name}", str(value))
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.executescript(script)


def _draft(user_id: int) -> Draft:
    return Draft(
        user_id=user_id,
        guild_id=SERVER,
        channel_id=20,
        bot_present=True,
        origin="imagine",
        action="text_to_image",
        prompt="a red fox",
        locale="en-US",
        filesize_limit=10 * 1024 * 1024,
        reply={"kind": "interaction"},
        role_ids=frozenset({40, 50, 60}),
        place_ids=frozenset({20}),
    )


def _report(engine: Engine, by: By) -> Callable[[int], Awaitable[object]]:
    return lambda _: engine.reports.of_guild(SERVER, 30, by)


async def _median(rounds: int, ask: Callable[[int], Awaitable[object]]) -> float:
    """Return the seconds that it takes, after once that does not count."""
    await ask(rounds)
    took: list[float] = []
    for number in range(rounds):
        began = time.perf_counter()
        await ask(number)
        took.append(time.perf_counter() - began)
    return median(took)
