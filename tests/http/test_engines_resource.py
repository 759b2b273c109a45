"""`/v1/engines` over HTTP, and `sparkloom engines`, which speaks to it."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from pydantic import SecretStr
from typer.testing import CliRunner, Result

import chat_double
from chat_double import Double
from conftest import Serve
from sparkloom.cli import app
from sparkloom.loom import Sparkloom
from sparkloom.settings import Settings


@pytest.fixture(scope="module")
def double() -> Iterator[Double]:
    with chat_double.running(chat_double.good) as double:
        yield double


@pytest.fixture(scope="module")
def address(double: Double, serve: Serve) -> str:
    chosen = Settings(
        engine="echo", request_engines=("openai",), engine_url=double.address, engine_retries=0
    )
    return serve(Sparkloom(chosen))


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["engines", *arguments])


def test_engines_are_listed_loaded_and_unloaded(address: str, double: Double) -> None:
    listed = httpx.get(f"{address}/v1/engines").json()["engines"]
    model = f"the first at {double.address}"
    assert listed == [
        {"name": "echo", "default": True, "loaded": False, "model": "none"},
        {"name": "openai", "default": False, "loaded": False, "model": model},
    ]
    for what, loaded in (("load", True), ("unload", False)):
        answer = httpx.post(f"{address}/v1/engines/openai/{what}")
        assert answer.status_code == 200
        assert answer.json()["engine"]["loaded"] is loaded


def test_what_is_no_engine_and_no_verb_is_told(address: str) -> None:
    answer = httpx.post(f"{address}/v1/engines/abacus/load")
    assert answer.status_code == 404
    assert "echo, openai" in answer.json()["reason"]
    assert httpx.post(f"{address}/v1/engines/echo/explode").status_code == 400


def test_the_command_line_shows_loads_and_unloads(address: str, double: Double) -> None:
    shown = run("show", "--url", address)
    assert shown.exit_code == 0
    first, second = shown.stdout.splitlines()
    assert first == "echo: none, not loaded, writes where a request names none"
    assert second == f"openai: the first at {double.address}, not loaded"
    assert run("load", "openai", "--url", address).stdout.strip().endswith(", loaded")
    assert run("unload", "openai", "--url", address).stdout.strip().endswith(", not loaded")
    failed = run("load", "abacus", "--url", address)
    assert failed.exit_code == 1
    assert "There is no engine abacus" in failed.stderr


def test_the_command_line_needs_a_server() -> None:
    with chat_double.running(chat_double.good) as gone:
        url = gone.address.removesuffix("/v1")
    for address in (url, "no address"):
        failed = run("show", "--url", address)
        assert failed.exit_code == 1
        assert "sparkloom serve" in failed.stderr


def test_the_command_line_uses_its_first_key(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    address = serve(Sparkloom(Settings(engine="echo", api_keys=(SecretStr("ada:lovelace"),))))
    assert run("show", "--url", address).exit_code == 1
    monkeypatch.setenv("SPARKLOOM_API_KEYS", "ada:lovelace")
    assert run("show", "--url", address).exit_code == 0
