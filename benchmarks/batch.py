"""How fast batches are, and whether a killed one loses or doubles a row.

    pip install '.[ray]'
    python benchmarks/batch.py workers
    python benchmarks/batch.py kill

The first part answers the same rows with the local model, by one worker of one thread in this
process and by two such workers on Ray, in turns. The second kills a batch in the middle with
SIGKILL, lets it go on, and compares it row by row with an undisturbed one; it ends with an error as
soon as something differs.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from report import Figure, write_section
from sparkloom.batch import Status, run_batch
from sparkloom.batch.answerer import LEAST_ROWS
from sparkloom.settings import Settings

SUBJECTS = ("a heron", "an old tram", "a walled garden", "a lighthouse keeper", "a market")
ASKED = {"mode": "completion", "temperature": 0.75}
"""With a temperature the engine writes every row; no hand-written scene takes its place."""


def write_rows(path: Path, count: int) -> Path:
    with path.open("w") as file:
        for number in range(count):
            spark = f"{SUBJECTS[number % len(SUBJECTS)]}, plate {number}"
            file.write(json.dumps({"id": number, **ASKED, "prompt": spark}) + "\n")
    return path


def speeds(source: Path, target: Path, workers: int) -> tuple[float, float, float]:
    """Rows and tokens a second once the first rows are answered, and the seconds until then."""
    told: list[tuple[float, Status]] = []
    begun = time.monotonic()
    done = run_batch(
        str(source),
        str(target),
        Settings(threads=1, workers=1),
        seed=1,
        workers=workers,
        force=True,
        progress=lambda status: told.append((time.monotonic(), status)),
    )
    if done.failed:
        raise SystemExit(f"Something is amiss: {done.failed} rows failed; see {done.errors}.")
    answered = [(moment, status) for moment, status in told if status.rows]
    (start, first), (end, last) = answered[0], answered[-1]
    seconds = end - start
    return (
        (last.rows - first.rows) / seconds,
        (last.tokens - first.tokens) / seconds,
        start - begun,
    )


def working(folder: Path, count: int, rounds: int) -> Iterator[Figure]:
    """One worker against two, in turns."""
    source = write_rows(folder / "in.jsonl", count)
    measured: dict[int, list[tuple[float, float, float]]] = {1: [], 2: []}
    for number in range(rounds):
        for workers in (1, 2) if number % 2 == 0 else (2, 1):
            measured[workers].append(speeds(source, folder / f"out{workers}.jsonl", workers))
            rate, speed, start = measured[workers][-1]
            told = f"{workers}: {rate:.2f} rows/s, {speed:.0f} tokens/s after {start:.0f} s"
            print(f"{told}, load {os.getloadavg()[0]:.1f}", file=sys.stderr)
    same = (folder / "out1.jsonl").read_bytes() == (folder / "out2.jsonl").read_bytes()
    rates = {w: statistics.median(rate for rate, _, _ in found) for w, found in measured.items()}
    tokens = {w: statistics.median(speed for _, speed, _ in found) for w, found in measured.items()}
    starts = {w: statistics.median(start for _, _, start in found) for w, found in measured.items()}
    yield f"rows of one completion each; medians of {rounds} rounds", f"{count}", ""
    yield "one worker of one thread, rows a second", f"{rates[1]:.2f}", ""
    yield "two Ray workers of one thread each, rows a second", f"{rates[2]:.2f}", ""
    yield "two to one", f"{rates[2] / rates[1]:.2f}", "≥ 1.7"
    yield "one worker, tokens written a second", f"{tokens[1]:.0f}", ""
    yield "two workers, tokens written a second", f"{tokens[2]:.0f}", ""
    yield "until the first rows, one worker and two", f"{starts[1]:.0f} s, {starts[2]:.0f} s", ""
    yield "the same bytes", "yes" if same else "NO", "yes"
    spread = ", ".join(
        f"{two[0] / one[0]:.2f}" for one, two in zip(*measured.values(), strict=True)
    )
    yield "two to one, round by round", spread, ""
    yield "processes waiting for the cores, last minute", f"{os.getloadavg()[0]:.1f}", ""


def answered(source: Path, target: Path, engine: str, kill_at: int | None = None) -> float:
    """Run the command, and kill it once when so many rows are kept; how long it ran."""
    environment = {**os.environ, "SPARKLOOM_ENGINE": engine}
    command = [sys.executable, "-m", "sparkloom", "batch", str(source), str(target), "--seed", "1"]
    state = Path(f"{target}.checkpoint/state.json")
    begun = time.monotonic()
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as process:
        while process.poll() is None:
            if kill_at and state.exists() and json.loads(state.read_text())["rows"] >= kill_at:
                process.send_signal(signal.SIGKILL)
            time.sleep(0.02)
    expected = -signal.SIGKILL if kill_at else 0
    if process.returncode != expected:
        raise SystemExit(f"The command ended with {process.returncode}, not {expected}.")
    return time.monotonic() - begun


def killing(folder: Path, count: int, engine: str) -> Iterator[Figure]:
    """A batch that is killed in the middle against an undisturbed one."""
    source = write_rows(folder / f"{engine}.jsonl", count)
    whole, killed = folder / f"{engine}-whole.jsonl", folder / f"{engine}-killed.jsonl"
    seconds = answered(source, whole, engine)
    answered(source, killed, engine, kill_at=count // 2)
    kept = json.loads(Path(f"{killed}.checkpoint/state.json").read_text())["rows"]
    answered(source, killed, engine)
    rows = [path.read_text().splitlines() for path in (whole, killed)]
    different = sum(a != b for a, b in zip(*rows, strict=False)) + abs(len(rows[0]) - len(rows[1]))
    if different or len(rows[0]) != count:
        raise SystemExit(f"Something is amiss: {different} rows of {count} differ.")
    yield f"{engine}: rows, killed after {kept:,}", f"{count:,}", ""
    yield f"{engine}: rows lost, doubled or different", "0", "0"
    yield f"{engine}: undisturbed, rows a second", f"{count / seconds:.1f}", ""


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parts = parser.add_subparsers(dest="part", required=True)
    workers = parts.add_parser("workers", help="two workers against one")
    workers.add_argument("--rows", type=int, default=80)
    workers.add_argument("--rounds", type=int, default=5)
    kill = parts.add_parser("kill", help="a batch that is killed")
    kill.add_argument("--rows", type=int, default=20_000, help="with the engine that only echoes")
    kill.add_argument("--real-rows", type=int, default=200, help="with the local model")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if arguments.part == "workers":
            if arguments.rows < 2 * LEAST_ROWS:
                parser.error(f"--rows: must be {2 * LEAST_ROWS} at least; the first are not timed")
            figures = list(working(folder, arguments.rows, arguments.rounds))
            asked = f"--rows {arguments.rows} --rounds {arguments.rounds}"
            command = f"python benchmarks/batch.py workers {asked}"
            write_section("Batches by several workers", command, figures)
        else:
            figures = [
                *killing(folder, arguments.rows, "echo"),
                *killing(folder, arguments.real_rows, "embedded"),
            ]
            write_section("A killed batch", "python benchmarks/batch.py kill", figures)


if __name__ == "__main__":
    main()
