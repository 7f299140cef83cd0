"""Counters of what may be used: what was granted on top of the limit."""

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Change the tables from version 0007."""
    op.execute(
        "ALTER TABLE allowances ADD COLUMN granted INTEGER DEFAULT 0 NOT NULL"
        " CONSTRAINT ck_allowances_granted_not_negative CHECK (granted >= 0)"
    )
