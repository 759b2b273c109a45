"""What a service depends on goes away for a while and comes back: what was answered is kept, the
rest is told at once, and nobody has to start the service anew."""

from __future__ import annotations

import base64
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from relay import Relay, relaying

import chat_double
import object_store
import postgres
from chat_double import Double
from conftest import picture
from servers import server

PATIENCE = 60.0
"""Seconds until what is back must be found again."""

SPARK = {"mode": "completion", "prompt": "a heron", "temperature": 0.9}


def ask(client: httpx.Client, path: str = "generate/prompt", **body: Any) -> httpx.Response:
    return client.post(f"/v1/{path}", json=body or SPARK)


def ask_until_answered(client: httpx.Client, path: str = "generate/prompt", **body: Any) -> Any:
    """The answer, as soon as there is one; until then every refusal is a clear one."""
    until = time.monotonic() + PATIENCE
    while (answer := ask(client, path, **body)).status_code != 200:
        assert_told(answer)
        assert time.monotonic() < until, answer.text
        time.sleep(0.05)
    return answer.json()


def assert_told(answer: httpx.Response) -> None:
    assert answer.status_code == 503, answer.text
    assert answer.json()["reason"]
    assert "password" not in answer.text


def test_the_database(tmp_path: Path) -> None:
    with (
        postgres.running() as folder,
        server(
            tmp_path / "log",
            data_dir=str(tmp_path / "data"),
            database_url=postgres.new_database(folder),
            rate_limit="100000",
        ) as service,
        httpx.Client(base_url=service.address, timeout=60) as client,
    ):
        kept = [ask(client).raise_for_status().json() for _ in range(3)]
        with postgres.stopped(folder):
            for _ in range(3):
                told = ask(client)
                assert_told(told)
                assert told.json()["name"] == "CatalogError"
            assert client.get("/health").status_code == 200
        kept.append(ask_until_answered(client))
        found = client.get("/v1/jobs").json()["jobs"]
        assert {job["jobId"] for job in found} == {answer["job"]["jobId"] for answer in kept}
        assert "Traceback" not in service.log_text()


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Relay, str]]:
    """A relay to an object store, and the URL of a bucket there."""
    with object_store.running() as address:
        url = object_store.new_bucket(address, "gone")
        with relaying(int(address.rpartition(":")[2])) as relay:
            for name, value in object_store.CREDENTIALS.items():
                monkeypatch.setenv(name, value)
            monkeypatch.setenv("AWS_ENDPOINT", f"http://127.0.0.1:{relay.port}")
            yield relay, url


def test_the_object_store(tmp_path: Path, store: tuple[Relay, str]) -> None:
    relay, url = store
    image = {"name": "a.png", "image": base64.b64encode(picture().data).decode()}
    with (
        server(tmp_path / "log", data_dir=str(tmp_path / "data"), files_url=url) as service,
        httpx.Client(base_url=service.address, timeout=300) as client,
    ):
        first = ask(client, "assets", **image).raise_for_status().json()["asset"]["id"]
        relay.cut()
        for told in (ask(client, "assets", **image), client.get(f"/v1/assets/{first}/content")):
            assert_told(told)
            assert "files cannot be reached" in told.json()["reason"]
        ask(client).raise_for_status()  # what needs no file
        relay.mend()
        second = ask_until_answered(client, "assets", **image)["asset"]["id"]
        assert {one["id"] for one in client.get("/v1/assets").json()["assets"]} == {first, second}
        for name in (first, second):
            assert client.get(f"/v1/assets/{name}/content").content == picture().data
        assert "Traceback" not in service.log_text()


@pytest.fixture
def double() -> Iterator[Double]:
    """A server that writes."""
    with chat_double.running(chat_double.good) as found:
        yield found


def test_the_engine(tmp_path: Path, double: Double) -> None:
    port = int(double.address.split(":")[2].partition("/")[0])
    with (
        relaying(port) as relay,
        server(
            tmp_path / "log",
            data_dir=str(tmp_path / "data"),
            engine="openai",
            engine_url=f"http://127.0.0.1:{relay.port}/v1",
            engine_retries="1",
            engine_pause="0.3",
        ) as service,
        httpx.Client(base_url=service.address, timeout=60) as client,
    ):
        kept = [ask(client).raise_for_status().json()]
        relay.cut()
        for _ in range(4):
            assert_told(ask(client))
        relay.mend()
        kept.append(ask_until_answered(client))
        found = client.get("/v1/jobs").json()["jobs"]
        assert {job["jobId"] for job in found} == {answer["job"]["jobId"] for answer in kept}
        assert "Traceback" not in service.log_text()
