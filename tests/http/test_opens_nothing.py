"""No path and no address from a request is opened, whatever field it stands in.

Every string of every route and every MCP tool is set to each of the traps. An audit hook of the
interpreter sees what is opened; an address on this machine sees who comes by, in whatever language.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote

import anyio
import httpx
import pytest

from conftest import data_url, serving
from mcp import Client
from sparkloom.catalog.files import Files
from sparkloom.http.app import make_app
from sparkloom.loom import Sparkloom
from sparkloom.mcp import TOOLS
from sparkloom.settings import Settings

CANARY = "canary"
MARKS = (CANARY, "passwd", "fileshare", "trap-owner")
"""What stands in the traps, and in nothing that is opened rightly."""

RUNS = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "ctypes.dlopen")
OWN_FILE = re.compile(r"(asset|upload)_[0-9a-f]{32}(\.\w+)?")


@dataclass
class Guard:
    """What is seen while it is on.

    Attributes:
        allowed: ports of this machine that may be connected to.
        seen: what should not have been done.
    """

    on: bool = False
    allowed: set[int] = field(default_factory=set)
    seen: list[str] = field(default_factory=list)

    def hook(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self.on:
            return
        if event in RUNS:
            self.seen.append(f"{event} {arguments}")
        elif event == "socket.connect":
            host, port = arguments[1][:2] if isinstance(arguments[1], tuple) else (arguments[1], 0)
            if host != "127.0.0.1" or port not in self.allowed:
                self.seen.append(f"{event} {arguments[1]}")
        elif event == "socket.getaddrinfo":
            if arguments[0] not in ("127.0.0.1", b"127.0.0.1", None):
                self.seen.append(f"{event} {arguments}")
        elif event in ("open", "os.listdir", "os.scandir", "sqlite3.connect", "glob.glob") and any(
            mark in str(arguments[0]) for mark in MARKS
        ):
            self.seen.append(f"{event} {arguments}")

    @contextmanager
    def watching(self) -> Iterator[None]:
        self.on = True
        try:
            yield
        finally:
            self.on = False
        assert self.seen == []


GUARD = Guard()


@dataclass
class Trapped:
    """A service among traps.

    Attributes:
        values: what names by field a request needs to be sound apart from the trap.
        files: the names of files that the catalog was asked for.
    """

    address: str
    traps: list[str]
    values: dict[str, Any]
    files: list[str]


@pytest.fixture(scope="module")
def trapped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trapped]:
    visits: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            visits.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing is told."""

    listener = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=listener.serve_forever, daemon=True).start()
    folder = tmp_path_factory.mktemp("trap")
    (folder / f"{CANARY}.gguf").write_bytes(b"GGUF")
    port, touched = listener.server_port, folder / CANARY
    traps = [
        str(folder / f"{CANARY}.gguf"),
        f"http://127.0.0.1:{port}/{CANARY}",
        "../../../../../../etc/passwd",
        "hf://trap-owner/repo/file.gguf",
        r"\\127.0.0.1\fileshare\a.png",
        f"file://{touched}'; ATTACH '{touched}.db' AS x; --`touch {touched}`",
    ]
    loom = Sparkloom(Settings(engine="echo", data_dir=tmp_path_factory.mktemp("data")))
    files: list[str] = []
    sys.addaudithook(GUARD.hook)
    with pytest.MonkeyPatch.context() as patch, serving(loom) as address:
        for name in ("read", "write"):
            real = getattr(Files, name)

            def noted(self: Files, file: str, *rest: Any, real: Any = real) -> Any:
                files.append(file)
                return real(self, file, *rest)

            patch.setattr(Files, name, noted)
        GUARD.allowed = {int(address.rpartition(":")[2])}
        yield Trapped(address, traps, furnish(address), files)
    listener.shutdown()
    listener.server_close()
    assert visits == []
    assert sorted(path.name for path in folder.iterdir()) == [f"{CANARY}.gguf"]
    assert [name for name in files if not OWN_FILE.fullmatch(name)] == []


