"""`POST /v1/generate/prompt`: write prompts."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from sparkloom.http.body import read_json
from sparkloom.http.caller import Asking
from sparkloom.http.faults import ERROR_RESPONSES
from sparkloom.loom import Sparkloom
from sparkloom.request import PromptRequest, request_schema
from sparkloom.response import DryRunResponse, PromptResponse

DRY_RUN_STATUS = 269

DryRun = Annotated[
    Literal["true", "api"] | None,
    Query(alias="dryRun", description="Answer with the price, and run nothing."),
]

router = APIRouter(tags=["prompts"])


@router.post(
    "/generate/prompt",
    summary="Generate, complete or invent prompts",
    response_model=PromptResponse,
    responses={
        DRY_RUN_STATUS: {
            "model": DryRunResponse,
            "description": "A dry run: the price, with nothing run or stored",
        },
        **ERROR_RESPONSES,
    },
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": request_schema()}},
        }
    },
)
async def generate_prompt(
    request: Request,
    caller: Asking,
    dry_run: DryRun = None,
) -> JSONResponse:
    loom: Sparkloom = request.app.state.loom
    asked = PromptRequest.parse(await read_json(request))
    if dry_run:
        price = await run_in_threadpool(loom.dry_run, asked, caller.project)
        return _send(price, DRY_RUN_STATUS)
    return _send(await loom.answer_async(asked, caller.project), 200)


def _send(answer: PromptResponse | DryRunResponse, status: int) -> JSONResponse:
    body: dict[str, Any] = answer.wire()
    return JSONResponse(body, status)
