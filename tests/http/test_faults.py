"""Errors on the wire: foreseen or not, they have one shape and give nothing away."""

from __future__ import annotations

import logging
from collections.abc import Generator, Iterator

import httpx
import pytest

from conftest import Serve
from sparkloom.engines import Draft, Order, Task
from sparkloom.loom import Sparkloom
from sparkloom.settings import Settings

KEYS = {"reason", "name", "details", "trace_id", "message"}


class Broken:
    """An engine with a fault that nobody foresaw."""

    def write(self, task: Task, orders: Iterator[Order]) -> Generator[Draft]:  # noqa: ARG002
        raise RuntimeError("the password is swordfish")

    def close(self) -> None:
        """Nothing is held."""


@pytest.fixture(scope="module")
def address(serve: Serve) -> str:
    return serve(Sparkloom(Settings(), Broken()))


def test_an_unforeseen_error_is_logged_and_only_named(
    address: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, "sparkloom"):
        answer = httpx.post(address + "/v1/generate/prompt", json={"mode": "completion"})
    body = answer.json()
    assert answer.status_code == 500
    assert set(body) == KEYS
    assert body["name"] == "InternalError"
    assert body["trace_id"] == answer.headers["x-trace-id"]
    assert "swordfish" not in answer.text
    assert "Traceback" not in answer.text
    (record,) = [record for record in caplog.records if record.name == "sparkloom"]
    assert body["trace_id"] in record.getMessage()
    assert record.exc_info is not None
    assert "swordfish" in str(record.exc_info[1])


@pytest.mark.parametrize(
    ("method", "path", "status", "name"),
    [
        ("GET", "/", 404, "NotFoundError"),
        ("POST", "/v1/generate/prompts", 404, "NotFoundError"),
        ("GET", "/v2/generate/prompt", 404, "NotFoundError"),
        ("GET", "/v1/generate/prompt", 405, "MethodNotAllowedError"),
        ("DELETE", "/v1/generate/prompt", 405, "MethodNotAllowedError"),
        ("POST", "/health", 405, "MethodNotAllowedError"),
    ],
)
def test_a_wrong_path_or_method_has_the_same_shape(
    address: str, method: str, path: str, status: int, name: str
) -> None:
    answer = httpx.request(method, address + path)
    body = answer.json()
    assert answer.status_code == status
    assert set(body) == KEYS
    assert body["name"] == name
    assert body["reason"] == body["message"] != ""
    assert body["trace_id"] == answer.headers["x-trace-id"]


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/v1/assets", "DELETE, GET, POST"),
        ("/v1/models/sdxl", "DELETE, GET, PUT"),
        ("/v1/generate/prompt", "POST"),
        ("/health", "GET"),
    ],
)
def test_a_wrong_method_is_told_the_right_ones(address: str, path: str, allowed: str) -> None:
    answer = httpx.patch(address + path)
    assert answer.status_code == 405
    assert answer.headers["allow"] == allowed


def test_every_request_has_a_trace_id_of_its_own(address: str) -> None:
    ids = {httpx.get(address + "/health").headers["x-trace-id"] for _ in range(5)}
    assert len(ids) == 5
