"""Bodies larger than allowed, whether they say so or not."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from conftest import Serve
from sparkloom.loom import Sparkloom
from sparkloom.settings import Settings

MOST = 2048
PATHS = ("/v1/generate/prompt", "/mcp")
HEADERS = {"accept": "application/json, text/event-stream", "content-type": "application/json"}


@pytest.fixture(scope="module")
def address(serve: Serve) -> str:
    return serve(Sparkloom(Settings(engine="echo", max_body_bytes=MOST)))


def body_of(size: int) -> bytes:
    return b'{"mode": "completion"}'.ljust(size)


def pieces(size: int) -> Iterator[bytes]:
    """The body in pieces, which httpx sends without Content-Length."""
    body = body_of(size)
    for start in range(0, size, 500):
        yield body[start : start + 500]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("chunked", [False, True])
def test_a_larger_body_answers_413(address: str, path: str, chunked: bool) -> None:
    content = pieces(MOST + 1) if chunked else body_of(MOST + 1)
    answer = httpx.post(address + path, content=content, headers=HEADERS)
    body = answer.json()
    assert answer.status_code == 413
    assert body["name"] == "TooLargeError"
    assert body["details"] == {"field": "body", "limit": MOST}
    assert body["trace_id"] == answer.headers["x-trace-id"]


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_of_exactly_the_limit_is_read(address: str, chunked: bool) -> None:
    content = pieces(MOST) if chunked else body_of(MOST)
    assert httpx.post(address + PATHS[0], content=content).status_code == 200


def test_the_server_still_answers_after_a_larger_body(address: str) -> None:
    with httpx.Client(base_url=address) as client:
        assert client.post(PATHS[0], content=body_of(100_000)).status_code == 413
        assert client.post(PATHS[0], json={"mode": "completion"}).status_code == 200
