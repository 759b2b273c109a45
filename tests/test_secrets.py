"""Secrets stay secret: in logs, traces, metrics, answers and whatever prints itself.

A service is run with a secret in every setting that takes one, at the level `DEBUG` and with the
words of errors in its logs, and asked for all that can go wrong.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from chat_double import Body, Said, running
from conftest import data_url
from servers import server
from sparkloom.chat.server import Address
from sparkloom.keys import KeyRing
from sparkloom.loom import Sparkloom
from sparkloom.settings import Settings

SECRETS = {
    "api_keys": "swordfish-api-41",
    "engine_key": "swordfish-engine-42",
    "vision_key": "swordfish-vision-43",
    "database": "swordfish-database-44",
    "AWS_SECRET_ACCESS_KEY": "swordfish-s3-45",
    "HF_TOKEN": "swordfish-hub-46",
}
BASE64 = base64.b64encode(f"ada:{SECRETS['api_keys']}".encode()).decode()
FOUND = (*SECRETS.values(), BASE64, "swordfish-wrong", "swordfish-bearer", "swordfish-token")
"""What must be nowhere: the secrets, the header that carries one, and what somebody tried."""

STATUSES = (400, 401, 404, 429, 500)

DEBUG = """
import logging, sys
from sparkloom.observe import logs
log_to = logs.log_to
def loudly(*arguments, **named):
    log_to(*arguments, **named)
    for name in (None, *logging.root.manager.loggerDict):
        logging.getLogger(name).setLevel(logging.DEBUG)
logs.log_to = loudly

from sparkloom.catalog.jobs import Jobs
from sparkloom.loom import Sparkloom
make = Sparkloom.__init__
def made(loom, *arguments, **named):
    make(loom, *arguments, **named)
    def crash(*_):
        raise RuntimeError(f"{loom.settings!r} {loom.keys!r} {vars(loom)} {vars(loom.keys)}")
    Jobs.page = crash
Sparkloom.__init__ = made

from sparkloom.cli import app
sys.argv = ["sparkloom", "serve"]
app()
"""


@contextmanager
def collector() -> Iterator[tuple[str, list[bytes]]]:
    """An address that takes traces, and what it was sent."""
    taken: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            taken.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing is told."""

    listener = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=listener.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.server_port}", taken
    finally:
        listener.shutdown()
        thread.join()
        listener.server_close()


def tells_its_key(body: Body) -> Said:
    """Some servers repeat a key that they do not know, whatever they answer."""
    told = {"error": {"message": f"Incorrect API key provided: {SECRETS['engine_key']}"}}
    statuses = (status for status in STATUSES if f"fox {status}" in str(body))
    return Said(told, status=next(statuses, 401))


def leaks(text: str) -> list[str]:
    return [secret for secret in FOUND if secret in text]


def test_no_secret_is_told(tmp_path: Path, postgresql: str) -> None:
    import postgres

    url = postgres.new_database(postgresql).replace("fox@", f"fox:{SECRETS['database']}@")
    environment = {name: SECRETS[name] for name in ("AWS_SECRET_ACCESS_KEY", "HF_TOKEN")}
    with (
        pytest.MonkeyPatch.context() as patch,
        collector() as (traces, taken),
        running(tells_its_key) as engine,
    ):
        for name, value in environment.items():
            patch.setenv(name, value)
        settings = {
            "engine": "openai",
            "engine_url": engine.address,
            "engine_key": SECRETS["engine_key"],
            "engine_retries": "0",
            "engine_pause": "0",
            "max_body_bytes": "4096",
            "vision_url": engine.address,
            "vision_key": SECRETS["vision_key"],
            "api_keys": f"ada:{SECRETS['api_keys']},bob:builder",
            "database_url": url,
            "data_dir": str(tmp_path / "data"),
            "otlp_endpoint": traces,
            "log_prompts": "true",
        }
        with server(tmp_path / "log", ("-c", DEBUG), **settings) as service:
            answers = ask(service.address)
            service.stop()
            log = service.log_text()
    said = "\n".join(f"{answer.status_code} {answer.headers} {answer.text}" for answer in answers)
    statuses = {answer.status_code for answer in answers}
    assert {200, 400, 401, 403, 404, 405, 413, 500, 503} <= statuses
    assert any(f"Bearer {SECRETS['engine_key']}" == key for key in engine.keys)
    assert "RuntimeError" in log  # the crash was logged, words and all
    assert '"level": "debug"' in log
    assert b"/v1/generate/prompt" in b"".join(taken)
    assert leaks(log) == []
    assert leaks(said) == []
    assert leaks(b"".join(taken).decode("latin-1")) == []


