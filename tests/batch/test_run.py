"""Batches from their beginning, or from where they were interrupted, to their end."""

from __future__ import annotations

import io
import json
import random
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import rows

import chat_double
from sparkloom.batch import Status, run_batch
from sparkloom.batch import run as module
from sparkloom.batch.answerer import Answerer
from sparkloom.errors import InvalidRequestError, SparkloomError, UnavailableError
from sparkloom.settings import Settings

SETTINGS = Settings(engine="echo", workers=1)
FIELDS = {"mode": "completion", "numResults": None}


def batch(source: Path | str, target: Path | str, **options: Any) -> Status:
    given: dict[str, Any] = {"seed": 7, "fields": FIELDS} | options
    return run_batch(str(source), str(target), SETTINGS, **given)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return rows.write_jsonl(tmp_path / "in.jsonl", rows.sparks(120))


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "out.jsonl"


def files(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_rows_come_back_in_their_order_with_their_answers(source: Path, target: Path) -> None:
    told: list[Status] = []
    status = batch(source, target, progress=told.append)
    asked = rows.sparks(120)
    good = [row for row in asked if "numResults" not in row]
    answers = rows.read_jsonl(target)
    assert [answer["id"] for answer in answers] == [row["id"] for row in good]
    for row, answer in zip(good, answers, strict=True):
        assert answer["prompts"][0].startswith(row["prompt"])
        assert answer["seed"] == row.get("seed", answer["seed"])
    bad = rows.read_jsonl(Path(f"{target}.errors.jsonl"))
    assert [error["number"] for error in bad] == [50, 100]
    assert [error["row"] for error in bad] == [asked[49], asked[99]]
    assert (status.rows, status.failed, status.prompts) == (120, 2, 118)
    assert (status.seed, status.errors) == (7, Path(f"{target}.errors.jsonl"))
    assert status.place == status.size == source.stat().st_size
    assert [one.rows for one in told] == [0, 16, 32, 48, 64, 80, 96, 112, 120]
    assert files(target.parent) == {"in.jsonl", "out.jsonl", "out.jsonl.errors.jsonl"}


def test_a_seed_is_drawn_and_told(source: Path, target: Path, tmp_path: Path) -> None:
    status = batch(source, target, seed=None)
    again = tmp_path / "again.jsonl"
    batch(source, again, seed=status.seed)
    assert again.read_bytes() == target.read_bytes()
    assert batch(source, target, seed=None, force=True).seed != status.seed


@pytest.mark.parametrize("kind", ["jsonl", "csv", "parquet"])
def test_every_format_gives_the_same_answers(tmp_path: Path, kind: str) -> None:
    asked = [row for row in rows.sparks(40) if "seed" not in row]
    table = rows.table(asked)
    source, target = tmp_path / f"in.{kind}", tmp_path / f"out.{kind}"
    if kind == "jsonl":
        rows.write_jsonl(source, asked)
    elif kind == "csv":
        source.write_text("id,prompt\n" + "".join(f'{r["id"]},"{r["prompt"]}"\n' for r in asked))
    else:
        pq.write_table(table, source)
    batch(source, target)
    batch(rows.write_jsonl(tmp_path / "other.jsonl", asked), tmp_path / "expected.jsonl")
    expected = [answer["prompts"] for answer in rows.read_jsonl(tmp_path / "expected.jsonl")]
    if kind == "jsonl":
        found = [answer["prompts"] for answer in rows.read_jsonl(target)]
    elif kind == "csv":
        import csv

        with target.open(newline="") as file:
            found = [json.loads(row["prompts"]) for row in csv.DictReader(file)]
    else:
        found = pq.read_table(target)["prompts"].to_pylist()
    assert found == expected


class StoppedError(Exception):
    """What ends a batch in the middle."""


def stop_after(count: int) -> Callable[[Status], None]:
    def progress(status: Status) -> None:
        if status.rows - status.earlier >= count:
            raise StoppedError

    return progress


@pytest.mark.parametrize("kind", ["jsonl", "csv", "parquet"])
def test_an_interrupted_batch_goes_on(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "KEEP_SECONDS", 0)
    asked = rows.sparks(120)
    table = rows.table(asked)
    source, target = tmp_path / f"in.{kind}", tmp_path / f"out.{kind}"
    if kind == "parquet":
        pq.write_table(table, source)
    elif kind == "csv":
        from pyarrow import csv

        csv.write_csv(table, source)
    else:
        rows.write_jsonl(source, asked)
    whole = tmp_path / f"whole.{kind}"
    batch(source, whole)
    for _ in range(3):
        with pytest.raises(StoppedError):
            batch(source, target, progress=stop_after(30))
        assert not target.exists()
    status = batch(source, target, seed=None)  # the checkpoint has the seed
    assert (status.rows, status.failed, status.earlier, status.seed) == (120, 2, 96, 7)
    assert target.read_bytes() == whole.read_bytes()
    errors = [Path(f"{path}.errors.jsonl").read_bytes() for path in (target, whole)]
    assert errors[0] == errors[1]
    assert not Path(f"{target}.checkpoint").exists()


def test_a_batch_that_is_kept_late_does_some_rows_again(
    source: Path, target: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "KEEP_SECONDS", 1e9)
    with pytest.raises(StoppedError):
        batch(source, target, progress=stop_after(30))
    assert batch(source, target).earlier == 0
    batch(source, tmp_path / "whole.jsonl")
    assert target.read_bytes() == (tmp_path / "whole.jsonl").read_bytes()


def kept(target: Path) -> int:
    """How many rows the checkpoint has."""
    state = Path(f"{target}.checkpoint/state.json")
    try:
        return int(json.loads(state.read_text())["rows"])
    except FileNotFoundError:
        return 0


def killed(seed: int, source: Path, target: Path, engine: str, most: int) -> int:
    """Kill the command at random moments and let it end in the end; how often it was killed."""
    draw = random.Random(seed)
    kills = 0
    while True:
        process = rows.start(source, target, engine=engine)
        before = kept(target)
        # It lives until it has kept something, and a random while longer.
        while process.poll() is None and kills < most:
            if kept(target) > before:
                time.sleep(draw.uniform(0, 0.4))
                process.send_signal(signal.SIGKILL)
                break
            time.sleep(0.01)
        _, said = process.communicate()
        if process.returncode == 0:
            return kills
        assert process.returncode == -signal.SIGKILL, said
        kills += 1


@pytest.mark.parametrize("kind", ["jsonl", "parquet"])
def test_a_batch_that_is_killed_again_and_again_loses_and_doubles_nothing(
    tmp_path: Path, kind: str
) -> None:
    source = tmp_path / f"in.{kind}"
    asked = rows.sparks(1000)
    if kind == "jsonl":
        rows.write_jsonl(source, asked)
    else:
        pq.write_table(rows.table(asked), source)
    target, whole = tmp_path / f"out.{kind}", tmp_path / f"whole.{kind}"
    assert killed(1, source, target, "echo", most=3) > 0
    rows.run(source, whole)
    if kind == "jsonl":
        assert len(rows.read_jsonl(target)) == 980
        for found, expected in zip(rows.read_jsonl(target), rows.read_jsonl(whole), strict=True):
            assert found == expected
    assert target.read_bytes() == whole.read_bytes()
    errors = [Path(f"{path}.errors.jsonl").read_bytes() for path in (target, whole)]
    assert errors[0] == errors[1]
    assert len(errors[0].splitlines()) == 20


def test_a_killed_batch_of_the_local_model_is_the_same_to_the_byte(tmp_path: Path) -> None:
    source = rows.write_jsonl(tmp_path / "in.jsonl", rows.sparks(32))
    target, whole = tmp_path / "out.jsonl", tmp_path / "whole.jsonl"
    assert killed(2, source, target, "embedded", most=1) == 1
    rows.run(source, whole, engine="embedded")
    assert target.read_bytes() == whole.read_bytes()
    assert len(rows.read_jsonl(target)) == 32


@pytest.mark.parametrize("how", ["the output", "the errors"])
def test_what_is_there_is_not_written_over_unasked(source: Path, target: Path, how: str) -> None:
    there = target if how == "the output" else Path(f"{target}.errors.jsonl")
    there.write_text("mine\n")
    before = files(target.parent)
    with pytest.raises(InvalidRequestError, match=r"is there already\. Say --force"):
        batch(source, target)
    assert there.read_text() == "mine\n"
    assert files(target.parent) == before
    batch(source, target, force=True)
    assert len(rows.read_jsonl(target)) == 118


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"seed": 8}, "the seed was 7, and now is 8"),
        ({"fields": {"mode": "inventive"}}, "the options was"),
        ({"source": "other"}, "its input was another"),
    ],
)
def test_a_checkpoint_of_another_batch_is_refused(
    source: Path, target: Path, change: dict[str, Any], said: str
) -> None:
    with pytest.raises(StoppedError):
        batch(source, target, progress=stop_after(30))
    if "source" in change:
        change = {}
        rows.write_jsonl(source, rows.sparks(121))
    with pytest.raises(InvalidRequestError, match=said):
        batch(source, target, **change)
    assert Path(f"{target}.checkpoint").exists()
    assert batch(source, target, force=True, **change).rows >= 120


