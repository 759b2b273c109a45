"""Requests seen from outside: their routes, their methods, their lines."""

from __future__ import annotations

import logging
import time

import httpx
import pytest

from conftest import Serve
from sparkloom.http.watch import known, route_of
from sparkloom.loom import Sparkloom
from sparkloom.settings import Settings


def test_a_route_names_its_parameters() -> None:
    scope = {"endpoint": known, "path": "/v1/jobs/job_1/action", "path_params": {"id": "job_1"}}
    assert route_of(scope) == "/v1/jobs/{id}/action"
    assert route_of({"endpoint": known, "path": "/health"}) == "/health"
    assert route_of({"endpoint": known, "path": "/gradio_api/file=a/b.png"}) == "/gradio_api"
    assert route_of({"endpoint": known, "path": "/"}) == "/"


def test_what_is_not_there_has_no_route() -> None:
    assert route_of({"path": "/made/up"}) == ""


def test_a_method_that_somebody_made_up_makes_no_label() -> None:
    assert [known("GET"), known("BREW")] == ["GET", "?"]


def test_health_and_queries_are_not_told(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    address = serve(Sparkloom(Settings(engine="echo")))
    with caplog.at_level(logging.INFO, "sparkloom"):
        httpx.get(address + "/health", timeout=60)
        httpx.get(address + "/v1/jobs?status=success", timeout=60)
    until = time.monotonic() + 30  # the line comes when the answer is sent, so a little later
    while not (told := [record for record in caplog.records if record.name == "sparkloom"]):
        assert time.monotonic() < until
        time.sleep(0.01)
    (line,) = told
    assert (line.getMessage(), vars(line)["path"]) == ("request", "/v1/jobs")
    assert "status=success" not in str(vars(line))
