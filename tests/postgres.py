"""A PostgreSQL server of the tests' own, on a socket in a folder that goes with it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
import pytest

REQUIRED = "SPARKLOOM_TEST_POSTGRESQL"
"""Set to `required` where a server must be there: then its absence is a failure."""

_numbers = count()
_servers: dict[str, subprocess.Popen[bytes]] = {}


def find(program: str) -> str:
    """A program of the server, which Debian does not put on the path."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    path = os.pathsep.join([os.environ.get("PATH", ""), *map(str, folders)])
    found = shutil.which(program, path=path)
    if found is None:
        reason = f"there is no PostgreSQL here: {program} is neither on the path nor in Debian's"
        if os.environ.get(REQUIRED) == "required":
            pytest.fail(reason)
        pytest.skip(reason)
    return found


@contextmanager
def running() -> Iterator[str]:
    """A server; the folder of its socket. It refuses to run as root, and runs as postgres then."""
    initdb, user = find("initdb"), _user()
    with tempfile.TemporaryDirectory(prefix="pg", ignore_cleanup_errors=True) as folder:
        if user:
            shutil.chown(folder, user)
        data = f"{folder}/data"
        arguments = [
            initdb,
            "-D",
            data,
            "-U",
            "fox",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-locale",
            "-N",
        ]
        subprocess.run(arguments, check=True, user=user, cwd=folder, stdout=subprocess.DEVNULL)
        _servers[folder] = _start(folder)
        try:
            yield folder
        finally:
            server = _servers.pop(folder)
            server.terminate()
            server.wait()


@contextmanager
def stopped(folder: str) -> Iterator[None]:
    """A running server is stopped at once, as by a power cut, and started again at the end."""
    server = _servers[folder]
    server.send_signal(signal.SIGQUIT)
    server.wait()
    try:
        yield
    finally:
        _servers[folder] = _start(folder)


def _user() -> str | None:
    return "postgres" if os.geteuid() == 0 else None


def _start(folder: str) -> subprocess.Popen[bytes]:
    """The server over the data in a folder, as soon as it answers."""
    server = subprocess.Popen(
        [find("postgres"), "-D", f"{folder}/data", "-k", folder, "-h", "", "-F"],
        user=_user(),
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _wait(folder, server)
    return server


def new_database(folder: str) -> str:
    """The URL of an empty database."""
    name = f"catalog{next(_numbers)}"
    with psycopg.connect(f"host={folder} user=fox dbname=postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    return f"postgresql://fox@/{name}?host={folder}"


def _wait(folder: str, server: subprocess.Popen[bytes]) -> None:
    while True:
        try:
            psycopg.connect(f"host={folder} user=fox dbname=postgres").close()
        except psycopg.OperationalError:
            assert server.poll() is None, "the PostgreSQL server did not start"
        else:
            return
