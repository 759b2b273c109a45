"""Where the embedded engine's file comes from: a path, a hub, its own model."""

from __future__ import annotations

import hashlib
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar, NamedTuple

import pytest

from sparkloom import local_model
from sparkloom.engines.model_file import model_file
from sparkloom.errors import UnavailableError
from sparkloom.settings import Settings

CONTENT = b"GGUF, as far as a hub can tell" * 100
FETCH = """
import sys, time
time.sleep = lambda seconds: None  # the hub's client waits between its tries
from sparkloom.engines.model_file import model_file
from sparkloom.errors import UnavailableError
from sparkloom.settings import Settings
try:
    print(model_file(Settings(model=sys.argv[1])))
except UnavailableError as error:
    print(error.reason, error.details)
    sys.exit(3)
"""


class Hub(NamedTuple):
    """A hub on loopback that has one file, and what was asked of it."""

    address: str
    asked: list[str]


class Handler(BaseHTTPRequestHandler):
    asked: ClassVar[list[str]] = []

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def do_GET(self) -> None:
        self._answer(body=True)

    def _answer(self, body: bool) -> None:
        self.asked.append(f"{self.command} {self.path}")
        if self.path != "/owner/repo/resolve/main/tiny.gguf":
            self.send_response(404)
            self.send_header("X-Error-Code", "EntryNotFound")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        self.send_response(200)
        self.send_header("X-Repo-Commit", "0123456789abcdef0123456789abcdef01234567")
        self.send_header("ETag", f'"{hashlib.sha256(CONTENT).hexdigest()}"')
        self.send_header("Content-Length", str(len(CONTENT)))
        self.end_headers()
        if body:
            self.wfile.write(CONTENT)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def hub() -> Iterator[Hub]:
    Handler.asked.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield Hub(f"http://127.0.0.1:{server.server_port}", Handler.asked)
    server.shutdown()
    thread.join()
    server.server_close()


def fetch(name: str, address: str, home: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Ask for a model in a process of its own: the hub's client reads its settings at import."""
    ours = {"HF_ENDPOINT": address, "HF_HOME": str(home), "HF_HUB_DISABLE_XET": "1"}
    rest = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("HF_") and not name.lower().endswith("_proxy")
    }
    return subprocess.run(
        [sys.executable, "-c", FETCH, name],
        env={**rest, **ours, **more},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def nobody() -> str:
    """An address where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}"


def test_a_path_is_taken_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "a model.gguf"
    path.touch()
    assert model_file(Settings(model=str(path))) == path


def test_a_tilde_is_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path))
    (tmp_path / "m.gguf").touch()
    assert model_file(Settings(model="~/m.gguf")) == tmp_path / "m.gguf"


@pytest.mark.parametrize("name", ["no/such/file.gguf", "."])
def test_a_path_without_a_file_is_unavailable(name: str) -> None:
    with pytest.raises(UnavailableError, match="SPARKLOOM_MODEL") as caught:
        model_file(Settings(model=name))
    assert caught.value.details == {"model": name}


def test_no_name_is_the_local_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def build(cache: Path) -> local_model.LocalModel:
        return local_model.LocalModel(cache / "model.gguf", "", 0)

    monkeypatch.setattr(local_model, "local_model", build)
    assert model_file(Settings(cache_dir=tmp_path)) == tmp_path / "model.gguf"


@pytest.mark.parametrize(
    "name", ["hf://", "hf://owner", "hf://owner/repo", "hf://owner/repo/", "hf:///repo/m.gguf"]
)
def test_a_hub_name_must_have_three_parts(name: str) -> None:
    with pytest.raises(UnavailableError, match="hf://owner/repo/file"):
        model_file(Settings(model=name))


def test_without_the_hub_package_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    with pytest.raises(UnavailableError, match=r"pip install 'sparkloom\[hub\]'"):
        model_file(Settings(model="hf://owner/repo/tiny.gguf"))


def test_a_file_is_fetched_once_and_then_needs_no_hub(hub: Hub, tmp_path: Path) -> None:
    name = "hf://owner/repo/tiny.gguf"
    first = fetch(name, hub.address, tmp_path)
    assert first.returncode == 0, first.stderr
    path = Path(first.stdout.strip())
    assert path.is_relative_to(tmp_path)
    assert path.read_bytes() == CONTENT
    assert fetch(name, hub.address, tmp_path).stdout == first.stdout
    assert hub.asked.count("GET /owner/repo/resolve/main/tiny.gguf") == 1
    assert fetch(name, nobody(), tmp_path).stdout == first.stdout
    assert fetch(name, hub.address, tmp_path, HF_HUB_OFFLINE="1").stdout == first.stdout


def test_a_hub_out_of_reach_is_unavailable(tmp_path: Path) -> None:
    failed = fetch("hf://owner/repo/tiny.gguf", nobody(), tmp_path)
    assert failed.returncode == 3, failed.stderr
    assert "the hub cannot be reached" in failed.stdout
    assert "hf://owner/repo/tiny.gguf" in failed.stdout


def test_a_file_that_the_hub_lacks_is_unavailable(hub: Hub, tmp_path: Path) -> None:
    failed = fetch("hf://owner/repo/other.gguf", hub.address, tmp_path)
    assert failed.returncode == 3, failed.stderr
    assert "could not be fetched" in failed.stdout
    assert hub.asked


@pytest.mark.parametrize(
    "name", ["hf://own er/repo/m.gguf", "hf://owner/repo/../m.gguf", "~nobody-of-that-name/m.gguf"]
)
def test_a_name_that_cannot_be_right_is_unavailable(name: str) -> None:
    with pytest.raises(UnavailableError):
        model_file(Settings(model=name))
