"""What is kept of a batch until it is finished."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from sparkloom.batch.answerer import Answered
from sparkloom.batch.checkpoint import Checkpoint, State
from sparkloom.batch.format import Chunk
from sparkloom.batch.jsonl import Jsonl
from sparkloom.errors import InvalidRequestError


@pytest.fixture
def form(tmp_path: Path) -> Jsonl:
    (tmp_path / "in.jsonl").write_text("{}\n" * 8)
    return Jsonl(tmp_path / "in.jsonl")


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "out.jsonl"


@pytest.fixture
def checkpoint(target: Path) -> Iterator[Checkpoint]:
    with Checkpoint(target) as checkpoint:
        yield checkpoint


def added(checkpoint: Checkpoint, state: State, errors: bytes = b"") -> State:
    done = Answered(b"answer\n", errors, 2, len(errors) // 6, 1, 24, "")
    state = state.after(Chunk(state.first, 2, state.start, state.start + 6), done, 0.5)
    checkpoint.add(done.output, done.errors, state)
    return state


def test_what_is_kept_is_found_again(checkpoint: Checkpoint, form: Jsonl) -> None:
    assert checkpoint.found() is None
    state = added(checkpoint, checkpoint.begin({"seed": 1}, form), b"error\n")
    assert checkpoint.found() == state
    assert state == State({"seed": 1}, 3, 6, 7, 6, 2, 1, 1, 24, 0.5)


def test_what_stands_behind_the_state_is_cut_off(
    checkpoint: Checkpoint, form: Jsonl, target: Path
) -> None:
    state = added(checkpoint, checkpoint.begin({}, form), b"error\n")
    for name in ("output", "errors"):
        with (checkpoint.folder / name).open("ab") as file:
            file.write(b"half a li")
    checkpoint.resume(state)
    checkpoint.finish(state, form)
    assert target.read_bytes() == b"answer\n"
    assert checkpoint.errors_target.read_bytes() == b"error\n"
    assert not checkpoint.folder.exists()


def test_beginning_anew_drops_what_is_there(
    checkpoint: Checkpoint, form: Jsonl, target: Path
) -> None:
    added(checkpoint, checkpoint.begin({}, form), b"error\n")
    checkpoint.finish(added(checkpoint, checkpoint.begin({}, form)), form)
    assert target.read_bytes() == b"answer\n"
    assert not checkpoint.errors_target.exists()


@pytest.mark.parametrize("moved", ["nothing", "the errors", "both"])
def test_a_batch_killed_at_its_end_is_ended_by_the_next_run(
    checkpoint: Checkpoint, form: Jsonl, target: Path, moved: str
) -> None:
    state = added(checkpoint, checkpoint.begin({}, form), b"error\n")
    state = replace(state, finished="output")
    checkpoint.add(b"", b"", state)
    if moved != "nothing":
        (checkpoint.folder / "errors").rename(checkpoint.errors_target)
    if moved == "both":
        (checkpoint.folder / "output").rename(target)
    found = checkpoint.found()
    assert found == state
    checkpoint.resume(found)
    checkpoint.finish(found, form)
    assert target.read_bytes() == b"answer\n"
    assert checkpoint.errors_target.read_bytes() == b"error\n"
    assert not checkpoint.folder.exists()


def test_errors_of_an_earlier_batch_go_with_its_output(checkpoint: Checkpoint, form: Jsonl) -> None:
    checkpoint.errors_target.write_text("old\n")
    checkpoint.finish(checkpoint.begin({}, form), form)
    assert not checkpoint.errors_target.exists()


@pytest.mark.parametrize("name", ["output", "errors"])
def test_a_damaged_one_is_told(checkpoint: Checkpoint, form: Jsonl, name: str) -> None:
    state = added(checkpoint, checkpoint.begin({}, form), b"error\n")
    (checkpoint.folder / name).write_bytes(b"")
    with pytest.raises(InvalidRequestError, match=f"damaged: {name} is too short"):
        checkpoint.resume(state)
    (checkpoint.folder / name).unlink()
    with pytest.raises(InvalidRequestError, match="Say --force"):
        checkpoint.resume(state)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"identity": {}, "other": 1}'])
def test_a_state_that_is_none_is_not_found(checkpoint: Checkpoint, content: str) -> None:
    (checkpoint.folder / "state.json").write_text(content)
    assert checkpoint.found() is None


def test_one_process_at_a_time_has_it(checkpoint: Checkpoint, target: Path) -> None:
    with pytest.raises(InvalidRequestError, match="Another batch is writing"):
        Checkpoint(target)
