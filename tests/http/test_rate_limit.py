"""Rate limits as clients see them."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from conftest import Serve
from sparkloom.loom import Sparkloom
from sparkloom.settings import Settings

KEYS = (SecretStr("ada:lovelace"), SecretStr("bob:builder"))


def settings(folder: Path, **more: object) -> Settings:
    return Settings(engine="echo", data_dir=folder, rate_limit=3, **more)  # type: ignore[arg-type]


def test_a_key_that_asks_too_often_gets_429(serve: Serve, tmp_path: Path) -> None:
    address = serve(Sparkloom(settings(tmp_path, api_keys=KEYS)))
    with httpx.Client(base_url=address, auth=("ada", "lovelace"), timeout=60) as ada:
        answers = [ada.get("/v1/assets") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert [answer.headers["ratelimit-remaining"] for answer in answers] == ["2", "1", "0", "0"]
    for answer in answers:
        assert answer.headers["ratelimit-limit"] == "3"
        assert 1 <= int(answer.headers["ratelimit-reset"]) <= 60
    assert "retry-after" not in answers[0].headers
    refused = answers[3]
    assert 1 <= int(refused.headers["retry-after"]) <= 20
    assert set(refused.json()) == {"reason", "name", "details", "trace_id", "message"}
    assert refused.json()["trace_id"] == refused.headers["x-trace-id"]
    bob = httpx.get(address + "/v1/assets", auth=("bob", "builder"), timeout=60)
    assert bob.status_code == 200
    agent = httpx.post(
        address + "/mcp", json={}, headers={"authorization": "Bearer lovelace"}, timeout=60
    )
    assert agent.status_code == 429


def test_without_keys_everybody_shares_one(serve: Serve, tmp_path: Path) -> None:
    address = serve(Sparkloom(settings(tmp_path)))
    answers = [httpx.get(address + "/v1/assets", timeout=60).status_code for _ in range(4)]
    assert answers == [200, 200, 200, 429]


@pytest.mark.parametrize("path", ["/health", "/metrics"])
def test_what_operators_ask_does_not_count(serve: Serve, tmp_path: Path, path: str) -> None:
    address = serve(Sparkloom(settings(tmp_path)))
    answers = [httpx.get(address + path, timeout=60) for _ in range(5)]
    assert {answer.status_code for answer in answers} == {200}
    assert "ratelimit-limit" not in answers[0].headers
