"""The page as somebody who means ill would use it: another's ids, paths, addresses."""

from __future__ import annotations

import asyncio
import gc
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from conftest import picture, serving
from sparkloom.errors import NotFoundError
from sparkloom.http.headers import HEADERS, PAGE_POLICY
from sparkloom.loom import Sparkloom
from sparkloom.request import PromptRequest
from sparkloom.settings import Settings
from sparkloom.studio import gradio_library

pytest.importorskip("gradio", reason="needs pip install '.[studio]'")
pytestmark = pytest.mark.filterwarnings("default")

WORD = "zebrafinch"
"""In every text that is the one tenant's; the other must never read it."""

BOB = SimpleNamespace(request=SimpleNamespace(state=SimpleNamespace(key="bob")))
EMPTY = ["a fox", "finish", None, "", 1, "medium", None, None, "", False]


@pytest.fixture(autouse=True)
def _collected() -> Iterator[None]:
    """What Gradio leaves to the garbage collector is collected here, where it may be: the last of
    these tests has no server of its own."""
    asyncio.run(asyncio.sleep(0))  # which lets go of the loop that was there
    gc.collect()
    yield
    asyncio.run(asyncio.sleep(0))
    gc.collect()


@pytest.fixture
def loom(tmp_path: Path) -> Iterator[Sparkloom]:
    settings = Settings(
        engine="echo",
        data_dir=tmp_path,
        api_keys=(SecretStr("ada:lovelace"), SecretStr("bob:builder")),
        key_projects={"ada": "proj_art", "bob": "proj_zoo"},
    )
    with Sparkloom(settings) as loom:
        yield loom


@pytest.fixture
def theirs(loom: Sparkloom) -> dict[str, str]:
    """The other tenant's: a job, and a model with a picture."""
    catalog = loom.catalog
    words = {"author": "ada", "description": f"a {WORD}", "prompt": f"a {WORD}"}
    asset = catalog.assets.add("proj_art", picture(), f"{WORD}.png", **words)
    model = catalog.models.create("proj_art", name=WORD, training_images=[asset.id])
    asked = PromptRequest.parse({"mode": "completion", "prompt": f"a {WORD}"})
    return {"job": loom.answer(asked, "proj_art").job.job_id, "model": model.id, "asset": asset.id}


def handlers(loom: Sparkloom) -> Any:
    gradio_library.load()
    from sparkloom.studio.handlers import Handlers

    return Handlers(loom)


def all_of(stream: Any) -> list[Any]:
    async def taken() -> list[Any]:
        return [step async for step in stream]

    return asyncio.run(taken())


class Browser:
    """Whoever speaks to the page without one."""

    def __init__(self, address: str, key: str, secret: str) -> None:
        self.http = httpx.Client(base_url=address, timeout=60)
        self.http.post("/sign-in", data={"key": key, "secret": secret})
        self.functions = {
            function["api_name"]: function
            for function in self.http.get("/config").json()["dependencies"]
        }

    def call(self, name: str, *data: Any) -> dict[str, Any]:
        """What the page's function answers."""
        body = {
            "data": data,
            "fn_index": self.functions[name]["id"],
            "session_hash": "abc",
            "event_data": None,
            "trigger_id": None,
        }
        self.http.post("/gradio_api/queue/join", json=body).raise_for_status()
        with self.http.stream("GET", "/gradio_api/queue/data?session_hash=abc") as lines:
            for line in lines.iter_lines():
                told = json.loads(line.removeprefix("data: ")) if line else {}
                if told.get("msg") == "process_completed":
                    return dict(told)
        raise AssertionError("no answer")


@pytest.fixture
def bob(loom: Sparkloom) -> Iterator[Browser]:
    with serving(loom, studio=True) as address:
        browser = Browser(address, "bob", "builder")
        yield browser
        browser.http.close()


@pytest.fixture
def visits() -> Iterator[tuple[str, list[str]]]:
    """An address where nobody may come by, and who did."""
    seen: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing is told."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", seen
    server.shutdown()
    thread.join()
    server.server_close()


