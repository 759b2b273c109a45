"""`POST /v1/generate/ip-detection`: look for protected names."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from sparkloom.http.body import asks, read_json
from sparkloom.http.caller import Asking
from sparkloom.http.faults import ERROR_RESPONSES
from sparkloom.http.prompts import DRY_RUN_STATUS, DryRun
from sparkloom.loom import Sparkloom
from sparkloom.request import IPDetectionRequest
from sparkloom.response import Cost, IPDetectionResponse

router = APIRouter(tags=["ip-detection"])


@router.post(
    "/generate/ip-detection",
    summary="Look for protected names in prompts and assets",
    response_model=IPDetectionResponse,
    responses={
        DRY_RUN_STATUS: {"model": Cost, "description": "A dry run: the price, which is nothing"},
        **ERROR_RESPONSES,
    },
    openapi_extra=asks(IPDetectionRequest),
)
async def detect(
    request: Request,
    caller: Asking,
    dry_run: DryRun = None,
) -> JSONResponse:
    loom: Sparkloom = request.app.state.loom
    asked = IPDetectionRequest.parse(await read_json(request))
    if dry_run:
        return JSONResponse(Cost(creative_units_cost=0.0, cost_details={}).wire(), DRY_RUN_STATUS)
    return JSONResponse((await loom.detect_async(asked, caller.project)).wire())
