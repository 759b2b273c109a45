"""`/v1/models`: image models, a project's own and those of the public shelf."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Self, cast

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response
from pydantic import Field, StrictBool

from sparkloom.catalog.assets import Name, Text
from sparkloom.catalog.model import PREVIEW, Model
from sparkloom.catalog.models import ModelChanges, ModelQuery
from sparkloom.http.assets import Id, content_url
from sparkloom.http.body import body_of, takes
from sparkloom.http.caller import Asking, Project
from sparkloom.http.faults import ERROR_RESPONSES
from sparkloom.http.training_images import ShownTrainingImage
from sparkloom.request import Body, Identifier
from sparkloom.response import Answer

router = APIRouter(tags=["models"], responses=ERROR_RESPONSES)


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
    changes = cast(ModelChanges, asked.model_dump(exclude_unset=True))
    return _send(caller.catalog.models.update(caller.project, model_id, changes), request)


@router.delete("/models/{model_id}", summary="Delete a model", response_model=dict[str, Any])
def delete_model(caller: Asking, model_id: Id) -> dict[str, Any]:
    caller.catalog.models.delete(caller.project, model_id)
    return {}


def _send(model: Model, request: Request) -> Response:
    return JSONResponse(ModelAnswer(model=ShownModel.of(model, request)).wire())
