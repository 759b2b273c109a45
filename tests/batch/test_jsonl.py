"""JSON Lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from sparkloom.batch import format as formats
from sparkloom.batch.format import Row
from sparkloom.batch.jsonl import Jsonl


def file(tmp_path: Path, content: bytes) -> Jsonl:
    path = tmp_path / "in.jsonl"
    path.write_bytes(content)
    return Jsonl(path)


def rows_of(form: Jsonl, size: int) -> list[Row]:
    return [
        row
        for chunk, content in form.pieces(size, 1, form.origin)
        for row in form.rows(chunk, content)
    ]


@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_rows_have_the_numbers_of_their_lines(tmp_path: Path, size: int) -> None:
    form = file(tmp_path, b'\xef\xbb\xbf{"prompt": "a"}\r\n\n  \n{"prompt": "b"}\n{"prompt": "c"}')
    assert [(row.number, row.values["prompt"]) for row in rows_of(form, size)] == [
        (1, "a"),
        (4, "b"),
        (5, "c"),
    ]


def test_chunks_can_be_planned_read_and_gone_on_from(tmp_path: Path) -> None:
    form = file(tmp_path, b"".join(b'{"prompt": "%d"}\n' % number for number in range(10)))
    pieces = list(form.pieces(3, 1, 0))
    plan = form.plan(3, 1, 0)
    assert plan == [chunk for chunk, _ in pieces]
    assert [form.read(chunk) for chunk in plan] == [content for _, content in pieces]
    assert [chunk.size for chunk in plan] == [3, 3, 3, 1]
    assert plan[-1].end == form.size
    assert list(form.pieces(3, 4, plan[0].end)) == pieces[1:]


def test_large_rows_make_smaller_chunks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "CHUNK_BYTES", 20)
    form = file(tmp_path, b'{"prompt": "a"}\n' * 4)
    assert [chunk.size for chunk in form.plan(100, 1, 0)] == [2, 2]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (b"{", "must be a JSON object: "),
        (b"[1]", "must be a JSON object"),
        (b"[" * 100_000, "must be a JSON object: "),
        (b'{"prompt": "\xff"}', "must be UTF-8"),
    ],
)
def test_a_line_that_cannot_be_read_is_a_row_with_a_fault(
    tmp_path: Path, line: bytes, fault: str
) -> None:
    form = file(tmp_path, line + b"\n")
    ((chunk, content),) = form.pieces(1, 1, 0)
    (row,) = form.rows(chunk, content)
    assert row.fault.startswith(fault)
    assert form.record(row, content, chunk) == line.decode(errors="backslashreplace")


def test_answers_stand_behind_what_the_row_said(tmp_path: Path) -> None:
    form = file(tmp_path, b'{"seed": null, "id": 1, "prompt": "caf\xc3\xa9"}\n{"prompt": "b"}\n')
    ((chunk, content),) = form.pieces(9, 1, 0)
    written = form.written(content, chunk, {1: {"prompts": ["x"], "seed": 5}})
    assert written.decode() == '{"seed": 5, "id": 1, "prompt": "café", "prompts": ["x"]}\n'
