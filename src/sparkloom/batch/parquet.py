"""Parquet, read and written by pyarrow a few rows at a time.

A Parquet file is readable only when it is whole. Until then answers are kept as Arrow streams, one
behind the other, which can be cut off between any two.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import accumulate
from pathlib import Path
from typing import Any

from sparkloom.batch.format import ANSWER, FIELDS, Chunk, Format, Row, check_columns, json_bytes
from sparkloom.errors import InvalidRequestError, UnavailableError

try:
    import pyarrow as pa
    import pyarrow.parquet as pq
except ImportError:  # pragma: no cover - the tests have it
    raise UnavailableError(
        "Parquet needs one more package: pip install 'sparkloom[parquet]'"
    ) from None

ROW_GROUP = 8192
"""Rows of a row group: always as many, so that the same answers are the same bytes."""

RECENT = 64
"""How many chunks are kept that were read past: several workers ask a little out of order."""

JSON_TEXTS = ("sections", "calls", "ipDetection")
TYPES: Mapping[str, Any] = {
    "prompts": pa.list_(pa.string()),
    "mode": pa.string(),
    "seed": pa.int64(),
    "variety": pa.float64(),
    "warnings": pa.list_(pa.string()),
    "creativeUnitsCost": pa.float64(),
    **dict.fromkeys(JSON_TEXTS, pa.string()),
}


class Parquet(Format):
    """A Parquet file; its unit is the row."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with _readable(path), pq.ParquetFile(path) as file:
            schema, self.size = file.schema_arrow, file.metadata.num_rows
            names = schema.names
        check_columns(names)
        for field in schema:
            if field.name in FIELDS and _holds_times(field.type):
                raise InvalidRequestError(
                    f"{field.name}: holds times ({field.type}), and no field of a request does; "
                    "make it text",
                    field=field.name,
                )
        self.origin = 0
        self.schema = pa.schema([(field.name, _plain(field.type)) for field in schema])
        self._recent: OrderedDict[int, bytes] = OrderedDict()
        self._coming: Iterator[tuple[Chunk, bytes]] = iter(())

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"_recent": OrderedDict(), "_coming": iter(())}

    def pieces(self, rows: int, first: int, start: int) -> Iterator[tuple[Chunk, bytes]]:
        for table in _equal(self._batches(rows, start), rows):
            yield Chunk(first, len(table), start, start + len(table)), _stream(table)
            first, start = first + len(table), start + len(table)

    def plan(self, rows: int, first: int, start: int) -> list[Chunk]:
        assert self.size is not None  # noqa: S101
        starts = range(start, self.size, rows)
        ends = [min(begin + rows, self.size) for begin in starts]
        return [
            Chunk(first + begin - start, end - begin, begin, end)
            for begin, end in zip(starts, ends, strict=True)
        ]

    def read(self, chunk: Chunk) -> bytes:
        while chunk.start not in self._recent:
            passed = next(self._coming, None)
            if passed is None or passed[0].start > chunk.start:
                self._coming = self.pieces(chunk.size, chunk.first, chunk.start)
                continue
            self._recent[passed[0].start] = passed[1]
            if len(self._recent) > RECENT:
                self._recent.popitem(last=False)
        return self._recent[chunk.start]

    def rows(self, chunk: Chunk, content: bytes) -> list[Row]:
        table = _table(content)
        asked = table.select([name for name in table.column_names if name in FIELDS])
        return [Row(number, values) for number, values in enumerate(asked.to_pylist(), chunk.first)]

    def written(self, content: bytes, chunk: Chunk, answers: Mapping[int, dict[str, Any]]) -> bytes:
        if not answers:
            return b""
        table = _table(content).take([number - chunk.first for number in answers])
        for name in ANSWER:
            values = [_value(name, answer.get(name)) for answer in answers.values()]
            column = pa.array(values, TYPES[name])
            if name in table.column_names:
                place = table.column_names.index(name)
                table = table.set_column(place, name, column)
            else:
                table = table.append_column(name, column)
        return _stream(table)

    def record(self, row: Row, content: bytes, chunk: Chunk) -> object:
        here = _table(content).slice(row.number - chunk.first, 1)
        carried = {
            name: _said(column)
            for name, column in zip(here.column_names, here.columns, strict=True)
            if name not in FIELDS
        }
        return carried | row.values

    def finish(self, partial: Path, finished: Path) -> Path:
        fields = {field.name: field.type for field in self.schema}
        schema = pa.schema(list((fields | {name: TYPES[name] for name in ANSWER}).items()))
        with pq.ParquetWriter(finished, schema, compression="zstd") as writer:
            for table in _equal(_tables(partial), ROW_GROUP):
                writer.write_table(table, row_group_size=ROW_GROUP)
        return finished

    def _batches(self, rows: int, start: int) -> Iterator[Any]:
        """What the file has from a row on, in the types that are written."""
        with _readable(self.path), pq.ParquetFile(self.path) as file:
            counts = [
                file.metadata.row_group(group).num_rows for group in range(file.num_row_groups)
            ]
            _complete(self.size, sum(counts))
            groups = [group for group, end in enumerate(accumulate(counts)) if end > start]
            if not groups:
                return
            before = sum(counts[: groups[0]])
            skipped, passed = start - before, before
            for batch in file.iter_batches(batch_size=rows, row_groups=groups):
                passed += len(batch)
                over = min(skipped, len(batch))
                skipped -= over
                if len(batch) > over:
                    table = pa.table(batch.slice(over)).cast(self.schema)
                    table.validate(full=True)  # text that is none, lengths that lead outside
                    yield table
            _complete(self.size, passed)


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    """Tell a file that is damaged from a disk that is.

    Raises:
        InvalidRequestError: the file is no Parquet file, or damaged.
    """
    try:
        yield
    except (pa.ArrowException, OSError, ValueError) as error:
        if isinstance(error, OSError) and error.errno:
            raise
        raise InvalidRequestError(f"{path} is no Parquet file, or damaged: {error}") from None


