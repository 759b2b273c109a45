"""Parquet."""

from __future__ import annotations

import errno
import pickle
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sparkloom.batch import parquet as module
from sparkloom.batch.parquet import Parquet
from sparkloom.errors import InvalidRequestError

ROWS = 25


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file with row groups that no chunk agrees with, and types that JSON does not have."""
    table = pa.table(
        {
            "id": pa.array(range(ROWS), pa.uint16()),
            "prompt": pa.array([f"spark {n % 3}" for n in range(ROWS)]).dictionary_encode(),
            "seed": pa.array([None if n % 2 else n for n in range(ROWS)], pa.int8()),
            "when": pa.array([2**60 + n for n in range(ROWS)], pa.timestamp("ns")),
            "blob": pa.array([bytes([n]) for n in range(ROWS)]),
        }
    )
    pq.write_table(table, tmp_path / "in.parquet", row_group_size=7)
    return tmp_path / "in.parquet"


@pytest.mark.parametrize("size", [1, 4, 7, 10, 100])
@pytest.mark.parametrize("start", [0, 3, 7, 20, ROWS])
def test_chunks_are_the_same_wherever_they_begin(path: Path, size: int, start: int) -> None:
    form = Parquet(path)
    pieces = list(form.pieces(size, start + 1, start))
    assert form.plan(size, start + 1, start) == [chunk for chunk, _ in pieces]
    rows = [row for chunk, content in pieces for row in form.rows(chunk, content)]
    assert [row.number for row in rows] == list(range(start + 1, ROWS + 1))
    assert [row.values for row in rows] == [
        {"prompt": f"spark {n % 3}", "seed": None if n % 2 else n} for n in range(start, ROWS)
    ]


def test_chunks_may_be_read_in_any_order(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "RECENT", 2)
    form = pickle.loads(pickle.dumps(Parquet(path)))  # noqa: S301
    contents = dict(form.pieces(4, 1, 0))
    plan = form.plan(4, 1, 0)
    for chunk in [plan[1], plan[0], *plan, plan[-1], plan[2], plan[0]]:
        assert form.read(chunk) == contents[chunk]


@pytest.mark.parametrize("size", [1, 6, 100])
def test_the_finished_file_does_not_depend_on_how_it_was_cut(
    path: Path, tmp_path: Path, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "ROW_GROUP", 10)
    finished = []
    for step in (5, size):
        form = Parquet(path)
        partial = tmp_path / f"partial{step}"
        partial.write_bytes(
            b"".join(
                form.written(
                    content,
                    chunk,
                    {
                        number: {"prompts": ["x"], "seed": number, "sections": [{"a": "b"}]}
                        for number in range(chunk.first, chunk.first + chunk.size)
                        if number % 5
                    },
                )
                for chunk, content in form.pieces(step, 1, 0)
            )
        )
        finished.append(form.finish(partial, tmp_path / f"finished{step}"))
    assert finished[0].read_bytes() == finished[1].read_bytes()
    table = pq.read_table(finished[0])
    kept = [n for n in range(ROWS) if (n + 1) % 5]
    asked = pq.read_table(path)
    for name in ("id", "when", "blob"):
        assert table[name].combine_chunks() == asked[name].take(kept).combine_chunks()
    assert table["seed"].to_pylist() == [n + 1 for n in kept]
    assert table["prompts"].to_pylist() == [["x"]] * len(kept)
    assert table["sections"][0].as_py() == '[{"a": "b"}]'
    assert table["variety"].null_count == len(kept)


def test_a_row_is_recorded_with_what_json_can_say_of_it(path: Path) -> None:
    form = Parquet(path)
    ((chunk, content),) = form.pieces(ROWS, 1, 0)
    row = form.rows(chunk, content)[2]
    record = form.record(row, content, chunk)
    assert isinstance(record, dict)
    assert record["id"] == "2"
    assert (record["prompt"], record["seed"]) == ("spark 2", 2)
    assert record["when"].startswith("2006-")


def test_a_file_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "in.parquet").write_text("prompt\na\n")
    with pytest.raises(InvalidRequestError, match="is no Parquet file"):
        Parquet(tmp_path / "in.parquet")


def test_a_file_without_a_field_is_told(tmp_path: Path) -> None:
    pq.write_table(pa.table({"text": ["a"]}), tmp_path / "in.parquet")
    with pytest.raises(InvalidRequestError, match="prompt: there is no such column"):
        Parquet(tmp_path / "in.parquet")


def read_all(path: Path) -> None:
    form = Parquet(path)
    for chunk, content in form.pieces(4, 1, 0):
        form.rows(chunk, content)


def test_a_damaged_file_is_told_wherever_the_damage_is(path: Path) -> None:
    whole = path.read_bytes()
    told = 0
    for place in range(0, len(whole), 7):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
        try:
            read_all(path)
        except InvalidRequestError as error:
            told += "damaged" in error.reason
    assert told > 100


def test_a_disk_that_fails_is_not_the_file_s_fault(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(pq, "ParquetFile", fail)
    with pytest.raises(OSError, match="Input/output error"):
        Parquet(path)


def test_text_that_is_none_is_told(path: Path) -> None:
    broken = pa.Array.from_buffers(
        pa.string(), 1, [None, pa.py_buffer(b"\0\0\0\0\2\0\0\0"), pa.py_buffer(b"\xff\xfe")]
    )
    pq.write_table(pa.table({"prompt": broken}), path)
    with pytest.raises(InvalidRequestError, match="or damaged"):
        read_all(path)


def test_rows_that_are_missing_are_told(path: Path) -> None:
    form = Parquet(path)
    pq.write_table(pq.read_table(path).slice(0, 3), path)
    with pytest.raises(InvalidRequestError, match="says it has 25 rows, and has 3"):
        list(form.pieces(4, 1, 0))


def test_a_row_group_that_breaks_off_is_told(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = pq.ParquetFile.iter_batches

    def broken_off(file: pq.ParquetFile, **options: Any) -> Iterator[pa.RecordBatch]:
        return islice(whole(file, **options), 2)

    monkeypatch.setattr(pq.ParquetFile, "iter_batches", broken_off)
    with pytest.raises(InvalidRequestError, match=r"says it has 25 rows, and has \d\b"):
        list(Parquet(path).pieces(4, 1, 0))


@pytest.mark.parametrize("kind", [pa.timestamp("ns"), pa.list_(pa.date32())])
def test_a_field_of_times_is_told(path: Path, kind: pa.DataType) -> None:
    pq.write_table(pa.table({"id": [1], "prompt": pa.array([None], kind)}), path)
    with pytest.raises(InvalidRequestError, match="prompt: holds times"):
        Parquet(path)
