"""The commands in the docs: run as printed, their output checked or written anew.

A ```console block has commands behind `$ ` and their output below; a ```python block may have its
output in a ```text block right below. They run in the order of the page in one shell, in the folder
of the project. A ```sh block has commands only, and may have what a reader must fill in. A comment
above a block says more:

    <!-- run -->                  this ```sh block runs as well
    <!-- elsewhere: a hub -->     this block is not run here
    <!-- ends with 1 -->          its last command fails on purpose

In an output `...` stands for anything.
"""

from __future__ import annotations

import argparse
import os
import re
import socket
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
PORT = "8321"
TIMEOUT = 600
"""Seconds for a page."""

ENGINE = re.compile(r"sparkloom prompt|\.prompt\(|generate/prompt\b(?!.*dryRun)")
_FENCE = re.compile(r"^```(\w*)\s*$")
_COMMENT = re.compile(r"<!-- (run|elsewhere|ends with 1)\b.*-->")
_MARK = "\x1e"


@dataclass(frozen=True, slots=True)
class Step:
    """A command, and the output that the page shows for it.

    Attributes:
        shown: None where the page shows no output of it.
        place: where the output is: its first line, and that behind its last.
        status: the exit status that it must end with.
    """

    command: str
    shown: str | None
    place: tuple[int, int]
    status: int = 0

    @property
    def written(self) -> bool:
        """Whether an engine writes the output: processors round differently."""
        return bool(ENGINE.search(self.command)) and "dry-run" not in self.command


def pages() -> list[Path]:
    """Every page with commands."""
    files = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    return [file for file in files if steps_of(file.read_text("utf-8"))]


def steps_of(page: str) -> list[Step]:
    """The commands of a page that run here, in their order."""
    lines, steps, mark, number = page.split("\n"), list[Step](), "", 0
    while number < len(lines):
        comment, fence = _COMMENT.match(lines[number]), _FENCE.match(lines[number])
        if comment:
            mark = comment.group(1)
        elif fence:
            end = lines.index("```", number + 1)
            runs = mark == "run" if fence.group(1) == "sh" else mark != "elsewhere"
            found = _steps_in(lines, fence.group(1), number + 1, end) if runs else []
            if mark == "ends with 1":
                found[-1] = Step(found[-1].command, found[-1].shown, found[-1].place, 1)
            steps += found
            number, mark = end, ""
        elif lines[number].strip():
            mark = ""
        number += 1
    return steps


def _steps_in(lines: list[str], language: str, start: int, end: int) -> list[Step]:
    """The commands of the block from line `start` to before line `end`."""
    if language == "python":
        command = "\n".join(["python - <<'CODE'", *lines[start:end], "CODE"])
        below = next((n for n in range(end + 1, len(lines)) if lines[n].strip()), end)
        if lines[below] != "```text":
            return [Step(command, None, (end, end))]
        last = lines.index("```", below)
        return [Step(command, "\n".join(lines[below + 1 : last]), (below + 1, last))]
    if language not in ("console", "sh"):
        return []
    steps, number = [], start
    while number < end:
        first = number
        while lines[number].endswith("\\"):
            number += 1
        command = "\n".join(lines[first : number + 1])
        number += 1
        if language == "sh":
            steps.append(Step(command, None, (number, number)))
            continue
        last = next((n for n in range(number, end) if lines[n].startswith("$ ")), end)
        shown = "\n".join(lines[number:last])
        steps.append(Step(command.removeprefix("$ "), shown, (number, last)))
        number = last
    return [step for step in steps if step.command.strip()]


def run(steps: list[Step], environment: dict[str, str] | None = None) -> list[tuple[int, str]]:
    """The exit status and the output of each command, all in one shell.

    The port in the commands is replaced by a free one, so that a server that runs already is
    not asked instead.
    """
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = str(listener.getsockname()[1])
    script = ["trap 'kill $(jobs -p) 2> /dev/null' EXIT"]
    for step in steps:
        script += [step.command.replace(PORT, port), f"printf '\\n{_MARK}%d{_MARK}' $?"]
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            ["bash", "-c", "\n".join(script)],
            stdin=subprocess.DEVNULL,
            cwd=ROOT,
            env={
                **os.environ,
                "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
                "SPARKLOOM_DATA_DIR": f"{folder}/data",
                "SPARKLOOM_PORT": port,
                "TMPDIR": folder,
                **(environment or {}),
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=TIMEOUT,
            check=False,
        )
    parts = done.stdout.replace(port, PORT).split(_MARK)
    outputs, statuses = parts[0::2], parts[1::2]
    return [
        (int(status), output.strip("\n")) for status, output in zip(statuses, outputs, strict=False)
    ]


def same(shown: str, output: str) -> bool:
    """Whether an output is as it is shown; `...` stands for anything."""
    pattern = ".*".join(map(re.escape, shown.split("...")))
    return re.fullmatch(pattern, output, re.DOTALL) is not None


def likeness(shown: str, output: str) -> float:
    """The share of the lines of an output that are as they are shown, 0 to 1."""
    expected, found = shown.split("\n"), output.split("\n")
    return sum(map(same, expected, found)) / max(len(expected), len(found))


def renewed(page: str, steps: list[Step], results: list[tuple[int, str]]) -> str:
    """A page with the outputs as they are now; those that are as they are shown stay."""
    lines = page.split("\n")
    for step, (_, output) in reversed(list(zip(steps, results, strict=True))):
        if step.shown is not None and not same(step.shown, output):
            lines[slice(*step.place)] = output.split("\n") if output else []
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description="Have the outputs in the docs written anew.")
    parser.add_argument("pages", nargs="*", type=Path, help="All that have any, if left out.")
    for page in parser.parse_args().pages or pages():
        text = page.read_text("utf-8")
        steps = steps_of(text)
        results = run(steps)
        for step, (status, output) in zip(steps, results, strict=True):
            if status != step.status:
                sys.exit(f"{page}: {step.command}\nended with {status}:\n{output}")
        page.write_text(renewed(text, steps, results), "utf-8")
        print(f"{page.name}: {len(steps)} commands")


if __name__ == "__main__":
    main()
