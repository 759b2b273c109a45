"""Models: what a project's own image models were trained on and what they make of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal, NamedTuple, TypedDict
from uuid import uuid4

from pydantic import Field
from sqlalchemy import BindParameter, Select, bindparam, delete, func, or_, select, update
from sqlalchemy.orm import Session

from sparkloom.catalog.assets import Asset, records, rows_of
from sparkloom.catalog.database import Database
from sparkloom.catalog.page import CommaSeparated, ListQuery, Page, read_page, split
from sparkloom.catalog.profile import Dialect, Input, Profile, model_types, profile_for, shelf
from sparkloom.catalog.tables import (
    AssetRow,
    ExampleRow,
    ModelRow,
    TrainingImageRow,
    TrainingPairRow,
)
from sparkloom.errors import ForbiddenError, InvalidRequestError, NotFoundError
from sparkloom.request import Identifier
from sparkloom.response import Answer, now

ModelStatus = Literal["copying", "failed", "new", "trained", "training", "training-canceled"]

PREVIEW = 3
"""How many training images a model in a list shows."""

SHELF_DATE = "2026-01-01T00:00:00.000Z"
"""The models of the shelf have no time of their own, and the wire wants one."""


# Made once: SQLAlchemy takes longer to make a statement than SQLite to answer it.
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_OWNED = select(ModelRow).where(ModelRow.project_id == bindparam("project"), ModelRow.id.in_(_IDS))
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

_MODEL: BindParameter[Any] = bindparam("model")
_CAPTIONS = (
    select(AssetRow.description)
    .join(TrainingImageRow, TrainingImageRow.asset_id == AssetRow.id)
    .where(TrainingImageRow.model_id == _MODEL)
    .order_by(TrainingImageRow.position)
)
_INSTRUCTIONS = (
    select(TrainingPairRow.instruction)
    .where(TrainingPairRow.model_id == _MODEL)
    .order_by(TrainingPairRow.position)
)
_PROMPTS = (
    select(func.coalesce(AssetRow.prompt, AssetRow.description))
    .join(ExampleRow, ExampleRow.asset_id == AssetRow.id)
    .where(ExampleRow.model_id == _MODEL)
    .order_by(ExampleRow.position)
)


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


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What is known of a model beside its name.

    Attributes:
        captions: of its training images, in their order, without blank ones; of an editing
            model the instructions of its pairs, if it has any.
        prompts: of its examples, likewise; an example without a prompt gives its description.
        guide: its prompt guide, in Markdown; of a project's own model without one, empty.
        description: what its owner says of it, in Markdown.
        profile: the profile of its base model or its type, if the shelf has one.
    """

    captions: tuple[str, ...]
    prompts: tuple[str, ...]
    guide: str
    description: str
    profile: Profile | None


class Pair(NamedTuple):
    """Two training images of an editing model: before, after, and what was asked for."""

    source_id: str
    target_id: str
    instruction: str


class ModelChanges(TypedDict, total=False):
    """What of a model can be changed."""

    name: str | None
    short_description: str | None
    type: str
    status: ModelStatus
    base_model_id: str | None
    thumbnail: str | None
    prompt_guide: str | None
    description: str | None


class ModelQuery(ListQuery):
    """Which models to list: the project's own, or with `privacy=public` the shelf's.

    Attributes:
        types: comma-separated; `type` and `types` are not given together.
    """

    page_size: Annotated[int, Field(ge=1, le=500)] = 100
    privacy: Literal["private", "public"] = "private"
    status: ModelStatus | None = None
    type: Identifier | None = None
    types: CommaSeparated | None = None


