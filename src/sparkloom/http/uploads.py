"""`/v1/uploads`: pictures that are too large for one request, brought in parts."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import JSONResponse, Response
from pydantic import Field, WithJsonSchema, field_validator
from pydantic_core import PydanticCustomError
from starlette.concurrency import run_in_threadpool

from sparkloom.catalog.assets import Name
from sparkloom.catalog.uploads import MAX_BYTES, MAX_PARTS, Upload
from sparkloom.http.assets import Id
from sparkloom.http.body import body_of, takes
from sparkloom.http.caller import Asking
from sparkloom.http.faults import ERROR_RESPONSES
from sparkloom.http.prompts import DRY_RUN_STATUS, DryRun
from sparkloom.request import Body, Identifier
from sparkloom.response import Answer, Cost

router = APIRouter(tags=["uploads"], responses=ERROR_RESPONSES)


Refused = Annotated[Any, WithJsonSchema({"type": "null"})]


class Part(Answer):
    """Where a part goes, with PUT and without a key."""

    number: int
    url: str
    expires: str


class ShownUpload(Upload):
    """An upload as it goes over the wire: with the addresses of its parts."""

    parts: list[Part] | None = None


class UploadAnswer(Answer):
    upload: ShownUpload


class AssetOptions(Body):
    parent_id: Identifier | None = Field(None, description="The asset that it was made from.")


class NewUpload(Body):
    file_name: Name
    content_type: Name
    file_size: Annotated[int, Field(ge=1, le=MAX_BYTES)] = Field(description="In bytes.")
    kind: Literal["asset", "image"] = "image"
    parts: Annotated[int, Field(ge=1, le=MAX_PARTS)] = 1
    asset_options: AssetOptions = Field(default_factory=AssetOptions)
    url: Refused = Field(None, description="Refused: no address is opened from here.")
    hugging_face_model_name: Refused = Field(None, description="Refused, likewise.")
    civitai_model_url: Refused = Field(None, description="Refused, likewise.")

    @field_validator("url", "hugging_face_model_name", "civitai_model_url")
    @classmethod
    def _opens_no_address(cls, value: Any) -> Any:
        if value is not None:
            raise PydanticCustomError("address", "is not opened from here; send the file in parts")
        return value


class Action(Body):
    action: Literal["complete"]


@router.post(
    "/uploads",
    summary="Announce a picture that comes in parts",
    response_model=UploadAnswer,
    responses={DRY_RUN_STATUS: {"model": Cost, "description": "The price, which is nothing"}},
    openapi_extra=takes(NewUpload),
)
def create_upload(
    request: Request,
    caller: Asking,
    asked: Annotated[NewUpload, body_of(NewUpload)],
    dry_run: DryRun = None,
) -> Response:
    if dry_run:
        return JSONResponse(Cost(creative_units_cost=0.0, cost_details={}).wire(), DRY_RUN_STATUS)
    upload = caller.catalog.uploads.create(
        caller.project,
        asked.file_name,
        content_type=asked.content_type,
        file_size=asked.file_size,
        parts=asked.parts,
        author=caller.author,
        parent_id=asked.asset_options.parent_id,
    )
    return _send(upload, request)


@router.get("/uploads/{upload_id}", summary="Retrieve an upload", response_model=UploadAnswer)
def get_upload(request: Request, caller: Asking, upload_id: Id) -> Response:
    return _send(caller.catalog.uploads.get(caller.project, upload_id), request)


@router.put(
    "/uploads/{upload_id}/parts/{number}",
    summary="Send a part; its address says who may",
    response_model=dict[str, Any],
    openapi_extra={
        "requestBody": {"required": True, "content": {"application/octet-stream": {"schema": {}}}}
    },
)
async def put_part(
    request: Request,
    upload_id: Id,
    number: Annotated[int, Path(ge=1, le=MAX_PARTS)],
    token: Annotated[str, Query(max_length=100, pattern=r"^[A-Za-z0-9_-]*$")],
) -> dict[str, Any]:
    uploads = request.app.state.loom.catalog.uploads
    await run_in_threadpool(uploads.add_part, upload_id, number, token, await request.body())
    return {}


@router.post(
    "/uploads/{upload_id}/action",
    summary="Make an asset of the parts",
    response_model=UploadAnswer,
    openapi_extra=takes(Action),
)
def complete_upload(
    request: Request,
    caller: Asking,
    upload_id: Id,
    asked: Annotated[Action, body_of(Action)],  # noqa: ARG001
) -> Response:
    return _send(caller.catalog.uploads.complete(caller.project, upload_id), request)


def _send(upload: Upload, request: Request) -> Response:
    address = f"{request.base_url}v1/uploads/{upload.id}/parts"
    numbers = range(1, upload.parts_count + 1) if upload.status == "pending" else ()
    parts = [
        Part(number=number, url=f"{address}/{number}?token={upload.token}", expires=upload.expires)
        for number in numbers
    ]
    fields = {name: getattr(upload, name) for name in Upload.model_fields}
    shown = ShownUpload(**fields, parts=parts or None)
    return JSONResponse(UploadAnswer(upload=shown).wire())
