"""Connections on which nothing is asked, for long or only half."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from sparkloom.http.connection import Connection

PATIENT = 60.0
KEPT = 2
"""Seconds that an idle connection is kept."""

HEAD = b"GET / HTTP/1.1\r\nhost: here\r\n\r\n"


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Takes the time that its path says."""
    await asyncio.sleep(float(scope["path"][1:] or 0))
    body = b"done"
    headers = [(b"content-length", b"4")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        app, http=Connection, timeout_keep_alive=KEPT, log_level="warning", lifespan="off"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    yield listener.getsockname()[1]
    server.should_exit = True
    thread.join()
    listener.close()


@pytest.fixture
def client(port: int) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", port)) as client:
        client.settimeout(PATIENT)
        yield client


def answered(client: socket.socket) -> None:
    said = b""
    while not said.endswith(b"done"):
        said += client.recv(65_536)


def test_who_says_nothing_is_not_kept(client: socket.socket) -> None:
    assert client.recv(1) == b""


def test_half_a_head_is_not_waited_for_however_slowly_it_comes(client: socket.socket) -> None:
    client.settimeout(0.05)
    with suppress(OSError):  # it hangs up
        while True:
            client.sendall(b"x")
            with suppress(TimeoutError):
                assert client.recv(1) == b""
                break


def test_half_a_head_after_an_answer_is_not_waited_for(client: socket.socket) -> None:
    client.sendall(HEAD)
    answered(client)
    client.sendall(HEAD[:9])
    assert client.recv(1) == b""


def test_an_answer_may_take_longer_than_that(client: socket.socket) -> None:
    client.sendall(HEAD.replace(b"/", b"/4.5", 1))
    answered(client)


def test_one_connection_may_ask_again_and_again(client: socket.socket) -> None:
    for _ in range(8):
        time.sleep(KEPT / 10)
        client.sendall(HEAD[:9])
        time.sleep(KEPT / 10)
        client.sendall(HEAD[9:])
        answered(client)
    assert client.recv(1) == b""
