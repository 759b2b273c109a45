"""The readers of batches: JSON Lines, CSV and Parquet. Whatever a file holds, each of its rows is
read or put aside, and what is written of them can be read again."""

from __future__ import annotations

import csv
import io
import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import atheris
import pyarrow as pa
import pyarrow.parquet as pq
from mutation import mutate

with atheris.instrument_imports(include=["sparkloom.batch"]):
    from sparkloom.batch.answerer import Options, request_of
    from sparkloom.batch.csv import Csv
    from sparkloom.batch.format import Chunk, Format, Lines
    from sparkloom.batch.jsonl import Jsonl
    from sparkloom.batch.parquet import Parquet
from sparkloom.errors import SparkloomError

KINDS: tuple[type[Jsonl | Csv | Parquet], ...] = (Jsonl, Csv, Parquet)
MEMORY = Path("/dev/shm")  # noqa: S108
ANSWER = {"prompts": ['a \u2018fox\u2019,\n"there"'], "mode": "completion", "seed": 1}


def take(data: bytes, path: Path, out: Path) -> None:
    """The first byte says which kind of file the others are."""
    kind = KINDS[data[0] % 3] if data else Jsonl
    path.write_bytes(data[1:])
    try:
        form = kind(path)
        pieces = list(form.pieces(3, 1, form.origin))
        assert form.plan(3, 1, form.origin) == [chunk for chunk, _ in pieces]
        for chunk, content in pieces:
            _read(form, chunk, content)
        if isinstance(form, Lines):
            assert b"".join(content for _, content in pieces) == data[1:][form.origin :]
        written = form.head + b"".join(_answered(form, *piece) for piece in pieces)
        out.write_bytes(written)
        finished = form.finish(out, out.with_suffix(".finished"))
    except SparkloomError as error:
        if not error.reason:
            raise
        return
    _read_again(finished, kind, pieces)


def _read(form: Format, chunk: Chunk, content: bytes) -> None:
    rows = form.rows(chunk, content)
    assert all(chunk.first <= row.number < chunk.first + chunk.size for row in rows)
    for row in rows:
        json.dumps(form.record(row, content, chunk), default=str)
        try:
            request_of(row, Options(1))
        except SparkloomError as error:
            if not error.reason:
                raise


def _answered(form: Format, chunk: Chunk, content: bytes) -> bytes:
    rows = form.rows(chunk, content)
    return form.written(content, chunk, {row.number: ANSWER for row in rows if not row.fault})


def _read_again(path: Path, kind: type[Format], pieces: list[tuple[Chunk, bytes]]) -> None:
    if kind is Jsonl:
        answers = [json.loads(line)["prompts"] for line in path.read_bytes().splitlines()]
    elif kind is Csv:
        text = io.StringIO(path.read_bytes().decode(), newline="")
        head, *lines = csv.reader(text, strict=True)
        place = head.index("prompts")
        answers = [json.loads(line[place]) for line in lines]
    else:
        answers = pq.read_table(path, columns=["prompts"])["prompts"].to_pylist()
        assert len(answers) == sum(chunk.size for chunk, _ in pieces)
    assert all(answer == ANSWER["prompts"] for answer in answers)


def files() -> Iterator[bytes]:
    """A few of each kind, after the byte that says which."""
    yield b'\0{"prompt": "a fox", "id": 1}\n\n{"mode": "inventive", "numResults": 2}\nno\n[1]'
    yield b'\0\xef\xbb\xbf{"prompt": "\\ud800"}\r\n{"seed": 1e400, "a": NaN}\r\n'
    yield b'\1id,prompt,numResults,images\n1,a fox,2,\n2,"a ""red""\nfox",,[]\n'
    yield b"\1\xef\xbb\xbfprompt;mode\r\nprompt\r\n"
    rows = {"id": [1, 2, 3], "prompt": ["a fox", None, "a heron"], "numResults": [1, 2, None]}
    lists = {"assetIds": [["a"], [], None], "when": [1, 2, 3], "prompt": ["x", "y", "z"]}
    for columns, how in ((rows, {}), (lists, {"compression": "none", "use_dictionary": False})):
        file = io.BytesIO()
        pq.write_table(pa.table(columns), file, **how)
        yield b"\2" + file.getvalue()


def fuzz(minutes: float, seed: int) -> None:
    folder = MEMORY if os.access(MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        path, out = Path(scratch, "in"), Path(scratch, "out")
        words = [b"prompt", b"images", b"seed", b'"', b"\n", b"\r\n", b"PAR1", b"[[[[[[", b"\xff"]
        mutate(lambda data: take(data, path, out), minutes, seed, files(), words)
