"""Models: a project's own, made, listed and changed, beside those of the public shelf."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal, TypedDict
from uuid import uuid4

from pydantic import Field
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from sparkloom.catalog.assets import Asset, records, rows_of
from sparkloom.catalog.database import Database
from sparkloom.catalog.knowledge import Knowledge, knowledge_of, public_knowledge
from sparkloom.catalog.model import (
    PREVIEW,
    Model,
    ModelStatus,
    models_of,
    own_row,
    own_rows,
    public_model,
    unknown_model,
)
from sparkloom.catalog.page import CommaSeparated, ListQuery, Page, read_page, split
from sparkloom.catalog.profile import model_types, shelf
from sparkloom.catalog.tables import AssetRow, ExampleRow, ModelRow
from sparkloom.catalog.training_images import training_rows
from sparkloom.errors import InvalidRequestError, NotFoundError
from sparkloom.request import Identifier
from sparkloom.response import now


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
            session.add_all(training_rows(row.id, assets, 0))
            session.flush()
            return models_of(session, [row], None)[0]

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
                raise unknown_model(model_id)
        return [found[model_id] for model_id in model_ids]

    def known(
        self, project: str, model_ids: Sequence[str], images: int | None = None
    ) -> list[Model]:
        """As `bulk`, without those that are not there."""
        own = [model_id for model_id in model_ids if model_id not in shelf()]
        found = {name: public_model(shelf()[name]) for name in model_ids if name in shelf()}
        if own:
            with self._database.reading() as session:
                rows = own_rows(session, project, own)
                found |= {model.id: model for model in models_of(session, rows, images)}
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
        rows = select(ModelRow).where(ModelRow.project_id == project)
        rows = rows.where(ModelRow.status == query.status) if query.status else rows
        rows = rows.where(ModelRow.type.in_(types)) if types else rows
        with self._database.reading() as session:
            found, following = read_page(session, rows, ModelRow, query)
            return Page(models_of(session, found, PREVIEW), following)

    def update(self, project: str, model_id: str, changes: ModelChanges) -> Model:
        """Change a model; what `changes` does not name stays.

        Raises:
            InvalidRequestError: an unknown type, or another for a model that is no longer new.
            NotFoundError: there is no such base model or thumbnail.
        """
        _check_type(changes.get("type", "custom"))
        _check_base(changes.get("base_model_id"))
        with self._database.writing() as session:
            row = own_row(session, project, model_id)
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
            return models_of(session, [row], None)[0]

    def delete(self, project: str, model_id: str) -> None:
        """Remove a model; its training images and examples stay as assets."""
        with self._database.writing() as session:
            row = own_row(session, project, model_id)
            session.execute(delete(ModelRow).where(ModelRow.id == row.id))

    def examples(self, project: str, model_id: str) -> list[Asset]:
        """The examples of a model, in their order."""
        if model_id in shelf():
            return []
        with self._database.reading() as session:
            own_row(session, project, model_id, lock=False)
            return _examples(session, model_id)

    def set_examples(self, project: str, model_id: str, asset_ids: Sequence[str]) -> list[Asset]:
        """Take these assets as the examples of a model, instead of those that it had."""
        with self._database.writing() as session:
            row = own_row(session, project, model_id)
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
            return public_knowledge(profile)
        with self._database.reading() as session:
            return knowledge_of(session, own_row(session, project, model_id, lock=False))


def _check_type(name: str) -> None:
    if name not in model_types():
        raise InvalidRequestError(f"type: must be one of {', '.join(model_types())}", field="type")


def _check_base(base_model_id: str | None) -> None:
    if base_model_id is not None and base_model_id not in shelf():
        raise NotFoundError(
            f"There is no base model {base_model_id} on the shelf; it has {', '.join(shelf())}.",
            field="baseModelId",
        )


def _examples(session: Session, model_id: str) -> list[Asset]:
    rows = (
        select(AssetRow)
        .join(ExampleRow, ExampleRow.asset_id == AssetRow.id)
        .where(ExampleRow.model_id == model_id)
        .order_by(ExampleRow.position)
    )
    return records(session, session.scalars(rows).all())


def _public_page(query: ModelQuery, types: Sequence[str]) -> Page[Model]:
    """A page of the shelf, which is sorted by id."""
    after = query.pagination_token or ""
    models = [
        public_model(profile)
        for profile in shelf().values()
        if profile.id > after and (not types or profile.type in types)
    ]
    page = models[: query.page_size]
    return Page(page, page[-1].id if len(models) > len(page) else None)
