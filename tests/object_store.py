"""A server of the tests' own that speaks S3: moto, on loopback, in a process of its own."""

from __future__ import annotations

import importlib.util
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "key",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "AWS_REGION": "us-east-1",
    "AWS_ALLOW_HTTP": "true",
}


@contextmanager
def running() -> Iterator[str]:
    """Its address."""
    if importlib.util.find_spec("moto") is None:
        pytest.skip("moto is not installed: pip install '.[test]'")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        address = f"http://127.0.0.1:{port}"
        try:
            while not _answers(address):
                assert server.poll() is None, "the S3 server did not start"
                time.sleep(0.05)
            yield address
        finally:
            server.terminate()


def new_bucket(address: str, name: str) -> str:
    """The URL of an empty bucket."""
    request = urllib.request.Request(f"{address}/{name}", method="PUT")  # noqa: S310
    with urllib.request.urlopen(request):  # noqa: S310
        return f"s3://{name}"


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address):  # noqa: S310
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
