"""What the kinds of files have in common: rows, chunks of rows, and the columns of an answer."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO, Literal, NamedTuple, get_args

from sparkloom.errors import InvalidRequestError
from sparkloom.request import PromptRequest

FormatName = Literal["jsonl", "csv", "parquet"]
FORMATS: tuple[FormatName, ...] = get_args(FormatName)
SUFFIXES: Mapping[str, FormatName] = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".parquet": "parquet",
    ".pq": "parquet",
}

FIELDS: Mapping[str, str] = {
    column: field.alias or name
    for name, field in PromptRequest.model_fields.items()
    for column in (name, field.alias or name)
}
"""The field of a request, as on the wire, that a column stands for."""

ANSWER = (
    "prompts",
    "mode",
    "seed",
    "sections",
    "variety",
    "calls",
    "warnings",
    "ipDetection",
    "creativeUnitsCost",
)
"""The fields of an answer that a row gets. `mode` and `seed`, which a request has too, say what
ran, in the place of what was asked."""

ADDED = frozenset(ANSWER) - frozenset(FIELDS)

CHUNK_BYTES = 8 * 2**20
"""No chunk goes on behind this size: rows may carry pictures."""


DEEP = 400
"""Brackets from which on it is looked at how deeply JSON is nested. Python takes about 1000."""


class Chunk(NamedTuple):
    """Rows that follow each other in a file.

    Attributes:
        first: the number of the first; rows are counted from 1, blank lines included.
        size: how many there are.
        start: where they begin in the file: a byte, or in Parquet a row.
        end: where the next one begins, in the same unit.
    """

    first: int
    size: int
    start: int
    end: int


class Row(NamedTuple):
    """A row as it was read.

    Attributes:
        number: which one it is in its file, from 1.
        values: what it says, by column; in Parquet only the fields of a request.
        fault: why it cannot be read, a sentence; mostly empty.
        text: the row as it stands, where it cannot be read.
    """

    number: int
    values: dict[str, Any]
    fault: str = ""
    text: str = ""


class Format(ABC):
    """A file of requests, and how its answers are written. Cheap to make and to send elsewhere.

    Attributes:
        size: how far the file goes, in the unit of `Chunk.end`; None where nobody knows.
        origin: where its first row begins, in that unit.
        head: what a file of answers begins with.
    """

    size: int | None
    origin: int
    head: bytes = b""

    @abstractmethod
    def pieces(self, rows: int, first: int, start: int) -> Iterator[tuple[Chunk, bytes]]:
        """The file from a place on, in chunks of at most `rows`, each with its content.

        Args:
            rows: how many rows a chunk has at most, 1 or more.
            first: the number of the row at `start`.
            start: where to begin; `origin`, or the `end` of a chunk.

        Raises:
            InvalidRequestError: the file breaks off, so that rows cannot be told apart.
        """

    @abstractmethod
    def plan(self, rows: int, first: int, start: int) -> list[Chunk]:
        """The chunks that `pieces` gives, without their content."""

    @abstractmethod
    def read(self, chunk: Chunk) -> bytes:
        """The content of a chunk. Chunks are asked for about in their order."""

    @abstractmethod
    def rows(self, chunk: Chunk, content: bytes) -> list[Row]:
        """The rows of a chunk, blank ones left out."""

    @abstractmethod
    def written(self, content: bytes, chunk: Chunk, answers: Mapping[int, dict[str, Any]]) -> bytes:
        """Rows with their answers, as the file of answers keeps them until it is finished.

        Args:
            content: that of the chunk.
            answers: the fields of `ANSWER` by the number of the row; a row without is left out.
        """

    def record(self, row: Row, content: bytes, chunk: Chunk) -> object:  # noqa: ARG002
        """A row as a JSON value, for the file of errors."""
        return row.text if row.fault else row.values

    def finish(self, partial: Path, finished: Path) -> Path:  # noqa: ARG002
        """Make the finished file of all that was written; it may be the same one.

        Args:
            partial: `head`, and what `written` gave.
            finished: where to put another one, if it takes one.
        """
        return partial


class Lines(Format):
    """A file of text lines; its unit is the byte."""

    def __init__(self, path: Path | None, stream: BinaryIO | None = None) -> None:
        self.path = path
        self.size = path.stat().st_size if path else None
        self.origin = 0
        self._stream = stream

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"_stream": None}

    def pieces(self, rows: int, first: int, start: int) -> Iterator[tuple[Chunk, bytes]]:
        file = self._stream or self._open()
        try:
            if not self._stream:
                file.seek(start)
            records = self.records(file)
            while True:
                taken: list[bytes] = []
                size = 0
                while len(taken) < rows and size < CHUNK_BYTES and (record := next(records, b"")):
                    taken.append(record)
                    size += len(record)
                if not taken:
                    return
                chunk = Chunk(first, len(taken), start, start + size)
                yield chunk, b"".join(taken)
                first, start = first + len(taken), chunk.end
        finally:
            if not self._stream:
                file.close()

    def plan(self, rows: int, first: int, start: int) -> list[Chunk]:
        return [chunk for chunk, _ in self.pieces(rows, first, start)]

    def read(self, chunk: Chunk) -> bytes:
        with self._open() as file:
            file.seek(chunk.start)
            return file.read(chunk.end - chunk.start)

    def records(self, lines: BinaryIO) -> Iterator[bytes]:
        """The lines of each row, to the byte, from where the file stands."""
        return iter(lines.readline, b"")

    def _open(self) -> BinaryIO:
        assert self.path is not None  # noqa: S101 - a stream is read by `pieces` alone
        return self.path.open("rb")


def check_columns(columns: Sequence[str]) -> None:
    """Make sure that a table has something to ask, and that nothing of it would be lost.

    Raises:
        InvalidRequestError: a column is there twice, none is a field, or one is in the way.
    """
    names = [FIELDS.get(column, column) for column in columns]
    if doubled := next((name for name in names if names.count(name) > 1), None):
        raise InvalidRequestError(f"{doubled}: there are two columns of this name", field=doubled)
    if not any(column in FIELDS for column in columns):
        raise InvalidRequestError(
            f"prompt: there is no such column, nor one of another field of a request; the columns "
            f"are {', '.join(columns)[:500] or 'none'}",
            field="prompt",
        )
    check_free(columns)


def check_free(columns: Iterable[str]) -> None:
    """Make sure that no column has a name that the answer needs.

    Raises:
        InvalidRequestError: one has; `details["field"]` names it.
    """
    if taken := next((column for column in columns if column in ADDED), None):
        raise InvalidRequestError(
            f"{taken}: the answer is written into a column of this name; call yours otherwise",
            field=taken,
        )


def json_value(text: str) -> Any:
    """What a text in JSON says.

    Raises:
        ValueError: it is none, or nested so deeply that it could not be written again.
    """
    try:
        value = json.loads(text)
        if text.count("[") + text.count("{") > DEEP:
            json_bytes([[[[value]]]])  # as deep as it is put into a row of answers or errors
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    return value


def json_bytes(value: object) -> bytes:
    """A value as JSON in UTF-8; what UTF-8 cannot say is escaped."""
    try:
        return json.dumps(value, ensure_ascii=False, default=str).encode()
    except UnicodeEncodeError:
        return json.dumps(value, default=str).encode()
