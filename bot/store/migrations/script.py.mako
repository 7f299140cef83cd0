"""${message}."""

import sqlalchemy as sa
from alembic import op

from bot.store import types

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    """Change the tables from version ${down_revision or "none"}."""
    ${upgrades if upgrades else "pass"}
