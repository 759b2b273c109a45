"""The MCP Inspector's command line, over stdio and HTTP, with a key and without.

It is fetched from npm, and only where `SPARKLOOM_TEST_INSPECTOR=required` is said.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from agent import command
from pydantic import SecretStr

from conftest import serving
from sparkloom.loom import Sparkloom
from sparkloom.mcp import TOOLS
from sparkloom.settings import Settings

INSPECTOR = "@modelcontextprotocol/inspector@1.0.3"
FETCHED_WITHIN = 300
ANSWERED_WITHIN = 120
"""Seconds; Node takes its time on a busy machine."""

Inspect = Callable[..., Any]

pytestmark = pytest.mark.skipif(
    os.environ.get("SPARKLOOM_TEST_INSPECTOR") != "required",
    reason="fetches the inspector from npm: SPARKLOOM_TEST_INSPECTOR=required",
)


@pytest.fixture(scope="module")
def inspect(tmp_path_factory: pytest.TempPathFactory) -> Inspect:
    """Asks the inspector; what it prints, or its complaint where that is expected."""
    npm = shutil.which("npm")
    assert npm, "needs npm"
    folder = tmp_path_factory.mktemp("inspector")
    fetch = [npm, "install", "--no-audit", "--no-fund", "--prefix", str(folder), INSPECTOR]
    subprocess.run(fetch, check=True, capture_output=True, timeout=FETCHED_WITHIN)
    program = folder / "node_modules/.bin/mcp-inspector"

    def ask(*words: str, fails: bool = False, environment: dict[str, str] | None = None) -> Any:
        done = subprocess.run(
            [program, "--cli", *words],
            capture_output=True,
            text=True,
            timeout=ANSWERED_WITHIN,
            check=False,
            env={**os.environ, **(environment or {})},
        )
        assert (done.returncode != 0) is fails, done.stderr
        return done.stderr if fails else json.loads(done.stdout)

    return ask


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    settings = Settings(
        engine="echo",
        data_dir=tmp_path_factory.mktemp("inspected"),
        api_keys=(SecretStr("ada:moon"),),
    )
    with serving(Sparkloom(settings)) as address:
        yield f"{address}/mcp"


def test_over_stdio(inspect: Inspect, tmp_path: Path) -> None:
    server = command(tmp_path)
    start = (server.command, *server.args)
    tools = inspect(*start, "--method", "tools/list", environment=server.env)["tools"]
    assert [tool["name"] for tool in tools] == list(TOOLS)
    asked = ("--method", "tools/call", "--tool-name", "post-prompt-inferences")
    fields = ("--tool-arg", "mode=inventive", "--tool-arg", "prompt=a fox")
    answer = inspect(*start, *asked, *fields, environment=server.env)
    assert "fox" in answer["structuredContent"]["prompts"][0]
    wrong = ("--tool-arg", "numResults=9")
    answer = inspect(*start, *asked, *wrong, environment=server.env)
    assert answer["isError"]
    assert answer["structuredContent"]["details"]["field"] == "numResults"


def test_over_http_with_a_key(inspect: Inspect, address: str) -> None:
    ask = (address, "--transport", "http", "--header", "Authorization: Bearer moon")
    tools = inspect(*ask, "--method", "tools/list")["tools"]
    assert [tool["name"] for tool in tools] == list(TOOLS)
    named = ("--method", "tools/call", "--tool-name", "list-models")
    models = inspect(*ask, *named)["structuredContent"]["models"]
    assert "sdxl" in [model["id"] for model in models]


@pytest.mark.parametrize("key", ["", "Authorization: Bearer sun"])
def test_over_http_without_the_right_key(inspect: Inspect, address: str, key: str) -> None:
    header = ("--header", key) if key else ()
    told = inspect(address, "--transport", "http", *header, "--method", "tools/list", fails=True)
    assert "401" in told or "nauthorized" in told
