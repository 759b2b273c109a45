"""`/v1/models/{model_id}/...`: what is known of a model, and how well a prompt fits it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response
from pydantic import Field

from sparkloom.catalog.assets import Asset
from sparkloom.catalog.score import PromptScore, score
from sparkloom.http.assets import Id, ShownAsset
from sparkloom.http.body import body_of, takes
from sparkloom.http.caller import Asking
from sparkloom.http.faults import ERROR_RESPONSES
from sparkloom.request import MAX_PROMPT_CHARACTERS, Body, CleanText, Identifier
from sparkloom.response import Answer

router = APIRouter(tags=["models"], responses=ERROR_RESPONSES)

Markdown = Annotated[CleanText, Field(max_length=100_000)]


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


class NewExamples(Body):
    asset_ids: Annotated[list[Identifier], Field(max_length=150)]


class NewPromptGuide(Body):
    prompt_guide: Markdown | None


class NewDescription(Body):
    description: Markdown | None


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
    caller.catalog.models.update(caller.project, model_id, {"prompt_guide": asked.prompt_guide})
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
    caller.catalog.models.update(caller.project, model_id, {"description": asked.description})
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


def _send_examples(assets: list[Asset], model_id: str, request: Request) -> Response:
    examples = [Example(asset=ShownAsset.of(asset, request), model_id=model_id) for asset in assets]
    return JSONResponse(ExamplesAnswer(examples=examples).wire())


def _send_guide(value: str) -> Response:
    return JSONResponse(PromptGuideAnswer(prompt_guide=PromptGuide(value=value)).wire())


def _send_description(value: str) -> Response:
    return JSONResponse(DescriptionAnswer(description=Description(value=value)).wire())
