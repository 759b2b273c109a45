"""The tools for assets: pictures, and what is known about them."""

from __future__ import annotations

from typing import Annotated, cast

from anyio import to_thread
from pydantic import Field, StrictBool

from sparkloom.catalog.assets import (
    Asset,
    AssetChanges,
    AssetQuery,
    Name,
    Text,
    Upload,
    picture_in,
)
from sparkloom.mcp.tool import Caller, Shown, Tool
from sparkloom.reference import read_picture
from sparkloom.request import Asked, Identifier
from sparkloom.response import Answer


class AssetAnswer(Answer):
    asset: Asset


class AssetsAnswer(Answer):
    """A page of assets.

    Attributes:
        next_pagination_token: what brings the next page; left out on the last.
    """

    assets: list[Asset]
    next_pagination_token: str | None = None


class WantedAssets(Asked):
    page_size: Annotated[int, Field(ge=1, le=100)] = Field(20, description="How many at most.")
    pagination_token: Annotated[str, Field(max_length=500)] | None = Field(
        None, description="The `nextPaginationToken` of the page before."
    )
    tags: Annotated[str, Field(min_length=1, max_length=5000)] | None = Field(
        None, description="Comma-separated; an asset has all of them."
    )


class WantedAsset(Asked):
    asset_id: Identifier = Field(description="As list-assets gives it.")
    picture: StrictBool = Field(False, description="Whether to send the picture itself along.")


class ChangedAsset(Asked):
    asset_id: Identifier = Field(description="As list-assets gives it.")
    name: Name | None = Field(None, description="The name of its file.")
    description: Text | None = Field(None, description="What it shows.")
    prompt: Text | None = Field(None, description="The prompt that it was made with.")


async def upload(caller: Caller, asked: Upload) -> AssetAnswer:
    def add() -> Asset:
        return caller.loom.catalog.assets.add(
            caller.project,
            picture_in(asked.image, "image"),
            asked.name,
            author=caller.author,
            description=asked.description,
            prompt=asked.prompt,
            parent_id=asked.parent_id,
        )

    return AssetAnswer(asset=await to_thread.run_sync(add))


async def list_assets(caller: Caller, asked: WantedAssets) -> AssetsAnswer:
    query = AssetQuery(**asked.model_dump(exclude_none=True))
    page = await to_thread.run_sync(caller.loom.catalog.assets.page, caller.project, query)
    return AssetsAnswer(assets=page.items, next_pagination_token=page.next)


async def get_asset(caller: Caller, asked: WantedAsset) -> Shown:
    def read() -> Shown:
        assets = caller.loom.catalog.assets
        answer = AssetAnswer(asset=assets.get(caller.project, asked.asset_id))
        if not asked.picture:
            return Shown(answer, [])
        content = assets.content(caller.project, asked.asset_id)
        return Shown(answer, [read_picture(content.data)])

    return await to_thread.run_sync(read)


async def update_asset(caller: Caller, asked: ChangedAsset) -> AssetAnswer:
    changes = cast(AssetChanges, asked.model_dump(exclude_none=True, exclude={"asset_id"}))
    assets = caller.loom.catalog.assets
    return AssetAnswer(
        asset=await to_thread.run_sync(assets.update, caller.project, asked.asset_id, changes)
    )


TOOLS = (
    Tool(
        name="upload-asset",
        title="Upload a picture",
        description=(
            "Keep a picture, given as a data URL or in base64; paths and web addresses are not "
            "opened. Say in `description` what it shows, in a sentence or two: it is what "
            "prompts are fitted to, and the caption where the picture trains a model. Give "
            "`prompt` if you know what it was made with. The answer's `asset.id` is what other "
            "tools take."
        ),
        asked=Upload,
        answers=(AssetAnswer,),
        run=upload,
        changes=True,
        repeatable=False,
    ),
    Tool(
        name="list-assets",
        title="List pictures",
        description="The pictures of the project, the newest first, with their descriptions.",
        asked=WantedAssets,
        answers=(AssetsAnswer,),
        run=list_assets,
    ),
    Tool(
        name="get-asset",
        title="Look at a picture",
        description=(
            "One picture's description, prompt, size and tags; with `picture` the picture itself, "
            "for you to look at."
        ),
        asked=WantedAsset,
        answers=(AssetAnswer,),
        run=get_asset,
    ),
    Tool(
        name="update-asset",
        title="Describe a picture",
        description=(
            "Change the description, the prompt or the name of a picture. What is left out stays."
        ),
        asked=ChangedAsset,
        answers=(AssetAnswer,),
        run=update_asset,
        changes=True,
    ),
)
