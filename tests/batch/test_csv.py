"""CSV."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from sparkloom.batch import csv as module
from sparkloom.batch.csv import Csv
from sparkloom.batch.format import Row
from sparkloom.errors import InvalidRequestError


def file(tmp_path: Path, content: bytes) -> Csv:
    path = tmp_path / "in.csv"
    path.write_bytes(content)
    return Csv(path)


def rows_of(form: Csv, size: int = 100) -> list[Row]:
    return [
        row
        for chunk, content in form.pieces(size, 1, form.origin)
        for row in form.rows(chunk, content)
    ]


@pytest.mark.parametrize("size", [1, 2, 100])
def test_rows_may_go_over_several_lines(tmp_path: Path, size: int) -> None:
    form = file(tmp_path, b'\xef\xbb\xbfid,prompt\r\n1,"a\nfox, ""red"""\r\n\r\n2,b\r\n')
    assert form.columns == ["id", "prompt"]
    assert rows_of(form, size) == [
        Row(1, {"id": "1", "prompt": 'a\nfox, "red"'}),
        Row(3, {"id": "2", "prompt": "b"}),
    ]


@pytest.mark.parametrize(
    ("column", "cell", "value"),
    [
        ("prompt", "", None),
        ("prompt", "12", "12"),
        ("id", "", ""),
        ("id", "012", "012"),
        ("num_results", "3", 3),
        ("numResults", " ", None),
        ("numResults", "three", "three"),
        ("seed", "-7", -7),
        ("temperature", "0.5", 0.5),
        ("ensureIPCleared", "TRUE", True),
        ("assetIds", '["a", "b"]', ["a", "b"]),
        ("assetIds", "asset_1", ["asset_1"]),
        ("assetIds", "[" * 2000, ["[" * 2000]),
        ("images", "data:image/png;base64,AA", ["data:image/png;base64,AA"]),
    ],
)
def test_cells_mean_what_their_fields_take(
    tmp_path: Path, column: str, cell: str, value: Any
) -> None:
    assert module._value(column, cell) == value


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (b"1", "has 1 cells, and there are 2 columns"),
        (b"1,2,3", "has 3 cells, and there are 2 columns"),
        (b"1,\xff", "must be UTF-8"),
        (b'1,"a"b', "expected after"),
    ],
)
def test_a_row_that_cannot_be_read_is_a_row_with_a_fault(
    tmp_path: Path, line: bytes, fault: str
) -> None:
    form = file(tmp_path, b"id,prompt\n" + line + b"\n2,b\n")
    bad, good = rows_of(form)
    assert fault in bad.fault
    assert bad.text == line.decode(errors="backslashreplace")
    assert good == Row(2, {"id": "2", "prompt": "b"})


def test_a_quotation_mark_that_is_never_closed_is_told(tmp_path: Path) -> None:
    form = file(tmp_path, b'id,prompt\n1,a\n2,"b\n3,c\n')
    with pytest.raises(InvalidRequestError, match="begins with '2,\"b'"):
        rows_of(form)


def test_a_cell_without_an_end_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CELL_CHARACTERS", 100)
    form = file(tmp_path, b'id,prompt\n1,"' + b"a\n" * 100 + b'"\n')
    with pytest.raises(InvalidRequestError, match="does not close it"):
        rows_of(form)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no such column"),
        (b"id,text\n1,a\n", "the columns are id, text"),
        (b'id,"prompt"x\n', "header cannot be read"),
        (b"prompt,prompts\n", "prompts: the answer"),
        (b"prompt,caf\xe9\n", "header must be UTF-8"),
    ],
)
def test_a_header_that_cannot_be_used_is_told(tmp_path: Path, content: bytes, said: str) -> None:
    with pytest.raises(InvalidRequestError, match=said):
        file(tmp_path, content)


def test_answers_stand_behind_the_cells_of_the_row(tmp_path: Path) -> None:
    form = file(tmp_path, b'id,prompt,seed\n1,"a, b",\n2,c,\n')
    ((chunk, content),) = form.pieces(9, 1, form.origin)
    answers = {1: {"prompts": ["x", "é"], "seed": 5, "mode": "completion"}}
    assert form.head.decode() == (
        "id,prompt,seed,prompts,mode,sections,variety,calls,warnings,ipDetection,"
        "creativeUnitsCost\n"
    )
    assert form.written(content, chunk, answers).decode() == (
        '1,"a, b",5,"[""x"", ""é""]",completion,,,,,,\n'
    )


def test_a_cell_that_could_end_a_line_is_quoted(tmp_path: Path) -> None:
    form = file(tmp_path, b'id,prompt\n"a\rb",fox\n')
    ((chunk, content),) = form.pieces(9, 1, form.origin)
    written = form.written(content, chunk, {1: {"prompts": ["x"]}}).decode()
    (cells,) = csv.reader(io.StringIO(written, newline=""), strict=True)
    assert cells[0] == "a\rb"


def test_a_stream_is_read_from_where_its_header_ends() -> None:
    form = Csv(None, io.BytesIO(b"prompt\na\nb\n"))
    assert form.size is None
    assert [row.values["prompt"] for row in rows_of(form, 1)] == ["a", "b"]
