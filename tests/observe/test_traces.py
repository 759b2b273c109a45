"""Traces, as a collector on loopback gets them."""

from __future__ import annotations

import gzip
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from conftest import serving
from sparkloom.errors import UnavailableError
from sparkloom.http.app import make_app
from sparkloom.loom import Sparkloom
from sparkloom.observe.traces import span, trace_id, trace_to
from sparkloom.settings import Settings

PROMPT = "swordfish lagoon"


class Collector(ThreadingHTTPServer):
    """Takes OTLP over HTTP."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Intake)
        self.spans: list[Span] = []
        self.services: set[str] = set()
        self.bytes = b""

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def named(self, name: str) -> list[Span]:
        return [span for span in self.spans if span.name == name]


class Intake(BaseHTTPRequestHandler):
    server: Collector

    def do_POST(self) -> None:  # the library's name
        assert self.path == "/v1/traces"
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.headers["content-encoding"] == "gzip":
            body = gzip.decompress(body)
        self.server.bytes += body
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            attributes = {
                pair.key: pair.value.string_value for pair in resource.resource.attributes
            }
            self.server.services.add(attributes["service.name"])
            for scope in resource.scope_spans:
                self.server.spans += scope.spans
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing on standard error."""


@pytest.fixture
def collector() -> Iterator[Collector]:
    with Collector() as collector:
        thread = threading.Thread(target=collector.serve_forever)
        thread.start()
        yield collector
        collector.shutdown()
        thread.join()


def test_a_request_is_one_trace_with_its_steps(collector: Collector) -> None:
    with serving(Sparkloom(Settings(engine="echo", otlp_endpoint=collector.address))) as address:
        body = {"mode": "completion", "prompt": PROMPT, "ensureIPCleared": True}
        parent = {"traceparent": f"00-{'ab' * 16}-{'cd' * 8}-01"}
        answer = httpx.post(address + "/v1/generate/prompt", json=body, headers=parent, timeout=60)
        failed = httpx.post(
            address + "/v1/generate/prompt", json={**body, "modelId": "model_x"}, timeout=60
        )
    assert answer.headers["x-trace-id"] == "ab" * 16
    assert collector.services == {"sparkloom"}

    root, other = sorted(
        collector.named("POST /v1/generate/prompt"), key=lambda s: s.parent_span_id
    )[::-1]
    assert (root.trace_id.hex(), root.parent_span_id.hex()) == ("ab" * 16, "cd" * 8)
    assert other.trace_id.hex() == failed.headers["x-trace-id"] == failed.json()["trace_id"]
    assert {span.trace_id for span in collector.spans} == {root.trace_id, other.trace_id}

    own = [span for span in collector.spans if span.trace_id == root.trace_id]
    parents = {span.name: span.parent_span_id for span in own}
    assert set(parents) == {root.name, "request", "context", "write", "clear", "choose", "answer"}
    (choose,) = [span for span in own if span.name == "choose"]
    assert {parents[name] for name in ("request", "context", "choose", "answer")} == {root.span_id}
    assert {parents[name] for name in ("write", "clear")} == {choose.span_id}

    (fault,) = [s for s in collector.named("request") if s.trace_id == other.trace_id]
    attributes = {pair.key: pair.value.string_value for pair in fault.attributes}
    assert attributes == {"error.type": "NotFoundError"}
    assert PROMPT.encode() not in collector.bytes


def test_without_a_collector_there_is_a_trace_id_all_the_same() -> None:
    with serving(Sparkloom(Settings(engine="echo"))) as address:
        answer = httpx.get(address + "/health", timeout=60)
    assert len(answer.headers["x-trace-id"]) == 32
    assert trace_id.get() == ""
    with span("nothing"):
        pass


def test_without_the_package_it_is_said_which(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)
    with pytest.raises(UnavailableError, match=r"sparkloom\[otel\]"):
        trace_to("http://127.0.0.1:1")
    with pytest.raises(UnavailableError, match=r"sparkloom\[otel\]"):
        make_app(Sparkloom(Settings(engine="echo", otlp_endpoint="http://127.0.0.1:1")))
