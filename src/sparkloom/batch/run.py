"""A batch from its beginning, or from where it was interrupted, to its end."""

from __future__ import annotations

import secrets
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from sparkloom.batch.answerer import Answered, Answerer, Options, chunk_rows, side_by_side
from sparkloom.batch.checkpoint import Checkpoint, State
from sparkloom.batch.format import FORMATS, SUFFIXES, Chunk, Format, FormatName
from sparkloom.batch.identity import check_same, identity_of, named
from sparkloom.errors import InvalidRequestError, UnavailableError
from sparkloom.request import MAX_SEED, PromptRequest
from sparkloom.settings import Settings

STANDARD = "-"
"""Standard input, or standard output."""

KEEP_SECONDS = 0.3
"""How long answers may wait until they are kept."""

PATIENCE = 3
"""After so many chunks in a row of which nothing could be answered, through no fault of the rows,
a batch stops: an engine that is gone would put all the others aside."""

Done = Iterator[tuple[Chunk, Answered]]
Keep = Callable[[bytes, bytes, State], None]


@dataclass(frozen=True, slots=True)
class Status:
    """How far a batch is.

    Attributes:
        rows: how many rows are done, `failed` included; `prompts` and `tokens` that came of them.
        seconds: what they took; over several runs where it was interrupted.
        place: how much of the input is done; `size`, how much there is, or None where nobody knows.
        earlier: how many of the rows an earlier run did.
        seed: the batch's.
        errors: the file with the rows that failed; None where there is none.
    """

    rows: int
    failed: int
    prompts: int
    tokens: int
    seconds: float
    place: int
    size: int | None
    earlier: int
    seed: int
    errors: Path | None = None


Progress = Callable[[Status], None]


def run_batch(
    source: str,
    target: str,
    settings: Settings,
    *,
    fields: Mapping[str, Any] | None = None,
    seed: int | None = None,
    form: str | None = None,
    workers: int | None = None,
    ray: str | None = None,
    force: bool = False,
    progress: Progress = lambda _: None,
) -> Status:
    """Answer a file of requests, a row each. Goes on where an earlier run was interrupted.

    Args:
        source: the file to read; `-` is standard input.
        target: the file to write; `-` is standard output, and then nothing is kept for another run.
        settings: who writes, and whose assets and models may be named.
        fields: fields of a request, as on the wire, for rows that leave them out.
        seed: what the seeds of rows without one follow from; drawn if left out.
        form: the format, if the names do not tell.
        workers: how many processes answer; 1 if left out, on a cluster one for each of its cores.
        ray: `auto` or the address of a Ray cluster.
        force: begin anew, and write over what is there.
        progress: told whenever some rows are done.

    Raises:
        InvalidRequestError: a file or an option cannot be used.
        UnavailableError: the engine or the cluster is not there. What was answered is kept.
    """
    fields = {name: value for name, value in (fields or {}).items() if value is not None}
    # A mode may need more than what all rows share; rows are checked one by one.
    PromptRequest.parse({"seed": seed} | {k: v for k, v in fields.items() if k != "mode"})
    name = format_of(source, target, form)
    spread = bool(ray) or (workers or 1) > 1

    def answers(shape: Format, options: Options, state: State, rows: int) -> Done:
        if spread:
            from sparkloom.batch.cluster import spread_out

            return spread_out(shape, options, settings, state.first, state.start, workers, ray)
        return _alone(shape, options, settings, state.first, state.start, rows)

    try:
        if target == STANDARD:
            options = Options(_drawn() if seed is None else seed, fields)
            with _streamed(source, name, whole=spread) as shape:
                state = State({}, first=1, start=shape.origin, output=0)
                rows = side_by_side(settings) if shape.size is None else chunk_rows(settings)
                done = answers(shape, options, state, rows)
                printer = _Printer()
                printer.output.write(shape.head)
                state = _follow(done, state, printer, 0.0, progress, shape, options)
            return _status(state, shape, options)
        if source != STANDARD and Path(source).resolve() == Path(target).resolve():
            raise InvalidRequestError(f"{target} is the input; name another file for the output.")
        settings = named(settings)
        with Checkpoint(Path(target)) as checkpoint:
            return _kept(checkpoint, source, name, settings, fields, seed, force, answers, progress)
    except BrokenPipeError:
        raise  # nobody reads standard output any more, and that is no fault
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        raise UnavailableError(f"{where}{error.strerror or error}") from error


def format_of(source: str, target: str, form: str | None) -> FormatName:
    """The format of both files: the one that is chosen, or what their names say.

    Raises:
        InvalidRequestError: they say nothing, or not the same.
    """
    if form is not None:
        if form not in FORMATS:
            raise InvalidRequestError(f"There is no format {form}; use {', '.join(FORMATS)}.")
        names = {form}
    else:
        suffixes = {Path(file).suffix.lower(): file for file in (source, target) if file != "-"}
        for suffix, file in suffixes.items():
            if suffix not in SUFFIXES:
                raise InvalidRequestError(
                    f"{file}: the name does not tell the format. End it in .jsonl, .csv or "
                    ".parquet, or say --format."
                )
        names = {SUFFIXES[suffix] for suffix in suffixes} or {"jsonl"}
    if len(names) > 1:
        raise InvalidRequestError(
            f"{source} and {target} must be of the same format; the answers are written as the "
            "rows came."
        )
    if "parquet" in names and STANDARD in (source, target):
        raise InvalidRequestError("Parquet cannot go through a pipe; name a file.")
    return next(name for name in FORMATS if name in names)


