"""What is counted and measured, for Prometheus."""

from __future__ import annotations

import os

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector

SHARED = "PROMETHEUS_MULTIPROC_DIR"
"""The variable that names a folder in which processes on one machine add up their figures."""

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120)

HTTP_SECONDS = Histogram(
    "sparkloom_http_request_seconds",
    "HTTP requests: how many, and how long until the answer was sent.",
    ["method", "route", "status"],
    buckets=SECONDS,
)
REQUESTS = Counter(
    "sparkloom_requests",
    "Requests for prompts that were run, by how they ended: success, or the name of the error.",
    ["mode", "engine", "outcome"],
)
REQUEST_SECONDS = Histogram(
    "sparkloom_request_seconds",
    "How long a request for prompts took, without waiting.",
    ["mode", "engine"],
    buckets=SECONDS,
)
STEP_SECONDS = Histogram(
    "sparkloom_step_seconds",
    "How long the steps of a request took: request, context, write (each draft), clear (each "
    "candidate), choose (all of the writing and clearing included), answer.",
    ["step"],
    buckets=SECONDS,
)
QUEUE_SECONDS = Histogram(
    "sparkloom_queue_seconds",
    "How long requests waited for their turn.",
    buckets=SECONDS,
)
QUEUE_LENGTH = Gauge(
    "sparkloom_queue_length",
    "Requests that wait or run.",
    multiprocess_mode="livesum",
)
RUNNING = Gauge(
    "sparkloom_running",
    "Requests that run.",
    multiprocess_mode="livesum",
)
TOKENS = Counter("sparkloom_tokens", "Tokens that an engine wrote.", ["engine"])
CACHE = Counter(
    "sparkloom_cache",
    "What was looked for in a cache, and whether it was there.",
    ["cache", "outcome"],
)
FINDINGS = Counter("sparkloom_findings", "Protected names that were found.", ["category"])


def cached(cache: str, hit: bool) -> None:
    """Count a look into a cache."""
    CACHE.labels(cache, "hit" if hit else "miss").inc()


def exposition() -> tuple[bytes, str]:
    """Every figure in Prometheus's text format, and its media type."""
    registry = REGISTRY
    if SHARED in os.environ:
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry), CONTENT_TYPE_LATEST
