"""A server's own rules: its settings and who changed them, blocked users, words that are not wanted."""

import sqlalchemy as sa
from alembic import op

from bot.store import types

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Change the tables from version 0004."""
    op.create_table(
        "guilds",
        sa.Column("id", types.Snowflake(), autoincrement=False, nullable=False),
        sa.Column("settings", types.Json(), nullable=False),
        sa.Column("changed_at", types.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guilds")),
        sqlite_strict=True,
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("guild_id", types.Snowflake(), nullable=False),
        sa.Column("actor_id", types.Snowflake(), nullable=False),
        sa.Column("at", types.Moment(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("before", types.Json()),
        sa.Column("after", types.Json()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_audit_guild_id_at"), "audit", ["guild_id", "at"])
    op.create_table(
        "blocks",
        sa.Column("guild_id", types.Snowflake(), autoincrement=False, nullable=False),
        sa.Column("user_id", types.Snowflake(), autoincrement=False, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("until", types.Moment()),
        sa.Column("actor_id", types.Snowflake(), nullable=False),
        sa.Column("created_at", types.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("guild_id", "user_id", name=op.f("pk_blocks")),
        sqlite_strict=True,
    )
    op.create_table(
        "rules",
        sa.Column("guild_id", types.Snowflake(), autoincrement=False, nullable=False),
        sa.Column("phrase", sa.Text(), nullable=False),
        sa.Column("exceptions", types.Json(), nullable=False),
        sa.Column("actor_id", types.Snowflake(), nullable=False),
        sa.Column("created_at", types.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("guild_id", "phrase", name=op.f("pk_rules")),
        sqlite_strict=True,
    )
