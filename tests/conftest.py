"""What tests share: looms without and with a model, and a server on loopback."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import uvicorn

from sparkloom.http.app import make_app
from sparkloom.loom import Sparkloom
from sparkloom.settings import Settings


@pytest.fixture(autouse=True)
def _no_settings_of_the_user(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the cache may be chosen from outside, so that the local model is built once."""
    for name in Settings.model_fields:
        if name != "cache_dir":
            monkeypatch.delenv(f"SPARKLOOM_{name.upper()}", raising=False)


@pytest.fixture
def echo_loom() -> Iterator[Sparkloom]:
    """A loom that needs no model."""
    with Sparkloom(Settings(engine="echo")) as loom:
        yield loom


@pytest.fixture(scope="session")
def loom() -> Iterator[Sparkloom]:
    """The loom that users get, with the local model; built if it is not in the cache."""
    with Sparkloom(Settings()) as loom:
        yield loom


@contextmanager
def serving(loom: Sparkloom) -> Iterator[str]:
    """A live server over a loom; its address."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(make_app(loom), log_level="warning", lifespan="on"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


Serve = Callable[[Sparkloom], str]


@pytest.fixture(scope="module")
def serve() -> Iterator[Serve]:
    """Starts servers that stop with the module."""
    from contextlib import ExitStack

    with ExitStack() as stack:
        yield lambda loom: stack.enter_context(serving(loom))
