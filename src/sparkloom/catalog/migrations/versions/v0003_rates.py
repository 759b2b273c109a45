"""Rate limits by key."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "rates",
        sa.Column("key", sa.String(200), primary_key=True),
        sa.Column("full_at", sa.Float(53), nullable=False),
    )
