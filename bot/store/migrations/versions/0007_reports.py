"""Results that members reported, why, and what was decided."""

import sqlalchemy as sa
from alembic import op

from bot.store import types

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Change the tables from version 0006."""
    op.create_table(
        "reports",
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("guild_id", types.Snowflake(), nullable=False),
        sa.Column("channel_id", types.Snowflake()),
        sa.Column("message_id", types.Snowflake()),
        sa.Column("decision", sa.Text()),
        sa.Column("actor_id", types.Snowflake()),
        sa.Column("decided_at", types.Moment()),
        sa.Column("created_at", types.Moment(), nullable=False),
        sa.CheckConstraint(
            "decision IN ('deleted', 'spoiler', 'blocked', 'dismissed')", name=op.f("ck_reports_decision_known")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["requests.id"], name=op.f("fk_reports_request_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_reports")),
        sqlite_strict=True,
    )
    op.create_table(
        "report_reasons",
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("user_id", types.Snowflake(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", types.Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["reports.request_id"],
            name=op.f("fk_report_reasons_request_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("request_id", "user_id", name=op.f("pk_report_reasons")),
        sqlite_strict=True,
    )
    op.create_index("ix_report_reasons_user_id", "report_reasons", ["user_id"])
