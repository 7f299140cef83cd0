"""Cards of reports are posts, and a report counts them."""

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Change the tables from version 0009."""
    op.execute("ALTER TABLE reports ADD COLUMN card INTEGER DEFAULT 1 NOT NULL")
    op.execute(
        "INSERT INTO posts (kind, key, guild_id, channel_id, message_id, state, fingerprint, version, told)"
        " SELECT 'report', request_id || '.1', guild_id, channel_id, message_id, 'wanted', '', 0, 0"
        " FROM reports WHERE channel_id IS NOT NULL AND message_id IS NOT NULL"
    )
    op.execute("ALTER TABLE reports DROP COLUMN channel_id")
    op.execute("ALTER TABLE reports DROP COLUMN message_id")
