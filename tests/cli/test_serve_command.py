"""`sparkloom serve`."""

from __future__ import annotations

import signal
import socket
import subprocess
import time

import httpx
import pytest
from command import COMMAND, check_fault, run

pytestmark = pytest.mark.usefixtures("echo_engine")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.0.7"])  # noqa: S104
def test_other_machines_are_not_served_without_keys(host: str) -> None:
    check_fault(run("serve", "--host", host), host, "sparkloom keys add", "--no-auth")


def test_other_machines_are_served_if_that_is_meant() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    address = ("--host", "0.0.0.0", "--port", str(port))  # noqa: S104
    with subprocess.Popen(
        [*COMMAND, "serve", "--no-auth", *address],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as server:
        try:
            assert health(server, port) == "ok"
        finally:
            server.terminate()
        assert server.wait() in (0, -signal.SIGTERM)


def health(server: subprocess.Popen[bytes], port: int) -> str:
    while server.poll() is None:
        try:
            return str(httpx.get(f"http://127.0.0.1:{port}/health").json()["status"])
        except httpx.ConnectError:
            time.sleep(0.05)
    return f"ended with {server.returncode}"
