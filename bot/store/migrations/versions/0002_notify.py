"""Notices: who is to be notified when their request is over."""

import sqlalchemy as sa
from alembic import op

from bot.store import types

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Change the tables from version 0001."""
    op.create_table(
        "notices",
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("began_at", types.Moment(), nullable=True),
        sa.CheckConstraint("state IN ('offered', 'wanted', 'sent', 'unsent')", name=op.f("ck_notices_state_known")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["requests.id"], name=op.f("fk_notices_request_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_notices")),
        sqlite_strict=True,
    )
    op.create_index("ix_notices_wanted", "notices", ["request_id"], sqlite_where=sa.text("state = 'wanted'"))
