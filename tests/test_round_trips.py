"""Requests and answers over the wire and back: nothing of them changes, and the official client
reads what it is sent."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, TypeVar, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic.alias_generators import to_snake
from scenario_sdk._models import validate_type
from scenario_sdk.types import GeneratePromptResponse, JobRetrieveResponse

from conftest import data_url
from sparkloom.loom import Sparkloom
from sparkloom.request import EDITORS, MAX_SEED, MODES, PromptRequest
from sparkloom.response import (
    Answer,
    Call,
    Category,
    IPDetection,
    IPFinding,
    Job,
    JobBilling,
    JobStatus,
    PromptResponse,
    StatusChange,
)
from sparkloom.settings import Settings

Sent = TypeVar("Sent", bound=Answer)

PICTURES = st.sampled_from([data_url("red"), data_url("teal"), "asset_1", "a.b-c_D"])
TEXTS = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=40)
NAMES = TEXTS.filter(bool)
SHARES = st.floats(0, 1)
SEEDS = st.integers(-MAX_SEED, MAX_SEED)


@st.composite
def asked(draw: st.DrawFn) -> dict[str, Any]:
    """A request as it comes over the wire, in which everything is right."""
    mode = draw(st.sampled_from(MODES))
    fields: dict[str, st.SearchStrategy[Any]] = {
        "prompt": TEXTS,
        "modelId": st.sampled_from(EDITORS) if mode == "image-editing" else NAMES,
        "assetIds": st.lists(NAMES, max_size=2),
        "images": st.lists(PICTURES, max_size=3),
        "image": PICTURES,
        "numResults": st.integers(1, 5),
        "ensureIPCleared": st.booleans(),
        "seed": SEEDS,
        "temperature": st.floats(0, 2) | st.integers(0, 2),
        "topP": st.floats(0, 1, exclude_min=True),
        "engine": NAMES,
    }
    needed = {"mode": st.just(mode)} | (
        {"image": fields.pop("image")} if mode == "image-editing" else {}
    )
    found: dict[str, Any] = draw(st.fixed_dictionaries(needed, optional=fields))
    return found


def over_the_wire(value: Any) -> Any:
    return json.loads(json.dumps(value, ensure_ascii=False).encode())


@given(asked())
@settings(deadline=None)
def test_a_request_says_the_same_when_it_is_sent_on(wire: dict[str, Any]) -> None:
    request = PromptRequest.parse(over_the_wire(wire))
    sent = request.model_dump(mode="json", by_alias=True, exclude_none=True)
    assert {name: sent[name] for name in wire} == wire
    assert sent.keys() - wire.keys() <= {"numResults", "ensureIPCleared"}
    assert PromptRequest.parse(over_the_wire(sent)) == request
    in_python = {to_snake(name.replace("IP", "Ip")): value for name, value in wire.items()}
    assert PromptRequest.parse(in_python) == request
    assert (
        PromptRequest.parse({**dict.fromkeys(PromptRequest.model_fields), **in_python}) == request
    )


@pytest.fixture(scope="module")
def echoing() -> Iterator[Sparkloom]:
    with Sparkloom(Settings(engine="echo")) as loom:
        yield loom


VALUES = st.recursive(
    TEXTS | st.booleans() | SEEDS | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=6,
)


def made(kind: type[Sent], **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Sent]:
    """Values of a kind; `st.builds` would draw what has another name on the wire once more."""
    return st.fixed_dictionaries(fields).map(lambda drawn: kind(**drawn))


MOMENTS = st.just("2026-01-31T12:00:00.000Z")
JOBS = made(
    Job,
    job_id=NAMES,
    status=st.sampled_from(get_args(JobStatus)),
    progress=SHARES,
    created_at=MOMENTS,
    updated_at=MOMENTS,
    status_history=st.lists(
        made(StatusChange, status=st.sampled_from(get_args(JobStatus)), date=MOMENTS),
        max_size=2,
    ),
    metadata=st.fixed_dictionaries(
        {
            "input": st.dictionaries(NAMES, VALUES, max_size=3),
            "output": st.dictionaries(NAMES, VALUES, max_size=3),
        }
    ),
    owner_id=st.none() | NAMES,
    billing=st.none() | made(JobBilling, cu_cost=SHARES),
)
FINDINGS = made(
    IPFinding,
    category=st.sampled_from(get_args(Category)),
    confidence=SHARES,
    filter_id=NAMES,
    filter_name=NAMES,
    flagged=st.booleans(),
    reason=TEXTS,
    entities=st.lists(NAMES, max_size=2),
    text=TEXTS,
    found_in=NAMES,
    start=st.none() | st.integers(0, 99),
    end=st.none() | st.integers(0, 99),
    replacement=st.none() | TEXTS,
)
ANSWERS = made(
    PromptResponse,
    prompts=st.lists(NAMES, min_size=1, max_size=5),
    job=JOBS,
    mode=st.sampled_from(MODES),
    seed=SEEDS,
    creative_units_cost=SHARES,
    creative_units_discount=SHARES,
    cost_details=st.dictionaries(st.just("prompt"), SHARES),
    sections=st.none() | st.lists(st.dictionaries(NAMES, TEXTS, max_size=3), max_size=2),
    variety=st.none() | SHARES,
    calls=st.none()
    | st.lists(
        made(
            Call,
            model_id=NAMES,
            parameters=st.dictionaries(NAMES, VALUES, max_size=3),
            rationale=TEXTS,
        ),
        max_size=2,
    ),
    warnings=st.none() | st.lists(TEXTS, max_size=2),
    ip_detection=st.none()
    | made(
        IPDetection,
        action=st.sampled_from(["allowed", "flagged"]),
        evaluated_filters=st.integers(0, 9),
        findings=st.lists(FINDINGS, max_size=2),
        flagged=st.booleans(),
    ),
)


@given(ANSWERS)
@settings(deadline=None, max_examples=50)
def test_an_answer_is_the_same_when_it_arrives(answer: PromptResponse) -> None:
    sent = over_the_wire(answer.wire())
    assert PromptResponse.model_validate(sent) == answer
    assert PromptResponse.model_validate(sent).wire() == answer.wire()
    read = validate_type(type_=GeneratePromptResponse, value=sent)
    assert read.prompts == answer.prompts
    assert read.job.job_id == answer.job.job_id
    assert read.job.progress == answer.job.progress


@given(JOBS)
@settings(deadline=None)
def test_a_job_is_the_same_when_it_arrives(job: Job) -> None:
    sent = over_the_wire(job.wire())
    assert Job.model_validate(sent) == job
    read = validate_type(type_=JobRetrieveResponse, value={"job": sent})
    assert read.job.status == job.status


@given(TEXTS, SEEDS, st.integers(1, 5), st.booleans())
@settings(deadline=None, max_examples=20)
def test_a_real_answer_is_one(
    echoing: Sparkloom, prompt: str, seed: int, count: int, cleared: bool
) -> None:
    answer = echoing.prompt(
        prompt, mode="completion", seed=seed, num_results=count, ensure_ip_cleared=cleared
    )
    sent = over_the_wire(answer.wire())
    assert PromptResponse.model_validate(sent) == answer
    assert validate_type(type_=GeneratePromptResponse, value=sent).prompts == answer.prompts
    assert sent["job"]["metadata"]["input"]["seed"] == sent["seed"] == seed
