"""Requests whose content is forgotten: why, and what finds those that are to be."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Change the tables from version 0005."""
    op.execute(
        "ALTER TABLE requests ADD COLUMN forgotten TEXT"
        " CONSTRAINT ck_requests_forgotten_known CHECK (forgotten IN ('wish', 'age'))"
    )
    kept, named = sa.text("forgotten IS NULL"), sa.text("forgotten IS NOT NULL AND user_id != 0")
    op.create_index("ix_requests_kept", "requests", ["guild_id", "created_at"], sqlite_where=kept)
    op.create_index("ix_requests_named", "requests", ["created_at"], sqlite_where=named)
    op.create_index("ix_sources_picture", "sources", ["picture_id"], sqlite_where=sa.text("picture_id IS NOT NULL"))
    op.create_index("ix_sources_file", "sources", ["file"], sqlite_where=sa.text("file IS NOT NULL"))
