"""Every door gives the same answer to the same request, and the same error to a bad one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from anyio.from_thread import start_blocking_portal
from scenario_sdk import APIStatusError, Scenario

from conftest import Serve
from mcp import Client, StdioServerParameters
from sparkloom.errors import SparkloomError
from sparkloom.loom import Sparkloom
from sparkloom.request import PromptRequest
from sparkloom.settings import Settings

Fields = dict[str, Any]
Doors = dict[str, Callable[[Fields], Fields]]
"""What each door makes of a request: the answer on the wire, or the body of an error."""

COMPARED = ("prompts", "mode", "seed", "sections", "variety", "creativeUnitsCost", "costDetails")
OPTIONS = {"mode": "--mode", "numResults": "-n", "seed": "--seed", "topP": "--top-p"}
# One thread: the text does not depend on it, and two spin where a core is shared.
THREADS = {"SPARKLOOM_THREADS": "1"}


@pytest.fixture(scope="module")
def doors(serve: Serve) -> Iterator[Doors]:
    served, apart = Sparkloom(Settings(threads=1)), Sparkloom(Settings(threads=1))
    address = serve(served)
    folders = {
        name: os.environ[name]
        for name in ("SPARKLOOM_CACHE_DIR", "XDG_CACHE_HOME", "SPARKLOOM_DATA_DIR")
        if name in os.environ
    }
    stdio = StdioServerParameters(
        command=sys.executable, args=["-m", "sparkloom", "mcp"], env=THREADS | folders
    )
    with (
        apart,
        Scenario(
            base_url=f"{address}/v1",
            api_key="key",
            api_secret="secret",
            _strict_response_validation=True,
        ) as client,
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(Client(f"{address}/mcp")) as over_http,
        portal.wrap_async_context_manager(Client(stdio)) as over_stdio,
    ):

        def mcp(agent: Client, fields: Fields) -> Fields:
            call = partial(agent.call_tool, "post-prompt-inferences", fields)
            body = portal.call(call).structured_content
            assert isinstance(body, dict)
            return body

        yield {
            "python": partial(ask_python, apart),
            "command line": ask_command_line,
            "http": partial(ask_http, client),
            "mcp": partial(mcp, over_http),
            "mcp over stdio": partial(mcp, over_stdio),
        }


def snake(fields: Fields) -> Fields:
    names = {field.alias: name for name, field in PromptRequest.model_fields.items()}
    return {names[name]: value for name, value in fields.items()}


def ask_python(loom: Sparkloom, fields: Fields) -> Fields:
    try:
        return loom.prompt(**snake(fields)).wire()
    except SparkloomError as error:
        return error.body("")


def ask_http(client: Scenario, fields: Fields) -> Fields:
    prompt: Any = client.generate.prompt
    try:
        answer: Fields = prompt(**snake(fields)).to_dict(mode="json")
    except APIStatusError as error:
        answer = error.response.json()
    return answer


def ask_command_line(fields: Fields) -> Fields:
    options = [
        text
        for name, value in fields.items()
        if name != "prompt"
        for text in (OPTIONS.get(name, f"--{name}"), str(value))
    ]
    done = subprocess.run(
        [sys.executable, "-m", "sparkloom", "prompt", "--json", *options, fields.get("prompt", "")],
        env={**os.environ, **THREADS},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode:
        return {"reason": done.stderr.strip().removeprefix("sparkloom: ")}
    answer: Fields = json.loads(done.stdout)
    return answer


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize("spark", [{}, {"prompt": "a red fox, <lora:ink:0.8> in the snow"}])
@pytest.mark.parametrize("mode", ["completion", "inventive", "structured"])
def test_every_door_gives_the_same_answer(
    doors: Doors, mode: str, spark: Fields, number: int
) -> None:
    fields = {"mode": mode, "numResults": number, "seed": 11, **spark}
    answers = {door: ask(fields) for door, ask in doors.items()}
    compared = {
        door: {name: answer.get(name) for name in COMPARED} for door, answer in answers.items()
    }
    expected: Fields = compared["python"]
    assert compared == dict.fromkeys(doors, expected)
    assert expected["prompts"] is not None, answers["python"]["reason"]
    assert len(set(expected["prompts"])) == number
    assert (expected["mode"], expected["seed"]) == (mode, 11)
    assert (expected["sections"] is not None) == (mode == "structured")


@pytest.mark.parametrize(
    ("fault", "name", "field"),
    [
        ({"numResults": 6}, "InvalidRequestError", "numResults"),
        ({"seed": 2**53}, "InvalidRequestError", "seed"),
        ({"temperature": 2.5}, "InvalidRequestError", "temperature"),
        ({"topP": 0}, "InvalidRequestError", "topP"),
        ({"prompt": "a\x07b"}, "InvalidRequestError", "prompt"),
        ({"prompt": "x" * 10_001}, "InvalidRequestError", "prompt"),
        ({"mode": "contextual"}, "InvalidRequestError", "modelId"),
    ],
)
def test_every_door_gives_the_same_error(
    doors: Doors, fault: Fields, name: str, field: str
) -> None:
    bodies = {door: ask({"mode": "completion", **fault}) for door, ask in doors.items()}
    reason = bodies["python"]["reason"]
    # The command line says the reason only.
    assert bodies.pop("command line") == {"reason": reason}
    for body in bodies.values():
        assert (body["name"], body["details"]["field"]) == (name, field)
        assert body["reason"] == body["message"] == reason
