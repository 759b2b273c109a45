"""Who is let in."""

from __future__ import annotations

import asyncio
import base64
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr
from starlette.types import Message, Receive, Scope, Send

from conftest import Serve
from sparkloom.catalog import Catalog
from sparkloom.errors import UnauthorizedError
from sparkloom.http.auth import Authentication
from sparkloom.keys import KeyRing
from sparkloom.loom import Sparkloom
from sparkloom.settings import Settings

PATH = "/v1/generate/prompt"
BODY = {"mode": "completion"}
KEYS = (SecretStr("ada:s3cret"), SecretStr("bob:pass:word"))


@pytest.fixture(scope="module")
def address(serve: Serve) -> str:
    return serve(Sparkloom(Settings(engine="echo", api_keys=KEYS)))


def basic(pair: str) -> str:
    return "Basic " + base64.b64encode(pair.encode()).decode()


def test_without_keys_everybody_is_let_in(serve: Serve) -> None:
    address = serve(Sparkloom(Settings(engine="echo")))
    for headers in ({}, {"authorization": "Bearer anything"}):
        assert httpx.post(address + PATH, json=BODY, headers=headers).status_code == 200


@pytest.mark.parametrize(
    "header",
    [
        basic("ada:s3cret"),
        basic("bob:pass:word"),
        basic("ada:s3cret").replace("Basic", "bASIC"),
        "Bearer s3cret",
        "Bearer pass:word",
        "Bearer ada:s3cret",
        "bearer s3cret",
    ],
)
def test_a_known_key_is_let_in(address: str, header: str) -> None:
    answer = httpx.post(address + PATH, json=BODY, headers={"authorization": header})
    assert answer.status_code == 200


@pytest.mark.parametrize("path", [PATH, "/mcp", "/nowhere", "/openapi.json", "/health/"])
@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Basic",
        "Basic %%%",
        "Basic \xe9",
        "Bearer",
        "Bearer \xe9",
        "Bearer ada",
        "Bearer s3cre",
        "Bearer s3crets",
        "Digest s3cret",
        "s3cret",
        basic("ada"),
        basic("ada:"),
        basic("ada:pass:word"),
        basic("s3cret"),
        basic("bob:pass"),
    ],
)
def test_anybody_else_gets_401(address: str, header: str | None, path: str) -> None:
    headers = {} if header is None else {b"authorization": header.encode("latin-1")}
    answer = httpx.post(address + path, json=BODY, headers=headers)
    body = answer.json()
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Basic ")
    assert set(body) == {"reason", "name", "details", "trace_id", "message"}
    assert body["name"] == "UnauthorizedError"
    assert body["trace_id"] == answer.headers["x-trace-id"]
    assert "s3cret" not in answer.text


def test_health_needs_no_key(address: str) -> None:
    assert httpx.get(address + "/health").status_code == 200


def test_what_has_a_sign_in_of_its_own_is_left_alone(tmp_path: Path) -> None:
    """Everything else is guarded as ever."""
    passed = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        passed.append((scope["path"], scope.get("state")))

    settings = Settings(api_keys=KEYS, data_dir=tmp_path)
    guard = Authentication(app, KeyRing(settings, Catalog(settings)), lambda path: path == "/page")

    def get(path: str) -> None:
        scope = {"type": "http", "method": "GET", "path": path, "headers": []}
        asyncio.run(guard(scope, receive, send))

    get("/page")
    get("/health")
    with pytest.raises(UnauthorizedError):
        get("/v1/jobs")
    assert passed == [("/page", None), ("/health", None)]


async def receive() -> Message:
    raise AssertionError


async def send(_: Message) -> None:
    raise AssertionError
