"""Whether others may look at somebody's profile."""

import sqlalchemy as sa
from alembic import op

from bot.store import types

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Change the tables from version 0014."""
    op.add_column("users", sa.Column("profile_shown", types.Flag(), nullable=False, server_default=sa.text("1")))
