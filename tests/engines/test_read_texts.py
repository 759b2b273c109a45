"""Texts that one worker read are there for the others, and nothing fails without them."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import ClassVar

import pytest

from sparkloom.engines import read_texts
from sparkloom.engines.read_texts import ReadTexts


class Slots(BaseHTTPRequestHandler):
    """A server's slot: it saves into files, and restores what is there."""

    folder: Path
    asked: ClassVar[list[str]]
    full = False

    def do_POST(self) -> None:
        action = self.path.partition("action=")[2]
        name = json.loads(self.rfile.read(int(self.headers["content-length"])))["filename"]
        self.asked.append(action)
        assert self.headers["authorization"] == "Bearer secret"
        if action == "save" and not self.full:
            (self.folder / name).write_text("computed")
        self.send_response(200 if (self.folder / name).exists() else 400)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """In silence."""


@pytest.fixture
def shelf() -> Iterator[ReadTexts]:
    shelf = ReadTexts(shared=True)
    yield shelf
    shelf.clear()


@pytest.fixture
def slots(shelf: ReadTexts) -> Iterator[tuple[type[Slots], str]]:
    class Own(Slots):
        folder = folder_of(shelf)
        asked: ClassVar[list[str]] = []

    server = ThreadingHTTPServer(("127.0.0.1", 0), Own)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield Own, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def folder_of(shelf: ReadTexts) -> Path:
    assert shelf.folder is not None
    return shelf.folder


def known(shelf: ReadTexts, address: str, text: str) -> bool:
    with shelf.turn(text, address, "secret") as known:
        return known


def test_what_one_has_read_the_next_takes_over(
    shelf: ReadTexts, slots: tuple[type[Slots], str]
) -> None:
    server, address = slots
    assert not known(shelf, address, "a heron")
    assert known(shelf, address, "a heron")
    assert not known(shelf, address, "a fox")
    assert server.asked == ["save", "restore", "save"]


def test_the_text_that_nobody_asked_for_the_longest_goes(
    shelf: ReadTexts, slots: tuple[type[Slots], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read_texts, "KEPT", 2)
    for text in ("one", "two", "one", "three"):
        known(shelf, slots[1], text)
    assert len(list(folder_of(shelf).iterdir())) == 2
    assert [known(shelf, slots[1], text) for text in ("one", "two")] == [True, False]


def test_what_cannot_be_kept_or_restored_is_read_again(
    shelf: ReadTexts, slots: tuple[type[Slots], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    server, address = slots
    monkeypatch.setattr(server, "full", True)
    assert [known(shelf, address, "a heron") for _ in range(2)] == [False, False]
    monkeypatch.setattr(server, "full", False)
    assert [known(shelf, address, "a heron") for _ in range(2)] == [False, True]
    for file in folder_of(shelf).iterdir():
        file.unlink()
    assert [known(shelf, address, "a heron") for _ in range(2)] == [False, True]


def test_a_server_that_is_gone_is_no_error(shelf: ReadTexts) -> None:
    assert not known(shelf, "http://127.0.0.1:9", "a heron")


def test_a_text_that_could_not_be_read_is_not_kept(
    shelf: ReadTexts, slots: tuple[type[Slots], str]
) -> None:
    with pytest.raises(ValueError, match="too long"), shelf.turn("a", slots[1], "secret"):
        raise ValueError("too long")
    assert not known(shelf, slots[1], "a")


def test_without_a_place_to_keep_it_texts_are_read(
    shelf: ReadTexts, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "not there"))
    assert shelf.folder is None
    assert not known(shelf, "http://127.0.0.1:9", "a heron")


def test_alone_nothing_is_kept() -> None:
    shelf = ReadTexts(shared=False)
    assert shelf.folder is None
    assert not known(shelf, "http://127.0.0.1:9", "a heron")
    shelf.clear()


def test_after_clearing_nothing_is_left(shelf: ReadTexts, slots: tuple[type[Slots], str]) -> None:
    known(shelf, slots[1], "a heron")
    folder = folder_of(shelf)
    shelf.clear()
    assert not folder.exists()
    assert folder_of(shelf) != folder
