"""The server of agents, made for the first of them."""

from __future__ import annotations

import subprocess
import sys

import pytest
from starlette.testclient import TestClient

from sparkloom.http import agents
from sparkloom.http.app import make_app
from sparkloom.loom import Sparkloom
from sparkloom.settings import Settings

HELLO = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "an agent", "version": "1"},
    },
}
HEADERS = {"accept": "application/json, text/event-stream", "host": "localhost:8321"}

SERVICE_ALONE = """
import sys
from sparkloom.http.app import make_app
from sparkloom.loom import Sparkloom
from sparkloom.settings import Settings
make_app(Sparkloom(Settings(engine="echo")))
print("mcp" in sys.modules)
"""


def test_the_service_comes_up_without_it() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SERVICE_ALONE], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"


def test_it_is_made_once_and_ends_with_the_service(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[agents.Agents] = []
    make = agents.Agents._made

    def noted(self: agents.Agents) -> object:
        made.append(self)
        return make(self)

    monkeypatch.setattr(agents.Agents, "_made", noted)
    with TestClient(make_app(Sparkloom(Settings(engine="echo")))) as client:
        assert made == []
        for _ in range(2):
            answer = client.post("/mcp", json=HELLO, headers=HEADERS)
            assert answer.status_code == 200
            assert "sparkloom" in answer.text
        assert len(made) == 1


def test_what_it_fails_of_is_told_as_any_failure_and_it_is_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make, failures = agents.Agents._made, iter((RuntimeError("no memory"),) * 2)

    def fail(self: agents.Agents) -> object:
        for failure in failures:
            raise failure
        return make(self)

    monkeypatch.setattr(agents.Agents, "_made", fail)
    with TestClient(
        make_app(Sparkloom(Settings(engine="echo"))), raise_server_exceptions=False
    ) as client:
        for _ in range(2):
            answer = client.post("/mcp", json=HELLO, headers=HEADERS)
            assert answer.status_code == 500
            assert answer.json()["name"] == "InternalError"
        assert client.post("/mcp", json=HELLO, headers=HEADERS).status_code == 200
