"""Over the bound, past the deadline, and when the client hangs up, as clients see it."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace

import anyio
import httpx
import pytest
from agent import Handshake, ask
from prometheus_client import REGISTRY
from slow import PATIENT, Slow

import chat_double
from chat_double import Body, Said, good
from conftest import data_url, serving
from mcp import Client
from sparkloom.engines import Draft, Order, Task
from sparkloom.engines.embedded import Embedded
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


def leave(address: str, body: Mapping[str, object], begun: Callable[[], bool]) -> None:
    """Ask, wait until the engine was asked, and hang up."""
    host, _, port = address.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port))) as client:
        text = json.dumps(body).encode()
        head = f"POST {PATH} HTTP/1.1\r\nhost: {host}\r\ncontent-length: {len(text)}\r\n\r\n"
        client.sendall(head.encode() + text)
        while not begun():
            time.sleep(0.01)


def answered(address: str, body: Mapping[str, object]) -> httpx.Response:
    """The answer, when the place is free."""
    while (answer := httpx.post(address + PATH, json=body, timeout=PATIENT)).status_code == 429:
        time.sleep(0.01)
    return answer


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
    leave(address, {"mode": "completion", "prompt": "forever"}, engine.begun.is_set)
    labels = {"method": "POST", "route": PATH, "status": "499"}
    while not REGISTRY.get_sample_value("sparkloom_http_request_seconds_count", labels):
        time.sleep(0.01)
    engine.go.set()
    assert engine.closed.wait(PATIENT)
    assert answered(address, BODY).status_code == 200


class Endless:
    """The embedded engine, which comes to no end where it is told of forever.

    Attributes:
        begun: set when it was told.
        ended: how many such drafts came to an end all the same.
    """

    def __init__(self, settings: Settings) -> None:
        self._engine = Embedded(settings)
        self.begun, self.ended = threading.Event(), 0

    def write(self, task: Task, orders: Iterator[Order]) -> Generator[Draft]:
        forever = "forever" in task.text
        if forever:
            task = replace(task, max_tokens=100_000, stop=(), grammar='root ::= " a" root')
            self.begun.set()
        with closing(self._engine.write(task, orders)) as drafts:
            for draft in drafts:
                self.ended += forever
                yield draft

    def close(self) -> None:
        self._engine.close()


FOREVER = {"mode": "inventive", "prompt": "walking forever", "temperature": 0.9}


def test_a_client_that_hangs_up_cuts_the_draft_of_the_embedded_engine() -> None:
    settings = Settings(queue_size=0, threads=1, workers=1)
    engine = Endless(settings)
    with serving(Sparkloom(settings, engine)) as address:
        leave(address, FOREVER, engine.begun.is_set)
        answer = answered(address, FOREVER | {"prompt": "a heron"})
        assert (answer.status_code, engine.ended) == (200, 0)


def test_a_client_that_hangs_up_cuts_the_call_to_a_server() -> None:
    late = threading.Event()
    answered_late: list[Body] = []

    def script(body: Body) -> Said:
        if "forever" in str(body["messages"]):
            late.wait(PATIENT)
            answered_late.append(body)
        return good(body)

    with chat_double.running(script) as double:
        settings = Settings(queue_size=0, engine="openai", engine_url=double.address)
        with serving(Sparkloom(settings)) as address:
            leave(address, FOREVER, lambda: bool(double.asked))
            answer = answered(address, FOREVER | {"prompt": "a heron"})
            assert (answer.status_code, answered_late) == (200, [])
        late.set()


def test_a_caption_is_refused_where_the_only_place_is_taken(start: Start, engine: Slow) -> None:
    address = start(queue_size=0)
    with ThreadPoolExecutor(1) as clients:
        writing = clients.submit(httpx.post, address + PATH, json=BODY, timeout=PATIENT)
        assert engine.begun.wait(PATIENT)
        body = {"images": [data_url()]}
        refused = httpx.post(address + "/v1/generate/caption", json=body, timeout=PATIENT)
        assert refused.status_code == 429
        assert int(refused.headers["retry-after"]) >= 1
        engine.go.set()
        assert writing.result().status_code == 200


@pytest.mark.parametrize("kind", [str, Handshake])
def test_an_agent_that_hangs_up_frees_its_place(
    start: Start, engine: Slow, kind: Callable[[str], str]
) -> None:
    address = start(queue_size=0)
    fields = {"mode": "completion", "prompt": "forever"}

    async def go_away(client: Client) -> None:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(client.call_tool, "post-prompt-inferences", fields)
            assert await anyio.to_thread.run_sync(engine.begun.wait, PATIENT)
            tasks.cancel_scope.cancel()

    ask(kind(address + "/mcp"), go_away)
    engine.go.set()
    assert engine.closed.wait(PATIENT)
    assert answered(address, BODY).status_code == 200


def test_a_body_that_does_not_arrive_is_refused(start: Start) -> None:
    host, _, port = start(deadline=0.5).removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port))) as client:
        client.settimeout(PATIENT)
        head = f"POST {PATH} HTTP/1.1\r\nhost: {host}\r\ncontent-length: 1000\r\n\r\n"
        client.sendall(head.encode() + b'{"mode"')
        answer = ""
        while not answer.endswith("}"):  # the head may come by itself
            answer += client.recv(65_536).decode()
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