def test_a_batch_does_not_go_on_with_another_model_of_the_server(
    source: Path, target: Path
) -> None:
    """Nobody named a model; the server has another one when the batch goes on."""
    with chat_double.running(chat_double.good) as double:
        settings = Settings(engine="openai", engine_url=double.address)

        def batch(**options: Any) -> Status:
            given: dict[str, Any] = {"seed": 7, "fields": FIELDS} | options
            return run_batch(str(source), str(target), settings, **given)

        with pytest.raises(StoppedError):
            batch(progress=stop_after(30))
        double.models.remove("first")
        said = "SPARKLOOM_ENGINE_MODEL was first, and now is second.* Put that back"
        with pytest.raises(InvalidRequestError, match=said):
            batch()
        assert batch(force=True).rows == 120
        asked = {body["model"] for body in double.asked[-100:]}
    assert asked == {"second"}


@pytest.mark.parametrize(
    ("source", "target", "options", "said"),
    [
        ("none.jsonl", "out.jsonl", {}, "There is no file"),
        ("in.jsonl", "none/out.jsonl", {}, "No such file or directory"),
        ("in.jsonl", "in.jsonl", {}, "is the input"),
        ("in.txt", "out.txt", {}, "does not tell the format"),
        ("in.jsonl", "out.csv", {}, "must be of the same format"),
        ("in.jsonl", "out.jsonl", {"form": "xml"}, "There is no format xml"),
        ("-", "out.parquet", {}, "cannot go through a pipe"),
        ("in.jsonl", "out.jsonl", {"form": "csv"}, "there is no such column"),
        ("in.jsonl", "out.jsonl", {"fields": {"numResults": 6}}, "numResults: must be less"),
        ("in.jsonl", "out.jsonl", {"seed": 2**60}, "seed: must be less"),
    ],
)
def test_what_cannot_be_used_is_told(
    tmp_path: Path, source: str, target: str, options: dict[str, Any], said: str
) -> None:
    rows.write_jsonl(tmp_path / "in.jsonl", rows.sparks(3))
    before = files(tmp_path)
    paths = [name if name == "-" else tmp_path / name for name in (source, target)]
    with pytest.raises(SparkloomError, match=said):
        batch(*paths, **options)
    assert files(tmp_path) == before


