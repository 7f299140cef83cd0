"""Stars of pictures, what artists keep out of galleries, and how they want to be shown there."""

import sqlalchemy as sa
from alembic import op

from bot.store import types

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Change the tables from version 0010."""
    op.create_table(
        "stars",
        sa.Column("picture_id", sa.Integer(), nullable=False),
        sa.Column("user_id", types.Snowflake(), nullable=False),
        sa.Column("by_button", types.Flag(), nullable=False),
        sa.Column("by_reaction", types.Flag(), nullable=False),
        sa.Column("created_at", types.Moment(), nullable=False),
        sa.CheckConstraint("by_button = 1 OR by_reaction = 1", name=op.f("ck_stars_given")),
        sa.ForeignKeyConstraint(["picture_id"], ["pictures.id"], name=op.f("fk_stars_picture_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("picture_id", "user_id", name=op.f("pk_stars")),
        sqlite_strict=True,
    )
    op.create_index("ix_stars_user_id", "stars", ["user_id"])
    op.create_table(
        "withdrawals",
        sa.Column("picture_id", sa.Integer(), nullable=False),
        sa.Column("actor_id", types.Snowflake(), nullable=False),
        sa.Column("created_at", types.Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["picture_id"], ["pictures.id"], name=op.f("fk_withdrawals_picture_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("picture_id", name=op.f("pk_withdrawals")),
        sqlite_strict=True,
    )
    op.execute(
        "ALTER TABLE users ADD COLUMN gallery TEXT DEFAULT 'show' NOT NULL"
        " CONSTRAINT ck_users_gallery_known CHECK (gallery IN ('show', 'unprompted', 'never'))"
    )
