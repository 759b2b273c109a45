"""A model: what is shown of it, and how it is read from the tables or from the shelf."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Literal

from pydantic import Field
from sqlalchemy import BindParameter, Select, bindparam, func, select
from sqlalchemy.orm import Session

from sparkloom.catalog.profile import Dialect, Input, Profile, profile_for, shelf
from sparkloom.catalog.tables import AssetRow, ExampleRow, ModelRow, TrainingImageRow
from sparkloom.errors import ForbiddenError, NotFoundError
from sparkloom.response import Answer

ModelStatus = Literal["copying", "failed", "new", "trained", "training", "training-canceled"]

PREVIEW = 3
"""How many training images a model in a list shows."""

SHELF_DATE = "2026-01-01T00:00:00.000Z"
"""The models of the shelf have no time of their own, and the wire wants one."""


# Made once: SQLAlchemy takes longer to make a statement than SQLite to answer it.
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_OWNED = select(ModelRow).where(ModelRow.project_id == bindparam("project"), ModelRow.id.in_(_IDS))
_LOCKED = _OWNED.with_for_update()
_IMAGES = (
    select(TrainingImageRow, AssetRow)
    .join(AssetRow, AssetRow.id == TrainingImageRow.asset_id)
    .where(TrainingImageRow.model_id.in_(_IDS))
    .order_by(TrainingImageRow.position)
)
_COUNTS = (
    select(TrainingImageRow.model_id, func.count())
    .where(TrainingImageRow.model_id.in_(_IDS))
    .group_by(TrainingImageRow.model_id)
)
_EXAMPLES = (
    select(ExampleRow.model_id, ExampleRow.asset_id)
    .where(ExampleRow.model_id.in_(_IDS))
    .order_by(ExampleRow.position)
)


def _first_images() -> Select[TrainingImageRow, AssetRow]:
    """As `_IMAGES`, the first `most` of each model."""
    place = (TrainingImageRow.position, TrainingImageRow.asset_id)
    number = func.row_number().over(partition_by=TrainingImageRow.model_id, order_by=place)
    ranked = (
        select(TrainingImageRow.model_id, TrainingImageRow.asset_id, number.label("number"))
        .where(TrainingImageRow.model_id.in_(_IDS))
        .subquery()
    )
    same = (ranked.c.model_id == TrainingImageRow.model_id) & (
        ranked.c.asset_id == TrainingImageRow.asset_id
    )
    return _IMAGES.join(ranked, same).where(ranked.c.number <= bindparam("most"))


_FIRST_IMAGES = _first_images()


class TrainingImage(Answer):
    """A picture that a model was trained on.

    Attributes:
        id: the asset.
        description: the caption; empty where there is none.
    """

    id: str
    name: str
    description: str
    automatic_captioning: str = ""
    created_at: str


class Model(Answer):
    """An image model: a project's own, or one of the public shelf.

    Attributes:
        base_model_id: the model of the shelf that it is made from, whose dialect it speaks.
        training_images_number: all of them; `training_images` may be the first three.
        thumbnail_id: an asset.
        inputs: the parameters that it takes, with the prompt's `maxLength`.
        dialect: how it likes to be spoken to, as far as that is known.
    """

    id: str
    name: str | None = None
    type: str
    status: ModelStatus
    source: Literal["scenario", "other"] = "other"
    privacy: Literal["private", "public"]
    custom: bool
    capabilities: list[str]
    collection_ids: list[str] = Field(default_factory=list)
    tags: list[str] = Field(default_factory=list)
    owner_id: str
    author_id: str
    created_at: str
    updated_at: str
    short_description: str | None = None
    base_model_id: str | None = None
    thumbnail_id: str | None = Field(None, exclude=True)
    example_asset_ids: list[str] = Field(default_factory=list)
    training_images_number: int = 0
    training_images: Sequence[TrainingImage] = ()
    inputs: list[Input] = Field(default_factory=list)
    dialect: Dialect | None = None


def unknown_model(model_id: str) -> NotFoundError:
    """What is raised for a model that is not there."""
    return NotFoundError(f"There is no model {model_id}.", id=model_id)


def own_rows(
    session: Session, project: str, model_ids: Sequence[str], lock: bool = False
) -> Sequence[ModelRow]:
    """The rows of a project's own models, those that are there.

    Args:
        lock: whether nobody else may change them until the transaction ends.
    """
    named = {"project": project, "ids": model_ids}
    return session.scalars(_LOCKED if lock else _OWNED, named).all()


def own_row(session: Session, project: str, model_id: str, lock: bool = True) -> ModelRow:
    """The row of a model that the project may change.

    Args:
        lock: whether nobody else may change it until the transaction ends.

    Raises:
        ForbiddenError: it is one of the shelf.
        NotFoundError: there is none.
    """
    if model_id in shelf():
        raise ForbiddenError(f"The model {model_id} is public; make one of your own from it.")
    rows = own_rows(session, project, [model_id], lock)
    if not rows:
        raise unknown_model(model_id)
    return rows[0]


def training_image(row: TrainingImageRow, asset: AssetRow) -> TrainingImage:
    """A row, with its asset, as a training image."""
    return TrainingImage(
        id=asset.id,
        name=asset.name,
        description=asset.description or "",
        created_at=row.created_at,
    )


def models_of(session: Session, rows: Sequence[ModelRow], images: int | None) -> list[Model]:
    """Rows as models.

    Args:
        images: how many training images each shows; all if `None`.
    """
    ids = {"ids": [row.id for row in rows]}
    shown: dict[str, list[TrainingImage]] = defaultdict(list)
    if images is None:
        found = session.execute(_IMAGES, ids).all()
    else:
        found = session.execute(_FIRST_IMAGES, {**ids, "most": images}).all() if images else []
    for image, asset in found:
        shown[image.model_id].append(training_image(image, asset))
    counts = dict(session.execute(_COUNTS, ids).all())
    examples: dict[str, list[str]] = defaultdict(list)
    for model_id, asset_id in session.execute(_EXAMPLES, ids):
        examples[model_id].append(asset_id)
    return [_model(row, counts.get(row.id, 0), shown[row.id], examples[row.id]) for row in rows]


def public_model(profile: Profile) -> Model:
    """A profile of the shelf as a model."""
    return Model(
        id=profile.id,
        name=profile.name,
        type=profile.type,
        status="trained",
        privacy="public",
        custom=profile.type == "custom",
        capabilities=list(profile.capabilities),
        owner_id="public",
        author_id="sparkloom",
        created_at=SHELF_DATE,
        updated_at=SHELF_DATE,
        short_description=profile.short_description,
        inputs=profile.inputs,
        dialect=profile.dialect,
    )


def _model(row: ModelRow, count: int, images: list[TrainingImage], examples: list[str]) -> Model:
    profile = profile_for(row.base_model_id, row.type)
    return Model(
        id=row.id,
        name=row.name,
        type=row.type,
        status=row.status,
        source="scenario",
        privacy="private",
        custom=row.type == "custom",
        capabilities=list(profile.capabilities) if profile else ["txt2img"],
        owner_id=row.project_id,
        author_id=row.author_id,
        created_at=row.created_at,
        updated_at=row.updated_at,
        short_description=row.short_description,
        base_model_id=row.base_model_id,
        thumbnail_id=row.thumbnail,
        example_asset_ids=examples,
        training_images_number=count,
        training_images=images,
        inputs=profile.inputs if profile else [],
        dialect=profile.dialect if profile else None,
    )
