"""Traces for OpenTelemetry, and the id that a request is known by with and without it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from sparkloom.errors import UnavailableError

if TYPE_CHECKING:
    from opentelemetry.trace import Tracer

trace_id: ContextVar[str] = ContextVar("trace_id", default="")
"""The id of the request that is under way, 32 hexadecimal digits; empty outside of one."""

_tracer: Tracer | None = None


def trace_to(endpoint: str) -> Callable[[], None]:
    """Send traces to a collector, from now on.

    Args:
        endpoint: where it takes OTLP over HTTP: `http://collector:4318`; empty is nowhere. The
            variables
            `OTEL_SERVICE_NAME`, `OTEL_EXPORTER_OTLP_HEADERS` and `OTEL_TRACES_SAMPLER` count too.

    Returns:
        what sends the last of them and ends it.

    Raises:
        UnavailableError: the extra `otel` is not installed.
    """
    global _tracer  # noqa: PLW0603  # one process, one collector
    if not endpoint:
        return lambda: None
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError:
        raise UnavailableError(
            "SPARKLOOM_OTLP_ENDPOINT needs one more package: pip install 'sparkloom[otel]'"
        ) from None
    name = os.environ.get("OTEL_SERVICE_NAME", "sparkloom")
    provider = TracerProvider(
        resource=Resource.create({"service.name": name}), shutdown_on_exit=False
    )
    exporter = OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces")
    provider.add_span_processor(BatchSpanProcessor(exporter))
    _tracer = provider.get_tracer("sparkloom")

    def stop() -> None:
        global _tracer  # noqa: PLW0603
        _tracer = None
        provider.shutdown()

    return stop


@contextmanager
def span(name: str, **attributes: Any) -> Iterator[None]:
    """A stretch of time in the trace of a request, if there are traces.

    An error is noted by its name: its words may be those of a prompt.
    """
    if _tracer is None:
        yield
        return
    with _tracer.start_as_current_span(
        name, attributes=attributes, record_exception=False, set_status_on_exception=False
    ) as current:
        try:
            yield
        except BaseException as error:
            from opentelemetry.trace import StatusCode

            current.set_status(StatusCode.ERROR)
            current.set_attribute("error.type", type(error).__name__)
            raise


@contextmanager
def tracing(
    name: str, headers: Mapping[str, str], **attributes: Any
) -> Iterator[Callable[..., None]]:
    """The whole of a request: what comes with `traceparent` goes on in that trace.

    Yields:
        what gives it a better name and further attributes.
    """
    if _tracer is None:
        token = trace_id.set(uuid4().hex)
        try:
            yield lambda *_, **__: None
        finally:
            trace_id.reset(token)
        return
    from opentelemetry.trace import SpanKind, format_trace_id
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    parent = TraceContextTextMapPropagator().extract(headers)
    with _tracer.start_as_current_span(
        name, parent, SpanKind.SERVER, attributes, record_exception=False
    ) as current:
        token = trace_id.set(format_trace_id(current.get_span_context().trace_id))

        def note(better: str, **more: Any) -> None:
            current.update_name(better)
            current.set_attributes(more)

        try:
            yield note
        finally:
            trace_id.reset(token)
