"""The figures for Prometheus, read as Prometheus reads them."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr

from conftest import Serve
from sparkloom.loom import Sparkloom
from sparkloom.settings import Settings

Figures = dict[tuple[str, frozenset[tuple[str, str]]], float]


def figures(address: str) -> Figures:
    answer = httpx.get(address + "/metrics", timeout=60)
    assert answer.headers["content-type"].startswith("text/plain")
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def grown(before: Figures, after: Figures, name: str, **labels: str) -> float:
    key = name, frozenset(labels.items())
    return after[key] - before.get(key, 0.0)


def test_requests_tokens_steps_findings_and_waiting_are_told(serve: Serve) -> None:
    address = serve(Sparkloom(Settings(engine="echo")))
    before = figures(address)
    body = {
        "mode": "completion",
        "prompt": "Batman",
        "temperature": 0.5,
    }  # so that nothing is drawn
    body |= {"ensureIPCleared": True, "numResults": 2}
    assert httpx.post(address + "/v1/generate/prompt", json=body, timeout=60).status_code == 200
    unknown = {"mode": "completion", "assetIds": ["asset_x"]}
    assert httpx.post(address + "/v1/generate/prompt", json=unknown, timeout=60).status_code == 404
    httpx.post(address + "/v1/generate/ip-detection", json={"prompts": ["Batman"]}, timeout=60)
    assert httpx.get(address + "/v1/assets/asset_y", timeout=60).status_code == 404
    assert httpx.get(address + "/no/such/thing", timeout=60).status_code == 404
    after = figures(address)

    told = {"mode": "completion", "engine": "echo"}
    requests = "sparkloom_requests_total"
    assert grown(before, after, requests, **told, outcome="success") == 1
    assert grown(before, after, requests, **told, outcome="NotFoundError") == 1
    assert grown(before, after, "sparkloom_request_seconds_count", **told) == 2
    assert grown(before, after, "sparkloom_tokens_total", engine="echo") >= 4 * 24
    assert grown(before, after, "sparkloom_findings_total", category="fictional-character") >= 2
    assert grown(before, after, "sparkloom_queue_seconds_count") == 2
    assert after["sparkloom_queue_length", frozenset()] == 0
    for step, times in {"request": 2, "context": 1, "choose": 1, "answer": 1}.items():
        assert grown(before, after, "sparkloom_step_seconds_count", step=step) == times
    for step in ("write", "clear"):
        assert grown(before, after, "sparkloom_step_seconds_count", step=step) >= 4
    http = "sparkloom_http_request_seconds_count"
    for method, route, status in (
        ("POST", "/v1/generate/prompt", "200"),
        ("POST", "/v1/generate/prompt", "404"),
        ("GET", "/v1/assets/{asset_id}", "404"),
        ("GET", "", "404"),
    ):
        assert grown(before, after, http, method=method, route=route, status=status) == 1


def test_with_keys_they_need_one(serve: Serve) -> None:
    address = serve(Sparkloom(Settings(engine="echo", api_keys=(SecretStr("ada:lovelace"),))))
    assert httpx.get(address + "/metrics", timeout=60).status_code == 401
    assert httpx.get(address + "/metrics", auth=("ada", "lovelace"), timeout=60).status_code == 200


def test_processes_that_share_a_folder_are_added_up(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import subprocess
    import sys

    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    code = "from sparkloom.observe.metrics import cached; cached('test', True)"
    for _ in range(2):
        subprocess.run([sys.executable, "-c", code], check=True)
    address = serve(Sparkloom(Settings(engine="echo")))
    key = "sparkloom_cache_total", frozenset({("cache", "test"), ("outcome", "hit")})
    assert figures(address)[key] == 2
