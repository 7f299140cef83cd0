"""A copy of the database, taken while it is in use or not."""

import os
import secrets
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from bot.store.database import StoreError

WAIT = 30.0
"""Seconds for which a copy waits for a lock that another process holds."""


def back_up(database: Path, to: Path) -> int:
    """Write a copy of the database as it is at one moment to the new file `to`; return its bytes.

    The copy is made under another name and renamed once it is whole and on the disk. VACUUM INTO reads in one
    transaction, so whoever writes meanwhile neither waits nor is seen, and it leaves out what was deleted.

    Raises:
        StoreError: there is no database, `to` is there already or cannot be written, or the disk is full.
    """
    if not database.is_file():
        raise StoreError(f"There is no database at {database}.")
    _check_is_free(to)
    unfinished = to.absolute().with_name(f".{to.name}.{secrets.token_hex(4)}")
    try:
        _copy(database, unfinished)
        shutil.copymode(database, unfinished)
        _write_through(unfinished)
        _check_is_free(to)
        unfinished.rename(to)
        return to.stat().st_size
    except sqlite3.Error as error:
        raise StoreError(f"The database {database} cannot be copied to {to}: {error}.") from error
    except OSError as error:
        raise StoreError(f"The backup {to} cannot be written: {error.strerror}.") from error
    finally:
        unfinished.unlink(missing_ok=True)


def _check_is_free(to: Path) -> None:
    if os.path.lexists(to):
        raise StoreError(f"{to} is there already, and nothing is overwritten. Name a new file.")


def _copy(database: Path, to: Path) -> None:
    address = f"{database.absolute().as_uri()}?mode=ro"
    with closing(sqlite3.connect(address, uri=True, timeout=WAIT, isolation_level=None)) as connection:
        connection.execute("VACUUM INTO ?", (str(to),))


def _write_through(file: Path) -> None:
    with file.open("rb+") as opened:
        os.fsync(opened.fileno())
