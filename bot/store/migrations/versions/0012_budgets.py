"""Budgets in dollars, what requests take from them, and what a task was to cost."""

import sqlalchemy as sa
from alembic import op

from bot.store import types

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Change the tables from version 0011."""
    op.execute("ALTER TABLE tasks ADD COLUMN quote INTEGER")
    op.create_table(
        "budgets",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("subject_id", types.Snowflake(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("reserved", types.Money(), nullable=False),
        sa.Column("spent", types.Money(), nullable=False),
        sa.PrimaryKeyConstraint("scope", "subject_id", "period", name=op.f("pk_budgets")),
        sa.CheckConstraint("reserved >= 0", name=op.f("ck_budgets_reserved_not_negative")),
        sa.CheckConstraint("spent >= 0", name=op.f("ck_budgets_spent_not_negative")),
        sqlite_strict=True,
    )
    op.create_table(
        "expenses",
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("subject_id", types.Snowflake(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("reserved", types.Money(), nullable=False),
        sa.Column("spent", types.Money()),
        sa.PrimaryKeyConstraint("request_id", "scope", name=op.f("pk_expenses")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["requests.id"], name=op.f("fk_expenses_request_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["scope", "subject_id", "period"],
            ["budgets.scope", "budgets.subject_id", "budgets.period"],
            name=op.f("fk_expenses_scope_subject_id_period"),
        ),
        sa.CheckConstraint("reserved >= 0", name=op.f("ck_expenses_reserved_not_negative")),
        sa.CheckConstraint("spent >= 0", name=op.f("ck_expenses_spent_not_negative")),
        sqlite_strict=True,
    )
