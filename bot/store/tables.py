"""The tables.

A request (what a person asked: one reply, one reservation, one short id) has one or more tasks (one RunAPI
create each), each with one or more pictures (one result each). Every constraint has a name, for Alembic's
batch mode drops unnamed ones.
"""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from bot.store.types import Flag, Json, Moment, Money, Snowflake

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


def _one_of(column: str, *words: str) -> CheckConstraint:
    listed = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")


users = Table(
    "users",
    metadata,
    Column("id", Snowflake, primary_key=True, autoincrement=False),
    Column("created_at", Moment, nullable=False),
    Column("edits_allowed", Flag, nullable=False, server_default=text("1")),
    Column(
        "gallery",
        Text,
        _one_of("gallery", "show", "unprompted", "never"),
        nullable=False,
        server_default=text("'show'"),
    ),
    Column("profile_shown", Flag, nullable=False, server_default=text("1")),
    sqlite_strict=True,
)

requests = Table(
    "requests",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("short_id", Text, nullable=False, unique=True),
    Column("user_id", Snowflake, ForeignKey("users.id"), nullable=False),
    Column("guild_id", Snowflake),
    Column("channel_id", Snowflake),
    Column("message_id", Snowflake),
    Column("bot_present", Flag, nullable=False),
    Column("origin", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("model", Text, nullable=False),
    Column("prompt", Text, nullable=False),
    Column("options", Json, nullable=False),
    Column("pictures_asked", Integer, nullable=False),
    Column("parent_id", Integer, ForeignKey("requests.id")),
    Column("parent_number", Integer),
    Column("private", Flag, nullable=False),
    Column("locale", Text, nullable=False),
    Column("filesize_limit", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("reply", Json, nullable=False),
    Column("delivery", Text, nullable=False),
    Column("delivery_nonce", Text),
    Column("delivery_began_at", Moment),
    Column("created_at", Moment, nullable=False),
    Column("acknowledged_at", Moment),
    Column("finished_at", Moment),
    Column("delivered_at", Moment),
    Column("deleted_at", Moment),
    Column("spoiler", Flag, nullable=False, server_default=text("0")),
    Column("age_restricted", Flag, nullable=False, server_default=text("0")),
    Column("forgotten", Text, _one_of("forgotten", "wish", "age")),
    Column("roles", Json),
    Column("pictures_made", Integer, nullable=False, server_default=text("0")),
    Column("unpriced", Integer, nullable=False, server_default=text("0")),
    Column("cost", Money, nullable=False, server_default=text("0")),
    _one_of("action", "text_to_image", "edit_image"),
    _one_of("state", "accepted", "acknowledged", "completed", "failed", "cancelled", "lapsed"),
    _one_of("delivery", "open", "delivered", "uncertain", "undeliverable"),
    CheckConstraint("pictures_asked > 0", name="pictures_asked_positive"),
    Index(None, "user_id", "created_at"),
    Index(None, "message_id"),
    Index(None, "guild_id", "created_at"),
    Index("ix_requests_unfinished", "id", sqlite_where=text("delivery = 'open'")),
    Index("ix_requests_kept", "guild_id", "created_at", sqlite_where=text("forgotten IS NULL")),
    Index("ix_requests_named", "created_at", sqlite_where=text("forgotten IS NOT NULL AND user_id != 0")),
    sqlite_strict=True,
)

sources = Table(
    "sources",
    metadata,
    Column("request_id", Integer, ForeignKey("requests.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("role", Text, nullable=False),
    Column("picture_id", Integer, ForeignKey("pictures.id")),
    Column("url", Text),
    Column("file_name", Text, nullable=False),
    Column("file", Text),
    Column("author_id", Snowflake),
    _one_of("role", "image", "mask"),
    Index("ix_sources_picture", "picture_id", sqlite_where=text("picture_id IS NOT NULL")),
    Index("ix_sources_file", "file", sqlite_where=text("file IS NOT NULL")),
    sqlite_strict=True,
)

tasks = Table(
    "tasks",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("request_id", Integer, ForeignKey("requests.id", ondelete="CASCADE"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("style", Text),
    Column("path", Text),
    Column("body", LargeBinary),
    Column("idempotency_key", Text, unique=True),
    Column("runapi_id", Text),
    Column("status_path", Text),
    Column("failure", Json),
    Column("quote", Money),
    Column("cost", Money),
    Column("created_at", Moment, nullable=False),
    Column("submitted_at", Moment),
    Column("started_at", Moment),
    Column("finished_at", Moment),
    UniqueConstraint("request_id", "number", "attempt"),
    _one_of(
        "state",
        "queued",
        "submitting",
        "pending",
        "processing",
        "completed",
        "failed",
        "refused",
        "unknown",
        "cancelled",
        "expired",
    ),
    _one_of("style", "flat", "namespaced"),
    CheckConstraint(
        "state = 'queued' OR idempotency_key IS NOT NULL OR state IN ('refused', 'cancelled')",
        name="sent_with_a_key",
    ),
    CheckConstraint(
        "state NOT IN ('pending', 'processing', 'completed') OR status_path IS NOT NULL",
        name="followed_by_path",
    ),
    Index(None, "finished_at"),
    sqlite_strict=True,
)

pictures = Table(
    "pictures",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("request_id", Integer, ForeignKey("requests.id", ondelete="CASCADE"), nullable=False),
    Column("task_id", Integer, ForeignKey("tasks.id", ondelete="CASCADE"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("url", Text, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("file", Text),
    Column("thumbnail", Text),
    Column("content_type", Text),
    Column("size", Integer),
    Column("width", Integer),
    Column("height", Integer),
    Column("delivered_as", Text),
    Column("created_at", Moment, nullable=False),
    UniqueConstraint("request_id", "number"),
    _one_of("delivered_as", "original", "reencoded", "downscaled", "link"),
    sqlite_strict=True,
)

stars = Table(
    "stars",
    metadata,
    Column("picture_id", Integer, ForeignKey("pictures.id", ondelete="CASCADE"), primary_key=True),
    Column("user_id", Snowflake, primary_key=True, autoincrement=False),
    Column("by_button", Flag, nullable=False),
    Column("by_reaction", Flag, nullable=False),
    Column("created_at", Moment, nullable=False),
    CheckConstraint("by_button = 1 OR by_reaction = 1", name="given"),
    Index(None, "user_id"),
    sqlite_strict=True,
)

withdrawals = Table(
    "withdrawals",
    metadata,
    Column("picture_id", Integer, ForeignKey("pictures.id", ondelete="CASCADE"), primary_key=True),
    Column("actor_id", Snowflake, nullable=False),
    Column("created_at", Moment, nullable=False),
    sqlite_strict=True,
)

allowances = Table(
    "allowances",
    metadata,
    Column("scope", Text, primary_key=True),
    Column("subject_id", Snowflake, primary_key=True, autoincrement=False),
    Column("period", Text, primary_key=True),
    Column("reserved", Integer, nullable=False),
    Column("used", Integer, nullable=False),
    Column(
        "granted",
        Integer,
        CheckConstraint("granted >= 0", name="granted_not_negative"),
        nullable=False,
        server_default=text("0"),
    ),
    CheckConstraint("reserved >= 0", name="reserved_not_negative"),
    CheckConstraint("used >= 0", name="used_not_negative"),
    sqlite_strict=True,
)

reservations = Table(
    "reservations",
    metadata,
    Column("request_id", Integer, ForeignKey("requests.id", ondelete="CASCADE"), primary_key=True),
    Column("scope", Text, primary_key=True),
    Column("subject_id", Snowflake, nullable=False),
    Column("period", Text, nullable=False),
    Column("amount", Integer, nullable=False),
    Column("used", Integer),
    ForeignKeyConstraint(
        ["scope", "subject_id", "period"], ["allowances.scope", "allowances.subject_id", "allowances.period"]
    ),
    CheckConstraint("amount > 0", name="amount_positive"),
    CheckConstraint("used IS NULL OR used BETWEEN 0 AND amount", name="used_within_amount"),
    sqlite_strict=True,
)

budgets = Table(
    "budgets",
    metadata,
    Column("scope", Text, primary_key=True),
    Column("subject_id", Snowflake, primary_key=True, autoincrement=False),
    Column("period", Text, primary_key=True),
    Column("reserved", Money, nullable=False),
    Column("spent", Money, nullable=False),
    CheckConstraint("reserved >= 0", name="reserved_not_negative"),
    CheckConstraint("spent >= 0", name="spent_not_negative"),
    sqlite_strict=True,
)

expenses = Table(
    "expenses",
    metadata,
    Column("request_id", Integer, ForeignKey("requests.id", ondelete="CASCADE"), primary_key=True),
    Column("scope", Text, primary_key=True),
    Column("subject_id", Snowflake, nullable=False),
    Column("period", Text, nullable=False),
    Column("reserved", Money, nullable=False),
    Column("spent", Money),
    ForeignKeyConstraint(["scope", "subject_id", "period"], ["budgets.scope", "budgets.subject_id", "budgets.period"]),
    CheckConstraint("reserved >= 0", name="reserved_not_negative"),
    CheckConstraint("spent >= 0", name="spent_not_negative"),
    sqlite_strict=True,
)

usage = Table(
    "usage",
    metadata,
    Column("user_id", Snowflake, primary_key=True, autoincrement=False),
    Column("guild_id", Snowflake, primary_key=True, autoincrement=False),
    Column("model", Text, primary_key=True),
    Column("day", Text, primary_key=True),
    Column("requests", Integer, nullable=False),
    Column("pictures", Integer, nullable=False),
    Column("unpriced", Integer, nullable=False),
    Column("cost", Money, nullable=False),
    sqlite_strict=True,
)

notices = Table(
    "notices",
    metadata,
    Column("request_id", Integer, ForeignKey("requests.id", ondelete="CASCADE"), primary_key=True),
    Column("state", Text, nullable=False),
    Column("began_at", Moment),
    _one_of("state", "offered", "wanted", "sent", "unsent"),
    Index("ix_notices_wanted", "request_id", sqlite_where=text("state = 'wanted'")),
    sqlite_strict=True,
)

guilds = Table(
    "guilds",
    metadata,
    Column("id", Snowflake, primary_key=True, autoincrement=False),
    Column("settings", Json, nullable=False),
    Column("changed_at", Moment, nullable=False),
    sqlite_strict=True,
)

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("guild_id", Snowflake, nullable=False),
    Column("actor_id", Snowflake, nullable=False),
    Column("at", Moment, nullable=False),
    Column("action", Text, nullable=False),
    Column("before", Json),
    Column("after", Json),
    Index(None, "guild_id", "at"),
    sqlite_strict=True,
)

blocks = Table(
    "blocks",
    metadata,
    Column("guild_id", Snowflake, primary_key=True, autoincrement=False),
    Column("user_id", Snowflake, primary_key=True, autoincrement=False),
    Column("reason", Text, nullable=False),
    Column("until", Moment),
    Column("actor_id", Snowflake, nullable=False),
    Column("created_at", Moment, nullable=False),
    sqlite_strict=True,
)

rules = Table(
    "rules",
    metadata,
    Column("guild_id", Snowflake, primary_key=True, autoincrement=False),
    Column("phrase", Text, primary_key=True),
    Column("exceptions", Json, nullable=False),
    Column("actor_id", Snowflake, nullable=False),
    Column("created_at", Moment, nullable=False),
    sqlite_strict=True,
)

reports = Table(
    "reports",
    metadata,
    Column("request_id", Integer, ForeignKey("requests.id", ondelete="CASCADE"), primary_key=True),
    Column("guild_id", Snowflake, nullable=False),
    Column("card", Integer, nullable=False, server_default=text("1")),
    Column("decision", Text),
    Column("actor_id", Snowflake),
    Column("decided_at", Moment),
    Column("created_at", Moment, nullable=False),
    _one_of("decision", "deleted", "spoiler", "blocked", "dismissed"),
    sqlite_strict=True,
)

report_reasons = Table(
    "report_reasons",
    metadata,
    Column("request_id", Integer, ForeignKey("reports.request_id", ondelete="CASCADE"), primary_key=True),
    Column("user_id", Snowflake, primary_key=True, autoincrement=False),
    Column("reason", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Index(None, "user_id"),
    sqlite_strict=True,
)

posts = Table(
    "posts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("guild_id", Snowflake, nullable=False),
    Column("channel_id", Snowflake, nullable=False),
    Column("message_id", Snowflake),
    Column("state", Text, nullable=False),
    Column("nonce", Text),
    Column("began_at", Moment),
    Column("fingerprint", Text, nullable=False),
    Column("edited_at", Moment),
    Column("due_at", Moment),
    Column("version", Integer, nullable=False),
    Column("trouble", Text),
    Column("told", Flag, nullable=False),
    UniqueConstraint("kind", "key"),
    _one_of("state", "wanted", "unwanted", "left"),
    Index("ix_posts_message", "message_id", sqlite_where=text("message_id IS NOT NULL")),
    Index("ix_posts_due", "due_at", sqlite_where=text("due_at IS NOT NULL")),
    Index("ix_posts_troubled", "channel_id", sqlite_where=text("trouble IS NOT NULL")),
    sqlite_strict=True,
)

drafts = Table(
    "drafts",
    metadata,
    Column("id", Text, primary_key=True),
    Column("user_id", Snowflake, nullable=False),
    Column("content", Json, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Index(None, "changed_at"),
    sqlite_strict=True,
)

facts = Table(
    "facts",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Json, nullable=False),
    sqlite_strict=True,
)
