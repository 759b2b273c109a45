"""What comes back: names on the wire, times, and the job's record."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from conftest import data_url
from sparkloom.request import PromptRequest
from sparkloom.response import (
    Cost,
    DryRunResponse,
    Estimate,
    Job,
    PromptResponse,
    finished_job,
    now,
)

STARTED = "2026-01-31T12:00:00.000Z"


def a_job(**fields: Any) -> Job:
    request = PromptRequest.parse({"prompt": "a fox", **fields})
    output = {"prompts": ["a red fox"]}
    return finished_job(request, "proj_1", STARTED, output, 0.75, mode="inventive", seed=7)


def a_response(prompts: list[str]) -> PromptResponse:
    return PromptResponse(
        prompts=prompts,
        job=a_job(),
        mode="inventive",
        seed=7,
        creative_units_cost=0.75,
        cost_details={"prompt": 0.75},
    )


def keys_of(value: object) -> set[str]:
    """Every key in a tree of JSON values."""
    if isinstance(value, dict):
        return set(value).union(*map(keys_of, value.values()))
    return set[str]().union(*map(keys_of, value)) if isinstance(value, list) else set()


def test_now_is_utc_in_milliseconds() -> None:
    written = now()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", written)
    assert abs(datetime.fromisoformat(written) - datetime.now(UTC)) < timedelta(minutes=1)


def test_a_response_is_camel_case_on_the_wire() -> None:
    wire = a_response(["a red fox"]).wire()
    assert {"prompts", "job", "mode", "seed", "creativeUnitsCost", "costDetails"} <= set(wire)
    assert {"jobId", "jobType", "createdAt", "statusHistory", "billing"} <= set(wire["job"])
    assert not [key for key in keys_of(wire) if "_" in key]


def test_a_response_leaves_out_what_is_not_there() -> None:
    assert {"sections", "variety"}.isdisjoint(a_response(["a red fox"]).wire())


def test_a_response_has_both_names_in_python() -> None:
    response = a_response(["a red fox"])
    assert PromptResponse.model_validate(response.wire()) == response
    assert Cost(creative_units_cost=1, cost_details={}) == Cost.model_validate(
        {"creativeUnitsCost": 1, "costDetails": {}}
    )


@pytest.mark.parametrize("count", [0, 6])
def test_a_response_has_1_to_5_prompts(count: int) -> None:
    with pytest.raises(ValidationError, match="prompts"):
        a_response(["a red fox"] * count)


def test_a_dry_run_tells_price_and_effort_only() -> None:
    response = DryRunResponse(
        creative_units_cost=0.75,
        cost_details={"prompt": 0.75},
        estimate=Estimate(tokens=45, seconds=0.5),
    )
    assert response.wire() == {
        "creativeUnitsCost": 0.75,
        "creativeUnitsDiscount": 0.0,
        "costDetails": {"prompt": 0.75},
        "estimate": {"tokens": 45, "seconds": 0.5},
    }


def test_a_finished_job_is_a_success() -> None:
    job = a_job().wire()
    assert (job["status"], job["progress"], job["jobType"]) == ("success", 1.0, "generate-prompt")
    assert job["billing"] == {"cuCost": 0.75, "cuDiscount": 0.0}


def test_a_finished_job_tells_its_times() -> None:
    job = a_job()
    assert job.created_at == STARTED
    assert job.updated_at > STARTED
    assert [(change.status, change.date) for change in job.status_history] == [
        ("in-progress", STARTED),
        ("success", job.updated_at),
    ]


def test_a_finished_job_keeps_the_request_with_the_mode_and_seed_that_ran() -> None:
    job = a_job(num_results=2, ensure_ip_cleared=True, top_p=0.5)
    assert job.metadata["input"] == {
        "prompt": "a fox",
        "numResults": 2,
        "ensureIPCleared": True,
        "topP": 0.5,
        "mode": "inventive",
        "seed": 7,
    }


def test_the_input_of_a_job_can_be_asked_again() -> None:
    job = a_job()
    again = PromptRequest.parse(job.wire()["metadata"]["input"])
    assert again == PromptRequest.parse({"prompt": "a fox", "mode": "inventive", "seed": 7})


def test_a_finished_job_keeps_the_output() -> None:
    assert a_job().metadata["output"] == {"prompts": ["a red fox"]}


def test_every_job_has_an_id_of_its_own() -> None:
    ids = {a_job().job_id for _ in range(50)}
    assert len(ids) == 50
    assert all(re.fullmatch(r"job_[0-9a-f]{32}", name) for name in ids)


def test_a_finished_job_names_pictures_without_their_bytes() -> None:
    pictures = [data_url("red"), data_url("teal"), "asset_1"]
    kept = a_job(mode="inventive", images=pictures).metadata["input"]["images"]
    assert kept[2] == "asset_1"
    assert len({*kept}) == 3
    for picture, named in zip(pictures[:2], kept, strict=False):
        assert re.fullmatch(rf"data:;sha256=[0-9a-f]{{64}};length={len(picture)},", named)
