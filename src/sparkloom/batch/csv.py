"""CSV: a header with the names of the columns, then a row each, in UTF-8."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from sparkloom.batch.format import (
    ANSWER,
    CHUNK_BYTES,
    FIELDS,
    Chunk,
    Lines,
    Row,
    check_columns,
    json_bytes,
    json_value,
)
from sparkloom.errors import InvalidRequestError

TEXTS = frozenset({"mode", "prompt", "modelId", "image"})
LISTS = frozenset({"assetIds", "images"})

CELL_CHARACTERS = 16 * CHUNK_BYTES
"""The longest cell. A quotation mark that is never closed would take in the rest of the file."""


class Csv(Lines):
    """A CSV file. A cell that is empty is left out; lists and other structures are JSON."""

    def __init__(self, path: Path | None, stream: BinaryIO | None = None) -> None:
        super().__init__(path, stream)
        file = stream or self._open()
        try:
            header = next(self.records(file), b"")
        finally:
            if not stream:
                file.close()
        try:
            text = header.decode("utf-8-sig")
            self.columns = next(csv.reader(io.StringIO(text, newline=""), strict=True), [])
        except UnicodeDecodeError:
            raise InvalidRequestError("The header must be UTF-8.") from None
        except csv.Error as error:
            raise InvalidRequestError(f"The header cannot be read: {error}.") from None
        check_columns(self.columns)
        self.origin = len(header)
        self.added = [name for name in ANSWER if name not in self.columns]
        self.head = _line([*self.columns, *self.added])

    def records(self, lines: BinaryIO) -> Iterator[bytes]:
        return (text for _, text, _ in _records(lines))

    def rows(self, chunk: Chunk, content: bytes) -> list[Row]:
        return [row for row, _ in self._read(chunk, content)]

    def written(self, content: bytes, chunk: Chunk, answers: Mapping[int, dict[str, Any]]) -> bytes:
        return b"".join(
            _line(
                _cell(answer[column]) if column in answer else cell
                for column, cell in zip(
                    [*self.columns, *self.added], [*cells, *[""] * len(self.added)], strict=True
                )
            )
            for row, cells in self._read(chunk, content)
            if (answer := answers.get(row.number)) is not None
        )

    def _read(self, chunk: Chunk, content: bytes) -> Iterator[tuple[Row, list[str]]]:
        for number, (cells, text, torn) in enumerate(_records(io.BytesIO(content)), chunk.first):
            if not cells and not torn:
                continue  # a blank line
            fault = torn or self._fault(cells, text)
            if fault:
                told = text.decode(errors="backslashreplace").strip()
                yield Row(number, {}, fault, told), cells
            else:
                pairs = zip(self.columns, cells, strict=True)
                yield Row(number, {column: _value(column, cell) for column, cell in pairs}), cells

    def _fault(self, cells: list[str], text: bytes) -> str:
        """What is wrong with a row whose cells can be told apart."""
        if len(cells) != len(self.columns):
            return f"has {len(cells)} cells, and there are {len(self.columns)} columns"
        try:
            text.decode()
        except UnicodeDecodeError:
            return "must be UTF-8"
        return ""


def _records(lines: BinaryIO) -> Iterator[tuple[list[str], bytes, str]]:
    """Rows with their cells, their lines to the byte, and what is wrong with them.

    Raises:
        InvalidRequestError: a quotation mark is never closed.
    """
    taken: list[bytes] = []
    csv.field_size_limit(CELL_CHARACTERS)

    def decoded() -> Iterator[str]:
        while line := lines.readline():
            taken.append(line)
            yield line.decode(errors="surrogateescape")

    reader = csv.reader(decoded(), strict=True)
    while True:
        fault = ""
        cells: list[str] = []
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            fault = str(error)
            if "end of data" in fault or "field larger" in fault:
                begin = taken[0].decode(errors="replace").strip()[:80]
                raise InvalidRequestError(
                    f"The row that begins with {begin!r} opens a quotation mark and does not "
                    "close it. Nothing behind it can be told apart; mend it and begin again."
                ) from None
        yield cells, b"".join(taken), fault
        taken.clear()


def _value(column: str, cell: str) -> Any:
    """What a cell says: text, or in the column of another field what its JSON means."""
    name = FIELDS.get(column)
    if name is None or name in TEXTS:
        return cell or None if name else cell
    text = cell.strip()
    if not text:
        return None
    try:
        return json_value(text.lower() if text.lower() in ("true", "false") else text)
    except ValueError:
        return [text] if name in LISTS else text


def _cell(value: Any) -> str:
    return value if isinstance(value, str) else json_bytes(value).decode()


def _line(cells: Any) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerow(cells)  # cells are quoted for what ends a line, and `\r` may do so
    return text.getvalue().removesuffix("\r\n").encode() + b"\n"
