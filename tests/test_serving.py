"""Serving for real: two processes on one database, and an end that finishes what runs."""

from __future__ import annotations

import gc
import json
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
import uvicorn

import postgres
from conftest import data_url
from servers import SERVE, server
from servers import Server as Running
from sparkloom.errors import UnavailableError
from sparkloom.http.server import Server
from sparkloom.loom import Sparkloom
from sparkloom.serving import _application_of, prepare, serve_one, serve_replicas
from sparkloom.settings import Settings

PATH = "/v1/generate/prompt"
PROMPT = "swordfish lagoon"

SLOW = """
import time
from sparkloom.engines.echo import Echo
from sparkloom.loom import Sparkloom
from sparkloom.serving import serve_one
from sparkloom.settings import Settings

class Slow(Echo):
    def write(self, task, orders):
        for draft in super().write(task, orders):
            print("writing", flush=True)
            time.sleep(3)
            yield draft

serve_one(Sparkloom(Settings(), Slow()))
"""


def ask(address: str, **more: object) -> httpx.Response:
    body = {"mode": "completion", "prompt": PROMPT, **more}
    return httpx.post(address + PATH, json=body, timeout=60)


def test_two_servers_on_one_database_are_one_service(postgresql: str, tmp_path: Path) -> None:
    settings = {
        "database_url": postgres.new_database(postgresql),
        "files_url": (tmp_path / "files").as_uri(),
        "rate_limit": "30",
        "api_keys": "ada:lovelace,bob:builder,cyd:charisse",
    }
    with (
        server(tmp_path / "one.log", SERVE, **settings) as one,
        server(tmp_path / "other.log", SERVE, **settings) as other,
        httpx.Client(auth=("ada", "lovelace"), timeout=60) as ada,
    ):
        # What one makes the other knows: assets with their files, models, jobs.
        body = {"name": "a.png", "image": data_url()}
        asset = ada.post(one.address + "/v1/assets", json=body).json()["asset"]
        there = ada.get(f"{other.address}/v1/assets/{asset['id']}").json()["asset"]
        assert there | {"url": ""} == asset | {"url": ""}
        assert ada.get(there["url"]).content == ada.get(asset["url"]).content != b""
        model = ada.post(other.address + "/v1/models", json={"name": "Herons"}).json()["model"]
        assert ada.get(f"{one.address}/v1/models/{model['id']}").json()["model"] == model
        asked = {"mode": "completion", "prompt": PROMPT, "seed": 7}
        answers = [ada.post(s.address + PATH, json=asked).json() for s in (one, other)]
        assert answers[0]["prompts"] == answers[1]["prompts"]
        for server_, answer in ((other, answers[0]), (one, answers[1])):
            job = ada.get(f"{server_.address}/v1/jobs/{answer['job']['jobId']}")
            assert job.json()["job"] == answer["job"]

        # Both take from one bucket, and another key has its own.
        began = time.monotonic()
        both = [one.address, other.address] * 40
        with (
            httpx.Client(auth=("cyd", "charisse"), timeout=60) as cyd,
            ThreadPoolExecutor(8) as pool,
        ):
            taken = list(pool.map(lambda address: cyd.get(address + "/v1/jobs"), both))
        come = (time.monotonic() - began) / 2  # tokens, one every two seconds
        assert 30 <= [answer.status_code for answer in taken].count(200) <= 31 + come
        assert httpx.get(other.address + "/v1/jobs", auth=("bob", "builder")).status_code == 200

        # One goes, and the other answers for it.
        one.stop()
        job_id = answers[0]["job"]["jobId"]
        path = f"{other.address}/v1/jobs/{job_id}"
        answer = httpx.get(path, auth=("bob", "builder"))
        assert answer.json()["job"]["jobId"] == job_id
        assert_discreet(one)
        assert_discreet(other)


def assert_discreet(server: Running) -> None:
    """Its log is JSON with trace ids, without keys or words of prompts."""
    text = server.log_text()
    lines = [json.loads(line) for line in text.splitlines()]
    assert len({line["trace_id"] for line in lines if line["event"] == "request"}) > 20
    for secret in ("swordfish", "lovelace", "builder", "charisse", "postgresql://"):
        assert secret not in text


def test_what_runs_is_finished_and_nothing_more_is_taken(tmp_path: Path) -> None:
    with server(tmp_path / "log", ("-c", SLOW), data_dir=str(tmp_path / "data")) as slow:
        answers: list[httpx.Response] = []
        clients = [
            threading.Thread(target=lambda: answers.append(ask(slow.address))) for _ in range(2)
        ]
        for client in clients:
            client.start()
        while "writing" not in slow.log_text():
            time.sleep(0.05)
        assert slow.stop() in (0, -15)
        for client in clients:
            client.join()
    assert [answer.status_code for answer in answers] == [200, 200]  # one ran, and one waited
    with pytest.raises(httpx.TransportError):
        ask(slow.address)
    with server(tmp_path / "again.log", data_dir=str(tmp_path / "data")) as again:
        kept = httpx.get(again.address + "/v1/jobs").json()["jobs"]
    assert {job["jobId"] for job in kept} == {answer.json()["job"]["jobId"] for answer in answers}


@pytest.fixture
def no_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """An application that never runs has no page: Gradio would leave sockets open."""
    monkeypatch.setattr("sparkloom.studio.installed", lambda: False)


@pytest.mark.usefixtures("no_page")
def test_the_server_has_the_settings_that_balancers_want(
    echo_loom: Sparkloom, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[uvicorn.Config] = []

    def run(server: Server) -> None:
        ran.append(server.config)
        server.started = True

    monkeypatch.setattr(Server, "run", run)
    serve_one(echo_loom)
    (config,) = ran
    assert config.timeout_keep_alive == 75
    assert config.timeout_graceful_shutdown == 125
    assert (config.log_config, config.access_log) == (None, False)


@pytest.mark.usefixtures("no_page")
def test_a_server_that_cannot_start_says_so_with_its_status(
    echo_loom: Sparkloom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Server, "run", lambda _: None)
    with pytest.raises(SystemExit) as ended:
        serve_one(echo_loom)
    assert ended.value.code == 3


def test_a_replica_makes_its_application(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    logged: dict[str, bool] = {}
    monkeypatch.setattr("sparkloom.observe.logs.log_to", logged.update)
    settings = Settings(engine="echo", data_dir=tmp_path, log_prompts=True)
    app = _application_of(settings)()
    assert app.state.loom.settings == settings
    assert logged == {"prompts": True}
    app.state.loom.close()


def test_replicas_without_ray_say_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(UnavailableError, match=r"sparkloom\[ray\]"):
        serve_replicas(Settings(engine="echo"), 2)


@pytest.mark.parametrize("installed", [True, False])
def test_what_serving_needs_is_imported_before(
    monkeypatch: pytest.MonkeyPatch, installed: bool
) -> None:
    loaded: list[str] = []
    monkeypatch.setattr("sparkloom.studio.installed", lambda: installed)
    monkeypatch.setattr("sparkloom.studio.gradio_library.load", lambda: loaded.append("gradio"))
    prepare()
    assert loaded == ["gradio"] * installed
    assert "sparkloom.http.app" in sys.modules
    assert gc.isenabled()
