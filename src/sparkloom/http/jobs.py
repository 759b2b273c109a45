"""`/v1/jobs`: what was asked and answered."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse, Response

from sparkloom.catalog.jobs import JobQuery
from sparkloom.http.assets import Id
from sparkloom.http.body import body_of, takes
from sparkloom.http.caller import Asking, Project
from sparkloom.http.faults import ERROR_RESPONSES
from sparkloom.request import Body
from sparkloom.response import Answer, Job

router = APIRouter(tags=["jobs"], responses=ERROR_RESPONSES)


class JobAnswer(Answer):
    job: Job


class JobsAnswer(Answer):
    jobs: list[Job]
    next_pagination_token: str | None = None


class Action(Body):
    action: Literal["cancel"]


class ListedJobs(JobQuery):
    project_id: Project | None = None


@router.get("/jobs", summary="List jobs", response_model=JobsAnswer)
def list_jobs(caller: Asking, query: Annotated[ListedJobs, Query()]) -> Response:
    page = caller.catalog.jobs.page(caller.project, query)
    return JSONResponse(JobsAnswer(jobs=page.items, next_pagination_token=page.next).wire())


@router.get("/jobs/{job_id}", summary="Retrieve a job", response_model=JobAnswer)
def get_job(caller: Asking, job_id: Id) -> Response:
    return JSONResponse(JobAnswer(job=caller.catalog.jobs.get(caller.project, job_id)).wire())


@router.post(
    "/jobs/{job_id}/action",
    summary="Cancel a job that is not over",
    response_model=JobAnswer,
    openapi_extra=takes(Action),
)
def act_on_job(
    caller: Asking,
    job_id: Id,
    asked: Annotated[Action, body_of(Action)],  # noqa: ARG001
) -> Response:
    return JSONResponse(JobAnswer(job=caller.catalog.jobs.cancel(caller.project, job_id)).wire())
