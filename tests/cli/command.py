"""How the tests run the command line."""

from __future__ import annotations

import sys

from typer.testing import CliRunner, Result

from sparkloom.cli import app

COMMAND = (sys.executable, "-m", "sparkloom")


def run(*arguments: str, stdin: str | bytes = "") -> Result:
    return CliRunner().invoke(app, arguments, input=stdin)


def check_fault(result: Result, *said: str) -> None:
    """It ended with 1 and one line on standard error."""
    assert result.exit_code == 1
    assert result.stdout == ""
    (line,) = result.stderr.splitlines()
    assert line.startswith("sparkloom: ")
    for text in said:
        assert text in line
