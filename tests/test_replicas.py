"""`sparkloom serve --replicas 2` on Ray Serve, for real."""

from __future__ import annotations

import re
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import agent
import httpx
import pytest
from agent import Handshake

from mcp import Client
from servers import SERVE, server

pytest.importorskip("ray", reason="needs pip install '.[ray]'")

PATH = "/v1/generate/prompt"


async def write_ten(client: Client) -> int:
    """Ten prompts, each with its job; how many jobs there are."""
    fields = {"mode": "completion", "prompt": "a heron"}
    answers = [await agent.done(client, "post-prompt-inferences", **fields) for _ in range(10)]
    return len({answer["job"]["jobId"] for answer in answers})


def test_two_replicas_are_one_service(tmp_path: Path) -> None:
    with (
        server(
            tmp_path / "log", (*SERVE, "--replicas", "2"), data_dir=str(tmp_path / "data")
        ) as service,
        httpx.Client(base_url=service.address, timeout=120) as client,
    ):

        def ask(seed: int) -> httpx.Response:
            body = {"mode": "completion", "prompt": "a heron", "seed": seed % 5}
            return client.post(PATH, json=body)

        with ThreadPoolExecutor(8) as clients:
            answers = list(clients.map(ask, range(40)))
        assert {answer.status_code for answer in answers} == {200}
        # A seed means the same bytes, whichever replica it came to.
        told = {(seed % 5, *answer.json()["prompts"]) for seed, answer in enumerate(answers)}
        assert len(told) == 5

        # Any replica answers for any id, however often one asks.
        jobs = [answer.json()["job"] for answer in answers]
        got = [client.get(f"/v1/jobs/{job['jobId']}") for job in jobs]
        assert [answer.json()["job"] for answer in got] == jobs

        # Errors have the contract's shape, and figures are added up.
        fault = client.post(PATH, json={"mode": "completion", "numResults": 9})
        assert (fault.status_code, fault.json()["details"]["field"]) == (400, "numResults")
        assert fault.json()["trace_id"] == fault.headers["x-trace-id"]
        name = r'sparkloom_requests_total{engine="echo",mode="completion",outcome="success"} 40.0'
        assert name in client.get("/metrics").text

        # So does it for agents, of either protocol, whose calls go to any replica.
        for address in (service.address + "/mcp", Handshake(service.address + "/mcp")):
            assert agent.ask(address, write_ten) == 10

        # Both have their part. Ray brings their logs after a while.
        for seed in range(300):
            wrote = re.findall(r"pid=(\d+)\)\S* {\"event\": \"prompts\"", service.log_text())
            if len(set(wrote)) == 2:
                break
            ask(seed)
            time.sleep(0.1)
        assert len(set(wrote)) == 2
        assert service.stop() == 0, service.log_text()
