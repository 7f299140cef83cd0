"""Fixtures for the store: a real file each."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from bot.store import Store
from bot.store.database import Database


@pytest.fixture(name="path")
def _path(tmp_path: Path) -> Path:
    return tmp_path / "easel.db"


@pytest.fixture(name="store")
async def _store(path: Path) -> AsyncGenerator[Store]:
    async with Store.open(path) as store:
        yield store


@pytest.fixture(name="database")
async def _database(path: Path) -> AsyncGenerator[Database]:
    database = await Database.open(path)
    yield database
    await database.close()
