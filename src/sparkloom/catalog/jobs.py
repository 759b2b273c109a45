"""Jobs: the record of every request that was answered."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from sparkloom.catalog.database import Database
from sparkloom.catalog.page import CommaSeparated, ListQuery, Page, read_page, split
from sparkloom.catalog.tables import JobRow
from sparkloom.errors import InvalidRequestError, NotFoundError
from sparkloom.request import Identifier
from sparkloom.response import Job, JobStatus, StatusChange, now

TEXTS = (("input", "prompt"), ("output", "prompts"))
"""Where in a job's metadata the words are that a search looks through."""

OVER: tuple[JobStatus, ...] = ("success", "failure", "canceled")


class JobQuery(ListQuery):
    """Which jobs to list.

    Attributes:
        types: comma-separated; wins over `type`.
        hide_results: on the wire it leaves out jobs that were sent as hidden; none is.
    """

    status: JobStatus | None = None
    type: Identifier | None = None
    types: CommaSeparated | None = None
    hide_results: bool | None = None


class Jobs:
    """The jobs of a catalog.

    Every method takes the project first; ids of another project raise `NotFoundError`, as
    unknown ones do.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, project: str, job: Job) -> None:
        """Keep a job. When this returns, no end of the process loses it."""
        with self._database.writing(project) as session:
            session.add(
                JobRow(
                    id=job.job_id,
                    project_id=project,
                    created_at=job.created_at,
                    updated_at=job.updated_at,
                    type=job.job_type,
                    status=job.status,
                    record=job.wire(),
                )
            )

    def get(self, project: str, job_id: str) -> Job:
        """A job."""
        with self._database.reading() as session:
            return _job(_row(session, project, job_id))

    def page(self, project: str, query: JobQuery) -> Page[Job]:
        """A page of jobs."""
        rows = select(JobRow).where(JobRow.project_id == project)
        rows = rows.where(JobRow.status == query.status) if query.status else rows
        types = split(query.types) if query.types else [query.type] if query.type else []
        rows = rows.where(JobRow.type.in_(types)) if types else rows
        with self._database.reading() as session:
            found, following = read_page(session, rows, JobRow, query)
            return Page([_job(row) for row in found], following)

    def search(self, project: str, searched: str, most: int) -> list[Job]:
        """The newest jobs that wrote prompts and have all of these words in what was asked or
        answered.

        Args:
            searched: words or beginnings and ends of words, in capitals or not; blank finds all.
            most: how many jobs.
        """
        wanted = searched.casefold().split()
        texts = [JobRow.record[("metadata", *path)] for path in TEXTS]
        rows = (
            select(JobRow.id, *texts)
            .where(JobRow.project_id == project, JobRow.type == "generate-prompt")
            .order_by(JobRow.created_at.desc(), JobRow.id.desc())
        )
        found = []
        with self._database.reading() as session:
            # Compared here: databases fold the case of other letters than ours differently.
            with session.execute(rows.execution_options(yield_per=200)) as listed:
                for job_id, *told in listed:
                    text = " ".join(map(_flat, told)).casefold()
                    if all(word in text for word in wanted):
                        found.append(job_id)
                    if len(found) == most:
                        break
            jobs = {
                row.id: _job(row)
                for row in session.scalars(select(JobRow).where(JobRow.id.in_(found)))
            }
        return [jobs[job_id] for job_id in found]

    def cancel(self, project: str, job_id: str) -> Job:
        """Cancel a job that is not over.

        Raises:
            InvalidRequestError: it is over; a prompt is answered at once, so its job always is.
        """
        with self._database.writing() as session:
            row = _row(session, project, job_id, lock=True)
            job = _job(row)
            if job.status in OVER:
                raise InvalidRequestError(
                    f"Cannot cancel a job that is over; this one is {job.status}.", id=job_id
                )
            time = now()
            canceled = job.model_copy(
                update={
                    "status": "canceled",
                    "updated_at": time,
                    "status_history": [
                        *job.status_history,
                        StatusChange(status="canceled", date=time),
                    ],
                }
            )
            row.status, row.updated_at, row.record = "canceled", time, canceled.wire()
            return canceled


def _row(session: Session, project: str, job_id: str, lock: bool = False) -> JobRow:
    rows = select(JobRow).where(JobRow.project_id == project, JobRow.id == job_id)
    row = session.scalars(rows.with_for_update() if lock else rows).one_or_none()
    if row is None:
        raise NotFoundError(f"There is no job {job_id}.", id=job_id)
    return row


def _flat(value: str | list[str] | None) -> str:
    return value or "" if isinstance(value, str | None) else " ".join(value)


def _job(row: JobRow) -> Job:
    return Job.model_validate(row.record)
