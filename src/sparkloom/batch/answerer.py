"""Who answers a chunk of rows: its content comes in, and what is to be written comes out."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Generator, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sparkloom.batch.format import ANSWER, FIELDS, Chunk, Format, Row, check_free, json_bytes
from sparkloom.engines import Draft, Engine, Order, Task, open_engine
from sparkloom.errors import InternalError, InvalidRequestError, SparkloomError
from sparkloom.loom import Sparkloom
from sparkloom.request import PromptRequest
from sparkloom.settings import Settings

LEAST_ROWS = 16
"""Rows of a chunk at least: they are answered and kept together."""

ROUNDS = 4
"""Rows of a chunk for each that is answered at a time: at its end some wait for the last."""


@dataclass(frozen=True, slots=True)
class Options:
    """What holds for a whole batch.

    Attributes:
        seed: what the seeds of rows without one follow from.
        fields: fields of a request, as on the wire, for rows that leave them out.
    """

    seed: int
    fields: Mapping[str, Any] = field(default_factory=dict)


class Answered(NamedTuple):
    """What became of a chunk.

    Attributes:
        output: its answered rows, as the file of answers keeps them.
        errors: a line of JSON for each of the others.
        rows: how many rows it had, blank ones not counted; `failed`, how many of these failed.
        prompts: how many prompts were returned.
        tokens: how many tokens the engine wrote for them.
        unavailable: why, if not one row was answered and none of them was to blame.
    """

    output: bytes
    errors: bytes
    rows: int
    failed: int
    prompts: int
    tokens: int
    unavailable: str


class Answerer:
    """A loom of its own that answers chunks, several rows at a time.

    Args:
        settings: of the loom. No job is recorded, whatever they say: a batch would leave millions.
        form: the format of the file that the chunks come from.
    """

    def __init__(self, settings: Settings, form: Format, options: Options) -> None:
        self._form = form
        self._options = options
        self._engine = _Counted(open_engine(settings))
        self._loom = Sparkloom(settings, self._engine)
        self._threads = ThreadPoolExecutor(side_by_side(settings), "sparkloom-row")

    def __call__(self, chunk: Chunk, content: bytes) -> Answered:
        before = self._engine.tokens
        rows = self._form.rows(chunk, content)
        outcomes = dict(
            zip((row.number for row in rows), self._threads.map(self._outcome, rows), strict=True)
        )
        answers = {
            number: outcome
            for number, outcome in outcomes.items()
            if not isinstance(outcome, SparkloomError)
        }
        faults = [
            (row, fault)
            for row in rows
            if isinstance(fault := outcomes[row.number], SparkloomError)
        ]
        down = bool(rows) and not answers and all(fault.status >= 500 for _, fault in faults)
        return Answered(
            output=self._form.written(content, chunk, answers),
            errors=b"".join(
                json_bytes(
                    {
                        "number": row.number,
                        "row": self._form.record(row, content, chunk),
                        "seed": seed_of(row, self._options),
                        "error": _told(fault),
                    }
                )
                + b"\n"
                for row, fault in faults
            ),
            rows=len(rows),
            failed=len(faults),
            prompts=sum(len(answer["prompts"]) for answer in answers.values()),
            tokens=self._engine.tokens - before,
            unavailable=faults[-1][1].reason if down else "",
        )

    def close(self) -> None:
        """Give back what the loom holds."""
        self._threads.shutdown(cancel_futures=True)
        self._loom.close()

    def _outcome(self, row: Row) -> dict[str, Any] | SparkloomError:
        """The answer of a row, or what went wrong."""
        try:
            answer = self._loom.answer(request_of(row, self._options), record=False).wire()
        except SparkloomError as error:
            return error
        except Exception as error:  # a fault of our own costs a row, not the batch
            return InternalError(f"{type(error).__name__}: {error}")
        return {name: answer[name] for name in ANSWER if name in answer}


class _Counted:
    """An engine whose tokens are counted."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self.tokens = 0

    def write(self, task: Task, orders: Iterator[Order]) -> Generator[Draft]:
        with closing(self._engine.write(task, orders)) as drafts:
            for draft in drafts:
                with self._lock:
                    self.tokens += draft.tokens
                yield draft

    def close(self) -> None:
        self._engine.close()


def side_by_side(settings: Settings) -> int:
    """How many rows a process answers at a time: as many as keep its engine busy."""
    return settings.engine_calls if settings.engine == "openai" else settings.workers


def chunk_rows(settings: Settings) -> int:
    """How many rows a chunk has at least, so that its engine is busy most of the time."""
    return max(LEAST_ROWS, ROUNDS * side_by_side(settings))


def request_of(row: Row, options: Options) -> PromptRequest:
    """What a row asks for.

    Raises:
        InvalidRequestError: the row cannot be read, or asks for what may not be asked.
    """
    if row.fault:
        raise InvalidRequestError(f"row: {row.fault}", field="row")
    check_free(row.values)
    asked: dict[str, Any] = {}
    for column, value in row.values.items():
        if name := FIELDS.get(column):
            if name in asked:
                raise InvalidRequestError(f"{name}: is there in both spellings", field=name)
            asked[name] = value
    if not asked:
        raise InvalidRequestError(
            "prompt: is not there, nor another field of a request", field="prompt"
        )
    given = {name: value for name, value in asked.items() if value is not None}
    return PromptRequest.parse({"seed": seed_of(row, options), **options.fields, **given})


def seed_of(row: Row, options: Options) -> int:
    """The seed of a row that has none: 0 to 2**53 - 1, from the batch's and the row's number."""
    text = f"{options.seed}/{row.number}".encode()
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest()) >> 11


def _told(fault: SparkloomError) -> dict[str, Any]:
    told = {"name": type(fault).__name__, "reason": fault.reason}
    return told | ({"field": fault.details["field"]} if "field" in fault.details else {})
