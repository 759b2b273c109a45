"""Run the benchmarks, and write `benchmarks/report.md`.

    scripts/bench                 # about twenty minutes on two cores with nothing else to do
    scripts/bench --quick         # a few minutes: fewer sparks and rounds
    scripts/bench --long          # hours: kills, the load of many clients, and large batches too
    scripts/bench --only speed --only promises

Each part is a command of its own, which writes its section. One that fails is named in the report
and here, and the others go on; sections of parts that do not run stay as they are.
"""

from __future__ import annotations

import argparse
import os
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from report import drop, machine, put
from sparkloom.settings import usable_cores

FOLDER = Path(__file__).parent
FAILED = "Parts that failed"

LIMIT = 1800.0
"""Seconds that a part may take; a long one may take ten times as many."""

GRACE = 10.0
"""Seconds that a part has to end when it is told to."""


@dataclass(frozen=True, slots=True)
class Part:
    """A script, and what it is run with.

    Attributes:
        script: its file, and what stands behind it always.
        usual: further arguments.
        quick: those in the place of the usual ones where minutes count.
        minutes: about how long the usual takes.
        long: whether it runs only where hours do not count.
        takes: a file or folder that our own `--prompts` or `--files` names.
        option: the part's argument that takes it.
        needs: whether the part can do nothing without it.
    """

    script: str
    usual: str = ""
    quick: str = ""
    minutes: float = 1.0
    long: bool = False
    takes: str = ""
    option: str = ""
    needs: bool = False

    def command(self, quick: bool, files: Mapping[str, Path | None]) -> list[str]:
        """What to run behind `python`."""
        file = files.get(self.takes)
        given = [self.option, str(file)] if file else []
        script, *first = shlex.split(self.script)
        more = shlex.split(self.quick if quick else self.usual)
        return [f"benchmarks/{script}", *first, *more, *given]


PARTS = {
    "speed": Part("speed.py", quick="--quick", minutes=5.5),
    "peers": Part("peers.py", quick="--rounds 2", minutes=3),
    "quality": Part(
        "quality.py", "--sparks 8", "--sparks 2", minutes=6, takes="prompts", option="--bench"
    ),
    "promises": Part("promises.py", quick="--requests 100", minutes=3),
    "contextual": Part("contextual.py", "--first 15", "--first 8", minutes=1),
    "editing": Part("editing.py", minutes=0.5),
    "protection": Part("protection.py", minutes=1, takes="prompts", option="--prompts"),
    "catalog": Part("catalog.py retrieve", minutes=1.5),
    "vision": Part("vision.py", "", "", 5, long=True, takes="files", option="--files", needs=True),
    "page": Part("studio.py", minutes=2, long=True),
    "batches": Part("batch.py workers", minutes=5, long=True),
    "killed-batch": Part("batch.py kill", minutes=10, long=True),
    "killed-server": Part("catalog.py kill", minutes=20, long=True),
    "load": Part("load.py", "--minutes 10", "--minutes 1", minutes=11, long=True),
}


class PartError(Exception):
    """A part that did not do what it should, in a sentence."""


def run(part: Part, command: list[str]) -> None:
    """Run a part to its end.

    Raises:
        PartError: it ended with an error, or not in time.
    """
    if part.needs and part.option not in command:
        raise PartError(f"was not run: it needs the option --{part.takes}")
    with tempfile.TemporaryDirectory() as data, tempfile.TemporaryFile("w+") as said:
        # The jobs of a benchmark are nobody's.
        environment = os.environ | {"SPARKLOOM_DATA_DIR": data, "TERM": "dumb"}
        with subprocess.Popen(
            [sys.executable, *command],
            env=environment,
            cwd=FOLDER.parent,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
        ) as process:
            try:
                code = process.wait(LIMIT * (10 if part.long else 1))
            except subprocess.TimeoutExpired:
                code = None
            finally:
                end(process)
        if code == 0:
            return
        said.seek(0)
        last = ([line.strip() for line in said if line.strip()] or ["it said nothing"])[-1]
    how = "took too long" if code is None else f"ended with {code}"
    raise PartError(f"{how}: {last[:300]}")


def end(process: subprocess.Popen[bytes]) -> None:
    """End a part that still runs, so that its own servers end too."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(GRACE)
        except subprocess.TimeoutExpired:
            process.kill()


def report_failures(failures: Mapping[str, str]) -> None:
    """Name what failed in the report; a report without failures has no such section."""
    drop(FAILED)
    if failures:
        rows = [f"| {name} | {reason.replace('|', '/')} |" for name, reason in failures.items()]
        put(FAILED, "\n".join(["| part | what happened |", "|---|---|", *rows]))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    scale = parser.add_mutually_exclusive_group()
    scale.add_argument("--quick", action="store_true", help="fewer sparks and rounds")
    scale.add_argument("--long", action="store_true", help="parts that take very long as well")
    parser.add_argument("--only", action="append", choices=PARTS, metavar="NAME",
                        help=f"run this part; may be given again: {', '.join(PARTS)}")  # fmt: skip
    parser.add_argument("--prompts", type=Path, help="public prompts: prompts.bench.jsonl.gz")
    parser.add_argument("--files", type=Path, help="a folder with the files of vision_files.tsv")
    arguments = parser.parse_args()
    files = {"prompts": arguments.prompts, "files": arguments.files}
    chosen = {
        name: part
        for name, part in PARTS.items()
        if (name in arguments.only if arguments.only else arguments.long or not part.long)
    }
    console = Console()
    if (busy := os.getloadavg()[0]) > 0.5 * usable_cores():
        console.print(f"Other programs want the cores (load {busy:.1f}): the times will be wrong.")
    failures: dict[str, str] = {}
    put("The machine", machine(), first=True)
    with Progress(
        SpinnerColumn(), TextColumn("{task.description}"), BarColumn(),
        TextColumn("{task.percentage:.0f} %"), TimeElapsedColumn(), console=console,
    ) as bar:  # fmt: skip
        task = bar.add_task("", total=sum(part.minutes for part in chosen.values()))
        for name, part in chosen.items():
            command = part.command(arguments.quick, files)
            bar.update(task, description=name)
            start = time.monotonic()
            try:
                run(part, command)
                bar.console.print(f"{name}: {time.monotonic() - start:.0f} s")
            except PartError as failure:
                failures[name] = str(failure)
                bar.console.print(f"{name}: {failure}", markup=False)
            bar.advance(task, part.minutes)
    report_failures(failures)
    if failures:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
