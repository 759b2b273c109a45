"""`/v1/models`: image models, what they were trained on and what they make of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal, Self, cast

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response
from pydantic import Field, StrictBool, StrictStr, model_validator
from pydantic_core import PydanticCustomError

from sparkloom.catalog.assets import Asset, Name, Text, picture_in
from sparkloom.catalog.models import (
    PREVIEW,
    Model,
    ModelChanges,
    ModelQuery,
    Pair,
    TrainingImage,
)
from sparkloom.catalog.page import split
from sparkloom.catalog.score import PromptScore, score
from sparkloom.errors import InvalidRequestError
from sparkloom.http.assets import Id, ShownAsset, content_url
from sparkloom.http.body import body_of, takes, takes_many
from sparkloom.http.caller import Asking, Caller, Project
from sparkloom.http.faults import ERROR_RESPONSES
from sparkloom.request import MAX_PROMPT_CHARACTERS, Body, CleanText, Identifier
from sparkloom.response import Answer

router = APIRouter(tags=["models"], responses=ERROR_RESPONSES)

Markdown = Annotated[CleanText, Field(max_length=100_000)]


class ShownTrainingImage(TrainingImage):
    """A training image as it goes over the wire: with the address of its file."""

    download_url: str

    @classmethod
    def of(cls, image: TrainingImage, request: Request) -> Self:
        return cls(**image.model_dump(by_alias=False), download_url=content_url(image.id, request))


class Thumbnail(Answer):
    asset_id: str
    url: str


class ShownModel(Model):
    """A model as it goes over the wire: with the addresses of its pictures."""

    training_images: Sequence[ShownTrainingImage] = ()
    thumbnail: Thumbnail | None = None

    @classmethod
    def of(cls, model: Model, request: Request) -> Self:
        images = [ShownTrainingImage.of(image, request) for image in model.training_images]
        shown = model.thumbnail_id or (images[0].id if images else None)
        fields = {name: getattr(model, name) for name in Model.model_fields}
        return cls(
            **{**fields, "training_images": images},
            thumbnail=shown and Thumbnail(asset_id=shown, url=content_url(shown, request)),
        )


class ModelAnswer(Answer):
    model: ShownModel


class ModelsAnswer(Answer):
    models: list[ShownModel]
    next_pagination_token: str | None = None


class MinimalModel(Answer):
    id: str
    name: str | None
    privacy: str
    type: str


class MinimalModelsAnswer(Answer):
    models: list[MinimalModel]


class TrainingImageAnswer(Answer):
    training_image: ShownTrainingImage
    training_images: list[ShownTrainingImage] | None = None


class Example(Answer):
    asset: ShownAsset
    model_id: str


class ExamplesAnswer(Answer):
    examples: list[Example]


class PromptGuide(Answer):
    value: str


class PromptGuideAnswer(Answer):
    prompt_guide: PromptGuide


class Description(Answer):
    """A description. What it mentions is not looked up, so that no list of it is given."""

    value: str
    assets: list[dict[str, Any]] = Field(default_factory=list)
    models: list[dict[str, Any]] = Field(default_factory=list)


class DescriptionAnswer(Answer):
    description: Description


class NewModel(Body):
    name: Name | None = None
    type: Identifier = Field("custom", description="As `flux.1-lora`.")
    short_description: Text | None = None
    base_model_id: Identifier | None = Field(
        None, description="The model of the public shelf that it is made from."
    )


class ChangedModel(Body):
    name: Name | None = None
    type: Identifier = ""
    short_description: Text | None = None
    base_model_id: Identifier | None = None
    thumbnail: Identifier | None = Field(None, description="An asset; null takes it away.")


class ModelIds(Body):
    model_ids: Annotated[list[Identifier], Field(min_length=1, max_length=200)]
    minimal: StrictBool = Field(False, description="Only id, name, privacy and type.")
    all_training_images: StrictBool = Field(False, description="All of them, not the first three.")
    training_images_preview: StrictBool | None = None
    thumbnail: StrictBool | None = None
    settings: StrictBool | None = None


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


class PairsAnswer(Answer):
    count: int
    pairs: list[dict[str, str]]


class NewExamples(Body):
    asset_ids: Annotated[list[Identifier], Field(max_length=150)]


class NewPromptGuide(Body):
    prompt_guide: Markdown | None


class NewDescription(Body):
    description: Markdown | None


class ListedModels(ModelQuery):
    project_id: Project | None = None
    original_assets: bool | None = Field(None, description="Assets are always the originals.")


@router.post(
    "/models", summary="Create a model", response_model=ModelAnswer, openapi_extra=takes(NewModel)
)
def create_model(
    request: Request, caller: Asking, asked: Annotated[NewModel, body_of(NewModel)]
) -> Response:
    model = caller.catalog.models.create(
        caller.project, author=caller.author, **asked.model_dump(exclude_unset=True)
    )
    return _send(model, request)


@router.get(
    "/models",
    summary="List models: the project's own, or the public shelf",
    response_model=ModelsAnswer,
)
def list_models(
    request: Request, caller: Asking, query: Annotated[ListedModels, Query()]
) -> Response:
    page = caller.catalog.models.page(caller.project, query)
    shown = [ShownModel.of(model, request) for model in page.items]
    return JSONResponse(ModelsAnswer(models=shown, next_pagination_token=page.next).wire())


@router.post(
    "/models/get-bulk",
    summary="Retrieve several models; those that are not there are left out",
    response_model=ModelsAnswer | MinimalModelsAnswer,
    openapi_extra=takes(ModelIds),
)
def get_models(
    request: Request, caller: Asking, asked: Annotated[ModelIds, body_of(ModelIds)]
) -> Response:
    images = None if asked.all_training_images else PREVIEW
    models = caller.catalog.models.known(caller.project, asked.model_ids, images)
    if asked.minimal:
        minimal = [
            MinimalModel(id=model.id, name=model.name, privacy=model.privacy, type=model.type)
            for model in models
        ]
        return JSONResponse(MinimalModelsAnswer(models=minimal).wire())
    shown = [ShownModel.of(model, request) for model in models]
    return JSONResponse(ModelsAnswer(models=shown).wire())


@router.get("/models/{model_id}", summary="Retrieve a model", response_model=ModelAnswer)
def get_model(request: Request, caller: Asking, model_id: Id) -> Response:
    return _send(caller.catalog.models.get(caller.project, model_id), request)


@router.put(
    "/models/{model_id}",
    summary="Change a model",
    response_model=ModelAnswer,
    openapi_extra=takes(ChangedModel),
)
def update_model(
    request: Request,
    caller: Asking,
    model_id: Id,
    asked: Annotated[ChangedModel, body_of(ChangedModel)],
) -> Response:
    return _send(_update(caller, model_id, **asked.model_dump(exclude_unset=True)), request)


@router.delete("/models/{model_id}", summary="Delete a model", response_model=dict[str, Any])
def delete_model(caller: Asking, model_id: Id) -> dict[str, Any]:
    caller.catalog.models.delete(caller.project, model_id)
    return {}


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
    models = caller.catalog.models
    models.check_own(caller.project, model_id)
    added = models.add_training_images(
        caller.project, model_id, _assets(caller, asked), asked.description
    )
    images = [ShownTrainingImage.of(image, request) for image in added]
    answer = TrainingImageAnswer(training_image=images[0], training_images=images)
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
    caller.catalog.models.set_pairs(caller.project, model_id, pairs)
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
    models = caller.catalog.models
    models.check_own(caller.project, model_id, training_image_id)
    (asset_id,) = _assets(caller, asked)
    image = models.replace_training_image(
        caller.project, model_id, training_image_id, asset_id, asked.description
    )
    shown = ShownTrainingImage.of(image, request)
    return JSONResponse(TrainingImageAnswer(training_image=shown).wire())


@router.delete(
    "/models/{model_id}/training-images/{training_image_id}",
    summary="Take a training image from a model; the asset stays",
    response_model=dict[str, Any],
)
def delete_training_image(caller: Asking, model_id: Id, training_image_id: Id) -> dict[str, Any]:
    caller.catalog.models.remove_training_images(caller.project, model_id, [training_image_id])
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
    caller.catalog.models.remove_training_images(caller.project, model_id, split(ids))
    return {}


@router.get(
    "/models/{model_id}/examples", summary="The examples of a model", response_model=ExamplesAnswer
)
def get_examples(request: Request, caller: Asking, model_id: Id) -> Response:
    assets = caller.catalog.models.examples(caller.project, model_id)
    return _send_examples(assets, model_id, request)


@router.put(
    "/models/{model_id}/examples",
    summary="Replace the examples of a model",
    response_model=ExamplesAnswer,
    openapi_extra=takes(NewExamples),
)
def set_examples(
    request: Request,
    caller: Asking,
    model_id: Id,
    asked: Annotated[NewExamples, body_of(NewExamples)],
) -> Response:
    assets = caller.catalog.models.set_examples(caller.project, model_id, asked.asset_ids)
    return _send_examples(assets, model_id, request)


@router.get(
    "/models/{model_id}/prompt-guide",
    summary="How to write prompts for a model",
    response_model=PromptGuideAnswer,
)
def get_prompt_guide(caller: Asking, model_id: Id) -> Response:
    known = caller.catalog.models.knowledge(caller.project, model_id)
    return _send_guide(known.guide)


@router.put(
    "/models/{model_id}/prompt-guide",
    summary="Say how to write prompts for a model",
    response_model=PromptGuideAnswer,
    openapi_extra=takes(NewPromptGuide),
)
def set_prompt_guide(
    caller: Asking, model_id: Id, asked: Annotated[NewPromptGuide, body_of(NewPromptGuide)]
) -> Response:
    _update(caller, model_id, prompt_guide=asked.prompt_guide)
    return _send_guide(asked.prompt_guide or "")


@router.get(
    "/models/{model_id}/description",
    summary="What a model's owner says of it",
    response_model=DescriptionAnswer,
)
def get_description(caller: Asking, model_id: Id) -> Response:
    known = caller.catalog.models.knowledge(caller.project, model_id)
    return _send_description(known.description)


@router.put(
    "/models/{model_id}/description",
    summary="Describe a model",
    response_model=DescriptionAnswer,
    openapi_extra=takes(NewDescription),
)
def set_description(
    caller: Asking, model_id: Id, asked: Annotated[NewDescription, body_of(NewDescription)]
) -> Response:
    _update(caller, model_id, description=asked.description)
    return _send_description(asked.description or "")


@router.get(
    "/models/{model_id}/scores/prompt",
    summary="How well a prompt fits a model",
    response_model=PromptScore,
)
def score_prompt(
    caller: Asking,
    model_id: Id,
    prompt: Annotated[CleanText, Query(min_length=1, max_length=MAX_PROMPT_CHARACTERS)],
) -> Response:
    known = caller.catalog.models.knowledge(caller.project, model_id)
    return JSONResponse(score(model_id, known, prompt).wire())


def _assets(caller: Caller, asked: NewTrainingImage) -> list[str]:
    """The assets that a body names, the picture that it brings made one of them."""
    if asked.asset_ids:
        return asked.asset_ids
    if asked.asset_id:
        return [asked.asset_id]
    picture, name = picture_in(asked.data or "", "data"), asked.name or ""
    return [caller.catalog.assets.add(caller.project, picture, name, author=caller.author).id]


def _update(caller: Caller, model_id: str, **changes: Any) -> Model:
    return caller.catalog.models.update(caller.project, model_id, cast(ModelChanges, changes))


def _send(model: Model, request: Request) -> Response:
    return JSONResponse(ModelAnswer(model=ShownModel.of(model, request)).wire())


def _send_examples(assets: list[Asset], model_id: str, request: Request) -> Response:
    examples = [Example(asset=ShownAsset.of(asset, request), model_id=model_id) for asset in assets]
    return JSONResponse(ExamplesAnswer(examples=examples).wire())


def _send_guide(value: str) -> Response:
    return JSONResponse(PromptGuideAnswer(prompt_guide=PromptGuide(value=value)).wire())


def _send_description(value: str) -> Response:
    return JSONResponse(DescriptionAnswer(description=Description(value=value)).wire())
