"""Files of requests for the tests, and a command that answers them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

COMMAND = (sys.executable, "-m", "sparkloom", "batch")
OPTIONS = ("--mode", "completion", "--seed", "7", "--temperature", "0.75")
"""With a temperature the engine writes; no hand-written scene takes its place."""


def sparks(count: int) -> list[dict[str, Any]]:
    """Rows; every seventh has a seed of its own, and every fiftieth asks for too much."""
    return [
        {"id": f"row {number}", "prompt": f"a heron, {number}"}
        | ({"seed": number} if number % 7 == 0 else {})
        | ({"numResults": 9} if number % 50 == 0 else {})
        for number in range(1, count + 1)
    ]


def table(rows: Sequence[dict[str, Any]]) -> pa.Table:
    """The same rows in columns."""
    columns = ("id", "prompt", "seed", "numResults")
    return pa.table({name: [row.get(name) for row in rows] for name in columns})


def write_jsonl(path: Path, rows: Sequence[object]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def write(path: Path, rows: Sequence[dict[str, Any]]) -> Path:
    """As the kind of file that its name says."""
    if path.suffix == ".jsonl":
        return write_jsonl(path, rows)
    pq.write_table(table(rows), path)
    return path


def read_jsonl(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def start(*arguments: str | Path, engine: str = "echo") -> subprocess.Popen[str]:
    """The command in a process of its own."""
    return subprocess.Popen(
        [*COMMAND, *map(str, arguments), *OPTIONS],
        env={**os.environ, "SPARKLOOM_ENGINE": engine},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )


def run(*arguments: str | Path, engine: str = "echo") -> str:
    """Wait for the command to end well; what it said on standard error."""
    with start(*arguments, engine=engine) as process:
        _, said = process.communicate()
    assert process.returncode == 0, said
    return said
