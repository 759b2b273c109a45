"""The first tables: projects, assets, models and jobs."""

from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    identity = op.create_table("identity", sa.Column("id", sa.String(64), primary_key=True))
    op.bulk_insert(identity, [{"id": uuid4().hex}])
    op.create_table(
        "projects",
        sa.Column("id", sa.String(200), primary_key=True),
        sa.Column("created_at", sa.String(24), nullable=False),
    )
    op.create_table(
        "assets",
        *_listed(),
        sa.Column("author_id", sa.String(200), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("description", sa.Text),
        sa.Column("prompt", sa.Text),
        sa.Column("type", sa.String(64), nullable=False),
        sa.Column("file", sa.String(200), nullable=False),
        sa.Column("mime_type", sa.String(64), nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("width", sa.Integer, nullable=False),
        sa.Column("height", sa.Integer, nullable=False),
        sa.Column("parent_id", sa.String(64)),
        sa.Column("root_id", sa.String(64)),
        sa.UniqueConstraint("file", name="uq_assets_file"),
    )
    op.create_index("ix_assets_parent_id", "assets", ["parent_id"])
    op.create_index("ix_assets_root_id", "assets", ["root_id"])
    _index_times("assets")
    op.create_table(
        "asset_tags",
        _key("asset_id", "assets"),
        sa.Column("tag", sa.String(200), primary_key=True),
    )
    op.create_index("ix_asset_tags_tag", "asset_tags", ["tag"])
    op.create_table(
        "models",
        *_listed(),
        sa.Column("author_id", sa.String(200), nullable=False),
        sa.Column("name", sa.Text),
        sa.Column("type", sa.String(64), nullable=False),
        sa.Column("status", sa.String(32), nullable=False),
        sa.Column("short_description", sa.Text),
        sa.Column("base_model_id", sa.String(200)),
        sa.Column("thumbnail", sa.String(64), sa.ForeignKey("assets.id", ondelete="SET NULL")),
        sa.Column("prompt_guide", sa.Text),
        sa.Column("description", sa.Text),
    )
    op.create_index("ix_models_thumbnail", "models", ["thumbnail"])
    _index_times("models")
    op.create_table(
        "training_images",
        _key("model_id", "models"),
        _key("asset_id", "assets"),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("created_at", sa.String(24), nullable=False),
    )
    op.create_index("ix_training_images_asset_id", "training_images", ["asset_id"])
    op.create_table(
        "examples",
        _key("model_id", "models"),
        _key("asset_id", "assets"),
        sa.Column("position", sa.Integer, nullable=False),
    )
    op.create_index("ix_examples_asset_id", "examples", ["asset_id"])
    op.create_table(
        "jobs",
        *_listed(),
        sa.Column("type", sa.String(64), nullable=False),
        sa.Column("status", sa.String(32), nullable=False),
        sa.Column("record", sa.JSON, nullable=False),
    )
    _index_times("jobs")


def _listed() -> list[sa.Column[str]]:
    return [
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("project_id", sa.String(200), sa.ForeignKey("projects.id"), nullable=False),
        sa.Column("created_at", sa.String(24), nullable=False),
        sa.Column("updated_at", sa.String(24), nullable=False),
    ]


def _key(name: str, table: str) -> sa.Column[str]:
    key = sa.ForeignKey(f"{table}.id", ondelete="CASCADE")
    return sa.Column(name, sa.String(64), key, primary_key=True)


def _index_times(table: str) -> None:
    for moment in ("created_at", "updated_at"):
        op.create_index(f"ix_{table}_{moment}", table, ["project_id", moment, "id"])
