"""`sparkloom check`."""

from __future__ import annotations

from typing import Annotated

import typer

from sparkloom.cli.input import read_lines, read_settings
from sparkloom.cli.output import errors, print_json


def check(
    texts: Annotated[
        list[str] | None,
        typer.Argument(help="What to look through; standard input, a line each, if none."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The findings as JSON.")] = False,
) -> None:
    """Look for protected names; end with 1 if there are any."""
    from sparkloom.loom import Sparkloom
    from sparkloom.request import IPDetectionRequest

    found = False
    with errors(), Sparkloom(read_settings()) as loom:
        for text in texts or read_lines():
            answer = loom.detect(IPDetectionRequest.parse({"prompts": [text]}))
            found = found or answer.ip_detection.flagged
            if as_json:
                print_json(answer.wire())
                continue
            for finding in answer.ip_detection.findings:
                print(f"{finding.category}: {finding.text}  ({finding.reason})", flush=True)
    raise typer.Exit(1 if found else 0)
