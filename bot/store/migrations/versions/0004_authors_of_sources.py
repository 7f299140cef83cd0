"""Whose the pictures are that a request edits."""

import sqlalchemy as sa
from alembic import op

from bot.store import types

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Change the tables from version 0003."""
    op.add_column("sources", sa.Column("author_id", types.Snowflake()))
