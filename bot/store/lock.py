"""One process to a database: a lock beside the file, which the kernel takes back however its process ends."""

import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from bot.store.database import StoreError

SUFFIX = ".lock"
"""Added to the database's name; the file stays, for one that is removed could be locked twice."""


@contextmanager
def sole_user(path: Path) -> Generator[None]:
    """Hold the database at `path` for this process; others that ask meanwhile are refused.

    Raises:
        StoreError: another process holds it, or the lock cannot be made.
    """
    whole = path.resolve()  # by whatever name the file is called
    lock_path = whole.with_name(whole.name + SUFFIX)
    try:
        lock_path.parent.mkdir(parents=True, exist_ok=True)
        file = lock_path.open("ab")
    except OSError as error:
        raise StoreError(f"The file {lock_path} cannot be written: {error.strerror}.") from error
    with file:
        try:
            _lock(file)
        except (BlockingIOError, PermissionError) as error:
            raise StoreError(
                f"The database {path} is in use by another Easel. Stop that one first; a second bot needs a "
                "DATABASE_URL and a DATA_DIR of its own."
            ) from error
        except OSError as error:
            raise StoreError(f"The file {lock_path} cannot be locked: {error.strerror}.") from error
        yield


if sys.platform == "win32":
    import msvcrt

    def _lock(file: BinaryIO) -> None:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(file: BinaryIO) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
