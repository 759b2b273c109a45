"""What every answer tells a browser, errors included."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

import httpx
import pytest
from pydantic import SecretStr

from conftest import Serve, data_url
from sparkloom.http.app import make_app
from sparkloom.loom import Sparkloom
from sparkloom.settings import Settings

KEY = {"authorization": "Bearer lovelace"}


@pytest.fixture(scope="module")
def address(serve: Serve) -> str:
    keys = (SecretStr("ada:lovelace"),)
    return serve(Sparkloom(Settings(engine="echo", api_keys=keys, max_body_bytes=2048)))


def check(answer: httpx.Response) -> None:
    headers = answer.headers
    assert headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "access-control-allow-origin" not in headers
    assert "x-powered-by" not in headers


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/health", 200),
        ("GET", "/metrics", 200),
        ("GET", "/openapi.json", 200),
        ("GET", "/v1/jobs", 200),
        ("GET", "/nowhere", 404),
        ("DELETE", "/v1/jobs", 405),
        ("POST", "/v1/generate/prompt", 400),
        ("OPTIONS", "/v1/jobs", 405),
        ("POST", "/mcp", 400),
    ],
)
def test_every_answer_has_them(address: str, method: str, path: str, status: int) -> None:
    answer = httpx.request(method, address + path, headers={**KEY, "origin": address})
    assert answer.status_code in (status, 406)
    assert answer.headers["cache-control"].startswith("no-")
    check(answer)


def test_refusals_have_them_too(address: str) -> None:
    large = b"x" * 3000
    for answer, status in (
        (httpx.get(f"{address}/v1/jobs"), 401),
        (httpx.post(f"{address}/v1/assets", content=large, headers=KEY), 413),
        (httpx.post(f"{address}/v1/jobs", headers={"origin": "http://evil.example"}), 403),
    ):
        assert answer.status_code == status
        assert answer.headers["cache-control"] == "no-store"
        check(answer)


def test_a_fault_has_them_too(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    loom = Sparkloom(Settings(engine="echo"))

    def broken(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(loom.catalog.jobs, "page", broken)
    answer = httpx.get(serve(loom) + "/v1/jobs")
    assert answer.status_code == 500
    check(answer)


def test_a_picture_is_kept_by_its_asker_only(serve: Serve) -> None:
    address = serve(Sparkloom(Settings(engine="echo")))
    body = {"name": "a.png", "image": data_url()}
    asset = httpx.post(f"{address}/v1/assets", json=body).json()["asset"]
    answer = httpx.get(asset["url"])
    assert answer.headers["cache-control"] == "private, max-age=3600"
    assert answer.headers["content-type"] == "image/png"
    check(answer)


def test_no_route_says_what_serves_it(address: str) -> None:
    app = make_app(Sparkloom(Settings(engine="echo")))
    assert (app.docs_url, app.redoc_url) == (None, None)
    assert httpx.get(f"{address}/docs", headers=KEY).status_code == 404


def test_headers_without_end_are_refused(address: str) -> None:
    where = urlsplit(address)
    with socket.create_connection((where.hostname, where.port)) as client:
        client.settimeout(30)
        client.sendall(b"GET /health HTTP/1.1\r\n")
        try:
            for number in range(300):
                client.sendall(b"x-%d: %s\r\n" % (number, b"a" * 1000))
            answered = client.recv(100)
        except (BrokenPipeError, ConnectionResetError):
            return  # hung up while we were talking
        assert answered == b"" or answered.startswith(b"HTTP/1.1 4")
