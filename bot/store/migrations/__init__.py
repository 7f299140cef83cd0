"""Bring a database file to the newest version (Alembic)."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.pool import NullPool


def upgrade(path: Path, revision: str = "head") -> None:
    """Migrate the SQLite file at `path`, making it when it is missing; all in one transaction.

    Raises:
        sqlalchemy.exc.DBAPIError: the file cannot be opened or written, or is not a database.
    """
    engine = _engine(path)
    with engine.begin() as connection:
        command.upgrade(config(connection), revision)


def config(connection: Connection) -> Config:
    """Return Alembic's configuration for an open connection."""
    settings = Config()
    settings.set_main_option("script_location", str(Path(__file__).parent))
    settings.attributes["connection"] = connection
    return settings


def _engine(path: Path) -> Engine:
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        poolclass=NullPool,
        connect_args={"isolation_level": None, "timeout": 5.0},
    )
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))  # pyright: ignore[reportUnknownLambdaType, reportUnknownMemberType, reportUnknownArgumentType]
    return engine