def _complete(said: int | None, found: int) -> None:
    if said != found:
        raise ValueError(f"it says it has {said} rows, and has {found}")


def _holds_times(kind: Any) -> bool:
    """Whether a type, or one inside it, is a date or a time: Python has not all of them."""
    inner = (kind.field(place).type for place in range(kind.num_fields))
    return pa.types.is_temporal(kind) or any(map(_holds_times, inner))


def _plain(kind: Any) -> Any:
    """A type without a dictionary, whose order would depend on where a file is cut."""
    return kind.value_type if pa.types.is_dictionary(kind) else kind


def _equal(tables: Iterable[Any], rows: int) -> Iterator[Any]:
    """The same rows in tables of `rows` each; the last may have fewer."""
    waiting: list[Any] = []
    count = 0
    for table in tables:
        waiting.append(table)
        count += len(table)
        while count >= rows:
            whole = pa.concat_tables(waiting)
            yield whole.slice(0, rows).combine_chunks()
            waiting = [whole.slice(rows)]
            count -= rows
    if count:
        yield pa.concat_tables(waiting).combine_chunks()


def _stream(table: Any) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())


def _table(content: bytes) -> Any:
    return pa.ipc.open_stream(content).read_all()


def _tables(path: Path) -> Iterator[Any]:
    """The tables of streams that stand one behind the other."""
    size = path.stat().st_size
    with path.open("rb") as file:
        while file.tell() < size:
            with pa.ipc.open_stream(file) as stream:
                yield stream.read_all()


def _value(name: str, value: Any) -> Any:
    return json_bytes(value).decode() if name in JSON_TEXTS and value is not None else value


def _said(column: pa.ChunkedArray) -> str:
    """The first value of a column as text. Arrow writes nanoseconds itself; Python has none."""
    try:
        return str(column.cast(pa.string())[0])
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):  # a list, a record
        return str(column[0])
