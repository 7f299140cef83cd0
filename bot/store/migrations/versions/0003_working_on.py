"""Working on pictures: who lets others edit theirs, drafts, and what must stay hidden or among adults."""

import sqlalchemy as sa
from alembic import op

from bot.store import types

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Change the tables from version 0002."""
    op.add_column("users", sa.Column("edits_allowed", types.Flag(), nullable=False, server_default=sa.text("1")))
    op.add_column("requests", sa.Column("spoiler", types.Flag(), nullable=False, server_default=sa.text("0")))
    op.add_column("requests", sa.Column("age_restricted", types.Flag(), nullable=False, server_default=sa.text("0")))
    op.create_table(
        "drafts",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("user_id", types.Snowflake(), nullable=False),
        sa.Column("content", types.Json(), nullable=False),
        sa.Column("changed_at", types.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drafts")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_drafts_changed_at"), "drafts", ["changed_at"])