def ask(address: str) -> list[httpx.Response]:
    """Everything that goes well and everything that goes wrong."""
    key = ("ada", SECRETS["api_keys"])
    picture = data_url()
    with httpx.Client(base_url=address, auth=key, timeout=120) as http:
        upload = {"fileName": "a.png", "contentType": "image/png", "fileSize": 10}
        made = http.post("/v1/uploads", json=upload)
        part = made.json()["upload"]["parts"][0]["url"].partition("?")[0]
        return [
            http.get("/health"),
            http.get("/openapi.json"),
            http.get("/v1/models?privacy=public"),
            *(
                http.post("/v1/generate/prompt", json={"mode": "completion", "prompt": prompt})
                for prompt in (f"a fox {status}" for status in STATUSES)
            ),
            http.post("/v1/generate/caption", json={"images": [picture]}),
            http.post("/v1/generate/prompt", json={"mode": "none"}),
            http.post("/v1/generate/prompt", content=b"{"),
            http.post("/v1/generate/prompt", content=b"\xff"),
            http.get("/v1/assets/asset_none"),
            http.get("/v1/assets?projectId=other"),
            http.delete("/v1/jobs"),
            http.get("/v1/jobs"),  # the crash
            http.post("/v1/assets", content=b"a" * 5000),
            http.post("/v1/assets", headers={"origin": "http://evil.example"}),
            http.put(part, params={"token": "swordfish-token"}, content=b"a"),
            http.get("/v1/engines"),
            http.post("/mcp", json={"jsonrpc": "2.0", "id": 1, "method": "ping"}),
            httpx.get(f"{address}/v1/jobs"),
            httpx.get(f"{address}/v1/jobs", auth=("ada", "swordfish-wrong")),
            httpx.get(f"{address}/v1/jobs", headers={"authorization": "Bearer swordfish-bearer"}),
            httpx.get(f"{address}/v1/jobs", headers={"authorization": "Digest swordfish-bearer"}),
            http.get("/metrics"),
        ]


def test_nothing_that_prints_itself_prints_a_secret(tmp_path: Path) -> None:
    settings = Settings(
        api_keys=(SecretStr(f"ada:{SECRETS['api_keys']}"),),
        engine_key=SecretStr(SECRETS["engine_key"]),
        vision_key=SecretStr(SECRETS["vision_key"]),
        database_url=SecretStr(f"postgresql://fox:{SECRETS['database']}@h/d"),
        data_dir=tmp_path,
    )
    with Sparkloom(settings) as loom:
        ring: KeyRing = loom.keys
        address = Address("http://h/v1", key=SECRETS["engine_key"])
        for thing in (settings, loom, ring, address):
            assert leaks(f"{thing} {thing!r}") == []
        assert leaks(str(vars(ring)) + str(vars(loom))) == []
    assert leaks(settings.model_dump_json() + str(settings.model_dump())) == []
    assert leaks(json.dumps(Settings.model_json_schema())) == []


@pytest.mark.parametrize(
    "settings",
    [
        {"api_keys": "swordfish-api-41"},
        {"api_keys": "ada:hashed:swordfish-api-41"},
        {"database_url": "mysql://fox:swordfish-database-44@h/d"},
        {"database_url": "postgresql://fox:swordfish-database-44@127.0.0.1:1/d"},
        {"database_url": "postgresql://fox@127.0.0.1:1/d?password=swordfish-database-44"},
        {"engine_url": "http://fox:swordfish-engine-42@127.0.0.1:1/v1"},
        {"files_url": "s3://fox:swordfish-s3-45@bucket/folder", "data_dir": "."},
        {"key_projects": '{"ada": "swordfish-api-41 "}'},
    ],
    ids=str,
)
def test_a_service_that_cannot_start_does_not_say_why_too_well(
    settings: dict[str, str], tmp_path: Path
) -> None:
    environment = os.environ | {"SPARKLOOM_PORT": "0", "SPARKLOOM_ENGINE": "echo"}
    environment |= {f"SPARKLOOM_{name.upper()}": value for name, value in settings.items()}
    command = [sys.executable, "-m", "sparkloom", "serve"]
    done = subprocess.run(
        command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1, done.stderr
    assert done.stderr.startswith("sparkloom: ")
    assert leaks(done.stdout + done.stderr) == []
