"""`/v1/assets`: pictures, and what is known about them."""

from __future__ import annotations

from typing import Annotated, Any, Self, cast

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import JSONResponse, Response
from pydantic import Field, StrictBool

from sparkloom.catalog.assets import (
    Asset,
    AssetChanges,
    AssetQuery,
    Name,
    TagChange,
    Text,
    Upload,
    picture_in,
)
from sparkloom.errors import NotOfferedError
from sparkloom.http.body import body_of, takes
from sparkloom.http.caller import Asking, Project
from sparkloom.http.faults import ERROR_RESPONSES
from sparkloom.request import Body, CleanText, Identifier
from sparkloom.response import Answer

router = APIRouter(tags=["assets"], responses=ERROR_RESPONSES)

Id = Annotated[str, Path(max_length=200, pattern=r"^[A-Za-z0-9_.-]+$")]
NO_COMMA = r"^[^,]+$"
Tag = Annotated[
    CleanText,
    # Behind a validator of our own pydantic checks a pattern, but does not publish it.
    Field(min_length=1, max_length=200, pattern=NO_COMMA, json_schema_extra={"pattern": NO_COMMA}),
]


NOT_COMPUTED = "Not offered here: only false is accepted."


class ShownAsset(Asset):
    """An asset as it goes over the wire: with the address of its file."""

    url: str

    @classmethod
    def of(cls, asset: Asset, request: Request) -> Self:
        return cls(**asset.model_dump(by_alias=False), url=content_url(asset.id, request))


class AssetAnswer(Answer):
    asset: ShownAsset


class AssetsAnswer(Answer):
    assets: list[ShownAsset]
    next_pagination_token: str | None = None


class AssetIds(Body):
    asset_ids: Annotated[list[Identifier], Field(min_length=1, max_length=200)]


class DoomedIds(Body):
    asset_ids: Annotated[list[Identifier], Field(min_length=1, max_length=100)]


class ChangedAsset(Body):
    name: Name = ""
    description: Text | None = None
    prompt: Text | None = None


class TagChanges(Body):
    add: list[Tag] = Field(default_factory=list)
    delete: list[Tag] = Field(default_factory=list)
    strict: StrictBool = Field(
        False, description="Whether adding what is there, or deleting what is not, is a fault."
    )


class ListedAssets(AssetQuery):
    project_id: Project | None = None
    original_assets: bool | None = Field(None, description="Assets are always the originals.")


@router.post(
    "/assets",
    summary="Upload a picture",
    response_model=AssetAnswer,
    openapi_extra=takes(Upload),
)
def upload(request: Request, caller: Asking, asked: Annotated[Upload, body_of(Upload)]) -> Response:
    asset = caller.catalog.assets.add(
        caller.project,
        picture_in(asked.image, "image"),
        asked.name,
        author=caller.author,
        description=asked.description,
        prompt=asked.prompt,
        parent_id=asked.parent_id,
    )
    return _send(asset, request)


@router.get("/assets", summary="List assets", response_model=AssetsAnswer)
def list_assets(
    request: Request, caller: Asking, query: Annotated[ListedAssets, Query()]
) -> Response:
    page = caller.catalog.assets.page(caller.project, query)
    shown = [ShownAsset.of(asset, request) for asset in page.items]
    return JSONResponse(AssetsAnswer(assets=shown, next_pagination_token=page.next).wire())


@router.delete(
    "/assets",
    summary="Delete assets, all or none",
    response_model=dict[str, Any],
    openapi_extra=takes(DoomedIds),
)
def delete_assets(
    caller: Asking, asked: Annotated[DoomedIds, body_of(DoomedIds)]
) -> dict[str, Any]:
    caller.catalog.assets.delete(caller.project, asked.asset_ids)
    return {}


@router.post(
    "/assets/get-bulk",
    summary="Retrieve several assets; those that are not there are left out",
    response_model=AssetsAnswer,
    openapi_extra=takes(AssetIds),
)
def get_assets(
    request: Request, caller: Asking, asked: Annotated[AssetIds, body_of(AssetIds)]
) -> Response:
    assets = caller.catalog.assets.known(caller.project, asked.asset_ids)
    shown = [ShownAsset.of(asset, request) for asset in assets]
    return JSONResponse(AssetsAnswer(assets=shown).wire())


@router.get("/assets/{asset_id}", summary="Retrieve an asset", response_model=AssetAnswer)
def get_asset(
    request: Request,
    caller: Asking,
    asset_id: Id,
    with_embedding: Annotated[bool, Query(alias="withEmbedding", description=NOT_COMPUTED)] = False,
    with_details: Annotated[
        bool, Query(alias="withQualityGateDetails", description=NOT_COMPUTED)
    ] = False,
) -> Response:
    if with_embedding or with_details:
        raise NotOfferedError("Neither embeddings nor the quality of pictures are computed here.")
    return _send(caller.catalog.assets.get(caller.project, asset_id), request)


@router.put(
    "/assets/{asset_id}",
    summary="Change what is known of an asset",
    response_model=AssetAnswer,
    openapi_extra=takes(ChangedAsset),
)
def update_asset(
    request: Request,
    caller: Asking,
    asset_id: Id,
    asked: Annotated[ChangedAsset, body_of(ChangedAsset)],
) -> Response:
    changes = cast(AssetChanges, asked.model_dump(exclude_unset=True))
    return _send(caller.catalog.assets.update(caller.project, asset_id, changes), request)


@router.put(
    "/assets/{asset_id}/tags",
    summary="Add tags to an asset and take tags off",
    response_model=TagChange,
    openapi_extra=takes(TagChanges),
)
def update_tags(
    caller: Asking, asset_id: Id, asked: Annotated[TagChanges, body_of(TagChanges)]
) -> Response:
    change = caller.catalog.assets.tag(
        caller.project, asset_id, asked.add, asked.delete, asked.strict
    )
    return JSONResponse(change.wire())


@router.get(
    "/assets/{asset_id}/content",
    summary="The file of an asset",
    response_class=Response,
    responses={200: {"description": "The picture's bytes", "content": {"image/*": {}}}},
)
def get_content(caller: Asking, asset_id: Id) -> Response:
    data, mime_type = caller.catalog.assets.content(caller.project, asset_id)
    headers = {"cache-control": "private, max-age=3600"}  # the bytes of an id never change
    return Response(data, media_type=mime_type, headers=headers)


def content_url(asset_id: str, request: Request) -> str:
    """The address of an asset's file, on the host that the request was sent to."""
    url = f"{request.base_url}v1/assets/{asset_id}/content"
    project = request.query_params.get("projectId")
    return f"{url}?projectId={project}" if project else url


def _send(asset: Asset, request: Request) -> Response:
    return JSONResponse(AssetAnswer(asset=ShownAsset.of(asset, request)).wire())
