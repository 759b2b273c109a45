"""What is kept of a batch until it is finished, so that a killed one goes on where it stopped.

A folder beside the output: what was written so far, what was put aside, and a state that says how
far both of them count. The state is replaced as a whole after they are on the disk; whatever stands
behind what it says was cut off in the middle and is dropped.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Self

from filelock import FileLock, Timeout

from sparkloom.batch.answerer import Answered
from sparkloom.batch.format import Chunk, Format
from sparkloom.errors import InvalidRequestError


@dataclass(frozen=True, slots=True)
class State:
    """How far a batch is.

    Attributes:
        identity: what it is made of: the input, the options, the engine.
        first: the number of the next row; `start`, where it begins in the input.
        output: how many bytes of the output count; `errors`, of the file of errors.
        rows, failed, prompts, tokens: counts, as in `Answered`.
        seconds: how long it ran.
        finished: the file in the folder that is to be the output; empty until all rows are done.
    """

    identity: Mapping[str, Any]
    first: int
    start: int
    output: int
    errors: int = 0
    rows: int = 0
    failed: int = 0
    prompts: int = 0
    tokens: int = 0
    seconds: float = 0.0
    finished: str = ""

    def after(self, chunk: Chunk, answered: Answered, seconds: float) -> State:
        """The state when a chunk is done."""
        return replace(
            self,
            first=chunk.first + chunk.size,
            start=chunk.end,
            output=self.output + len(answered.output),
            errors=self.errors + len(answered.errors),
            rows=self.rows + answered.rows,
            failed=self.failed + answered.failed,
            prompts=self.prompts + answered.prompts,
            tokens=self.tokens + answered.tokens,
            seconds=self.seconds + seconds,
        )


class Checkpoint:
    """The folder of a batch that is under way. One process at a time has it.

    Args:
        target: the file that the batch makes.

    Raises:
        InvalidRequestError: another process has it.
    """

    def __init__(self, target: Path) -> None:
        self.target = target
        self.folder = target.with_name(target.name + ".checkpoint")
        self.errors_target = target.with_name(target.name + ".errors.jsonl")
        self.folder.mkdir(exist_ok=True)
        self._output = self.folder / "output"
        self._errors = self.folder / "errors"
        self._state = self.folder / "state.json"
        self._lock = FileLock(self.folder / "lock")
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            raise InvalidRequestError(f"Another batch is writing {target}.") from None

    def found(self) -> State | None:
        """The state that an earlier run left, if there is one."""
        try:
            return State(**json.loads(self._state.read_text()))
        except (FileNotFoundError, ValueError, TypeError):
            return None

    def begin(self, identity: Mapping[str, Any], form: Format) -> State:
        """Begin anew; whatever is there is dropped."""
        self._state.unlink(missing_ok=True)
        self._output.write_bytes(form.head)
        self._errors.write_bytes(b"")
        state = State(identity, first=1, start=form.origin, output=len(form.head))
        self._keep(state)
        return state

    def resume(self, state: State) -> None:
        """Cut off what was written after the state.

        Raises:
            InvalidRequestError: there is less than the state says.
        """
        if state.finished:
            return
        for path, size in ((self._output, state.output), (self._errors, state.errors)):
            if not path.exists() or path.stat().st_size < size:
                raise InvalidRequestError(
                    f"{self.folder} is damaged: {path.name} is too short. Say --force to begin "
                    "anew."
                )
            os.truncate(path, size)

    def add(self, output: bytes, errors: bytes, state: State) -> None:
        """Keep what was written since the last state, and then the new one."""
        for path, written in ((self._output, output), (self._errors, errors)):
            if written:
                with path.open("ab") as file:
                    file.write(written)
                    file.flush()
                    os.fsync(file.fileno())
        self._keep(state)

    def finish(self, state: State, form: Format) -> None:
        """Put the files in their places, each at once. May be called again after a kill."""
        name = state.finished
        if not name:
            whole = form.finish(self._output, self.folder / "finished")
            _to_disk(whole)
            name = whole.name
            self._keep(replace(state, finished=name))
        if not state.errors:
            self.errors_target.unlink(missing_ok=True)
        elif self._errors.exists():
            self._errors.replace(self.errors_target)
        if (whole := self.folder / name).exists():
            whole.replace(self.target)
        self.remove()

    def remove(self) -> None:
        """Remove the folder, the state first: without the others it would be a lie."""
        self._state.unlink(missing_ok=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._lock.release()

    def _keep(self, state: State) -> None:
        new = self._state.with_suffix(".new")
        new.write_text(json.dumps(asdict(state)))
        _to_disk(new)
        new.replace(self._state)


def _to_disk(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
