"""The commands in the README and the docs run as printed, and print what is shown."""

from __future__ import annotations

import itertools
import re
import shlex
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

import console
from console import Step
from sparkloom.cli import app
from sparkloom.settings import Settings

PAGE = """# A page

<!-- before: here=there -->
```sh
echo $here # says what is here
```

<!-- not run: a hub -->
```console
$ false
```

```json
{"a": 1}
```

```console
$ echo one \\
    two
one two
$ true
$ echo 1; echo 2
...
```

<!-- ends with 1 -->
```console
$ echo three && false
old
```

```python
print("sparkloom prompt")
```

```text
old
older
```

<!-- a comment -->

```sh
true # says nothing
```
"""

LIKE = 0.7
"""The share of an engine's lines that must be as they are shown. Another kind of processor rounds
differently, and now and then a line is another; an engine that has changed changes most."""


def test_the_commands_of_a_page_are_found() -> None:
    steps = console.steps_of(PAGE)
    assert [step.command for step in steps] == [
        "here=there",
        "echo $here # says what is here",
        "echo one \\\n    two",
        "true",
        "echo 1; echo 2",
        "echo three && false",
        "python - <<'CODE'\nprint(\"sparkloom prompt\")\nCODE",
        "true # says nothing",
    ]
    assert [step.shown for step in steps] == [
        *(None, None),
        *("one two", "", "...", "old", "old\nolder"),
        None,
    ]
    assert [step.status for step in steps] == [0, 0, 0, 0, 0, 1, 0, 0]
    assert [step.written for step in steps] == [*[False] * 6, True, False]


def test_what_an_engine_writes_is_told_from_what_is_always_so() -> None:
    for command, written in (
        ("sparkloom prompt fox", True),
        ("sparkloom prompt fox --dry-run", False),
        ("curl localhost:8321/v1/generate/prompt", True),
        ("loom.prompt('fox')", True),
        ("sparkloom check fox", False),
    ):
        assert Step(command, "", (0, 0)).written is written


def test_the_commands_of_a_page_run_in_one_shell() -> None:
    steps = [
        Step("a=1", "", (0, 0)),
        Step("echo $a; exec 2> /dev/null", "1", (0, 0)),
        Step("(exit 3)", "", (0, 0)),
        Step(f"echo localhost:{console.PORT} $SPARKLOOM_PORT", "", (0, 0)),
        Step("cat", "", (0, 0)),
    ]
    results = console.run(steps)
    assert results[:3] == [(0, ""), (0, "1"), (3, "")]
    assert results[3] == (0, f"localhost:{console.PORT} {console.PORT}")
    assert results[4] == (0, "")


def test_what_serves_is_run_until_it_answers() -> None:
    server = f"python -m http.server --bind 127.0.0.1 {console.PORT} # sparkloom serve"
    command = console.until_it_answers(server).replace("/health", "/")
    results = console.run([Step(command, None, (0, 0)), Step("jobs -p", "", (0, 0))])
    assert results == [(0, ""), (0, "")]
    assert console._SERVES.match("A=b sparkloom serve --host 0.0.0.0 # here & there")
    assert console._SERVES.match("A=b \\\n  sparkloom serve")
    for other in ("sparkloom serve > /dev/null 2>&1 &", "true # sparkloom serve"):
        assert not console._SERVES.match(other)


def test_what_is_written_stays_out_of_the_project() -> None:
    results = console.run([Step("echo a > sparks-of-a-test.txt; ls README.md", "", (0, 0))])
    assert results == [(0, "README.md")]
    assert not (console.ROOT / "sparks-of-a-test.txt").exists()


def test_a_page_is_renewed_where_it_is_wrong() -> None:
    steps = console.steps_of(PAGE)
    page = console.renewed(PAGE, steps, console.run(steps))
    assert page == PAGE.replace("false\nold\n", "false\nthree\n").replace(
        "old\nolder\n", "sparkloom prompt\n"
    )
    again = console.steps_of(page)
    assert console.renewed(page, again, console.run(again)) == page


def test_dots_stand_for_anything() -> None:
    assert console.same("model_... (6 images)", "model_f00 (6 images)")
    assert not console.same("model_... (6 images)", "model_f00 (7 images)")
    assert console.same("a\n...\nd", "a\nb\nc\nd")
    assert console.likeness("a\nb\nc", "a\nb\nx") == pytest.approx(2 / 3)
    assert console.likeness("a\nb", "a\nb\nc\nd") == 0.5


def not_run() -> list[tuple[str, str, list[str]]]:
    """The page, the reason and the commands of each block that is not run."""
    found = []
    for page in console.pages():
        lines = page.read_text("utf-8").split("\n")
        for block in console.blocks_of(lines):
            if "not run" in block.marks:
                text = "\n".join(lines[slice(*block.lines)]).replace("\\\n", "")
                found.append((page.name, block.marks["not run"], text.split("\n")))
    return found


def test_what_is_not_run_says_why() -> None:
    assert [page for page, reason, _ in not_run() if len(reason.split()) < 2] == []


def test_what_is_not_run_is_spelled_right() -> None:
    """Its commands, options and settings are there, if nothing else can be told."""
    settings = {f"SPARKLOOM_{name.upper()}" for name in Settings.model_fields}
    checked = 0
    for page, _, commands in not_run():
        for command in commands:
            assert set(re.findall(r"\bSPARKLOOM_\w+", command)) <= settings, (page, command)
            words = shlex.split(command.removeprefix("$ "), comments=True)
            for place, word in enumerate(words):
                first = place == 0 or words[place - 1] == "&&" or "=" in words[place - 1]
                if word == "sparkloom" and first:
                    assert options_left(words[place + 1 :]) == [], (page, command)
                    checked += 1
    assert checked


def options_left(words: list[str]) -> list[str]:
    """The options of a command line of Sparkloom that it does not have."""
    command: Any = get_command(app)
    while words and hasattr(command, "commands"):
        command = command.commands[words.pop(0)]
    own = {option for each in command.params for option in (*each.opts, *each.secondary_opts)}
    given = itertools.takewhile(lambda word: word not in ("&&", "|", ";", "&", "--"), words)
    return [word for word in given if word.startswith("-") and word not in own]


@pytest.mark.skipif(
    not all(map(shutil.which, ("bash", "curl", "jq"))), reason="needs bash, curl and jq"
)
@pytest.mark.parametrize("page", console.pages(), ids=lambda page: page.stem)
def test_a_page_runs_as_printed(page: Path) -> None:
    steps = console.steps_of(page.read_text("utf-8"))
    results = console.run(steps)
    assert len(results) == len(steps), "the shell ended early"
    shown, found = [], []
    for step, (status, output) in zip(steps, results, strict=True):
        assert status == step.status, f"{step.command}\n{output}"
        if step.shown is None:
            continue
        if step.written:
            shown.append(step.shown)
            found.append(output)
        else:
            assert console.same(step.shown, output), f"{step.command}\n{output}"
    if shown:
        assert console.likeness("\n".join(shown), "\n".join(found)) >= LIKE, "\n".join(found)
