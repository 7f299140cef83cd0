"""The first tables."""

import sqlalchemy as sa
from alembic import op

from bot.store import types

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Change the tables from version none."""
    op.create_table(
        "allowances",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("subject_id", types.Snowflake(), autoincrement=False, nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("reserved", sa.Integer(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.CheckConstraint("reserved >= 0", name=op.f("ck_allowances_reserved_not_negative")),
        sa.CheckConstraint("used >= 0", name=op.f("ck_allowances_used_not_negative")),
        sa.PrimaryKeyConstraint("scope", "subject_id", "period", name=op.f("pk_allowances")),
        sqlite_strict=True,
    )
    op.create_table(
        "facts",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", types.Json(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_facts")),
        sqlite_strict=True,
    )
    op.create_table(
        "usage",
        sa.Column("user_id", types.Snowflake(), autoincrement=False, nullable=False),
        sa.Column("guild_id", types.Snowflake(), autoincrement=False, nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("requests", sa.Integer(), nullable=False),
        sa.Column("pictures", sa.Integer(), nullable=False),
        sa.Column("unpriced", sa.Integer(), nullable=False),
        sa.Column("cost", types.Money(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "guild_id", "model", "day", name=op.f("pk_usage")),
        sqlite_strict=True,
    )
    op.create_table(
        "users",
        sa.Column("id", types.Snowflake(), autoincrement=False, nullable=False),
        sa.Column("created_at", types.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sqlite_strict=True,
    )
    op.create_table(
        "requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("short_id", sa.Text(), nullable=False),
        sa.Column("user_id", types.Snowflake(), nullable=False),
        sa.Column("guild_id", types.Snowflake(), nullable=True),
        sa.Column("channel_id", types.Snowflake(), nullable=True),
        sa.Column("message_id", types.Snowflake(), nullable=True),
        sa.Column("bot_present", types.Flag(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("prompt", sa.Text(), nullable=False),
        sa.Column("options", types.Json(), nullable=False),
        sa.Column("pictures_asked", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("parent_number", sa.Integer(), nullable=True),
        sa.Column("private", types.Flag(), nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("filesize_limit", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reply", types.Json(), nullable=False),
        sa.Column("delivery", sa.Text(), nullable=False),
        sa.Column("delivery_nonce", sa.Text(), nullable=True),
        sa.Column("delivery_began_at", types.Moment(), nullable=True),
        sa.Column("created_at", types.Moment(), nullable=False),
        sa.Column("acknowledged_at", types.Moment(), nullable=True),
        sa.Column("finished_at", types.Moment(), nullable=True),
        sa.Column("delivered_at", types.Moment(), nullable=True),
        sa.Column("deleted_at", types.Moment(), nullable=True),
        sa.CheckConstraint("action IN ('text_to_image', 'edit_image')", name=op.f("ck_requests_action_known")),
        sa.CheckConstraint(
            "delivery IN ('open', 'delivered', 'uncertain', 'undeliverable')",
            name=op.f("ck_requests_delivery_known"),
        ),
        sa.CheckConstraint(
            "state IN ('accepted', 'acknowledged', 'completed', 'failed', 'cancelled', 'lapsed')",
            name=op.f("ck_requests_state_known"),
        ),
        sa.CheckConstraint("pictures_asked > 0", name=op.f("ck_requests_pictures_asked_positive")),
        sa.ForeignKeyConstraint(["parent_id"], ["requests.id"], name=op.f("fk_requests_parent_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_requests_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requests")),
        sa.UniqueConstraint("short_id", name=op.f("uq_requests_short_id")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("requests", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_requests_message_id"), ["message_id"], unique=False)
        batch_op.create_index("ix_requests_unfinished", ["id"], unique=False, sqlite_where=sa.text("delivery = 'open'"))
        batch_op.create_index(batch_op.f("ix_requests_user_id_created_at"), ["user_id", "created_at"], unique=False)

    op.create_table(
        "reservations",
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("subject_id", types.Snowflake(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=True),
        sa.CheckConstraint("amount > 0", name=op.f("ck_reservations_amount_positive")),
        sa.CheckConstraint(
            "used IS NULL OR used BETWEEN 0 AND amount", name=op.f("ck_reservations_used_within_amount")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["requests.id"], name=op.f("fk_reservations_request_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["scope", "subject_id", "period"],
            ["allowances.scope", "allowances.subject_id", "allowances.period"],
            name=op.f("fk_reservations_scope_subject_id_period"),
        ),
        sa.PrimaryKeyConstraint("request_id", "scope", name=op.f("pk_reservations")),
        sqlite_strict=True,
    )
    op.create_table(
        "tasks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("style", sa.Text(), nullable=True),
        sa.Column("path", sa.Text(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("idempotency_key", sa.Text(), nullable=True),
        sa.Column("runapi_id", sa.Text(), nullable=True),
        sa.Column("status_path", sa.Text(), nullable=True),
        sa.Column("failure", types.Json(), nullable=True),
        sa.Column("cost", types.Money(), nullable=True),
        sa.Column("created_at", types.Moment(), nullable=False),
        sa.Column("submitted_at", types.Moment(), nullable=True),
        sa.Column("started_at", types.Moment(), nullable=True),
        sa.Column("finished_at", types.Moment(), nullable=True),
        sa.CheckConstraint(
            "state = 'queued' OR idempotency_key IS NOT NULL OR state IN ('refused', 'cancelled')",
            name=op.f("ck_tasks_sent_with_a_key"),
        ),
        sa.CheckConstraint(
            "state IN ('queued', 'submitting', 'pending', 'processing', 'completed', 'failed', 'refused', 'unknown', 'cancelled', 'expired')",
            name=op.f("ck_tasks_state_known"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('pending', 'processing', 'completed') OR status_path IS NOT NULL",
            name=op.f("ck_tasks_followed_by_path"),
        ),
        sa.CheckConstraint("style IN ('flat', 'namespaced')", name=op.f("ck_tasks_style_known")),
        sa.ForeignKeyConstraint(["request_id"], ["requests.id"], name=op.f("fk_tasks_request_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tasks")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_tasks_idempotency_key")),
        sa.UniqueConstraint("request_id", "number", "attempt", name=op.f("uq_tasks_request_id_number_attempt")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("tasks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tasks_finished_at"), ["finished_at"], unique=False)

    op.create_table(
        "pictures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("expires_at", types.Moment(), nullable=False),
        sa.Column("file", sa.Text(), nullable=True),
        sa.Column("thumbnail", sa.Text(), nullable=True),
        sa.Column("content_type", sa.Text(), nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("delivered_as", sa.Text(), nullable=True),
        sa.Column("created_at", types.Moment(), nullable=False),
        sa.CheckConstraint(
            "delivered_as IN ('original', 'reencoded', 'downscaled', 'link')",
            name=op.f("ck_pictures_delivered_as_known"),
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["requests.id"], name=op.f("fk_pictures_request_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name=op.f("fk_pictures_task_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pictures")),
        sa.UniqueConstraint("request_id", "number", name=op.f("uq_pictures_request_id_number")),
        sqlite_strict=True,
    )
    op.create_table(
        "sources",
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("picture_id", sa.Integer(), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("file", sa.Text(), nullable=True),
        sa.CheckConstraint("role IN ('image', 'mask')", name=op.f("ck_sources_role_known")),
        sa.ForeignKeyConstraint(["picture_id"], ["pictures.id"], name=op.f("fk_sources_picture_id")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["requests.id"], name=op.f("fk_sources_request_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("request_id", "number", name=op.f("pk_sources")),
        sqlite_strict=True,
    )
