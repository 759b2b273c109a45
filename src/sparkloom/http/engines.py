"""`/v1/engines`: the engines of this service; what they hold can be taken and given back."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool

from sparkloom.engines import Engines
from sparkloom.engines.engines import State
from sparkloom.http.caller import Asking
from sparkloom.http.faults import ERROR_RESPONSES
from sparkloom.response import Answer

router = APIRouter(tags=["engines"])


class EngineState(Answer):
    """An engine as it is now; `State` says what the fields are."""

    name: str
    default: bool
    loaded: bool
    model: str


class EngineList(Answer):
    engines: list[EngineState]


class OneEngine(Answer):
    engine: EngineState


@router.get("/engines", summary="The engines of this service", responses=ERROR_RESPONSES)
async def list_engines(request: Request, _: Asking) -> EngineList:
    return EngineList(engines=[_sent(state) for state in _engines(request).states()])


@router.post(
    "/engines/{name}/{what}", summary="Load or unload an engine", responses=ERROR_RESPONSES
)
async def change_engine(
    request: Request, name: str, what: Literal["load", "unload"], _: Asking
) -> OneEngine:
    engines = _engines(request)
    work = engines.load if what == "load" else engines.unload
    return OneEngine(engine=_sent(await run_in_threadpool(work, name)))


def _engines(request: Request) -> Engines:
    engines: Engines = request.app.state.loom.engines
    return engines


def _sent(state: State) -> EngineState:
    return EngineState(**state._asdict())
