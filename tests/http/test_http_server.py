"""The server's end."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import uvicorn

from servers import free_port
from sparkloom.http.app import make_app
from sparkloom.http.server import Server
from sparkloom.loom import Sparkloom


class Overlooked(set[Any]):
    """Connections that nobody sees at first, as those are that are accepted when the server begins
    to stop."""

    looks = 0

    def __iter__(self) -> Iterator[Any]:
        self.looks += 1
        return iter(()) if self.looks == 1 else super().__iter__()


def test_a_connection_that_uvicorn_overlooks_is_closed(
    echo_loom: Sparkloom, caplog: pytest.LogCaptureFixture
) -> None:
    port = free_port()
    config = uvicorn.Config(
        make_app(echo_loom),
        port=port,
        log_config=None,
        timeout_keep_alive=60,
        timeout_graceful_shutdown=60,
    )
    server = Server(config)
    server.server_state.connections = connections = Overlooked()
    thread = threading.Thread(target=server.run)
    with caplog.at_level(logging.ERROR), httpx.Client() as client:
        thread.start()
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.01)
        client.get(f"http://127.0.0.1:{port}/health").raise_for_status()
        assert len(connections) == 1  # it is kept
        server.should_exit = True
        thread.join()
    assert connections.looks > 1
    assert not connections
    assert "timeout graceful shutdown exceeded" not in caplog.text
