"""Small disks of the tests' own, in memory: they can be filled, and made read-only."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

SPARE = 4096
"""Bytes that are left on a disk that is full: less than one more row needs."""


class Disk:
    """A disk, mounted.

    Attributes:
        path: its folder.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._filler = path / "filler"

    def fill(self) -> None:
        """Leave no room."""
        free = shutil.disk_usage(self.path).free
        self._filler.write_bytes(bytes(max(0, free - SPARE)))

    def make_room(self) -> None:
        self._filler.unlink()

    def close_writing(self) -> None:
        """Make it read-only."""
        subprocess.run(["mount", "-o", "remount,ro", self.path], check=True)


@contextmanager
def disk(path: Path, megabytes: int) -> Iterator[Disk]:
    """A disk of so many megabytes. Only root may mount one; other users' tests are skipped."""
    path.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(path)]
    if os.geteuid() or subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("a disk can only be mounted by root, and where the machine lets it")
    try:
        yield Disk(path)
    finally:
        subprocess.run(["umount", "-l", path], check=True)
