"""The bot's own messages in servers that are no request's reply."""

import sqlalchemy as sa
from alembic import op

from bot.store import types

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Change the tables from version 0008."""
    op.create_table(
        "posts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("guild_id", types.Snowflake(), nullable=False),
        sa.Column("channel_id", types.Snowflake(), nullable=False),
        sa.Column("message_id", types.Snowflake()),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("nonce", sa.Text()),
        sa.Column("began_at", types.Moment()),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("edited_at", types.Moment()),
        sa.Column("due_at", types.Moment()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("trouble", sa.Text()),
        sa.Column("told", types.Flag(), nullable=False),
        sa.CheckConstraint("state IN ('wanted', 'unwanted', 'left')", name=op.f("ck_posts_state_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posts")),
        sa.UniqueConstraint("kind", "key", name=op.f("uq_posts_kind_key")),
        sqlite_strict=True,
    )
    op.create_index("ix_posts_message", "posts", ["message_id"], sqlite_where=sa.text("message_id IS NOT NULL"))
    op.create_index("ix_posts_due", "posts", ["due_at"], sqlite_where=sa.text("due_at IS NOT NULL"))
    op.create_index("ix_posts_troubled", "posts", ["channel_id"], sqlite_where=sa.text("trouble IS NOT NULL"))
