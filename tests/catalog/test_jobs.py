"""Jobs: kept to the letter, listed, and canceled while that means something."""

from __future__ import annotations

from typing import Any

import pytest

from sparkloom.catalog import Catalog
from sparkloom.catalog.jobs import JobQuery
from sparkloom.errors import InvalidRequestError, NotFoundError
from sparkloom.request import PromptRequest
from sparkloom.response import Job, JobStatus, finished_job, now
from sparkloom.settings import Settings


def job(project: str = "proj_1", status: JobStatus = "success") -> Job:
    request = PromptRequest(prompt="caf\u00e9 \u2603")
    output = {"prompts": ["two\nlines", "\N{FOX FACE}"]}
    done = finished_job(request, project, now(), output, 0.75, mode="inventive", seed=7)
    return done.model_copy(update={"status": status})


def test_a_job_comes_back_to_the_letter(catalog: Catalog, stored: Settings) -> None:
    kept = job()
    catalog.jobs.add("proj_1", kept)
    assert catalog.jobs.get("proj_1", kept.job_id) == kept
    catalog.close()
    with Catalog(stored) as again:
        assert again.jobs.get("proj_1", kept.job_id).wire() == kept.wire()


def test_a_job_of_another_project_is_not_there(catalog: Catalog) -> None:
    kept = job()
    catalog.jobs.add("proj_1", kept)
    for attempt in (catalog.jobs.get, catalog.jobs.cancel):
        with pytest.raises(NotFoundError, match=kept.job_id):
            attempt("proj_2", kept.job_id)
    assert catalog.jobs.page("proj_2", JobQuery()).items == []


def test_jobs_are_listed_and_filtered(catalog: Catalog) -> None:
    done, waiting = job(), job(status="queued")
    for one in (done, waiting):
        catalog.jobs.add("proj_1", one)

    def ids(**query: Any) -> set[str]:
        return {one.job_id for one in catalog.jobs.page("proj_1", JobQuery(**query)).items}

    assert ids() == ids(type="generate-prompt") == ids(hide_results=False)
    assert ids() == {done.job_id, waiting.job_id}
    assert ids(status="queued") == {waiting.job_id}
    assert ids(type="caption") == ids(types="caption,translate", type="generate-prompt") == set()
    assert ids(created_after="2999-01-01") == set()
    first = catalog.jobs.page("proj_1", JobQuery(page_size=1))
    rest = catalog.jobs.page("proj_1", JobQuery(page_size=1, pagination_token=first.next))
    assert {first.items[0].job_id, rest.items[0].job_id} == ids()


def test_jobs_are_searched_for_in_what_was_asked_and_answered(catalog: Catalog) -> None:
    first, second = job(), job()
    request = PromptRequest(mode="inventive")
    silent = finished_job(request, "proj_1", now(), {"prompts": ["Moss"]}, 0.75)
    caption = finished_job(request, "proj_1", now(), {"caption": "Moss"}, 0, "caption")
    for one in (first, second, silent, caption):
        catalog.jobs.add("proj_1", one)

    def ids(searched: str, most: int = 10) -> list[str]:
        return [one.job_id for one in catalog.jobs.search("proj_1", searched, most)]

    assert set(ids("CAF\u00c9")) == set(ids("two caf")) == {first.job_id, second.job_id}
    assert ids("moss") == ids(" MOS ") == [silent.job_id]
    assert ids("moss caf\u00e9") == ids("inventive") == []
    prompts = JobQuery(type="generate-prompt")
    newest = [one.job_id for one in catalog.jobs.page("proj_1", prompts).items]
    assert ids("") == newest
    assert ids("", most=2) == newest[:2]
    assert catalog.jobs.search("proj_2", "", 10) == []


def test_a_waiting_job_is_canceled(catalog: Catalog) -> None:
    waiting = job(status="queued")
    catalog.jobs.add("proj_1", waiting)
    canceled = catalog.jobs.cancel("proj_1", waiting.job_id)
    assert canceled.status == canceled.status_history[-1].status == "canceled"
    assert catalog.jobs.get("proj_1", waiting.job_id) == canceled
    assert catalog.jobs.page("proj_1", JobQuery(status="canceled")).items == [canceled]


@pytest.mark.parametrize("status", ["success", "failure", "canceled"])
def test_a_job_that_is_over_cannot_be_canceled(catalog: Catalog, status: JobStatus) -> None:
    over = job(status=status)
    catalog.jobs.add("proj_1", over)
    with pytest.raises(InvalidRequestError, match="Cannot cancel"):
        catalog.jobs.cancel("proj_1", over.job_id)
    assert catalog.jobs.get("proj_1", over.job_id) == over
