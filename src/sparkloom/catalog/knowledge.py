"""What is known of a model beside its name: what prompts for it are written from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, bindparam, func, select
from sqlalchemy.orm import Session

from sparkloom.catalog.profile import Profile, profile_for
from sparkloom.catalog.tables import (
    AssetRow,
    ExampleRow,
    ModelRow,
    TrainingImageRow,
    TrainingPairRow,
)

# Made once: SQLAlchemy takes longer to make a statement than SQLite to answer it.
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


def knowledge_of(session: Session, row: ModelRow) -> Knowledge:
    """What is known of a project's own model."""
    named = {"model": row.id}
    asked = _written(session.scalars(_INSTRUCTIONS, named).all())
    return Knowledge(
        captions=asked or _written(session.scalars(_CAPTIONS, named).all()),
        prompts=_written(session.scalars(_PROMPTS, named).all()),
        guide=row.prompt_guide or "",
        description=row.description or "",
        profile=profile_for(row.base_model_id, row.type),
    )


def public_knowledge(profile: Profile) -> Knowledge:
    """What is known of a model of the shelf."""
    return Knowledge((), (), profile.prompt_guide, profile.short_description, profile)


def _written(texts: Sequence[str | None]) -> tuple[str, ...]:
    return tuple(text for text in texts if text and not text.isspace())
