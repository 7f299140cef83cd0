"""Rounds with a theme, the pictures that entered them, and the votes for these."""

import sqlalchemy as sa
from alembic import op

from bot.store import types

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Change the tables from the version before."""
    _add_rounds()
    _add_entries()
    _add_votes()


def _add_rounds() -> None:
    op.create_table(
        "rounds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("short_id", sa.Text(), nullable=False),
        sa.Column("guild_id", types.Snowflake(), nullable=False),
        sa.Column("channel_id", types.Snowflake(), nullable=False),
        sa.Column("actor_id", types.Snowflake(), nullable=False),
        sa.Column("theme", sa.Text(), nullable=False),
        sa.Column("models", types.Json(), nullable=False),
        sa.Column("entries_each", sa.Integer(), nullable=False),
        sa.Column("age_restricted", types.Flag(), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("voting", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("late", types.Json(), nullable=False),
        sa.Column("created_at", types.Moment(), nullable=False),
        sa.Column("opens_at", types.Moment(), nullable=False),
        sa.Column("closes_at", types.Moment(), nullable=False),
        sa.Column("ends_at", types.Moment(), nullable=False),
        sa.Column("due_at", types.Moment()),
        sa.CheckConstraint(
            "state IN ('announced', 'open', 'voting', 'ended', 'cancelled')", name=op.f("ck_rounds_state_known")
        ),
        sa.CheckConstraint("entries_each > 0", name=op.f("ck_rounds_entries_each_positive")),
        sa.CheckConstraint("length > 0 AND voting > 0", name=op.f("ck_rounds_lasts")),
        sa.CheckConstraint(
            "(due_at IS NULL) = (state IN ('ended', 'cancelled'))", name=op.f("ck_rounds_due_until_it_is_over")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rounds")),
        sa.UniqueConstraint("short_id", name=op.f("uq_rounds_short_id")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_rounds_live",
        "rounds",
        ["channel_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('announced', 'open', 'voting')"),
    )
    op.create_index("ix_rounds_due", "rounds", ["due_at"], sqlite_where=sa.text("due_at IS NOT NULL"))
    op.create_index("ix_rounds_guild_id_created_at", "rounds", ["guild_id", "created_at"])


def _add_entries() -> None:
    op.create_table(
        "entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("picture_id", sa.Integer(), nullable=False),
        sa.Column("user_id", types.Snowflake(), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("created_at", types.Moment(), nullable=False),
        sa.Column("votes", sa.Integer()),
        sa.Column("place", sa.Integer()),
        sa.CheckConstraint("slot > 0", name=op.f("ck_entries_slot_positive")),
        sa.CheckConstraint(
            "place IS NULL OR (place > 0 AND votes IS NOT NULL)", name=op.f("ck_entries_place_after_counting")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_entries_round_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["request_id"], ["requests.id"], name=op.f("fk_entries_request_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["picture_id"], ["pictures.id"], name=op.f("fk_entries_picture_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entries")),
        sa.UniqueConstraint("round_id", "picture_id", name=op.f("uq_entries_round_id_picture_id")),
        sa.UniqueConstraint("round_id", "user_id", "slot", name=op.f("uq_entries_round_id_user_id_slot")),
        sa.UniqueConstraint("id", "round_id", "user_id", name=op.f("uq_entries_id_round_id_user_id")),
        sqlite_strict=True,
    )
    op.create_index("ix_entries_request_id", "entries", ["request_id"])
    op.create_index("ix_entries_user_id", "entries", ["user_id"])


def _add_votes() -> None:
    op.create_table(
        "votes",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("user_id", types.Snowflake(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("artist_id", types.Snowflake(), nullable=False),
        sa.Column("created_at", types.Moment(), nullable=False),
        sa.CheckConstraint("user_id != artist_id", name=op.f("ck_votes_not_for_oneself")),
        sa.ForeignKeyConstraint(
            ["entry_id", "round_id", "artist_id"],
            ["entries.id", "entries.round_id", "entries.user_id"],
            name=op.f("fk_votes_entry_id_round_id_artist_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("round_id", "user_id", name=op.f("pk_votes")),
        sqlite_strict=True,
    )
    op.create_index("ix_votes_entry_id", "votes", ["entry_id"])
    op.create_index("ix_votes_user_id", "votes", ["user_id"])
