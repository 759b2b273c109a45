"""A server that speaks OpenAI's chat protocol as well or as badly as a test wants it to."""

from __future__ import annotations

import json
import random
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from sparkloom.engines.echo import WORDS

Body = dict[str, Any]


@dataclass
class Said:
    """What the server sends back.

    Attributes:
        body: text as it is, anything else as JSON.
        cut: how many bytes of it are sent before the connection is dropped; all if None.
    """

    body: Any
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = "application/json"
    cut: int | None = None


Script = Callable[[Body], Said]


@dataclass
class Double:
    """A running server.

    Attributes:
        script: what it answers to the body of a call; may be changed at any time.
        asked: the bodies of all calls, in their order.
        keys: the `Authorization` of each.
        most: how many calls were under way at once, at most.
        left: how many callers hung up before they were answered.
        models: what it lists.
    """

    script: Script
    address: str = ""
    asked: list[Body] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    models: list[str] = field(default_factory=lambda: ["first", "second"])
    under_way: int = 0
    most: int = 0
    left: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


@contextmanager
def running(script: Script) -> Iterator[Double]:
    """A server on loopback, for as long as the block runs."""
    double = Double(script)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._send(Said({"object": "list", "data": [{"id": name} for name in double.models]}))

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            with double.lock:
                double.asked.append(body)
                double.keys.append(self.headers.get("Authorization", ""))
                double.under_way += 1
                double.most = max(double.most, double.under_way)
            try:
                self._send(double.script(body))
            except OSError:
                with double.lock:
                    double.left += 1
            finally:
                with double.lock:
                    double.under_way -= 1

        def _send(self, said: Said) -> None:
            text = said.body if isinstance(said.body, str) else json.dumps(said.body)
            data = text.encode()
            self.send_response(said.status)
            self.send_header("Content-Type", said.content_type)
            self.send_header("Content-Length", str(len(data)))
            for name, value in said.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data[: said.cut])
            if said.cut is not None:
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """A caller that hangs up is no news."""

    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    double.address = f"http://127.0.0.1:{server.server_port}/v1"
    try:
        yield double
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def completion(text: str | None, finish: str = "stop", **more: Any) -> Said:
    """A chat completion as servers send it."""
    return Said(
        {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "created": 1,
            "model": "first",
            "choices": [
                {
                    "index": 0,
                    "message": {"role": "assistant", "content": text},
                    "finish_reason": finish,
                }
            ],
            "usage": {"prompt_tokens": 9, "completion_tokens": 30, "total_tokens": 39},
            **more,
        }
    )


def fault(status: int, message: str, **headers: str) -> Said:
    return Said({"error": {"message": message, "type": "error"}}, status, headers)


def fields(body: Body) -> list[str]:
    """What the answer to a call shall hold."""
    if "response_format" in body and "json_schema" in body["response_format"]:
        return list(body["response_format"]["json_schema"]["schema"]["required"])
    named = re.findall(r"`(continuation|prompt|instruction)`", body["messages"][0]["content"])
    return named or ["subject", "details", "setting", "composition", "lighting", "palette", "style"]


def texts(body: Body) -> dict[str, str]:
    """A good answer to a call, which its seed chooses; it keeps the words of a spark."""
    drawn = random.Random(body.get("seed", 0)).sample(WORDS, 8)
    found = re.search(r"(?:Spark|Draft):\n(.+)", body["messages"][-1]["content"])
    spark = found[1] if found else "a fox"
    names = fields(body)
    if len(names) == 1:
        text = ", ".join(drawn)
        return {names[0]: text if names[0] == "continuation" else f"{spark} with {text}"}
    return dict(zip(names, [f"{spark} by {drawn[0]}", *drawn[1:]], strict=False))


def good(body: Body) -> Said:
    return completion(json.dumps(texts(body)))


def saying(form: Callable[[str], str]) -> Script:
    """A server that puts something around its JSON."""
    return lambda body: completion(form(json.dumps(texts(body))))


def after(faults: list[Said], then: Script = good) -> Script:
    """A server that has some faults first."""
    left = iter(faults)
    lock = threading.Lock()

    def script(body: Body) -> Said:
        with lock:
            said = next(left, None)
        return said or then(body)

    return script


def slow(seconds: float) -> Script:
    def script(body: Body) -> Said:
        time.sleep(seconds)
        return good(body)

    return script
