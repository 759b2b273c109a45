"""The scripts and styles of the page."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient

from sparkloom.studio.assets import Assets

LONG = "console.log('a heron at dawn');" * 100


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    folder = tmp_path / "assets"
    folder.mkdir()
    (tmp_path / "secret.txt").write_text("secret")
    (folder / "long-1a2b.js").write_text(LONG)
    (folder / "short-3c4d.css").write_text("p {}")
    return TestClient(Assets(PlainTextResponse("the page"), folder))


def test_a_file_is_kept_by_the_browser_and_compressed_once(client: TestClient) -> None:
    for _ in range(2):
        answer = client.get("/assets/long-1a2b.js")
        assert answer.text == LONG
        assert answer.headers["content-encoding"] == "gzip"
        assert int(answer.headers["content-length"]) == len(gzip.compress(LONG.encode(), 6))
        assert "immutable" in answer.headers["cache-control"]
        assert answer.headers["content-type"].startswith("text/javascript")
    plain = client.get("/assets/long-1a2b.js", headers={"accept-encoding": "identity"})
    assert plain.text == LONG
    assert "content-encoding" not in plain.headers


def test_a_small_one_is_sent_as_it_is(client: TestClient) -> None:
    answer = client.get("/assets/short-3c4d.css")
    assert answer.text == "p {}"
    assert "content-encoding" not in answer.headers


def test_all_else_is_the_pages(client: TestClient) -> None:
    for path in ("/", "/long-1a2b.js", "/assets/other.js", "/assets/..%2Fsecret.txt", "/assets/"):
        assert client.get(path).text == "the page"
    assert client.post("/assets/long-1a2b.js").text == "the page"
