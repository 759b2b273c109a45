"""SIGTERM and SIGKILL at any moment: what was answered is kept, and the next start finds all of
it. After SIGTERM what runs is finished first."""

from __future__ import annotations

import random
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
import rows

from servers import Server, server

CLIENTS = 3
ENDS = 2


def keep_asking(service: Server, over: threading.Event, kept: dict[str, list[str]]) -> None:
    """Ask for prompts, and note what was answered, until nobody answers."""
    with httpx.Client(base_url=service.address, timeout=60) as client:
        while not over.is_set():
            body = {"mode": "completion", "prompt": "a heron", "numResults": 3}
            try:
                answer = client.post("/v1/generate/prompt", json=body)
            except httpx.TransportError:
                return
            assert answer.status_code == 200, answer.text
            kept[answer.json()["job"]["jobId"]] = answer.json()["prompts"]


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_what_a_service_answered_is_kept(tmp_path: Path, how: signal.Signals) -> None:
    draw = random.Random(how)
    kept: dict[str, list[str]] = {}
    for number in range(ENDS):
        over = threading.Event()
        with (
            server(tmp_path / f"log{number}", data_dir=str(tmp_path / "data")) as service,
            ThreadPoolExecutor(CLIENTS) as pool,
        ):
            asking = [pool.submit(keep_asking, service, over, kept) for _ in range(CLIENTS)]
            before = len(kept)
            while len(kept) == before:
                assert service.process.poll() is None
                time.sleep(0.01)
            time.sleep(draw.uniform(0, 0.5))
            service.process.send_signal(how)
            ended = service.process.wait()
            over.set()
            for one in asking:
                one.result()
        assert ended in ((0, -how) if how == signal.SIGTERM else (-how,))
        assert "Traceback" not in service.log_text()
    with (
        server(tmp_path / "log", data_dir=str(tmp_path / "data")) as service,
        httpx.Client(base_url=service.address, timeout=60) as client,
    ):
        for job_id, prompts in kept.items():
            job = client.get(f"/v1/jobs/{job_id}").raise_for_status().json()["job"]
            assert job["metadata"]["output"]["prompts"] == prompts


def test_a_batch_goes_on_after_sigterm_where_it_was(tmp_path: Path) -> None:
    source = rows.write(tmp_path / "in.jsonl", rows.sparks(600))
    rows.run(source, whole := tmp_path / "whole.jsonl")
    target = tmp_path / "out.jsonl"
    state = Path(f"{target}.checkpoint/state.json")
    with rows.start(source, target) as process:
        while not state.exists():
            assert process.poll() is None
            time.sleep(0.01)
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate()
    assert process.returncode not in (0, None)
    assert "Traceback" not in said
    assert not target.exists()
    rows.run(source, target)
    assert target.read_bytes() == whole.read_bytes()
    assert not state.parent.exists()