def furnish(address: str) -> dict[str, Any]:
    """What requests name, and everything that is loaded late loaded once."""

    def post(path: str, body: Any) -> Any:
        url = f"{address}/v1/{path}"
        return httpx.post(url, json=body, timeout=600).raise_for_status().json()

    picture = data_url()
    asset = post("assets", {"name": "a.png", "image": picture, "description": "a fox"})["asset"]
    model = post("models", {"name": "foxes"})["model"]["id"]
    post(f"models/{model}/training-images", {"assetId": asset["id"]})
    for mode in ("completion", "structured", "contextual"):
        known = {"modelId": "sdxl"} if mode == "contextual" else {}
        post("generate/prompt", {"mode": mode, "prompt": "a fox", "ensureIPCleared": True, **known})
    edit = {"mode": "image-editing", "prompt": "make it night", "image": picture}
    job = post("generate/prompt", edit)["job"]["jobId"]
    post("generate/caption", {"images": [picture]})
    post("generate/describe-style", {"images": [picture]})
    httpx.get(f"{address}/v1/models/sdxl/scores/prompt?prompt=fox", timeout=60)
    httpx.get(f"{address}/metrics")
    return {
        "image": picture,
        "images": [picture],
        "data": picture,
        "prompts": ["a fox"],
        "assetId": asset["id"],
        "asset_id": asset["id"],
        "assetIds": [asset["id"]],
        "sourceId": asset["id"],
        "targetId": asset["id"],
        "training_image_id": asset["id"],
        "modelId": model,
        "model_id": model,
        "modelIds": [model],
        "job_id": job,
        "upload_id": "upload_none",
        "fileSize": 10,
        "number": "1",
        "name": "a",
        "what": "load",
        "team_id": "team_1",
    }


Place = tuple[str | int, ...]


class Shape:
    """A JSON schema, as far as requests need it."""

    def __init__(self, schema: dict[str, Any], values: dict[str, Any]) -> None:
        self._root = schema
        self._values = values

    def sound(self, schema: dict[str, Any] | None = None, name: str = "") -> Any:
        """Something that the schema takes, with what must be given."""
        schema = self._resolved(self._root if schema is None else schema)
        if name in self._values:
            return self._values[name]
        if "const" in schema or "enum" in schema:
            return schema.get("const", schema.get("enum", [None])[0])
        if schema.get("type") == "array":
            return [self.sound(schema.get("items", {}))]
        if schema.get("type") == "object":
            needed = schema.get("required", ())
            return {name: self.sound(schema["properties"][name], name) for name in needed}
        if schema.get("type") in ("integer", "number"):
            return schema.get("minimum", 1)
        return False if schema.get("type") == "boolean" else "a fox"

    def places(self, schema: dict[str, Any] | None = None, place: Place = ()) -> Iterator[Place]:
        """Where a string can stand."""
        schema = self._resolved(self._root if schema is None else schema)
        if schema.get("type") == "array":
            yield from self.places(schema.get("items", {}), (*place, 0))
        elif schema.get("type") == "object" or "properties" in schema:
            for name, part in schema.get("properties", {}).items():
                yield from self.places(part, (*place, name))
        elif schema.get("type") not in ("integer", "number", "boolean"):
            yield place

    def _resolved(self, schema: dict[str, Any]) -> dict[str, Any]:
        if "$ref" in schema:
            return self._resolved(self._root["$defs"][schema["$ref"].rpartition("/")[2]])
        for part in schema.get("anyOf", ()):
            if part.get("type") != "null":
                return self._resolved(part)
        return schema


def put(body: Any, place: Place, trap: str) -> Any:
    """A copy of a body with a trap in one place."""
    if not place:
        return trap
    first, *rest = place
    if isinstance(first, int):
        return [put(body[0] if body else None, tuple(rest), trap)]
    known = dict(body) if isinstance(body, dict) else {}
    return known | {first: put(known.get(first), tuple(rest), trap)}


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    with Sparkloom(Settings(engine="echo")) as loom:
        paths = make_app(loom).openapi()["paths"]
    return [(m.upper(), path, paths[path][m]) for path in paths for m in paths[path]]


