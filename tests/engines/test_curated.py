"""Models from a hub, by name: a hub on loopback that speaks the real one's protocol."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import tiny

from sparkloom.engines.curated import OWN, Choice, choose, chosen, curated
from sparkloom.errors import NotFoundError, UnavailableError
from sparkloom.settings import Settings

USE = """
import sys, time
time.sleep = lambda seconds: None  # the hub's client waits between its tries
from pathlib import Path
from sparkloom.engines.curated import choose
from sparkloom.errors import UnavailableError
told = []
try:
    print(choose(sys.argv[1], Path(sys.argv[2]), told.append).model_dump_json())
    assert 0 <= min(told) and max(told) == told[-1] == 1.0, told
except UnavailableError as error:
    print(error.reason)
    sys.exit(3)
"""


@dataclass
class Hub:
    """A hub on loopback.

    Attributes:
        files: their content by path.
        stated: the checksum that it states; the right one if empty.
        cut: after so many bytes of a file the connection is dropped, once; always at once at -1.
        whole: whether it sends a file from its beginning, whatever was asked.
        asked: method, path and range of what was asked.
    """

    files: dict[str, bytes]
    stated: str = ""
    cut: int = 0
    whole: bool = False
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    address: str = ""


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    model = tiny.make(tmp_path / "tiny").base.read_bytes()
    files = {
        f"/{row.repository}/resolve/main/{file}": model + file.encode()
        for row in curated().values()
        for file in (row.file, row.vision_file)
        if file
    }
    hub = Hub(files)

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self._answer(body=False)

        def do_GET(self) -> None:
            self._answer(body=True)

        def _answer(self, body: bool) -> None:
            wanted = self.headers.get("Range", "")
            hub.asked.append((self.command, self.path, wanted))
            content = hub.files.get(self.path)
            if content is None:
                self.send_response(404)
                self.send_header("X-Error-Code", "EntryNotFound")
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            digest = hub.stated or hashlib.sha256(content).hexdigest()
            span = None if hub.whole else re.fullmatch(r"bytes=(\d+)-(\d*)", wanted)
            start = int(span[1]) if span else 0
            part = content[start : int(span[2]) + 1 if span and span[2] else None]
            self.send_response(206 if span else 200)
            self.send_header("X-Repo-Commit", "0123456789abcdef0123456789abcdef01234567")
            self.send_header("X-Linked-Size", str(len(content)))
            self.send_header("X-Linked-Etag", f'"{digest}"')
            self.send_header("ETag", f'"{digest}"')
            self.send_header("Content-Length", str(len(part)))
            if span:
                end = start + len(part) - 1
                self.send_header("Content-Range", f"bytes {start}-{end}/{len(content)}")
            self.end_headers()
            if body:
                cut, hub.cut = hub.cut, min(hub.cut, 0)
                self.wfile.write(part[: cut or None] if cut >= 0 else b"")

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    hub.address = f"http://127.0.0.1:{server.server_port}"
    yield hub
    server.shutdown()
    thread.join()
    server.server_close()


def use(hub: Hub, name: str, home: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Choose a model in a process of its own: the hub's client reads its settings at import."""
    ours = {"HF_ENDPOINT": hub.address, "HF_HOME": str(home / "hub"), "HF_HUB_DISABLE_XET": "1"}
    rest = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("HF_") and not name.lower().endswith("_proxy")
    }
    return subprocess.run(
        [sys.executable, "-c", USE, name, str(home / "cache")],
        env={**rest, **ours, **more},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_table_says_what_one_must_know() -> None:
    assert len(curated()) >= 5
    for name, model in curated().items():
        assert re.fullmatch(r"[a-z0-9.-]+", name)
        assert re.fullmatch(r"[\w.-]+/[\w.-]+", model.repository)
        assert model.file.endswith(".gguf")
        assert model.megabytes < model.memory_megabytes
        assert model.licence
        assert model.good_at
    assert curated()["gemma3-4b"].vision_file


def test_a_model_is_fetched_checked_and_remembered(hub: Hub, tmp_path: Path) -> None:
    done = use(hub, "qwen3-0.6b", tmp_path)
    assert done.returncode == 0, done.stderr
    choice = chosen(tmp_path / "cache")
    assert choice == Choice.model_validate_json(done.stdout)
    assert choice is not None
    content = Path(choice.path).read_bytes()
    assert content == hub.files["/Qwen/Qwen3-0.6B-GGUF/resolve/main/Qwen3-0.6B-Q8_0.gguf"]
    assert choice.sha256 == hashlib.sha256(content).hexdigest()
    assert choice.vision_path == ""
    asked = len(hub.asked)
    hub.files.clear()
    again = use(hub, "qwen3-0.6b", tmp_path, HF_HUB_OFFLINE="1")
    assert (again.returncode, again.stdout) == (0, done.stdout), "it is there without a network"
    assert len(hub.asked) == asked


def test_a_vision_part_comes_along(hub: Hub, tmp_path: Path) -> None:
    done = use(hub, "gemma3-4b", tmp_path)
    assert done.returncode == 0, done.stderr
    choice = Choice.model_validate_json(done.stdout)
    assert Path(choice.vision_path).name == "mmproj-model-f16.gguf"
    assert Path(choice.vision_path).read_bytes().endswith(b"mmproj-model-f16.gguf")


def test_a_fetch_that_was_cut_off_goes_on(hub: Hub, tmp_path: Path) -> None:
    hub.cut = 100_000
    done = use(hub, "gemma3-1b", tmp_path)
    assert done.returncode == 0, done.stderr
    ranges = [span for method, _, span in hub.asked if method == "GET" and span]
    assert ranges == ["bytes=0-", "bytes=100000-"]


def test_a_fetch_that_was_killed_goes_on(hub: Hub, tmp_path: Path) -> None:
    (address,) = [path for path in hub.files if "gemma-3-1b" in path]
    content = hub.files[address]
    folder = tmp_path / "cache" / "models" / "ggml-org--gemma-3-1b-it-GGUF"
    folder.mkdir(parents=True)
    digest = hashlib.sha256(content).hexdigest()
    (folder / f"gemma-3-1b-it-Q4_K_M.gguf.{digest[:12]}.partial").write_bytes(content[:70_000])
    assert use(hub, "gemma3-1b", tmp_path).returncode == 0
    assert [span for method, _, span in hub.asked if method == "GET" and span] == ["bytes=70000-"]
    assert sorted(path.suffix for path in folder.iterdir()) in (
        [".gguf", ".sha256"],
        [".gguf", ".lock", ".sha256"],
    )


def test_a_hub_that_cannot_go_on_begins_anew(hub: Hub, tmp_path: Path) -> None:
    hub.whole = True
    hub.cut = 100_000
    assert use(hub, "gemma3-1b", tmp_path).returncode == 0


def test_a_hub_that_keeps_breaking_off_is_told(hub: Hub, tmp_path: Path) -> None:
    hub.cut = -1
    failed = use(hub, "gemma3-1b", tmp_path)
    assert failed.returncode == 3, failed.stderr
    assert "cannot be reached" in failed.stdout
    assert "is kept" in failed.stdout


def test_a_damaged_file_is_deleted_and_not_used(hub: Hub, tmp_path: Path) -> None:
    hub.stated = "0" * 64
    failed = use(hub, "qwen3-0.6b", tmp_path)
    assert failed.returncode == 3, failed.stderr
    assert "is damaged" in failed.stdout
    assert chosen(tmp_path / "cache") is None
    assert not list((tmp_path / "cache").rglob("*.gguf"))
    assert not list((tmp_path / "cache").rglob("*.partial"))
    hub.stated = ""
    assert use(hub, "qwen3-0.6b", tmp_path).returncode == 0


def test_a_file_without_a_checksum_is_not_used(hub: Hub, tmp_path: Path) -> None:
    hub.stated = "abc"
    failed = use(hub, "qwen3-0.6b", tmp_path)
    assert failed.returncode == 3, failed.stderr
    assert "states no checksum" in failed.stdout


def test_offline_is_said(hub: Hub, tmp_path: Path) -> None:
    failed = use(hub, "qwen3-0.6b", tmp_path, HF_HUB_OFFLINE="1")
    assert failed.returncode == 3, failed.stderr
    assert "the hub cannot be reached" in failed.stdout
    assert "SPARKLOOM_MODEL" in failed.stdout
    hub.files.clear()
    failed = use(hub, "qwen3-0.6b", tmp_path)
    assert "could not be fetched" in failed.stdout


def test_an_unknown_name_is_told_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match=r"sparkloom, qwen3-0\.6b"):
        choose("gpt-9", tmp_path, lambda _: None)


def test_without_the_hub_package_it_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    with pytest.raises(UnavailableError, match=r"pip install 'sparkloom\[hub\]'"):
        choose("qwen3-0.6b", tmp_path, lambda _: None)


def test_sparklooms_own_model_can_be_taken_back(tmp_path: Path) -> None:
    choice = Choice(name="qwen3-0.6b", path="x.gguf", sha256="0")
    (tmp_path / "chosen.json").write_text(choice.model_dump_json())
    assert chosen(tmp_path) == choice
    assert choose(OWN, tmp_path, lambda _: None) is None
    assert chosen(tmp_path) is None
    assert choose(OWN, tmp_path, lambda _: None) is None
    (tmp_path / "chosen.json").write_text("{half")
    assert chosen(tmp_path) is None
    assert Settings(cache_dir=tmp_path).model == ""
