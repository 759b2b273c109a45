"""What is kept of a request for operators: how it ended, how long it took, what was found."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Any

from sparkloom.errors import SparkloomError
from sparkloom.observe.metrics import FINDINGS, REQUEST_SECONDS, REQUESTS
from sparkloom.request import Mode, PromptRequest
from sparkloom.response import IPDetection, PromptResponse
from sparkloom.settings import Settings

log = logging.getLogger("sparkloom")


@contextmanager
def recording(
    request: PromptRequest, mode: Mode, settings: Settings
) -> Iterator[Callable[[PromptResponse], None]]:
    """Count, time and log a request for prompts.

    Yields:
        what is to be told the answer.
    """
    started = perf_counter()
    allowed = request.engine in settings.request_engines  # else the label could be anything
    engine = request.engine if request.engine and allowed else settings.engine
    told: dict[str, Any] = {"mode": mode, "engine": engine, "results": request.num_results}
    if settings.log_prompts:
        told["prompt"] = request.prompt
    outcome = "success"

    def record(answer: PromptResponse) -> None:
        told["seed"], told["job"] = answer.seed, answer.job.job_id
        if settings.log_prompts:
            told["prompts"] = answer.prompts
        count_findings(answer.ip_detection)

    try:
        yield record
    except BaseException as error:
        outcome = type(error).__name__
        if isinstance(error, SparkloomError):
            told["field"] = error.details.get("field")
        raise
    finally:
        took = perf_counter() - started
        REQUESTS.labels(mode, engine, outcome).inc()
        REQUEST_SECONDS.labels(mode, engine).observe(took)
        log.info("prompts", extra={**told, "outcome": outcome, "seconds": round(took, 3)})


def count_findings(detection: IPDetection | None) -> None:
    """Count the protected names that were found, by category."""
    for finding in detection.findings if detection else ():
        FINDINGS.labels(finding.category).inc()
