"""The commands in the README and the docs run as printed, and print what is shown."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import console
from console import Step

PAGE = """# A page

```sh
false
```

<!-- elsewhere: a hub -->
```console
$ false
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

<!-- run -->
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
        "echo one \\\n    two",
        "true",
        "echo 1; echo 2",
        "echo three && false",
        "python - <<'CODE'\nprint(\"sparkloom prompt\")\nCODE",
        "true # says nothing",
    ]
    assert [step.shown for step in steps] == ["one two", "", "...", "old", "old\nolder", None]
    assert [step.status for step in steps] == [0, 0, 0, 1, 0, 0]
    assert [step.written for step in steps] == [False, False, False, False, True, False]


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
