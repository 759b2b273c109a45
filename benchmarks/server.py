"""Servers in processes of their own, and what they take."""

from __future__ import annotations

import multiprocessing
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import NamedTuple

import httpx

from sparkloom.settings import Settings

Process = subprocess.Popen[bytes] | BaseProcess


def processor_seconds(process: Process) -> float:
    """The processor time that a process has taken: what it does, whoever else is busy here."""
    fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Idle(NamedTuple):
    """A server with a route that does nothing."""

    process: BaseProcess
    address: str


def megabytes(process: Process) -> float:
    """The resident memory of a process."""
    for line in Path(f"/proc/{process.pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1000
    raise SystemExit("the server is gone")


def open_files(process: Process) -> int:
    """The files and connections that a process has open."""
    return len(list(Path(f"/proc/{process.pid}/fd").iterdir()))


@contextmanager
def idle() -> Iterator[Idle]:
    from forked import serve_nothing

    port = free_port()
    process = fork(serve_nothing, port)
    try:
        yield Idle(process, reached(port, process.is_alive) + "/health")
    finally:
        process.kill()
        process.join()


@contextmanager
def serving(
    settings: Settings, engine: str = "echo"
) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """A server of its own process over a catalog, and its address."""
    port = free_port()
    command = [sys.executable, "-m", "sparkloom", "serve", "--port", str(port)]
    environment = os.environ | environment_of(settings, engine)
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            yield process, reached(port, lambda: process.poll() is None)
        finally:
            process.kill()


@contextmanager
def serving_at_once(settings: Settings) -> Iterator[tuple[BaseProcess, str]]:
    """As `serving`, forked from a process that has loaded everything."""
    from forked import serve

    port = free_port()
    process = fork(serve, port, environment_of(settings, "echo"))
    try:
        yield process, reached(port, process.is_alive)
    finally:
        process.kill()
        process.join()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    return port


def environment_of(settings: Settings, engine: str) -> dict[str, str]:
    return {
        "SPARKLOOM_ENGINE": engine,
        "SPARKLOOM_DATA_DIR": str(settings.data_dir),
        "SPARKLOOM_DATABASE_URL": settings.database_url.get_secret_value(),
    }


def reached(port: int, lives: Callable[[], bool]) -> str:
    """The address of a server, as soon as it answers."""
    address = f"http://127.0.0.1:{port}"
    with httpx.Client() as client:
        while True:
            try:
                client.get(f"{address}/health").raise_for_status()
            except httpx.TransportError:
                if not lives():
                    raise SystemExit("the server did not start") from None
                time.sleep(0.02)
            else:
                return address


def fork(target: Callable[..., None], *arguments: object) -> BaseProcess:
    """A new process that serves; it does nothing else than one that was started anew."""
    context = multiprocessing.get_context("forkserver")
    # The process that is forked looks for modules here only if it is told so.
    folders = [str(Path(__file__).parent), *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
    os.environ["PYTHONPATH"] = os.pathsep.join(dict.fromkeys(filter(None, folders)))
    context.set_forkserver_preload(["forked"])
    process = context.Process(target=target, args=arguments, daemon=True)
    process.start()
    return process