OPERATIONS = operations()


def requests_of(
    trapped: Trapped, method: str, path: str, operation: dict[str, Any]
) -> Iterator[dict[str, Any]]:
    """Every request of an operation with a trap somewhere."""
    parameters = operation.get("parameters", [])
    content = operation.get("requestBody", {}).get("content", {})
    schema = content.get("application/json", {}).get("schema")
    shape = Shape(schema, trapped.values) if schema else None
    sound = shape.sound() if shape else None
    given = {name: trapped.values[name] for name in re.findall(r"{(\w+)}", path)}
    url = trapped.address + path.format(**given)
    needed = {one["name"]: "a" for one in parameters if one["in"] == "query" and one["required"]}
    names = ("host", "referer", "x-forwarded-host", "traceparent", "content-type", "accept")
    spots: list[Callable[[str], dict[str, Any]]] = [
        lambda trap: {"url": url, "params": needed, "headers": dict.fromkeys(names, trap)},
        lambda trap: {"url": url, "params": needed, "content": trap},
    ]
    for one in parameters:
        if one["in"] == "path":
            spots.append(
                lambda trap, name=one["name"]: {  # type: ignore[misc]
                    "url": trapped.address + path.format(**given | {name: quote(trap, safe="")}),
                    "params": needed,
                    "json": sound,
                }
            )
        else:
            spots.append(
                lambda trap, name=one["name"]: {  # type: ignore[misc]
                    "url": url,
                    "params": needed | {name: trap},
                    "json": sound,
                }
            )
    for place in shape.places() if shape else ():
        spots.append(
            lambda trap, place=place: {  # type: ignore[misc]
                "url": url,
                "params": needed,
                "json": put(sound, place, trap),
            }
        )
    path_trap, address_trap, *others = trapped.traps
    for number, spot in enumerate(spots):
        for trap in (path_trap, address_trap, others[number % len(others)]):
            yield spot(trap)


@pytest.mark.parametrize(
    ("method", "path", "operation"), OPERATIONS, ids=[f"{m} {p}" for m, p, _ in OPERATIONS]
)
def test_no_route_opens_what_it_is_told(
    trapped: Trapped, method: str, path: str, operation: dict[str, Any]
) -> None:
    sent = 0
    with httpx.Client(timeout=60) as client, GUARD.watching():
        for request in requests_of(trapped, method, path, operation):
            answer = client.request(method, **request)
            assert answer.status_code != 500, (request, answer.text)
            assert "root:" not in answer.text
            sent += 1
    assert sent >= 6
    assert httpx.get(f"{trapped.address}/health").status_code == 200


@pytest.mark.parametrize("name", TOOLS)
def test_no_tool_opens_what_it_is_told(trapped: Trapped, name: str) -> None:
    shape = Shape(TOOLS[name].shown().input_schema, trapped.values)
    sound = shape.sound()

    async def pry() -> int:
        sent = 0
        async with Client(f"{trapped.address}/mcp") as client:
            for trap in trapped.traps[:2]:  # the tools do what the routes do
                for place in shape.places():
                    result = await client.call_tool(name, put(sound, place, trap))
                    assert "InternalError" not in str(result.content), (place, trap)
                    sent += 1
        return sent

    with GUARD.watching():
        assert anyio.run(pry) >= 2


def test_the_guard_sees_what_is_opened(trapped: Trapped) -> None:
    """Else all of the above would say nothing."""
    path, address = Path(trapped.traps[0]), trapped.traps[1]
    with pytest.raises(AssertionError), GUARD.watching():
        path.read_bytes()
    GUARD.seen.clear()
    with pytest.raises(AssertionError), GUARD.watching():
        httpx.head(address)  # which the listener does not count
    GUARD.seen.clear()
    with pytest.raises(AssertionError), GUARD.watching():
        subprocess.run([sys.executable, "-c", ""], check=True)
    GUARD.seen.clear()
    assert json.loads(httpx.get(f"{trapped.address}/v1/assets").text)["assets"]
