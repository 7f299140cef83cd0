"""The tables of rounds: a theme in a channel, the pictures that entered it, and the votes for them."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from bot.store.tables import metadata
from bot.store.types import Flag, Json, Moment, Snowflake

rounds = Table(
    "rounds",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("short_id", Text, nullable=False, unique=True),
    Column("guild_id", Snowflake, nullable=False),
    Column("channel_id", Snowflake, nullable=False),
    Column("actor_id", Snowflake, nullable=False),
    Column("theme", Text, nullable=False),
    Column("models", Json, nullable=False),
    Column("entries_each", Integer, nullable=False),
    Column("age_restricted", Flag, nullable=False),
    Column("length", Integer, nullable=False),
    Column("voting", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("late", Json, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("opens_at", Moment, nullable=False),
    Column("closes_at", Moment, nullable=False),
    Column("ends_at", Moment, nullable=False),
    Column("due_at", Moment),
    CheckConstraint("state IN ('announced', 'open', 'voting', 'ended', 'cancelled')", name="state_known"),
    CheckConstraint("entries_each > 0", name="entries_each_positive"),
    CheckConstraint("length > 0 AND voting > 0", name="lasts"),
    CheckConstraint("(due_at IS NULL) = (state IN ('ended', 'cancelled'))", name="due_until_it_is_over"),
    Index(
        "ix_rounds_live",
        "channel_id",
        unique=True,
        sqlite_where=text("state IN ('announced', 'open', 'voting')"),
    ),
    Index("ix_rounds_due", "due_at", sqlite_where=text("due_at IS NOT NULL")),
    Index(None, "guild_id", "created_at"),
    sqlite_strict=True,
)

entries = Table(
    "entries",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("round_id", Integer, ForeignKey("rounds.id", ondelete="CASCADE"), nullable=False),
    Column("request_id", Integer, ForeignKey("requests.id", ondelete="CASCADE"), nullable=False),
    Column("picture_id", Integer, ForeignKey("pictures.id", ondelete="CASCADE"), nullable=False),
    Column("user_id", Snowflake, nullable=False),
    Column("slot", Integer, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("votes", Integer),
    Column("place", Integer),
    UniqueConstraint("round_id", "picture_id"),
    UniqueConstraint("round_id", "user_id", "slot"),
    UniqueConstraint("id", "round_id", "user_id"),
    CheckConstraint("slot > 0", name="slot_positive"),
    CheckConstraint("place IS NULL OR (place > 0 AND votes IS NOT NULL)", name="place_after_counting"),
    Index(None, "request_id"),
    Index(None, "user_id"),
    sqlite_strict=True,
)

votes = Table(
    "votes",
    metadata,
    Column("round_id", Integer, primary_key=True),
    Column("user_id", Snowflake, primary_key=True, autoincrement=False),
    Column("entry_id", Integer, nullable=False),
    Column("artist_id", Snowflake, nullable=False),
    Column("created_at", Moment, nullable=False),
    ForeignKeyConstraint(
        ["entry_id", "round_id", "artist_id"], ["entries.id", "entries.round_id", "entries.user_id"], ondelete="CASCADE"
    ),
    CheckConstraint("user_id != artist_id", name="not_for_oneself"),
    Index(None, "entry_id"),
    Index(None, "user_id"),
    sqlite_strict=True,
)
