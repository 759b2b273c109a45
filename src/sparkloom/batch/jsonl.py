"""JSON Lines: an object a line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sparkloom.batch.format import Chunk, Lines, Row, json_bytes, json_value


class Jsonl(Lines):
    """A file of JSON objects, one a line; the number of a row is that of its line."""

    def rows(self, chunk: Chunk, content: bytes) -> list[Row]:
        lines = content.split(b"\n")
        return [
            _read(chunk.first + place, line) for place, line in enumerate(lines) if line.strip()
        ]

    def written(self, content: bytes, chunk: Chunk, answers: Mapping[int, dict[str, Any]]) -> bytes:
        return b"".join(
            json_bytes(row.values | answers[row.number]) + b"\n"
            for row in self.rows(chunk, content)
            if row.number in answers
        )


def _read(number: int, line: bytes) -> Row:
    try:
        values = json_value(line.decode("utf-8-sig"))
    except UnicodeDecodeError:
        fault = "must be UTF-8"
    except ValueError as error:
        fault = f"must be a JSON object: {error}"
    else:
        if isinstance(values, dict):
            return Row(number, values)
        fault = "must be a JSON object"
    return Row(number, {}, fault, line.decode(errors="backslashreplace").strip())
