"""Uploads in parts, and the pairs of pictures that editing models are trained on."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "uploads",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("project_id", sa.String(200), sa.ForeignKey("projects.id"), nullable=False),
        sa.Column("created_at", sa.String(24), nullable=False),
        sa.Column("updated_at", sa.String(24), nullable=False),
        sa.Column("author_id", sa.String(200), nullable=False),
        sa.Column("file_name", sa.Text, nullable=False),
        sa.Column("content_type", sa.Text, nullable=False),
        sa.Column("file_size", sa.Integer, nullable=False),
        sa.Column("parts", sa.Integer, nullable=False),
        sa.Column("parent_id", sa.String(64)),
        sa.Column("status", sa.String(32), nullable=False),
        sa.Column("token", sa.String(64), nullable=False),
        sa.Column("asset_id", sa.String(64)),
        sa.Column("error", sa.Text),
    )
    op.create_index("ix_uploads_status", "uploads", ["status"])
    op.create_table(
        "training_pairs",
        sa.Column("model_id", sa.String(64), _cascade("models"), primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("source_id", sa.String(64), _cascade("assets"), nullable=False),
        sa.Column("target_id", sa.String(64), _cascade("assets"), nullable=False),
        sa.Column("instruction", sa.Text, nullable=False),
    )
    for column in ("source_id", "target_id"):
        op.create_index(f"ix_training_pairs_{column}", "training_pairs", [column])


def _cascade(table: str) -> sa.ForeignKey:
    return sa.ForeignKey(f"{table}.id", ondelete="CASCADE")
