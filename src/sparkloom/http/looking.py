"""`POST /v1/generate/caption` and `/v1/generate/describe-style`: look at images."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from sparkloom.http.body import asks, read_json
from sparkloom.http.caller import Asking
from sparkloom.http.faults import ERROR_RESPONSES
from sparkloom.http.prompts import DRY_RUN_STATUS, HUNG_UP_STATUS, DryRun, while_connected
from sparkloom.loom import Sparkloom
from sparkloom.request import CaptionRequest, LookingRequest, StyleRequest
from sparkloom.response import Answer, CaptionResponse, Cost, StyleResponse

router = APIRouter(tags=["looking"])


RESPONSES: dict[int | str, dict[str, Any]] = {
    DRY_RUN_STATUS: {"model": Cost, "description": "A dry run: the price"},
    **ERROR_RESPONSES,
}


@router.post(
    "/generate/caption",
    summary="Say what images show",
    response_model=CaptionResponse,
    responses=RESPONSES,
    openapi_extra=asks(CaptionRequest),
)
async def caption(request: Request, caller: Asking, dry_run: DryRun = None) -> Response:
    loom: Sparkloom = request.app.state.loom
    asked = CaptionRequest.parse(await read_json(request))
    return await _answer(
        request, asked, dry_run, lambda: loom.looking.caption(asked, caller.project)
    )


@router.post(
    "/generate/describe-style",
    summary="Say what images, or the texts of a model, have in common",
    response_model=StyleResponse,
    responses=RESPONSES,
    openapi_extra=asks(StyleRequest),
)
async def describe_style(request: Request, caller: Asking, dry_run: DryRun = None) -> Response:
    loom: Sparkloom = request.app.state.loom
    asked = StyleRequest.parse(await read_json(request))
    return await _answer(
        request, asked, dry_run, lambda: loom.looking.describe_style(asked, caller.project)
    )


async def _answer(
    request: Request, asked: LookingRequest, dry_run: DryRun, look: Callable[[], Answer]
) -> Response:
    loom: Sparkloom = request.app.state.loom
    if dry_run:
        return JSONResponse(loom.looking.cost(asked).wire(), DRY_RUN_STATUS)
    answer = await while_connected(request, loom.in_turn(look))
    return JSONResponse(answer.wire()) if answer else Response(status_code=HUNG_UP_STATUS)
