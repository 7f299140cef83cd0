"""What came of a request, and the roles that its user had, kept with it: reports read nothing else."""

import sqlalchemy as sa
from alembic import op

from bot.store import types

revision = "0013"
down_revision = "0012"

_MADE = """
UPDATE requests SET
    pictures_made = (SELECT count(*) FROM pictures WHERE pictures.request_id = requests.id),
    unpriced = (
        SELECT count(*) FROM pictures JOIN tasks ON tasks.id = pictures.task_id
        WHERE pictures.request_id = requests.id AND tasks.cost IS NULL
    ),
    cost = (SELECT coalesce(sum(tasks.cost), 0) FROM tasks WHERE tasks.request_id = requests.id)
WHERE finished_at IS NOT NULL
"""


def upgrade() -> None:
    """Change the tables from version 0012."""
    op.add_column("requests", sa.Column("roles", types.Json()))
    for name, kind in (("pictures_made", sa.Integer()), ("unpriced", sa.Integer()), ("cost", types.Money())):
        op.add_column("requests", sa.Column(name, kind, nullable=False, server_default=sa.text("0")))
    op.execute(_MADE)
    op.create_index("ix_requests_guild_id_created_at", "requests", ["guild_id", "created_at"])
