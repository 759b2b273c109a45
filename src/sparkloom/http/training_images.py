"""`/v1/models/{model_id}/training-images`: the pictures that a model was trained on."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response
from pydantic import Field, StrictStr, model_validator
from pydantic_core import PydanticCustomError

from sparkloom.catalog.assets import Name, Text, picture_in
from sparkloom.catalog.model import TrainingImage
from sparkloom.catalog.page import split
from sparkloom.catalog.training_images import Pair
from sparkloom.errors import InvalidRequestError
from sparkloom.http.assets import Id, content_url
from sparkloom.http.body import body_of, takes, takes_many
from sparkloom.http.caller import Asking, Caller
from sparkloom.http.faults import ERROR_RESPONSES
from sparkloom.request import Body, Identifier
from sparkloom.response import Answer

router = APIRouter(tags=["models"], responses=ERROR_RESPONSES)


class ShownTrainingImage(TrainingImage):
    """A training image as it goes over the wire: with the address of its file."""

    download_url: str

    @classmethod
    def of(cls, image: TrainingImage, request: Request) -> Self:
        return cls(**image.model_dump(by_alias=False), download_url=content_url(image.id, request))


class TrainingImageAnswer(Answer):
    training_image: ShownTrainingImage
    training_images: list[ShownTrainingImage] | None = None


class PairsAnswer(Answer):
    count: int
    pairs: list[dict[str, str]]


class NewTrainingImage(Body):
    """One asset, up to ten assets, or a picture of its own."""

    asset_id: Identifier | None = None
    asset_ids: Annotated[list[Identifier], Field(min_length=1, max_length=10)] | None = None
    data: StrictStr | None = Field(None, description="A picture as a data URL or in base64.")
    name: Name | None = Field(None, description="The name of the picture's file.")
    description: Text | None = Field(None, description="The caption of one training image.")
    preset: Literal["default", "style", "subject"] | None = None

    @model_validator(mode="after")
    def _names_one_thing(self) -> Self:
        given = [self.asset_id, self.asset_ids, None if self.asset_id else self.data]
        if sum(value is not None for value in given) != 1:
            raise PydanticCustomError("field:assetId", "give one of assetId, assetIds and data")
        if self.asset_ids and self.description is not None:
            raise PydanticCustomError("field:description", "is the caption of one image only")
        if self.data is not None and not self.asset_id and self.name is None:
            raise PydanticCustomError("field:name", "is required with data")
        return self


class NewPair(Body):
    """Two training images of an editing model: before, after, and what was asked for."""

    source_id: Identifier
    target_id: Identifier
    instruction: Text


class NewPairs(Body):
    """Pairs, as a JSON array."""

    pairs: Annotated[list[NewPair], Field(max_length=1000)]

    @model_validator(mode="before")
    @classmethod
    def _is_an_array(cls, values: Any) -> Any:
        if not isinstance(values, list):
            raise PydanticCustomError("array", "must be a JSON array of pairs")
        return {"pairs": values}


@router.post(
    "/models/{model_id}/training-images",
    summary="Add training images",
    response_model=TrainingImageAnswer,
    openapi_extra=takes(NewTrainingImage),
)
def add_training_images(
    request: Request,
    caller: Asking,
    model_id: Id,
    asked: Annotated[NewTrainingImage, body_of(NewTrainingImage)],
) -> Response:
    images = caller.catalog.training_images
    images.check_own(caller.project, model_id)
    added = images.add(caller.project, model_id, _assets(caller, asked), asked.description)
    shown = [ShownTrainingImage.of(image, request) for image in added]
    answer = TrainingImageAnswer(training_image=shown[0], training_images=shown)
    return JSONResponse(answer.wire())


@router.put(
    "/models/{model_id}/training-images/pairs",
    summary="Replace the pairs of pictures that an editing model was trained on",
    response_model=PairsAnswer,
    openapi_extra=takes_many(NewPair),
)
def set_pairs(
    caller: Asking, model_id: Id, asked: Annotated[NewPairs, body_of(NewPairs)]
) -> Response:
    pairs = [Pair(pair.source_id, pair.target_id, pair.instruction) for pair in asked.pairs]
    caller.catalog.training_images.set_pairs(caller.project, model_id, pairs)
    shown = [pair.model_dump(by_alias=True) for pair in asked.pairs]
    return JSONResponse(PairsAnswer(count=len(pairs), pairs=shown).wire())


@router.put(
    "/models/{model_id}/training-images/{training_image_id}",
    summary="Put another picture in the place of a training image",
    response_model=TrainingImageAnswer,
    openapi_extra=takes(NewTrainingImage),
)
def replace_training_image(
    request: Request,
    caller: Asking,
    model_id: Id,
    training_image_id: Id,
    asked: Annotated[NewTrainingImage, body_of(NewTrainingImage)],
) -> Response:
    if asked.asset_ids and len(asked.asset_ids) > 1:
        raise InvalidRequestError("assetIds: one image is replaced by one", field="assetIds")
    images = caller.catalog.training_images
    images.check_own(caller.project, model_id, training_image_id)
    (asset_id,) = _assets(caller, asked)
    image = images.replace(caller.project, model_id, training_image_id, asset_id, asked.description)
    shown = ShownTrainingImage.of(image, request)
    return JSONResponse(TrainingImageAnswer(training_image=shown).wire())


@router.delete(
    "/models/{model_id}/training-images/{training_image_id}",
    summary="Take a training image from a model; the asset stays",
    response_model=dict[str, Any],
)
def delete_training_image(caller: Asking, model_id: Id, training_image_id: Id) -> dict[str, Any]:
    caller.catalog.training_images.remove(caller.project, model_id, [training_image_id])
    return {}


@router.delete(
    "/models/{model_id}/images",
    summary="Take several training images from a model; the assets stay",
    response_model=dict[str, Any],
)
def delete_training_images(
    caller: Asking,
    model_id: Id,
    ids: Annotated[
        str, Query(min_length=1, max_length=5000, description="Assets, comma-separated.")
    ],
) -> dict[str, Any]:
    caller.catalog.training_images.remove(caller.project, model_id, split(ids))
    return {}


def _assets(caller: Caller, asked: NewTrainingImage) -> list[str]:
    """The assets that a body names, the picture that it brings made one of them."""
    if asked.asset_ids:
        return asked.asset_ids
    if asked.asset_id:
        return [asked.asset_id]
    picture, name = picture_in(asked.data or "", "data"), asked.name or ""
    return [caller.catalog.assets.add(caller.project, picture, name, author=caller.author).id]