def test_no_path_and_no_address_is_opened(
    bob: Browser, visits: tuple[str, list[str]], tmp_path: Path
) -> None:
    address, seen = visits
    uploaded = bob.http.post("/gradio_api/upload", files={"files": ("a.png", picture().data)})
    file = {"path": uploaded.json()[0], "meta": {"_type": "gradio.FileData"}}
    assert bob.call("make", "mine", "", "", [file], None)["success"]  # what is uploaded is taken
    own = tmp_path / "own.png"
    own.write_bytes(picture().data)
    named = str(own)
    for path, url in (
        (named, None),
        (own.as_uri(), None),
        ("/etc/passwd", None),
        ("../../../../etc/passwd", None),
        (f"{address}/fox.png", None),
        ("http://169.254.169.254/latest/fox.png", None),
        ("https://a.example/fox.png", "https://a.example/fox.png"),
    ):
        for meta in ({"meta": {"_type": "gradio.FileData"}}, {}, {"is_stream": True}):
            file = {"path": path, "url": url, **meta}
            gallery = [{"image": file, "caption": None}]
            told = bob.call("price", "a fox", "surprise", gallery, "", 1, None, None, "", False)
            assert told["success"] is False, (path, meta)
            made = bob.call("make", "mine", "", "", [file], None)
            assert made["success"] is False, (path, meta)
    for path in (named, "/etc/passwd", f"{address}/fox.png", "../../etc/passwd"):
        for route in ("file=", "file/", "proxy=", "stream/"):
            answer = bob.http.get(f"/gradio_api/{route}{path}")
            assert answer.status_code >= 400, path
            assert b"root:" not in answer.content
            assert answer.content != picture().data
    assert seen == []


def test_the_page_has_its_headers(bob: Browser) -> None:
    for path in ("/", "/sign-in", "/config", "/theme.css", "/gradio_api/nowhere"):
        answer = bob.http.get(path)
        assert answer.headers["content-security-policy"] == PAGE_POLICY, path
        assert HEADERS.items() <= answer.headers.items()
        if path != "/theme.css":
            assert "no-" in answer.headers["cache-control"], path
    answer = bob.http.get("/v1/jobs", auth=("bob", "builder"))
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")


def test_another_page_cannot_press_its_buttons(bob: Browser) -> None:
    answer = bob.http.post(
        "/gradio_api/queue/join", json={}, headers={"origin": "http://evil.example"}
    )
    assert answer.status_code == 403


def test_nothing_of_another_is_shown(loom: Sparkloom, theirs: dict[str, str]) -> None:
    do, model = handlers(loom), theirs["model"]
    fitted = ["a fox", "fit", None, model, 1, "medium", None, None, "", False]
    event = SimpleNamespace(job=theirs["job"], model=model, act="more", card=0, text="", keep=[])
    probes: dict[str, Callable[[], object]] = {
        "begin": lambda: do.begin({"typed": fitted}, [theirs["job"]], BOB),
        "turn": lambda: do.turn(BOB, *fitted),
        "price": lambda: do.price(BOB, *fitted),
        "write": lambda: all_of(do.write(BOB, *fitted, [])),
        "act": lambda: all_of(do.act([], None, BOB, event)),
        "look_back": lambda: str(do.look_back(WORD, 100, BOB)).replace(
            WORD, "", 1
        ),  # what is searched
        "look_further": lambda: do.look_further("", 100, BOB),
        "go_on": lambda: do.go_on([], BOB, event),
        "shelve": lambda: do.shelve(model, BOB),
        "pick": lambda: do.pick(BOB, event),
        "try_model": lambda: do.try_model(BOB, event),
        "make": lambda: all_of(do.make("mine", model, "", None, None, BOB)),
    }
    public = {name for name in vars(type(do)) if not name.startswith("_")}
    assert public - set(probes) == {"bases", "price_of"}  # neither knows a tenant
    for name, probe in probes.items():
        try:
            shown = str(probe())
        except NotFoundError as error:
            shown = error.reason
        assert WORD not in shown, name