def open_format(name: FormatName, path: Path | None, stream: BinaryIO | None = None) -> Format:
    """A file of requests.

    Raises:
        InvalidRequestError: it cannot be read as what it is said to be.
        UnavailableError: a package is missing that reads it.
    """
    if path and not path.is_file():
        raise InvalidRequestError(f"There is no file {path}.")
    if name == "parquet" and path:
        from sparkloom.batch.parquet import Parquet

        return Parquet(path)
    if name == "csv":
        from sparkloom.batch.csv import Csv

        return Csv(path, stream)
    from sparkloom.batch.jsonl import Jsonl

    return Jsonl(path, stream)


def _kept(
    checkpoint: Checkpoint,
    source: str,
    name: FormatName,
    settings: Settings,
    fields: Mapping[str, Any],
    seed: int | None,
    force: bool,
    answers: Callable[[Format, Options, State, int], Done],
    progress: Progress,
) -> Status:
    """A batch into a file, with a checkpoint beside it."""
    state = None if force else checkpoint.found()
    begun = state is not None
    try:
        taken = [file for file in (checkpoint.target, checkpoint.errors_target) if file.exists()]
        if taken and not state and not force:
            raise InvalidRequestError(f"{taken[0]} is there already. Say --force to replace it.")
        with _in_a_file(source, checkpoint.folder) as path:
            shape = open_format(name, path)
            kept_seed = state.identity["seed"] if state else _drawn()
            options = Options(kept_seed if seed is None else seed, fields)
            identity = identity_of(path, name, settings, options)
            if state is None:
                state = checkpoint.begin(identity, shape)
                begun = True
            else:
                check_same(identity, state.identity, checkpoint.folder)
                checkpoint.resume(state)
            earlier = state.rows
            if not state.finished:
                done = answers(shape, options, state, chunk_rows(settings))
                state = _follow(done, state, checkpoint.add, KEEP_SECONDS, progress, shape, options)
            checkpoint.finish(state, shape)
    except BaseException:
        if not begun:
            checkpoint.remove()
        raise
    errors = checkpoint.errors_target if state.failed else None
    return _status(state, shape, options, earlier, errors)


def _follow(
    done: Done,
    state: State,
    keep: Keep,
    every: float,
    progress: Progress,
    shape: Format,
    options: Options,
) -> State:
    """Keep what is answered, in its order, and tell; the state when all is done.

    Args:
        every: how many seconds what is answered may wait until it is kept.

    Raises:
        UnavailableError: nobody answers any more.
    """
    earlier, streak, why = state.rows, 0, ""
    output: list[bytes] = []
    errors: list[bytes] = []
    last = kept = time.monotonic()
    progress(_status(state, shape, options, earlier))
    with closing(done):  # type: ignore[type-var]  # a generator, whoever answers
        for chunk, answered in done:
            now = time.monotonic()
            state = state.after(chunk, answered, now - last)
            last = now
            output.append(answered.output)
            errors.append(answered.errors)
            if answered.rows:
                why = answered.unavailable
                streak = streak + 1 if why else 0
            if streak >= PATIENCE:
                raise _stopped(why)
            if not streak and now - kept >= every:
                keep(b"".join(output), b"".join(errors), state)
                output, errors, kept = [], [], now
            progress(_status(state, shape, options, earlier))
    if streak and state.rows == state.failed:
        raise _stopped(why)
    keep(b"".join(output), b"".join(errors), state)
    return state


def _stopped(why: str) -> UnavailableError:
    return UnavailableError(
        f"Nothing can be answered: {why} What was answered before is kept; the same command goes "
        "on from there."
    )


def _alone(
    shape: Format, options: Options, settings: Settings, first: int, start: int, rows: int
) -> Done:
    """Answers of this process."""
    with closing(Answerer(settings, shape, options)) as answerer:
        for chunk, content in shape.pieces(rows, first, start):
            yield chunk, answerer(chunk, content)


def _status(
    state: State, shape: Format, options: Options, earlier: int = 0, errors: Path | None = None
) -> Status:
    return Status(
        rows=state.rows,
        failed=state.failed,
        prompts=state.prompts,
        tokens=state.tokens,
        seconds=state.seconds,
        place=state.start,
        size=shape.size,
        earlier=earlier,
        seed=options.seed,
        errors=errors,
    )


class _Printer:
    """Writes rows to standard output, and those that failed to standard error.

    It holds the stream that was standard output at first: Ray has messages of its own printed.
    """

    def __init__(self) -> None:
        self.output = sys.stdout.buffer
        self.errors = sys.stderr.buffer

    def __call__(self, output: bytes, errors: bytes, state: State) -> None:  # noqa: ARG002
        for stream, written in ((self.output, output), (self.errors, errors)):
            stream.write(written)
            stream.flush()


@contextmanager
def _streamed(source: str, name: FormatName, whole: bool) -> Iterator[Format]:
    """The input of a batch that keeps nothing: a file, or rows as they come."""
    if source == STANDARD and not whole:
        yield open_format(name, None, sys.stdin.buffer)
        return
    with tempfile.TemporaryDirectory() as folder, _in_a_file(source, Path(folder)) as path:
        yield open_format(name, path)


@contextmanager
def _in_a_file(source: str, folder: Path) -> Iterator[Path]:
    """The input as a file; standard input is read to its end into one in `folder`."""
    if source != STANDARD:
        yield Path(source)
        return
    path = folder / "input"
    with path.open("wb") as file:
        shutil.copyfileobj(sys.stdin.buffer, file)
    yield path


def _drawn() -> int:
    return secrets.randbelow(MAX_SEED)
