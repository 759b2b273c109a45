"""Real servers in processes of their own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import httpx

SERVE = ("-m", "sparkloom", "serve")


@dataclass
class Server:
    """A server.

    Attributes:
        address: where it is.
        log: the file that it logs to.
    """

    process: subprocess.Popen[bytes]
    address: str
    log: Path

    def stop(self) -> int:
        """Have it end as a balancer's host does; its exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait()

    def log_text(self) -> str:
        return self.log.read_text()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@contextmanager
def server(log: Path, run: tuple[str, ...] = SERVE, **settings: str) -> Iterator[Server]:
    """A server that answers.

    Args:
        log: where its logs go.
        run: how Python is to start it.
        **settings: `rate_limit="3"` sets `SPARKLOOM_RATE_LIMIT`.
    """
    port = free_port()
    environment = os.environ | {"SPARKLOOM_PORT": str(port), "SPARKLOOM_ENGINE": "echo"}
    environment |= {f"SPARKLOOM_{name.upper()}": value for name, value in settings.items()}
    with log.open("wb") as file:
        process = _start([sys.executable, *run], environment, file)
        address = f"http://127.0.0.1:{port}"
        try:
            while process.poll() is None:
                try:
                    if httpx.get(address + "/health", timeout=60).status_code == 200:
                        break
                except httpx.TransportError:
                    time.sleep(0.1)
            assert process.poll() is None, log.read_text()
            yield Server(process, address, log)
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait()


def _start(
    command: list[str], environment: dict[str, str], log: IO[bytes]
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, env=environment, stdout=log, stderr=log)
