"""Over the bound, past the deadline, and when the client hangs up, as clients see it."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from prometheus_client import REGISTRY
from slow import PATIENT, Slow

from conftest import serving
from sparkloom.loom import Sparkloom
from sparkloom.settings import Settings

PATH = "/v1/generate/prompt"
BODY = {"mode": "completion", "prompt": "a heron", "seed": 1}

Start = Callable[..., str]


@pytest.fixture
def engine() -> Slow:
    return Slow()


@pytest.fixture
def start(engine: Slow) -> Iterator[Start]:
    """Starts a server over the slow engine; it is let go before the server stops."""
    from contextlib import ExitStack

    with ExitStack() as stack:

        def start(**settings: float) -> str:
            loom = Sparkloom(Settings(**settings), engine)  # type: ignore[arg-type]
            address = stack.enter_context(serving(loom))
            stack.callback(engine.go.set)
            return address

        yield start


def test_over_the_bound_clients_are_told_when_to_come_back(start: Start, engine: Slow) -> None:
    address = start(queue_size=2)
    with ThreadPoolExecutor(20) as clients:
        asked = [
            clients.submit(httpx.post, address + PATH, json=BODY, timeout=PATIENT)
            for _ in range(20)
        ]
        refused: list[httpx.Response] = []
        while len(refused) < 17:
            refused = [one.result() for one in asked if one.done()]
        engine.go.set()
        answers = [one.result() for one in asked]
    assert sorted(answer.status_code for answer in answers) == [200] * 3 + [429] * 17
    for answer in refused:
        assert set(answer.json()) == {"reason", "name", "details", "trace_id", "message"}
        assert answer.json()["name"] == "TooManyRequestsError"
        assert int(answer.headers["retry-after"]) >= 1
        assert answer.headers["x-should-retry"] == "true"


def test_past_the_deadline_the_answer_is_503(start: Start, engine: Slow) -> None:
    answer = httpx.post(start(deadline=1.0) + PATH, json=BODY, timeout=PATIENT)
    assert answer.status_code == 503
    assert answer.json()["name"] == "DeadlineError"
    assert "1 seconds" in answer.json()["reason"]
    engine.go.set()
    assert engine.closed.wait(PATIENT)


def test_a_client_that_hangs_up_stops_the_engine(start: Start, engine: Slow) -> None:
    address = start(queue_size=0)
    body = {"mode": "completion", "prompt": "forever"}
    with pytest.raises(httpx.ReadTimeout):
        httpx.post(address + PATH, json=body, timeout=httpx.Timeout(PATIENT, read=0.2))
    assert engine.begun.wait(PATIENT)
    labels = {"method": "POST", "route": PATH, "status": "499"}
    while not REGISTRY.get_sample_value("sparkloom_http_request_seconds_count", labels):
        time.sleep(0.01)
    engine.go.set()
    assert engine.closed.wait(PATIENT)
    while (answer := httpx.post(address + PATH, json=BODY, timeout=PATIENT)).status_code == 429:
        time.sleep(0.01)  # until the thread has left
    assert answer.status_code == 200


def test_a_body_that_does_not_arrive_is_refused(start: Start) -> None:
    host, _, port = start(deadline=0.5).removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port))) as client:
        client.settimeout(PATIENT)
        head = f"POST {PATH} HTTP/1.1\r\nhost: {host}\r\ncontent-length: 1000\r\n\r\n"
        client.sendall(head.encode() + b'{"mode"')
        answer = client.recv(65_536).decode()
    assert answer.startswith("HTTP/1.1 400 ")
    assert "body: did not arrive within 0.5 seconds" in answer


def test_a_client_that_goes_away_with_half_a_body_hurts_nobody(start: Start, engine: Slow) -> None:
    address = start()
    host, _, port = address.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port))) as client:
        client.sendall(
            f"POST {PATH} HTTP/1.1\r\nhost: {host}\r\ncontent-length: 9\r\n\r\n{{".encode()
        )
    engine.go.set()
    assert httpx.post(address + PATH, json=BODY, timeout=PATIENT).status_code == 200