def test_an_empty_file_gives_an_empty_file(tmp_path: Path, target: Path) -> None:
    assert batch(rows.write_jsonl(tmp_path / "in.jsonl", []), target).rows == 0
    assert target.read_bytes() == b""


class Streams:
    """Standard input and output of a test."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, content: bytes = b"") -> None:
        self.output, self.errors = io.BytesIO(), io.BytesIO()
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
        monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(self.output))
        monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(self.errors))


@pytest.mark.parametrize("piped", [True, False])
def test_rows_may_go_to_standard_output(
    source: Path, target: Path, monkeypatch: pytest.MonkeyPatch, piped: bool
) -> None:
    batch(source, target)
    streams = Streams(monkeypatch, source.read_bytes() if piped else b"")
    status = batch("-" if piped else source, "-")
    assert streams.output.getvalue() == target.read_bytes()
    assert streams.errors.getvalue() == Path(f"{target}.errors.jsonl").read_bytes()
    assert (status.rows, status.errors) == (120, None)
    assert (status.size is None) == piped


def test_standard_input_may_go_into_a_file_and_on_after_a_kill(
    source: Path, target: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "KEEP_SECONDS", 0)
    Streams(monkeypatch, source.read_bytes())
    with pytest.raises(StoppedError):
        batch("-", target, progress=stop_after(30))
    Streams(monkeypatch, source.read_bytes())
    assert batch("-", target).earlier == 32
    batch(source, tmp_path / "whole.jsonl")
    assert target.read_bytes() == (tmp_path / "whole.jsonl").read_bytes()
    assert not Path(f"{target}.checkpoint").exists()


def test_csv_may_go_through_a_pipe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    streams = Streams(monkeypatch, b"id,prompt\n1,a fox\n")
    batch("-", "-", form="csv")
    header, line = streams.output.getvalue().decode().splitlines()
    assert header.startswith("id,prompt,prompts,")
    assert line.startswith('1,a fox,"[""a fox')


@pytest.mark.parametrize("count", [10, 200])
def test_a_batch_stops_when_nobody_answers(
    tmp_path: Path, target: Path, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "KEEP_SECONDS", 0)
    asked = rows.sparks(count)
    source = rows.write_jsonl(tmp_path / "in.jsonl", asked)
    good = Answerer._outcome
    gone = 0 if count == 10 else 40

    def outcome(answerer: Answerer, row: Any) -> Any:
        return UnavailableError("It is gone.") if row.number > gone else good(answerer, row)

    with monkeypatch.context() as broken:
        broken.setattr(Answerer, "_outcome", outcome)
        with pytest.raises(UnavailableError, match=r"It is gone\. What was answered before is"):
            batch(source, target)
    assert not target.exists()
    status = batch(source, target)
    # Of the third chunk 8 rows were answered; what came after it was not put aside.
    assert (status.rows, status.failed) == (count, 0 if count == 10 else 8 + 4)
    assert status.earlier == (0 if count == 10 else 48)


def test_a_single_bad_stretch_is_put_aside(
    source: Path, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = Answerer._outcome

    def outcome(answerer: Answerer, row: Any) -> Any:
        bad = 16 < row.number <= 48
        return UnavailableError("It was gone.") if bad else good(answerer, row)

    monkeypatch.setattr(Answerer, "_outcome", outcome)
    assert batch(source, target).failed == 32 + 2


def test_several_workers_need_ray(
    source: Path, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(UnavailableError, match=r"pip install 'sparkloom\[ray\]'"):
        batch(source, target, workers=2)


def test_the_modules_of_a_format_are_loaded_when_it_is_read() -> None:
    import subprocess

    code = (
        "import sys, sparkloom.batch; "
        "print([m for m in ('pyarrow', 'ray', 'sqlalchemy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
