"""The command line as a whole."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from command import COMMAND, check_fault, run

pytestmark = pytest.mark.usefixtures("echo_engine")


@pytest.mark.parametrize(
    "command",
    [
        "",
        "prompt",
        "batch",
        "check",
        "serve",
        "mcp",
        "model",
        "model build",
        "model show",
        "model remove",
        "model list",
        "model use",
        "engines",
        "engines show",
        "engines load",
        "engines unload",
        "models",
        "models import",
        "models list",
        "models show",
    ],
)
def test_every_command_has_help(command: str) -> None:
    result = run(*command.split(), "--help")
    assert result.exit_code == 0
    assert "Usage: " in result.stdout
    assert "--help" in result.stdout


def test_input_that_is_not_utf_8_is_explained() -> None:
    done = subprocess.run(
        [*COMMAND, "prompt"], input=b"caf\xe9\n", capture_output=True, check=False
    )
    assert done.returncode == 1
    assert done.stdout == b""
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SPARKLOOM_THREADS", "many"),
        ("SPARKLOOM_ENGINE", "abacus"),
        ("SPARKLOOM_PORT", "70000"),
        ("SPARKLOOM_API_KEYS", "hunter2"),
    ],
)
def test_a_wrong_setting_is_explained(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    for command in (("prompt", "a fox"), ("serve",), ("mcp",)):
        result = run(*command)
        check_fault(result, f"The setting {name} is wrong: ")
        assert "hunter2" not in result.stderr


@pytest.mark.parametrize("command", [("prompt", "a fox"), ("serve",)])
def test_a_catalog_that_cannot_be_opened_is_explained(
    monkeypatch: pytest.MonkeyPatch, data: Path, command: tuple[str, ...]
) -> None:
    monkeypatch.setenv("SPARKLOOM_DATABASE_URL", f"sqlite:///{data}/no/such.db")
    check_fault(run(*command), "SPARKLOOM_DATABASE_URL")


def test_the_command_line_imports_nothing_heavy() -> None:
    heavy = ("pydantic", "fastapi", "mcp", "numpy", "xllamacpp", "uvicorn", "PIL", "sqlalchemy")
    code = f"import sys, sparkloom.cli; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_a_closed_pipe_ends_quietly() -> None:
    with subprocess.Popen(
        [*COMMAND, "prompt", "--json", *["a fox"] * 50],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "SPARKLOOM_ENGINE": "echo"},
    ) as writer:
        assert writer.stdout is not None
        assert writer.stderr is not None
        writer.stdout.close()
        assert writer.stderr.read() == b""
    assert writer.returncode == 0