class Models:
    """The models of a catalog.

    Every method takes the project first; ids of another project raise `NotFoundError`, as
    unknown ones do. What would change a model of the shelf raises `ForbiddenError`.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(
        self,
        project: str,
        *,
        name: str | None = None,
        type: str = "custom",  # noqa: A002  # as on the wire
        status: ModelStatus = "new",
        short_description: str | None = None,
        base_model_id: str | None = None,
        author: str = "local",
        training_images: Sequence[str] = (),
    ) -> Model:
        """A new model.

        Args:
            type: as on the wire, one of `model_types`.
            base_model_id: a model of the shelf.
            training_images: assets, in their order.

        Raises:
            InvalidRequestError: the type is unknown.
            NotFoundError: there is no such base model or asset.
        """
        _check_type(type)
        _check_base(base_model_id)
        created = now()
        row = ModelRow(
            id=f"model_{uuid4().hex}",
            project_id=project,
            author_id=author,
            created_at=created,
            updated_at=created,
            name=name,
            type=type,
            status=status,
            short_description=short_description,
            base_model_id=base_model_id,
        )
        with self._database.writing(project) as session:
            assets = rows_of(session, project, training_images)
            session.add(row)
            session.flush()
            session.add_all(_training_rows(row.id, assets, 0))
            session.flush()
            return _records(session, [row], None)[0]

    def get(self, project: str, model_id: str) -> Model:
        """A model with all of its training images."""
        return self.bulk(project, [model_id])[0]

    def bulk(
        self, project: str, model_ids: Sequence[str], images: int | None = None
    ) -> list[Model]:
        """Models in the order of their ids.

        Args:
            images: how many training images each shows; all if left out.
        """
        found = {model.id: model for model in self.known(project, model_ids, images)}
        for model_id in model_ids:
            if model_id not in found:
                raise _unknown(model_id)
        return [found[model_id] for model_id in model_ids]

    def known(
        self, project: str, model_ids: Sequence[str], images: int | None = None
    ) -> list[Model]:
        """As `bulk`, without those that are not there."""
        own = [model_id for model_id in model_ids if model_id not in shelf()]
        found = {name: _public(shelf()[name]) for name in model_ids if name in shelf()}
        if own:
            with self._database.reading() as session:
                rows = session.scalars(_OWNED, {"project": project, "ids": own}).all()
                found |= {model.id: model for model in _records(session, rows, images)}
        return [found[name] for name in dict.fromkeys(model_ids) if name in found]

    def page(self, project: str, query: ModelQuery) -> Page[Model]:
        """A page of models; each shows its first three training images.

        Raises:
            InvalidRequestError: the query contradicts itself.
        """
        if query.type and query.types:
            raise InvalidRequestError("types: cannot be used together with type", field="types")
        types = split(query.types) if query.types else [query.type] if query.type else []
        if query.privacy == "public":
            return _public_page(query, types)
        rows = _owned(project)
        rows = rows.where(ModelRow.status == query.status) if query.status else rows
        rows = rows.where(ModelRow.type.in_(types)) if types else rows
        with self._database.reading() as session:
            found, following = read_page(session, rows, ModelRow, query)
            return Page(_records(session, found, PREVIEW), following)

    def update(self, project: str, model_id: str, changes: ModelChanges) -> Model:
        """Change a model; what `changes` does not name stays.

        Raises:
            InvalidRequestError: an unknown type, or another for a model that is no longer new.
            NotFoundError: there is no such base model or thumbnail.
        """
        _check_type(changes.get("type", "custom"))
        _check_base(changes.get("base_model_id"))
        with self._database.writing() as session:
            row = _row(session, project, model_id)
            if changes.get("type", row.type) != row.type and row.status != "new":
                raise InvalidRequestError(
                    f"type: can be changed only while the model is new; it is {row.status}",
                    field="type",
                )
            if thumbnail := changes.get("thumbnail"):
                rows_of(session, project, [thumbnail])
            for field, value in changes.items():
                setattr(row, field, value)
            row.updated_at = now()
            session.flush()
            return _records(session, [row], None)[0]

    def delete(self, project: str, model_id: str) -> None:
        """Remove a model; its training images and examples stay as assets."""
        with self._database.writing() as session:
            row = _row(session, project, model_id)
            session.execute(delete(ModelRow).where(ModelRow.id == row.id))

    def add_training_images(
        self, project: str, model_id: str, asset_ids: Sequence[str], caption: str | None = None
    ) -> list[TrainingImage]:
        """Add assets as training images, after those that are there.

        Args:
            caption: becomes their description; left out, they keep theirs.

        Raises:
            InvalidRequestError: one of them is there already.
        """
        with self._database.writing() as session:
            row = _row(session, project, model_id)
            assets = rows_of(session, project, asset_ids)
            _check_new(session, model_id, asset_ids)
            last = select(func.max(TrainingImageRow.position)).where(
                TrainingImageRow.model_id == model_id
            )
            added = _training_rows(model_id, assets, (session.scalar(last) or 0) + 1)
            session.add_all(added)
            _describe(assets, caption)
            row.updated_at = now()
            return [
                _training_image(image, asset) for image, asset in zip(added, assets, strict=True)
            ]

    def replace_training_image(
        self,
        project: str,
        model_id: str,
        training_image_id: str,
        asset_id: str,
        caption: str | None = None,
    ) -> TrainingImage:
        """Put another asset in the place of a training image.

        Args:
            caption: becomes its description; left out, it keeps its own.

        Raises:
            InvalidRequestError: the asset is a training image of this model already.
        """
        with self._database.writing() as session:
            row = _row(session, project, model_id)
            image = _image_row(session, model_id, training_image_id)
            (asset,) = rows_of(session, project, [asset_id])
            if asset_id != training_image_id:
                _check_new(session, model_id, [asset_id])
            image.asset_id = asset_id
            for column in (TrainingPairRow.source_id, TrainingPairRow.target_id):
                session.execute(
                    update(TrainingPairRow)
                    .where(TrainingPairRow.model_id == model_id, column == training_image_id)
                    .values({column: asset_id})
                )
            _describe([asset], caption)
            row.updated_at = now()
            return _training_image(image, asset)

    def remove_training_images(
        self, project: str, model_id: str, training_image_ids: Sequence[str]
    ) -> None:
        """Take training images from a model, all or none, with their pairs; the assets stay."""
        with self._database.writing() as session:
            row = _row(session, project, model_id)
            for image_id in dict.fromkeys(training_image_ids):
                session.delete(_image_row(session, model_id, image_id))
            paired = or_(
                TrainingPairRow.source_id.in_(training_image_ids),
                TrainingPairRow.target_id.in_(training_image_ids),
            )
            session.execute(
                delete(TrainingPairRow).where(TrainingPairRow.model_id == model_id, paired)
            )
            row.updated_at = now()

    def set_pairs(self, project: str, model_id: str, pairs: Sequence[Pair]) -> None:
        """Take these pairs as what an editing model was trained on, instead of those it had.

        Raises:
            NotFoundError: one of their pictures is not a training image of the model.
        """
        with self._database.writing() as session:
            row = _row(session, project, model_id)
            for asset_id in {asset_id for pair in pairs for asset_id in pair[:2]}:
                _image_row(session, model_id, asset_id)
            session.execute(delete(TrainingPairRow).where(TrainingPairRow.model_id == model_id))
            session.add_all(
                TrainingPairRow(
                    model_id=model_id,
                    position=position,
                    source_id=pair.source_id,
                    target_id=pair.target_id,
                    instruction=pair.instruction,
                )
                for position, pair in enumerate(pairs)
            )
            row.updated_at = now()

    def check_own(self, project: str, model_id: str, training_image_id: str | None = None) -> None:
        """Make sure that a project may change a model, and that it has a training image."""
        with self._database.reading() as session:
            _row(session, project, model_id, lock=False)
            if training_image_id is not None:
                _image_row(session, model_id, training_image_id)

    def examples(self, project: str, model_id: str) -> list[Asset]:
        """The examples of a model, in their order."""
        if model_id in shelf():
            return []
        with self._database.reading() as session:
            _row(session, project, model_id, lock=False)
            return _examples(session, model_id)

    def set_examples(self, project: str, model_id: str, asset_ids: Sequence[str]) -> list[Asset]:
        """Take these assets as the examples of a model, instead of those that it had."""
        with self._database.writing() as session:
            row = _row(session, project, model_id)
            rows_of(session, project, asset_ids)
            session.execute(delete(ExampleRow).where(ExampleRow.model_id == model_id))
            session.add_all(
                ExampleRow(model_id=model_id, asset_id=asset_id, position=position)
                for position, asset_id in enumerate(dict.fromkeys(asset_ids))
            )
            row.updated_at = now()
            session.flush()
            return _examples(session, model_id)

    def knowledge(self, project: str, model_id: str) -> Knowledge:
        """What is known of a model: what prompts for it are written from."""
        if profile := shelf().get(model_id):
            guide, told = profile.prompt_guide, profile.short_description
            return Knowledge((), (), guide, told, profile)
        named = {"model": model_id}
        with self._database.reading() as session:
            row = _row(session, project, model_id, lock=False)
            asked = _written(session.scalars(_INSTRUCTIONS, named).all())
            return Knowledge(
                captions=asked or _written(session.scalars(_CAPTIONS, named).all()),
                prompts=_written(session.scalars(_PROMPTS, named).all()),
                guide=row.prompt_guide or "",
                description=row.description or "",
                profile=profile_for(row.base_model_id, row.type),
            )


def _check_type(name: str) -> None:
    if name not in model_types():
        raise InvalidRequestError(f"type: must be one of {', '.join(model_types())}", field="type")


def _check_base(base_model_id: str | None) -> None:
    if base_model_id is not None and base_model_id not in shelf():
        raise NotFoundError(
            f"There is no base model {base_model_id} on the shelf; it has {', '.join(shelf())}.",
            field="baseModelId",
        )


def _unknown(model_id: str) -> NotFoundError:
    return NotFoundError(f"There is no model {model_id}.", id=model_id)


def _owned(project: str) -> Select[ModelRow]:
    return select(ModelRow).where(ModelRow.project_id == project)


def _row(session: Session, project: str, model_id: str, lock: bool = True) -> ModelRow:
    """The row of a model that the project may change.

    Args:
        lock: whether nobody else may change it until the transaction ends.
    """
    if model_id in shelf():
        raise ForbiddenError(f"The model {model_id} is public; make one of your own from it.")
    rows = _OWNED.with_for_update() if lock else _OWNED
    row = session.scalars(rows, {"project": project, "ids": [model_id]}).one_or_none()
    if row is None:
        raise _unknown(model_id)
    return row


def _image_row(session: Session, model_id: str, training_image_id: str) -> TrainingImageRow:
    row = session.get(TrainingImageRow, (model_id, training_image_id))
    if row is None:
        raise NotFoundError(
            f"There is no training image {training_image_id}.", id=training_image_id
        )
    return row


def _check_new(session: Session, model_id: str, asset_ids: Sequence[str]) -> None:
    for asset_id in asset_ids:
        if session.get(TrainingImageRow, (model_id, asset_id)):
            raise InvalidRequestError(
                f"The asset {asset_id} is a training image of this model already.", id=asset_id
            )


def _training_rows(model_id: str, assets: Sequence[AssetRow], first: int) -> list[TrainingImageRow]:
    return [
        TrainingImageRow(model_id=model_id, asset_id=asset.id, position=position, created_at=now())
        for position, asset in enumerate(assets, first)
    ]


def _training_image(row: TrainingImageRow, asset: AssetRow) -> TrainingImage:
    return TrainingImage(
        id=asset.id,
        name=asset.name,
        description=asset.description or "",
        created_at=row.created_at,
    )


def _describe(assets: Sequence[AssetRow], caption: str | None) -> None:
    if caption is not None:
        for asset in assets:
            asset.description, asset.updated_at = caption, now()


def _written(texts: Sequence[str | None]) -> tuple[str, ...]:
    return tuple(text for text in texts if text and not text.isspace())


def _examples(session: Session, model_id: str) -> list[Asset]:
    rows = (
        select(AssetRow)
        .join(ExampleRow, ExampleRow.asset_id == AssetRow.id)
        .where(ExampleRow.model_id == model_id)
        .order_by(ExampleRow.position)
    )
    return records(session, session.scalars(rows).all())


def _records(session: Session, rows: Sequence[ModelRow], images: int | None) -> list[Model]:
    """Rows as models, with as many training images each as asked for."""
    ids = {"ids": [row.id for row in rows]}
    shown: dict[str, list[TrainingImage]] = defaultdict(list)
    if images is None:
        found = session.execute(_IMAGES, ids).all()
    else:
        found = session.execute(_FIRST_IMAGES, {**ids, "most": images}).all() if images else []
    for image, asset in found:
        shown[image.model_id].append(_training_image(image, asset))
    counts = dict(session.execute(_COUNTS, ids).all())
    examples: dict[str, list[str]] = defaultdict(list)
    for model_id, asset_id in session.execute(_EXAMPLES, ids):
        examples[model_id].append(asset_id)
    return [_model(row, counts.get(row.id, 0), shown[row.id], examples[row.id]) for row in rows]


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


def _public(profile: Profile) -> Model:
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


def _public_page(query: ModelQuery, types: Sequence[str]) -> Page[Model]:
    """A page of the shelf, which is sorted by id."""
    after = query.pagination_token or ""
    models = [
        _public(profile)
        for profile in shelf().values()
        if profile.id > after and (not types or profile.type in types)
    ]
    page = models[: query.page_size]
    return Page(page, page[-1].id if len(models) > len(page) else None)
