"""Settings, the data folder and the database."""

import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from ipaddress import ip_address
from pathlib import Path

from alembic.script import ScriptDirectory

from bot.check._findings import Finding, Say, fail, ok, warn
from bot.i18n import text
from bot.settings import Settings, SettingsError
from bot.store import migrations

MEBIBYTE = 1024 * 1024

LITTLE_SPACE = 500 * MEBIBYTE
"""Bytes below which a disk is said to be nearly full."""

LOCK_SECONDS = 2.0
"""How long a database may be held by somebody else; the bot itself holds it for milliseconds."""

Read = Callable[..., Settings]


def read_settings(read: Read) -> tuple[Settings | None, frozenset[str], list[Finding]]:
    """Read the settings.

    Returns:
        the settings, with placeholders for what is missing or malformed; the names of those; what to say. There are
        no settings where not even placeholders help.
    """
    try:
        settings = read()
    except SettingsError as error:
        wrong = {sentence.partition(" ")[0] for sentence in error.sentences}
        return _with_placeholders(read, wrong), frozenset(wrong), [fail(sentence) for sentence in error.sentences]
    found = [ok(text("check-settings"))]
    if settings.daily_images_per_user == 0:
        found.append(warn(text("check-nobody-may")))
    if settings.public_url is not None and not _is_public(settings.public_url.host or ""):
        found.append(warn(text("check-callbacks-private", url=str(settings.public_url))))
    return settings, frozenset(), found


def _is_public(host: str) -> bool:
    """Return whether a host may be on the public internet, by its name or address alone."""
    try:
        return ip_address(host.strip("[]")).is_global
    except ValueError:
        return "." in host and not host.endswith((".localhost", ".local", ".internal"))


def _with_placeholders(read: Read, wrong: set[str]) -> Settings | None:
    known = {name: each for name, each in Settings.model_fields.items() if name.upper() in wrong}
    try:
        return read(**{name: "-" if each.is_required() else each.default for name, each in known.items()})
    except SettingsError:
        return None


async def look_at_folder(settings: Settings, say: Say) -> None:
    """Say whether pictures can be kept."""
    folder = settings.data_dir
    there = _nearest(folder)
    try:
        _write_something(there)
        free = shutil.disk_usage(there).free
    except OSError as error:
        say(fail(text("check-folder-unwritable", folder=str(folder), reason=_reason(error))))
        return
    sentence = "check-folder" if folder.exists() else "check-folder-new"
    say(ok(text(sentence, folder=str(folder))))
    if free < LITTLE_SPACE:
        say(warn(text("check-little-space", folder=str(folder), megabytes=free // MEBIBYTE)))


async def look_at_database(settings: Settings, say: Say) -> None:
    """Say whether requests can be written down."""
    path = settings.database_path
    try:
        _write_something(_nearest(path.parent))
        found = _opened(path) if path.exists() else ok(text("check-database-new", path=str(path)))
    except OSError as error:
        found = fail(text("check-database-unwritable", path=str(path), reason=_reason(error)))
    say(found)


def _opened(path: Path) -> Finding:
    """Look into a database without changing it."""
    address = f"{path.absolute().as_uri()}?mode=rw"
    try:
        with closing(sqlite3.connect(address, uri=True, timeout=LOCK_SECONDS, isolation_level=None)) as opened:
            opened.execute("BEGIN IMMEDIATE")
            version = _version(opened)
            opened.execute("CREATE TABLE easel_check (id)")  # fails where nothing can be written; it is undone
            opened.execute("ROLLBACK")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
            return fail(text("check-database-held", path=str(path)))
        return fail(text("check-database-unwritable", path=str(path), reason=str(error)))
    except sqlite3.DatabaseError as error:
        return fail(text("check-database-unusable", path=str(path), reason=str(error)))
    return _migrated(path, version)


def _version(opened: sqlite3.Connection) -> str | None:
    """Return the version that migrations have brought the database to; None where there were none."""
    if not opened.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone():
        return None
    row = opened.execute("SELECT version_num FROM alembic_version").fetchone()
    return row[0] if row else None


def _migrated(path: Path, version: str | None) -> Finding:
    scripts = ScriptDirectory(str(Path(migrations.__file__).parent))
    newest = scripts.get_current_head()
    if version == newest:
        return ok(text("check-database", path=str(path), version=version or ""))
    if version is None or version in {script.revision for script in scripts.walk_revisions()}:
        return ok(text("check-database-older", path=str(path), version=newest or ""))
    return fail(text("check-database-newer", path=str(path), version=version))


def _write_something(folder: Path) -> None:
    with tempfile.TemporaryFile(dir=folder) as file:
        file.write(b"easel")


def _reason(error: OSError) -> str:
    return error.strerror or type(error).__name__


def _nearest(folder: Path) -> Path:
    """Return the folder, or the nearest one above it that is there."""
    return next(each for each in (folder.absolute(), *folder.absolute().parents) if each.exists())
