"""Keys of the API, each with the hash of its secret."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "keys",
        sa.Column("name", sa.String(200), primary_key=True),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("project_id", sa.String(200), sa.ForeignKey("projects.id"), nullable=False),
        sa.Column("created_at", sa.String(24), nullable=False),
    )
