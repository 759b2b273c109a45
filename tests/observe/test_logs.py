"""Logs: a JSON object a line, with the trace id, without the words of prompts unless asked."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Generator, Iterator
from typing import Any

import anyio
import httpx
import pytest

from conftest import serving
from mcp import Client
from sparkloom.engines import Draft, Order, Task
from sparkloom.loom import Sparkloom
from sparkloom.observe.logs import FOREIGN, log_to
from sparkloom.settings import Settings

PROMPT = "swordfish lagoon"
PATH = "/v1/generate/prompt"


class Broken:
    """An engine whose errors quote what it was to go on from."""

    def write(self, task: Task, orders: Iterator[Order]) -> Generator[Draft]:  # noqa: ARG002
        try:
            raise KeyError(task.text)
        except KeyError as error:
            raise RuntimeError(f"cannot go on from {task.text!r}") from error

    def close(self) -> None:
        """Nothing is held."""


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    yield
    root.handlers[:] = before
    root.setLevel(level)


def served(stream: io.StringIO, prompts: bool, engine: Broken | None = None) -> httpx.Response:
    """The answer to a request, whose logs are in the stream."""
    log_to(stream, prompts)
    loom = Sparkloom(Settings(engine="echo", log_prompts=prompts), engine)
    with serving(loom) as address:
        body = {"mode": "completion", "prompt": PROMPT, "ensureIPCleared": True}
        params = {"projectId": "proj_swordfish"}
        httpx.get(address + "/health", timeout=60)
        return httpx.post(address + PATH, json=body, params=params, timeout=60)


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_request_has_its_lines_with_its_trace_id() -> None:
    stream = io.StringIO()
    answer = served(stream, prompts=False)
    own = [line for line in lines(stream) if line["logger"] == "sparkloom"]
    assert [line["event"] for line in own] == ["prompts", "request"]
    assert {line["trace_id"] for line in own} == {answer.headers["x-trace-id"]}
    wrote, request = own
    body = answer.json()
    told = {"mode": "completion", "engine": "echo", "results": 1, "outcome": "success"}
    told |= {"seed": body["seed"], "job": body["job"]["jobId"]}
    assert told.items() <= wrote.items()
    assert {"method": "POST", "path": PATH, "status": 200}.items() <= request.items()


def test_the_words_of_a_prompt_are_in_no_log() -> None:
    stream = io.StringIO()
    answer = served(stream, prompts=False)
    refused = served(stream, prompts=False, engine=Broken())
    assert refused.status_code == 500
    logged = stream.getvalue()
    for text in (PROMPT, "swordfish", *answer.json()["prompts"]):
        assert text not in logged
    (fault,) = [line for line in lines(stream) if line["level"] == "error"]
    assert fault["trace_id"] == refused.json()["trace_id"]
    assert fault["exception"].startswith("RuntimeError\n")
    assert "\nKeyError\n" in fault["exception"]
    assert "test_logs.py" in fault["exception"]


def test_an_agent_is_told_the_id_that_the_log_has() -> None:
    stream = io.StringIO()

    async def main(address: str) -> str:
        async with Client(address + "/mcp") as agent:
            answer = await agent.call_tool("post-prompt-inferences", {"mode": PROMPT})
        return str((answer.structured_content or {})["trace_id"])

    with serving(Sparkloom(Settings(engine="echo"))) as address:
        log_to(stream)
        trace_id = anyio.run(main, address)
    calls = [line for line in lines(stream) if line.get("path") == "/mcp"]
    assert trace_id in {line["trace_id"] for line in calls}
    assert PROMPT not in stream.getvalue()


def test_they_are_if_that_is_asked() -> None:
    stream = io.StringIO()
    answer = served(stream, prompts=True)
    wrote = next(line for line in lines(stream) if line["event"] == "prompts")
    assert (wrote["prompt"], wrote["prompts"]) == (PROMPT, answer.json()["prompts"])
    served(stream, prompts=True, engine=Broken())
    assert "cannot go on from" in stream.getvalue()


def test_a_terminal_gets_columns() -> None:
    stream = Terminal()
    log_to(stream)
    logging.getLogger("sparkloom").info("hello", extra={"colour": "teal"})
    (line,) = stream.getvalue().splitlines()
    assert "hello" in line
    assert "teal" in line
    with pytest.raises(json.JSONDecodeError):
        json.loads(line)


def test_the_server_s_own_loggers_write_there_too() -> None:
    stream = io.StringIO()
    logging.getLogger("uvicorn.error").addHandler(logging.NullHandler())
    log_to(stream)
    for name in FOREIGN:
        logging.getLogger(name).info("hello from %s", name)
    assert [line["event"] for line in lines(stream)] == [f"hello from {name}" for name in FOREIGN]
