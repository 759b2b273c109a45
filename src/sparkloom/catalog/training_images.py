"""Training images: the pictures that a project's own models were trained on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from sparkloom.catalog.assets import rows_of
from sparkloom.catalog.database import Database
from sparkloom.catalog.model import TrainingImage, own_row, training_image
from sparkloom.catalog.tables import AssetRow, TrainingImageRow, TrainingPairRow
from sparkloom.errors import InvalidRequestError, NotFoundError
from sparkloom.response import now


class Pair(NamedTuple):
    """Two training images of an editing model: before, after, and what was asked for."""

    source_id: str
    target_id: str
    instruction: str


class TrainingImages:
    """The training images of the models of a catalog.

    Every method takes the project and the model first; ids of another project raise
    `NotFoundError`, as unknown ones do. A model of the shelf raises `ForbiddenError`.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self, project: str, model_id: str, asset_ids: Sequence[str], caption: str | None = None
    ) -> list[TrainingImage]:
        """Add assets as training images, after those that are there.

        Args:
            caption: becomes their description; left out, they keep theirs.

        Raises:
            InvalidRequestError: one of them is there already.
        """
        with self._database.writing() as session:
            row = own_row(session, project, model_id)
            assets = rows_of(session, project, asset_ids)
            _check_new(session, model_id, asset_ids)
            last = select(func.max(TrainingImageRow.position)).where(
                TrainingImageRow.model_id == model_id
            )
            added = training_rows(model_id, assets, (session.scalar(last) or 0) + 1)
            session.add_all(added)
            _describe(assets, caption)
            row.updated_at = now()
            return [
                training_image(image, asset) for image, asset in zip(added, assets, strict=True)
            ]

    def replace(
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
            row = own_row(session, project, model_id)
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
            return training_image(image, asset)

    def remove(self, project: str, model_id: str, training_image_ids: Sequence[str]) -> None:
        """Take training images from a model, all or none, with their pairs; the assets stay."""
        with self._database.writing() as session:
            row = own_row(session, project, model_id)
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
            row = own_row(session, project, model_id)
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
            own_row(session, project, model_id, lock=False)
            if training_image_id is not None:
                _image_row(session, model_id, training_image_id)


def training_rows(model_id: str, assets: Sequence[AssetRow], first: int) -> list[TrainingImageRow]:
    """Assets as rows of training images.

    Args:
        first: the position of the first of them.
    """
    return [
        TrainingImageRow(model_id=model_id, asset_id=asset.id, position=position, created_at=now())
        for position, asset in enumerate(assets, first)
    ]


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


def _describe(assets: Sequence[AssetRow], caption: str | None) -> None:
    if caption is not None:
        for asset in assets:
            asset.description, asset.updated_at = caption, now()
