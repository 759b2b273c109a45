"""The commands in the README and the docs: run as printed, their output checked or written anew.

Every ```console, ```sh and ```python block is run, in the order of its page, all of a page in one
shell. A ```console block has commands behind `$ ` and their output below, a ```sh block commands
only; a ```python block may have its output in a ```text block right below. A comment above a block
says what is different:

    <!-- not run: needs a GPU -->           it is not run here, and why
    <!-- before: echo a fox > sparks.txt -->  what a reader has already; run first
    <!-- ends with 1 -->                    its last command fails on purpose

`sparkloom serve` that is not in the background is run until it answers. The folder has everything
of the project; what the commands write there is gone afterwards. In an output `...` stands for
anything.
"""

from __future__ import annotations

import argparse
import os
import re
import socket
import subprocess
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

ROOT = Path(__file__).parents[1]
PORT = "8321"
TIMEOUT = 600
"""Seconds for a page."""

ENGINE = re.compile(r"sparkloom prompt|\.prompt\(|generate/prompt\b(?!.*dryRun)")
_FENCE = re.compile(r"^```(\w*)\s*$")
_COMMENT = re.compile(r"<!-- (not run|before|ends with 1)(?:: (.+?))? -->")
_LANGUAGES = ("console", "python", "sh")
_SERVES = re.compile(r"^[^#]*\bsparkloom serve\b[^&#]*(#.*)?$", re.DOTALL)
_MARK = "\x1e"


@dataclass(frozen=True, slots=True)
class Step:
    """A command, and the output that the page shows for it.

    Attributes:
        command: what is run.
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


@dataclass(frozen=True, slots=True)
class Block:
    """A block of commands on a page.

    Attributes:
        language: `console`, `python` or `sh`.
        lines: the first line of its text, and that behind its last.
        marks: what the comments above it say.
    """

    language: str
    lines: tuple[int, int]
    marks: dict[str, str]


def pages() -> list[Path]:
    """Every page with commands."""
    files = [
        ROOT / "README.md",
        ROOT / "integrations/comfyui/README.md",
        ROOT / "training/README.md",
        *sorted((ROOT / "docs").rglob("*.md")),
    ]
    return [file for file in files if blocks_of(file.read_text("utf-8").split("\n"))]


def blocks_of(lines: list[str]) -> list[Block]:
    """The blocks of commands of a page, in their order."""
    blocks, marks, number = list[Block](), dict[str, str](), 0
    while number < len(lines):
        comment, fence = _COMMENT.match(lines[number]), _FENCE.match(lines[number])
        if comment:
            marks[comment.group(1)] = comment.group(2) or ""
        elif fence:
            end = lines.index("```", number + 1)
            if fence.group(1) in _LANGUAGES:
                blocks.append(Block(fence.group(1), (number + 1, end), marks))
            number, marks = end, {}
        elif lines[number].strip():
            marks = {}
        number += 1
    return blocks


def steps_of(page: str) -> list[Step]:
    """The commands of a page that run here, in their order."""
    lines, steps = page.split("\n"), list[Step]()
    for block in blocks_of(lines):
        if "not run" in block.marks:
            continue
        if before := block.marks.get("before"):
            steps.append(Step(before, None, block.lines))
        steps += _steps_in(lines, block.language, *block.lines)
        if "ends with 1" in block.marks:
            steps[-1] = replace(steps[-1], status=1)
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
        command = until_it_answers(step.command) if _SERVES.match(step.command) else step.command
        script += [command.replace(PORT, port), f"printf '\\n{_MARK}%d{_MARK}' $?"]
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder, "here")
        here.mkdir()
        for each in ROOT.glob("[!.]*"):
            (here / each.name).symlink_to(each)
        done = subprocess.run(
            ["bash", "-c", "\n".join(script)],
            stdin=subprocess.DEVNULL,
            cwd=here,
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


def until_it_answers(command: str) -> str:
    """A command that serves until it is stopped, stopped as soon as it answers."""
    health = f"localhost:{PORT}/health"
    return "\n".join(
        (
            "set -m",
            "{",
            command,
            "} > $TMPDIR/served 2>&1 &",
            f"curl -sf --retry 100 --retry-delay 1 --retry-connrefused {health} > /dev/null ||",
            "  (cat $TMPDIR/served && false)",
            "answered=$?",
            "{ kill -- -$! && wait $!; } 2> /dev/null",
            "set +m",
            "(exit $answered)",
        )
    )


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
