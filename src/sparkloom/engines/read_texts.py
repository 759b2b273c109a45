"""Texts that a worker has read, kept for the other workers.

Reading a text takes longer than writing a draft of it. What llama.cpp computed of it, 18 kB a
token, is saved through the slots of its server, and restored to the byte.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlsplit

KEPT = 8
"""So many texts are kept."""

PATIENCE = 30.0
"""Seconds for saving or restoring one."""


class ReadTexts:
    """What workers have read. May be shared between threads.

    Args:
        shared: whether there is anybody to keep it for.
    """

    def __init__(self, shared: bool) -> None:
        self._shared = shared
        self._reading = threading.Lock()
        self._making = threading.Lock()
        self._names: list[str] = []
        """Of those that are kept; the one that was asked for last is the last."""
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    @property
    def folder(self) -> Path | None:
        """Where it is kept, made when it is first needed; None where nothing can be."""
        if not self._shared:
            return None
        with self._making:  # whoever loads a model does not wait for those who read
            if self._folder is None:
                try:
                    self._folder = tempfile.TemporaryDirectory(prefix="sparkloom-")
                except OSError:  # a full disk, or one that may only be read
                    return None
            return Path(self._folder.name)

    @contextmanager
    def turn(self, text: str, address: str, key: str) -> Iterator[bool]:
        """A worker's turn to read: one at a time, since each reads with all threads.

        Args:
            text: what it has to read.
            address: of its server.
            key: of its server.

        Yields:
            Whether the server knows the text now; else the worker has to read it, and it is kept
            for the others. What cannot be kept or restored is read again.
        """
        if not self._shared:
            yield False
            return
        name = hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
        with self._reading:
            known = name in self._names and _ask(address, key, "restore", name)
            yield known
            if name in self._names:
                self._names.remove(name)
            if known or _ask(address, key, "save", name):
                self._names.append(name)
            if len(self._names) > KEPT and self._folder is not None:
                Path(self._folder.name, self._names.pop(0)).unlink(missing_ok=True)

    def clear(self) -> None:
        """Forget all of them."""
        with self._reading, self._making:
            self._names.clear()
            if self._folder is not None:
                self._folder.cleanup()
                self._folder = None


def _ask(address: str, key: str, action: str, name: str) -> bool:
    """Have a server save or restore what it computed; whether it did."""
    connection = HTTPConnection(urlsplit(address).netloc, timeout=PATIENCE)
    try:
        connection.request(
            "POST",
            f"/slots/0?action={action}",
            json.dumps({"filename": name}),
            {"authorization": f"Bearer {key}", "content-type": "application/json"},
        )
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
