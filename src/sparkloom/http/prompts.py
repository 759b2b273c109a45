"""`POST /v1/generate/prompt`: write prompts."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Annotated, Any, Literal, TypeVar

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response
from starlette.concurrency import run_in_threadpool

from sparkloom.http.body import asks, read_json
from sparkloom.http.caller import Asking
from sparkloom.http.faults import ERROR_RESPONSES
from sparkloom.loom import Sparkloom
from sparkloom.request import PromptRequest
from sparkloom.response import DryRunResponse, PromptResponse

DRY_RUN_STATUS = 269
HUNG_UP_STATUS = 499
"""What logs and metrics have for a client that did not wait; nobody is left to read it."""

Result = TypeVar("Result")

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
    openapi_extra=asks(PromptRequest),
)
async def generate_prompt(
    request: Request,
    caller: Asking,
    dry_run: DryRun = None,
) -> Response:
    loom: Sparkloom = request.app.state.loom
    asked = PromptRequest.parse(await read_json(request))
    if dry_run:
        price = await run_in_threadpool(loom.dry_run, asked, caller.project)
        return _send(price, DRY_RUN_STATUS)
    answer = await while_connected(request, loom.answer_async(asked, caller.project))
    return _send(answer, 200) if answer else Response(status_code=HUNG_UP_STATUS)


async def while_connected(request: Request, work: Coroutine[Any, Any, Result]) -> Result | None:
    """Do some work, and cancel it when the client hangs up; None then."""
    working = asyncio.ensure_future(work)
    leaving = asyncio.ensure_future(request.receive())  # nothing else comes after the body
    try:
        await asyncio.wait({working, leaving}, return_when=asyncio.FIRST_COMPLETED)
        return working.result() if working.done() else None
    finally:
        working.cancel()
        leaving.cancel()


def _send(answer: PromptResponse | DryRunResponse, status: int) -> JSONResponse:
    body: dict[str, Any] = answer.wire()
    return JSONResponse(body, status)
