"""What comes back: the answer of `POST /v1/generate/prompt`, and its job."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from sparkloom.reference import is_data_url
from sparkloom.request import Asked, Mode

Category = Literal[
    "artist-style", "brand-trademark", "celebrity-likeness", "custom", "fictional-character"
]

JobType = Literal["caption", "describe-style", "generate-prompt"]
JobStatus = Literal[
    "queued",
    "pending",
    "warming-up",
    "in-progress",
    "finalizing",
    "success",
    "failure",
    "canceled",
]


class Answer(BaseModel):
    """The base of everything that is sent: snake_case here, camelCase on the wire."""

    model_config = ConfigDict(
        alias_generator=to_camel, validate_by_name=True, serialize_by_alias=True, frozen=True
    )

    def wire(self) -> dict[str, Any]:
        """The answer as JSON values, without what was left out."""
        return self.model_dump(mode="json", exclude_none=True)


class StatusChange(Answer):
    status: JobStatus
    date: str


class JobBilling(Answer):
    cu_cost: float
    cu_discount: float = 0.0


class Job(Answer):
    """The record of one request.

    Attributes:
        created_at: ISO 8601, UTC, milliseconds; `updated_at` and the history likewise.
        metadata: `input`, the request with the seed that ran; `output`, the prompts.
        progress: 0 to 1.
        owner_id: the project.
    """

    job_id: str
    job_type: JobType = "generate-prompt"
    status: JobStatus
    progress: float
    created_at: str
    updated_at: str
    status_history: list[StatusChange]
    metadata: dict[str, Any]
    owner_id: str | None = None
    billing: JobBilling | None = None


class Cost(Answer):
    """A price.

    Attributes:
        creative_units_cost: the price, in creative units.
        cost_details: the price by what it is paid for, without what costs nothing.
    """

    creative_units_cost: float
    creative_units_discount: float = 0.0
    cost_details: dict[str, float]


class IPFinding(Answer):
    """A protected name that was found.

    Attributes:
        category: what is protected; each category is a filter of its own.
        confidence: how sure it is that the name is meant, 0 to 1.
        flagged: whether the name still stands in what is answered for.
        reason: why the words are taken for the name, a sentence.
        entities: the name, in small letters and without accents.
        text: the words that were found, to the letter.
        found_in: where: `prompt`, what was asked; `prompts[0]`, a prompt by its number; and of an
            asset, by its id, `asset_1.description`, what people say of it, `asset_1.caption`, what
            eyes see, or `asset_1.text`, what is written in it.
        start, end: their place in it, in characters; left out where that text is not sent.
        replacement: what was written instead, together with an article or a "by" that had to
            change; left out where nothing was replaced.
    """

    category: Category
    confidence: float
    filter_id: str
    filter_name: str
    flagged: bool
    reason: str
    entities: list[str]
    text: str
    found_in: str
    start: int | None = None
    end: int | None = None
    replacement: str | None = None


class IPDetection(Answer):
    """What was found by all filters together.

    Attributes:
        action: `flagged` where a name still stands, else `allowed`; nothing is ever blocked.
        analyzed_images_count: how many pictures were looked at.
        flagged: whether a name still stands.
    """

    action: Literal["allowed", "blocked", "flagged"]
    analyzed_images_count: int = 0
    creative_units_charged: float = 0.0
    evaluated_filters: int
    findings: list[IPFinding]
    flagged: bool


class IPDetectionResponse(Answer):
    """What is protected in the prompts and assets that were asked about.

    Attributes:
        skipped_asset_ids: assets that nobody describes and that could not be looked at.
        warnings: what the user should know, in sentences; left out where there is nothing.
    """

    ip_detection: IPDetection
    skipped_asset_ids: list[str] = []
    warnings: list[str] | None = None


class Call(Answer):
    """What to send to an image model.

    Attributes:
        model_id: the model that the request named.
        parameters: a value for each of its inputs that has one, valid against them; the prompt
            is among them.
        rationale: a sentence on what the prompt follows.
    """

    model_id: str
    parameters: dict[str, Any]
    rationale: str


class PromptResponse(Cost):
    """The prompts that were asked for, and how they came about.

    Attributes:
        prompts: exactly as many as asked for, distinct, none blank.
        mode: the mode that ran.
        seed: the seed that ran; the same request with it gives the same prompts again.
        sections: in `structured`, the sections of each prompt, index-aligned.
        variety: how different the prompts are, above 0 to 1; left out for one prompt.
        ip_detection: with `ensureIPCleared`, the protected names and what replaced them.
        calls: in `contextual-v2` with a model, what to send to it for each prompt, index-aligned.
        warnings: what the user should know, in sentences; left out where there is nothing.
    """

    prompts: list[str] = Field(min_length=1, max_length=5)
    job: Job
    mode: Mode
    seed: int
    sections: list[dict[str, str]] | None = None
    variety: float | None = None
    calls: list[Call] | None = None
    warnings: list[str] | None = None
    ip_detection: IPDetection | None = None


class CaptionResponse(Cost):
    """What images show.

    Attributes:
        captions: one for each image, in the order asked for.
        details_level: how much they tell.
        warnings: what the user should know, in sentences; left out where there is nothing.
        ip_detection: with `ensureIPCleared`, the protected names and what replaced them.
    """

    captions: list[str]
    details_level: Literal["action", "action+style"]
    job: Job
    warnings: list[str] | None = None
    ip_detection: IPDetection | None = None


class StyleResponse(Cost):
    """How images look, or how a model's texts speak.

    Attributes:
        description: all that they have in common, in sentences.
        synthesis: the same in a line that can stand in a prompt.
        warnings: what the user should know, in sentences; left out where there is nothing.
        ip_detection: with `ensureIPCleared`, the protected names and what replaced them.
    """

    description: str
    synthesis: str
    job: Job
    warnings: list[str] | None = None
    ip_detection: IPDetection | None = None


class Estimate(Answer):
    """What a request would take.

    Attributes:
        tokens: tokens that the engine would write, candidates that are dropped included.
        seconds: time on an otherwise idle engine.
    """

    tokens: int
    seconds: float


class DryRunResponse(Cost):
    """The price of a request that was not run."""

    estimate: Estimate


def now() -> str:
    """The time, as `moment` writes it."""
    return moment(datetime.now(UTC))


def moment(time: datetime) -> str:
    """A time in UTC, ISO 8601 with milliseconds: `2026-01-31T12:00:00.000Z`."""
    return time.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def finished_job(
    request: Asked,
    project: str,
    started: str,
    output: dict[str, Any],
    cost: float,
    job_type: JobType = "generate-prompt",
    **ran: Any,
) -> Job:
    """The record of a request that was answered.

    Args:
        project: the project that owns it.
        started: when the request came in, as `now` writes it.
        output: what goes under `metadata.output`.
        cost: creative units.
        **ran: what ran in place of what was left out, such as the mode and the seed.
    """
    finished = now()
    asked = shortened(request.model_dump(mode="json", by_alias=True, exclude_none=True))
    return Job(
        job_id=f"job_{uuid4().hex}",
        job_type=job_type,
        status="success",
        progress=1.0,
        created_at=started,
        updated_at=finished,
        status_history=[
            StatusChange(status="in-progress", date=started),
            StatusChange(status="success", date=finished),
        ],
        metadata={"input": {**asked, **ran}, "output": output},
        owner_id=project,
        billing=JobBilling(cu_cost=cost),
    )


def shortened(value: Any) -> Any:
    """A request without the bytes of its pictures: a record shall not hold megabytes."""
    if isinstance(value, dict):
        return {name: shortened(item) for name, item in value.items()}
    if isinstance(value, list):
        return [shortened(item) for item in value]
    if isinstance(value, str) and is_data_url(value):
        digest = hashlib.sha256(value.encode()).hexdigest()
        return f"data:;sha256={digest};length={len(value)},"
    return value
