"""`/v1/jobs` with raw requests."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from conftest import Serve
from sparkloom.loom import Sparkloom
from sparkloom.request import PromptRequest
from sparkloom.response import finished_job, now
from sparkloom.settings import Settings


@pytest.fixture(scope="module")
def loom(tmp_path_factory: pytest.TempPathFactory) -> Sparkloom:
    return Sparkloom(Settings(engine="echo", data_dir=tmp_path_factory.mktemp("jobs")))


@pytest.fixture(scope="module")
def root(serve: Serve, loom: Sparkloom) -> str:
    return serve(loom) + "/v1"


def ask(root: str, project: str | None = None) -> dict[str, Any]:
    body = {"mode": "completion", "prompt": "a fox", "seed": 1}
    params = {"projectId": project} if project else {}
    answer = httpx.post(f"{root}/generate/prompt", json=body, params=params, timeout=60)
    job: dict[str, Any] = answer.raise_for_status().json()["job"]
    return job


def test_an_answered_request_leaves_its_job(root: str) -> None:
    job = ask(root)
    assert httpx.get(f"{root}/jobs/{job['jobId']}").json() == {"job": job}
    assert job["metadata"]["input"]["prompt"] == "a fox"
    assert len(job["metadata"]["output"]["prompts"]) == 1


def test_a_refused_request_and_a_dry_run_leave_none(root: str) -> None:
    before = httpx.get(f"{root}/jobs").json()
    for params, body in (({}, {"mode": "telepathy"}), ({"dryRun": "true"}, {"mode": "completion"})):
        httpx.post(f"{root}/generate/prompt", json=body, params=params, timeout=60)
    assert httpx.get(f"{root}/jobs").json() == before


def test_a_job_belongs_to_the_project_that_asked(root: str) -> None:
    job = ask(root, "one")
    path = f"{root}/jobs/{job['jobId']}"
    assert job["ownerId"] == "one"
    assert httpx.get(path, params={"projectId": "one"}).json() == {"job": job}
    assert httpx.get(path).status_code == 404
    assert httpx.get(f"{root}/jobs", params={"projectId": "two"}).json() == {"jobs": []}


def test_a_waiting_job_is_canceled_and_one_that_is_over_is_not(root: str, loom: Sparkloom) -> None:
    project = loom.settings.project
    done = finished_job(PromptRequest(), project, now(), {"prompts": ["x"]}, 0)
    loom.catalog.jobs.add(project, done.model_copy(update={"status": "queued"}))
    path = f"{root}/jobs/{done.job_id}/action"
    assert httpx.post(path, json={"action": "cancel"}).json()["job"]["status"] == "canceled"
    again = httpx.post(path, json={"action": "cancel"})
    assert (again.status_code, again.json()["name"]) == (400, "InvalidRequestError")


@pytest.mark.parametrize("body", [{}, {"action": "pause"}, {"action": "cancel", "now": True}])
def test_an_unknown_action_answers_400(root: str, body: dict[str, object]) -> None:
    path = f"{root}/jobs/{ask(root)['jobId']}/action"
    assert httpx.post(path, json=body).status_code == 400


def test_an_unknown_job_answers_404(root: str) -> None:
    assert httpx.get(f"{root}/jobs/job_none").status_code == 404
    answer = httpx.post(f"{root}/jobs/job_none/action", json={"action": "cancel"})
    assert answer.status_code == 404


@pytest.mark.parametrize("query", [{"status": "succeeded"}, {"pageSize": 101}, {"workflowId": "w"}])
def test_a_bad_query_answers_400(root: str, query: dict[str, str]) -> None:
    assert httpx.get(f"{root}/jobs", params=query).status_code == 400
