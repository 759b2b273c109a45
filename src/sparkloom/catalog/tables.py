"""The tables. A change here needs a migration; a test compares the two."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, Float, ForeignKey, Index, MetaData, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

MOMENT = String(24)
"""A time as the wire has it: ISO 8601 in UTC with milliseconds, of one width, so that the order
of the texts is the order of the times."""

# Names that every database gives alike, for migrations to speak of.
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Table(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMES)


class Listed:
    """What belongs to a project and is listed by time."""

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    project_id: Mapped[str] = mapped_column(String(200), ForeignKey("projects.id"))
    created_at: Mapped[str] = mapped_column(MOMENT)
    updated_at: Mapped[str] = mapped_column(MOMENT)


def by_time(table: str) -> tuple[Index, Index]:
    """The indices that lists of a table are read from."""
    return tuple(
        Index(f"ix_{table}_{moment}", "project_id", moment, "id")
        for moment in ("created_at", "updated_at")
    )  # type: ignore[return-value]


class IdentityRow(Table):
    """One row: what a catalog's files know their database by."""

    __tablename__ = "identity"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)


class ProjectRow(Table):
    __tablename__ = "projects"
    id: Mapped[str] = mapped_column(String(200), primary_key=True)
    created_at: Mapped[str] = mapped_column(MOMENT)


class AssetRow(Listed, Table):
    __tablename__ = "assets"
    __table_args__ = by_time(__tablename__)
    author_id: Mapped[str] = mapped_column(String(200))
    name: Mapped[str] = mapped_column(Text)
    description: Mapped[str | None] = mapped_column(Text)
    prompt: Mapped[str | None] = mapped_column(Text)
    type: Mapped[str] = mapped_column(String(64))
    file: Mapped[str] = mapped_column(String(200), unique=True)
    mime_type: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    width: Mapped[int]
    height: Mapped[int]
    # An asset outlives what it was made from, and still tells.
    parent_id: Mapped[str | None] = mapped_column(String(64), index=True)
    root_id: Mapped[str | None] = mapped_column(String(64), index=True)


class AssetTagRow(Table):
    __tablename__ = "asset_tags"
    asset_id: Mapped[str] = mapped_column(
        ForeignKey("assets.id", ondelete="CASCADE"), primary_key=True
    )
    tag: Mapped[str] = mapped_column(String(200), primary_key=True, index=True)


class ModelRow(Listed, Table):
    __tablename__ = "models"
    __table_args__ = by_time(__tablename__)
    author_id: Mapped[str] = mapped_column(String(200))
    name: Mapped[str | None] = mapped_column(Text)
    type: Mapped[str] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(32))
    short_description: Mapped[str | None] = mapped_column(Text)
    base_model_id: Mapped[str | None] = mapped_column(String(200))
    thumbnail: Mapped[str | None] = mapped_column(
        ForeignKey("assets.id", ondelete="SET NULL"), index=True
    )
    prompt_guide: Mapped[str | None] = mapped_column(Text)
    description: Mapped[str | None] = mapped_column(Text)


class TrainingImageRow(Table):
    """An asset that a model was trained on; the asset's description is its caption."""

    __tablename__ = "training_images"
    model_id: Mapped[str] = mapped_column(
        ForeignKey("models.id", ondelete="CASCADE"), primary_key=True
    )
    asset_id: Mapped[str] = mapped_column(
        ForeignKey("assets.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    position: Mapped[int]
    created_at: Mapped[str] = mapped_column(MOMENT)


class ExampleRow(Table):
    """An asset that shows what a model makes; the asset's prompt is the example's."""

    __tablename__ = "examples"
    model_id: Mapped[str] = mapped_column(
        ForeignKey("models.id", ondelete="CASCADE"), primary_key=True
    )
    asset_id: Mapped[str] = mapped_column(
        ForeignKey("assets.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    position: Mapped[int]


class TrainingPairRow(Table):
    """Two training images of an editing model: before, after, and what was asked for."""

    __tablename__ = "training_pairs"
    model_id: Mapped[str] = mapped_column(
        ForeignKey("models.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    source_id: Mapped[str] = mapped_column(ForeignKey("assets.id", ondelete="CASCADE"), index=True)
    target_id: Mapped[str] = mapped_column(ForeignKey("assets.id", ondelete="CASCADE"), index=True)
    instruction: Mapped[str] = mapped_column(Text)


class UploadRow(Listed, Table):
    """A picture that comes in parts; while it is pending, `id.1`, `id.2`, ... are its files."""

    __tablename__ = "uploads"
    author_id: Mapped[str] = mapped_column(String(200))
    file_name: Mapped[str] = mapped_column(Text)
    content_type: Mapped[str] = mapped_column(Text)
    file_size: Mapped[int]
    parts: Mapped[int]
    parent_id: Mapped[str | None] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(32), index=True)
    token: Mapped[str] = mapped_column(String(64))
    asset_id: Mapped[str | None] = mapped_column(String(64))
    error: Mapped[str | None] = mapped_column(Text)


class RateRow(Table):
    """The bucket of a key's rate limit: when it will be full again, in seconds since 1970."""

    __tablename__ = "rates"
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    full_at: Mapped[float] = mapped_column(Float(53))


class KeyRow(Table):
    """A key of the API. Its secret is nowhere, only what tells it from others."""

    __tablename__ = "keys"
    name: Mapped[str] = mapped_column(String(200), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    project_id: Mapped[str] = mapped_column(String(200), ForeignKey("projects.id"))
    created_at: Mapped[str] = mapped_column(MOMENT)


class JobRow(Listed, Table):
    __tablename__ = "jobs"
    __table_args__ = by_time(__tablename__)
    type: Mapped[str] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(32))
    record: Mapped[dict[str, Any]] = mapped_column(JSON)
    """The whole job as it goes over the wire."""
